import { expect, test } from '@jest/globals';
import { parseEmbeddedConfig } from '../src/config.ts';

test('what an operator sets reaches the services that it is about', () => {
  const config = parseEmbeddedConfig({
    INVENTORY_SCAN_HOURS: '2',
    PRICES_FILE: 'prices.json',
    RECONCILE_HOURS: '12',
    EXECUTOR_BACKUPS_AT_ONCE: '7',
  });
  expect(config).toMatchObject({
    scanHours: 2,
    pricesFile: 'prices.json',
    reconcileHours: 12,
    limits: { jobLimits: { backups: 7 } },
  });
});
