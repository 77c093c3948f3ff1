import { describe, expect, test } from '@jest/globals';
import { quotaWaitMs } from './quota-wait.ts';

const HOUR = 3_600_000;

describe('what AWS limits by time', () => {
  test.each([
    ['timeToLive', 'INVALID_REQUEST', 'Time to live has been modified multiple times within a fixed interval', HOUR],
    ['capacity', 'LIMIT_EXCEEDED', 'Subscriber limit exceeded: Provisioned throughput decreases are limited', HOUR],
    ['capacity', 'LIMIT_EXCEEDED', 'Update to PayPerRequest mode are limited to 4 times in 24 hours.', 6 * HOUR],
    ['tableClass', 'LIMIT_EXCEEDED', 'Table class can be updated at most 2 times: limit', 24 * HOUR],
    ['tableClass', 'ACCESS_DENIED', 'a limit of the role', null],
    ['capacity', 'LIMIT_EXCEEDED', 'There is a limit of 500 tables', null],
    ['stream', 'LIMIT_EXCEEDED', 'limit exceeded', null],
  ] as const)('%s, %s: %s', (property, code, reason, wait) => {
    expect(quotaWaitMs(property, { code, reason })).toBe(wait);
  });
});
