import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReasonCode } from './judge-retention.ts';
import { daysWithNet, mustPutOff } from './safety-net.ts';
import { SAFETY } from './safety.ts';

const DAY = 86_400_000;
const now = new Date('2026-11-27T12:00:00Z');
const inMs = (ms: number) => new Date(now.getTime() + ms);
const reason = (code: ReasonCode) => ({ code, until: null, message: '' });

test('AWS’s deletion lands after the point’s end and far enough from now, whatever the point’s age', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 * DAY }),
      fc.integer({ min: -9_000 * DAY, max: 9_000 * DAY }),
      fc.integer({ min: 14, max: 3_650 }),
      (ageMs, endMs, safetyNetDays) => {
        const createdAt = inMs(-ageMs);
        const expiresAt = inMs(endMs);
        const days = daysWithNet({ createdAt, expiresAt, safetyNetDays }, now);
        const deleteAt = createdAt.getTime() + days * DAY;
        expect(deleteAt).toBeGreaterThanOrEqual(expiresAt.getTime() + safetyNetDays * DAY);
        // Once put off, it is not found again for at least a week.
        expect(deleteAt - now.getTime()).toBeGreaterThanOrEqual(2 * SAFETY.netAheadMs);
        expect(deleteAt).toBeLessThan(Math.max(expiresAt.getTime(), now.getTime()) + (safetyNetDays + 1) * DAY);
      },
    ),
  );
});

test('what is kept for ever gets the most that AWS takes', () => {
  expect(daysWithNet({ createdAt: now, expiresAt: null, safetyNetDays: 30 }, now)).toBe(36_500);
  expect(daysWithNet({ createdAt: inMs(-36_400 * DAY), expiresAt: now, safetyNetDays: 365 }, now)).toBe(36_500);
});

test.each<[ReasonCode[], number, boolean]>([
  [['LEGAL_HOLD'], 6, true],
  [['NEWEST', 'CHAIN_FROZEN'], 1, true],
  [['EXPIRY'], -1, true],
  [['LEGAL_HOLD'], 8, false],
  [['LEGAL_HOLD', 'LOCKED_VAULT'], 1, false],
  [['LEGAL_HOLD', 'GONE'], 1, false],
  [['BEING_DELETED'], 1, false],
  [['FOREIGN'], 1, false],
  // Nothing keeps it: the daily run deletes it, unless it was in doubt day after day.
  [[], 6, false],
  [[], 3, true],
])('kept by %s with %s days left it is put off: %s', (codes, days, wanted) => {
  expect(mustPutOff({ awsDeleteAt: inMs(days * DAY), netted: true, reasons: codes.map(reason) }, now)).toBe(wanted);
});
