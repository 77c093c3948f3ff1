import { describe, expect, test } from '@jest/globals';
import { longestDays, STARTED_WITHIN_MS, type Period } from '@tablekeep/schema/retention-rules';
import fc from 'fast-check';
import { NOTHING, type PolicyDocument } from '../policy-document.ts';
import { testPolicy, type TestFacts } from '../preflight.ts';
import { daysOfPoints } from './days-of-points.ts';
import { rulesOfRun, rulesOfSlot } from './rules-of-slot.ts';
import { runWindows } from './run-windows.ts';
import { WEEKDAYS, type Schedules } from './schedule.ts';
import { slotsBetween } from './slots.ts';

const DAY = 86_400_000;
const NOW = new Date('2026-03-27T00:00:00Z');
const weekday = fc.constantFrom(...WEEKDAYS);
const period: fc.Arbitrary<Period | null> = fc.option(
  fc.oneof(
    fc.record({ value: fc.integer({ min: 1, max: 40 }), unit: fc.constant('DAYS' as const) }),
    fc.record({ value: fc.integer({ min: 1, max: 3 }), unit: fc.constantFrom('MONTHS' as const, 'YEARS' as const) }),
  ),
  { nil: null, freq: 8 },
);
const keeping = { keep: period, keepCopies: period };
const days = fc.uniqueArray(weekday, { minLength: 1, maxLength: 3 });
const anySchedules: fc.Arbitrary<Schedules> = fc
  .record({
    zone: fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York'),
    daily: fc.option(fc.record({ days, times: fc.constant(['06:00', '18:00']), ...keeping }), { nil: null }),
    weekly: fc.option(fc.record({ days, copyDays: fc.boolean(), ...keeping }), { nil: null }),
    monthly: fc.option(
      fc.record({
        months: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 2 }),
        date: fc.integer({ min: 27, max: 31 }),
        time: fc.constantFrom('06:00', '20:00'),
        ...keeping,
      }),
      {
        nil: null,
      },
    ),
  })
  .map(({ zone, daily, weekly, monthly }) => ({
    timeZone: zone,
    daily: daily && { ...daily, copyTimes: ['18:00'] },
    weekly: weekly && { ...weekly, time: '06:00', copyDays: weekly.copyDays ? weekly.days : [] },
    monthly: monthly && {
      ...monthly,
      on: { kind: 'DATE' as const, date: monthly.date },
      copyMonths: [monthly.months[0]!],
    },
    yearly: null,
  }));

