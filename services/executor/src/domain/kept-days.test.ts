import { expect, test } from '@jest/globals';
import { endOf, type Period, type RetentionRule } from '@tablekeep/schema/retention-rules';
import type { PointOrigin } from '@tablekeep/schema/work-items';
import fc from 'fast-check';
import { keptDays, mostDaysKept } from './kept-days.ts';

const DAY_MS = 86_400_000;
const rule = (keep: Period): RetentionRule => ({ flag: 'M', keep, copied: false, keepCopies: null });
const originOf = (rules: RetentionRule[], backupDays: number | null = null): PointOrigin => ({
  kind: 'BACKUP',
  policyId: 'policy-1',
  policyName: 'Gold',
  retention: { backupDays, copyDays: null },
  rules,
  coldAfterDays: null,
});
const period: fc.Arbitrary<Period> = fc.oneof(
  fc.record({ unit: fc.constant('DAYS' as const), value: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ unit: fc.constant('MONTHS' as const), value: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ unit: fc.constant('YEARS' as const), value: fc.integer({ min: 1, max: 8 }) }),
);
const moment = fc.date({ min: new Date('2024-01-01'), max: new Date('2036-01-01'), noInvalidDate: true });
/** Checked at the end of a month, made at the beginning of the next. */
const atMonthsEnd = fc
  .record({ year: fc.integer({ min: 2024, max: 2035 }), month: fc.integer({ min: 0, max: 11 }), hour: fc.nat(23) })
  .map(({ year, month, hour }) => new Date(Date.UTC(year, month + 1, 0, hour)));

test('wherever in the span a point is made, AWS deletes it after the last of its flags, and not four days after', () => {
  fc.assert(
    fc.property(
      fc.oneof(moment, atMonthsEnd),
      fc.integer({ min: 0, max: 60 * 3_600_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(period, { minLength: 1, maxLength: 4 }),
      (checkedAt, withinMs, share, periods) => {
        const days = mostDaysKept(originOf(periods.map(rule)), checkedAt, withinMs)!;
        const madeAt = new Date(checkedAt.getTime() + Math.floor(withinMs * share));
        const flagsEnd = Math.max(...periods.map((one) => endOf(madeAt, one).getTime()));
        const awsDeletesAt = madeAt.getTime() + days * DAY_MS;
        expect(awsDeletesAt).toBeGreaterThanOrEqual(flagsEnd);
        expect(awsDeletesAt - flagsEnd).toBeLessThan(4 * DAY_MS);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a month that is checked in February and begins in March has 31 days; days and “for ever” stay as they are', () => {
  const checkedAt = new Date('2027-02-28T23:50:00Z');
  const monthly = originOf([rule({ unit: 'MONTHS', value: 1 })]);
  expect(keptDays(monthly, checkedAt)).toBe(28);
  expect(mostDaysKept(monthly, checkedAt, 15 * 60_000)).toBe(31);
  expect(mostDaysKept(monthly, checkedAt, 9 * 60_000)).toBe(28);
  expect(mostDaysKept(originOf([], 35), checkedAt, 3_600_000)).toBe(35);
  expect(mostDaysKept(originOf([]), checkedAt, 3_600_000)).toBeNull();
});
