import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING, type PolicyDocument } from '../policy-document.ts';
import { WEEKDAYS, type DayOfMonth, type Schedules } from '../schedules/schedule.ts';
import { slotsBetween } from '../schedules/slots.ts';
import { pointsKept, slotsPerMonth } from './points-kept.ts';

const DAY = 86_400_000;
const weekday = fc.constantFrom(...WEEKDAYS);
const month = fc.integer({ min: 1, max: 12 });
const time = fc.constantFrom('00:00', '02:30', '04:00', '23:59');
const on: fc.Arbitrary<DayOfMonth> = fc.oneof(
  fc.record({ kind: fc.constant('DATE' as const), date: fc.integer({ min: 1, max: 31 }) }),
  fc.constant({ kind: 'LAST_DAY' as const }),
  fc.record({ kind: fc.constant('NTH_WEEKDAY' as const), nth: fc.integer({ min: 1, max: 4 }), weekday }),
  fc.record({ kind: fc.constant('LAST_WEEKDAY' as const), weekday }),
);
const keep = fc.record({ value: fc.integer({ min: 1, max: 400 }), unit: fc.constant('DAYS' as const) });
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland');
const kept = { keep, keepCopies: fc.constant(null) };
const yearly = fc.record({ month, on, time, copies: fc.boolean(), ...kept });
const monthly = fc
  .record({ months: fc.uniqueArray(month, { minLength: 1 }), on, time, ...kept })
  .map((one) => ({ ...one, copyMonths: [] }));
const weekly = fc
  .record({ days: fc.uniqueArray(weekday, { minLength: 1 }), time, ...kept })
  .map((one) => ({ ...one, copyDays: [] }));
const NONE: Omit<Schedules, 'timeZone'> = { daily: null, weekly: null, monthly: null, yearly: null };

const keptBy = (schedules: Schedules) => {
  const document: PolicyDocument = {
    description: '',
    regions: ['us-east-1'],
    include: { ...NOTHING, allTables: true },
    exclude: NOTHING,
    vaults: [],
    copies: [],
    backupRetentionDays: null,
    customTags: [],
    retryCount: 0,
    retryDelaySeconds: 60,
    schedules,
  };
  return pointsKept(document, null);
};

test('a yearly schedule makes one point a year and a monthly one a point in each of its months, on whatever day', () => {
  fc.assert(
    fc.property(zone, yearly, monthly, (timeZone, ofYear, ofMonths) => {
      const once = keptBy({ timeZone, ...NONE, yearly: ofYear });
      expect(once.madePerMonth * 12).toBeCloseTo(1, 9);
      expect(once.warm).toBeCloseTo(ofYear.keep.value / 365, 9);
      const often = keptBy({ timeZone, ...NONE, monthly: ofMonths });
      expect(often.madePerMonth * 12).toBeCloseTo(ofMonths.months.length, 9);
      expect(often.warm).toBeCloseTo((ofMonths.months.length * ofMonths.keep.value) / 365, 9);
    }),
  );
});

test('whatever the schedules, the year that is counted is like the years that come', () => {
  // After 28 years the weekdays fall on the same dates again.
  const [from, until] = [Date.UTC(2026, 6, 1), Date.UTC(2054, 6, 1)];
  fc.assert(
    fc.property(zone, weekly, monthly, yearly, (timeZone, ofWeek, ofMonths, ofYear) => {
      const schedules = { timeZone, ...NONE, weekly: ofWeek, monthly: ofMonths, yearly: ofYear };
      const slots = slotsBetween(schedules, new Date(from), new Date(until));
      const perYear = slots.length / ((until - from) / (365.25 * DAY));
      // A year has a day or two more than 52 weeks, and schedules that meet on a day share its point.
      expect(Math.abs(slotsPerMonth(schedules) * 12 - perYear)).toBeLessThan(3);
    }),
    { numRuns: 10 },
  );
});