describe('for how long points are kept', () => {
  test('is what four years of slots say, each by the schedules it satisfies; copies by those that ask for them', () => {
    fc.assert(
      fc.property(
        anySchedules,
        fc.boolean(),
        fc.option(fc.integer({ min: 1, max: 400 }), { nil: null }),
        fc.integer({ min: 0, max: 1_460 }),
        (schedules, ofCopies, own, later) => {
          const now = new Date(NOW.getTime() + later * DAY);
          const { startWindowMinutes } = runWindows(schedules, now);
          const hours = Array.from(
            { length: STARTED_WITHIN_MS / 3_600_000 + startWindowMinutes / 60 + 1 },
            (_, i) => i,
          );
          const target = ofCopies ? { retentionDays: own } : null;
          const all = slotsBetween(schedules, now, new Date(now.getTime() + 4 * 366 * DAY)).flatMap((slot) => {
            const rules = rulesOfSlot(schedules, slot).filter((rule) => !ofCopies || rule.copied);
            if (rules.length === 0) return [];
            const told = own === null ? null : { value: own, unit: 'DAYS' as const };
            const periods = rules.map((rule) => (ofCopies ? (told ?? rule.keepCopies) : rule.keep));
            // Begun at once, and at each hour at which AWS may begin it yet.
            return [hours.map((hour) => longestDays(new Date(slot.at.getTime() + hour * 3_600_000), periods))];
          });
          const ends = all.flatMap(([atOnce = null]) => atOnce ?? []);
          const days = all.flat().filter((one) => one !== null);
          expect(daysOfPoints(schedules, target, now)).toEqual(
            all.length === 0
              ? null
              : {
                  fewest: ends.length === 0 ? null : Math.min(...days),
                  most: ends.length < all.length ? null : Math.max(...days),
                },
          );
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  const each = { days: [...WEEKDAYS], times: ['04:00'], copyTimes: [] };
  const inDays = (value: number): Period => ({ value, unit: 'DAYS' });
  const schedules: Schedules = {
    timeZone: 'UTC',
    daily: { ...each, keep: inDays(7), keepCopies: null },
    weekly: { days: ['SUNDAY'], time: null, copyDays: ['SUNDAY'], keep: inDays(90), keepCopies: inDays(60) },
    monthly: null,
    yearly: null,
  };
  const document: PolicyDocument = {
    description: '',
    regions: ['us-east-1'],
    include: { ...NOTHING, allTables: true },
    exclude: NOTHING,
    vaults: [{ region: 'us-east-1', vaultName: 'locked' }],
    copies: [{ fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'locked', retentionDays: null }],
    backupRetentionDays: null,
    customTags: [],
    retryCount: 0,
    retryDelaySeconds: 60,
    schedules,
  };
  const locks = (changes: Partial<PolicyDocument>, minRetentionDays: number, maxRetentionDays: number) => {
    const vault = { name: 'locked', locked: true, minRetentionDays, maxRetentionDays };
    const known = { state: 'known' as const, value: [vault] };
    const facts: TestFacts = {
      now: NOW,
      problems: [],
      settings: new Map(),
      vaults: new Map([
        ['us-east-1', known],
        ['eu-west-1', known],
      ]),
      permissions: { state: 'unknown', because: 'nobody asked' },
      notScanned: [],
      covered: new Map(),
      left: [],
      untold: 0,
      unreadable: [],
      absent: [],
      tagRoom: { without: [], untold: 0 },
    };
    return testPolicy({ ...document, ...changes }, facts)
      .filter(({ code }) => code === 'VAULT_LOCK')
      .map(({ outcome, region, message }) => `${outcome} ${region} ${message}`);
  };

  test('a locked vault must take each of them: the shortest by its least, the longest by its most', () => {
    const [backups, copies] = locks({}, 30, 60);
    expect(backups).toMatch(
      /^ERROR us-east-1 .*some backups are kept for 90 days, and some backups are kept for 7 days/u,
    );
    // Only Sundays are copied, for 60 days: what the daily schedule would ask of copies concerns none.
    expect(copies).toMatch(/^WARNING eu-west-1/u);
    expect(locks({}, 7, 90)[0]).toMatch(/^WARNING/u);
  });

  test('a backup that may begin on the next day, from which a month is longer, is told before it is refused', () => {
    const lastOfFebruary = (time: string): Partial<PolicyDocument> => ({
      copies: [],
      schedules: {
        ...{ ...schedules, daily: null, weekly: null },
        monthly: {
          ...{ months: [2], copyMonths: [], on: { kind: 'LAST_DAY' }, time },
          ...{ keep: { value: 1, unit: 'MONTHS' }, keepCopies: null },
        },
      },
    });
    expect(locks(lastOfFebruary('01:00'), 1, 29)).toEqual([expect.stringMatching(/^WARNING/u)]);
    expect(locks(lastOfFebruary('23:00'), 1, 29)).toEqual([
      expect.stringMatching(/^ERROR .*some backups are kept for 31 days/u),
    ]);
  });

  test('one that may begin on the next day, from which a month is shorter, is told as well', () => {
    // From 30 January at 20:00 to 28 February are 29 days by the lifecycle, from 31 January 28.
    const eveOfTheLast = (time: string): Partial<PolicyDocument> => ({
      copies: [],
      schedules: {
        ...{ ...schedules, daily: null, weekly: null },
        monthly: {
          ...{ months: [1], copyMonths: [], on: { kind: 'DATE', date: 30 }, time },
          ...{ keep: { value: 1, unit: 'MONTHS' }, keepCopies: null },
        },
      },
    });
    expect(locks(eveOfTheLast('01:00'), 29, 60)).toEqual([expect.stringMatching(/^WARNING/u)]);
    expect(locks(eveOfTheLast('20:00'), 29, 60)).toEqual([
      expect.stringMatching(/^ERROR .*some backups are kept for 28 days/u),
    ]);
  });

  test('of schedules that are refused nothing is reckoned', () => {
    const broken = {
      ...schedules,
      daily: { ...schedules.daily!, times: Array.from({ length: 1_500 }, () => '04:00') },
    };
    expect(locks({ schedules: broken }, 30, 60)).toEqual([]);
  });

  test('a run by hand is copied only where its schedule’s points are', () => {
    const copied = (changed: Schedules) =>
      rulesOfRun({ schedules: changed }, null).map(({ flag, copied: is }) => `${flag} ${is}`);
    expect(copied(schedules)).toEqual(['D false']);
    expect(copied({ ...schedules, daily: { ...schedules.daily!, copyTimes: ['04:00'] } })).toEqual(['D true']);
    expect(copied({ ...schedules, daily: null })).toEqual(['W true']);
  });
});
