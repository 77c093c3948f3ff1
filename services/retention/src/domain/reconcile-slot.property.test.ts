import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shareOf, slotAt } from './reconcile-slot.ts';

const HOUR = 3_600_000;
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('slots follow each other without gap or overlap, each account’s at its own time', () => {
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 24 * 31 }), share, (at, hours, own) => {
      const period = hours * HOUR;
      const slot = slotAt(new Date(at), period, own).getTime();
      expect(at - slot).toBeGreaterThanOrEqual(0);
      expect(at - slot).toBeLessThan(period);
      expect(slotAt(new Date(slot), period, own).getTime()).toBe(slot);
      expect(slotAt(new Date(slot + period), period, own).getTime()).toBe(slot + period);
    }),
  );
});

test('an id’s share is its own and spread over the day', () => {
  const ids = Array.from(
    { length: 256 },
    (_, i) => `${i.toString(16).padStart(2, '0')}000000-0000-5000-8000-000000000000`,
  );
  const shares = ids.map(shareOf);
  expect(Math.min(...shares)).toBe(0);
  expect(Math.max(...shares)).toBeLessThan(1);
  expect(new Set(shares.map((one) => Math.floor(one * 24))).size).toBe(24);
});
