import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { momentOf, plusDays, type CalendarDay } from '@tablekeep/platform/local-time';
import { WEEKDAYS, type DayOfMonth, type Schedules } from './schedule.ts';
import { mergedSlot, nextSlot, slotsBetween } from './slots.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Zones with every kind of jump, each with days around which its clock does something. */
const JUMPS: readonly (readonly [zone: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2027-11-07'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Australia/Lord_Howe', '2027-04-04'],
  ['America/St_Johns', '2026-03-08'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['America/Santiago', '2026-09-06'],
  ['Africa/Cairo', '2026-04-24'],
  ['Asia/Gaza', '2026-03-28'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kathmandu', '2026-06-01'],
  ['Pacific/Kiritimati', '2026-12-31'],
  ['UTC', '2028-02-29'],
];
const anyJump = fc.constantFrom(...JUMPS);
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 45))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const weekday = fc.constantFrom(...WEEKDAYS);
const dayOfMonth: fc.Arbitrary<DayOfMonth> = fc.oneof(
  fc.record({ kind: fc.constant('DATE' as const), date: fc.integer({ min: 1, max: 31 }) }),
  fc.constant({ kind: 'LAST_DAY' as const }),
  fc.record({ kind: fc.constant('NTH_WEEKDAY' as const), nth: fc.constantFrom(1, 2, 3, 4), weekday }),
  fc.record({ kind: fc.constant('LAST_WEEKDAY' as const), weekday }),
);
const kept = { keep: null, keepCopies: null };
const months = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 });
const times = fc.uniqueArray(time, { minLength: 1, maxLength: 5 });
const anySchedules = fc
  .record({
    daily: fc.option(fc.record({ days: fc.uniqueArray(weekday, { minLength: 1 }), times }), { nil: null }),
    weekly: fc.option(fc.record({ days: fc.uniqueArray(weekday, { minLength: 1 }), time }), { nil: null }),
    monthly: fc.option(fc.record({ months, on: dayOfMonth, time }), { nil: null }),
    yearly: fc.option(fc.record({ month: fc.integer({ min: 1, max: 12 }), on: dayOfMonth, time }), { nil: null }),
    shares: fc.boolean(),
  })
  .map(({ daily, weekly, monthly, yearly, shares }): Omit<Schedules, 'timeZone'> => ({
    daily: daily && { ...daily, copyTimes: daily.times.slice(1), ...kept },
    weekly: weekly && { ...weekly, time: shares && daily ? null : weekly.time, copyDays: weekly.days, ...kept },
    monthly: monthly && { ...monthly, copyMonths: [], ...kept },
    yearly: yearly && { ...yearly, copies: true, ...kept },
  }));

/** What a clock on the wall of the zone shows, as one number that grows: by Intl, without the library under test. */
function wall(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute']);
  };
}

const dayOf = (local: number): CalendarDay => {
  const date = new Date(local);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** The model of a person with a calendar: does this schedule ask for this day? */
function asked(on: DayOfMonth, { year, month, day }: CalendarDay): boolean {
  const all = Array.from({ length: 31 }, (_, i) => new Date(Date.UTC(year, month - 1, i + 1))).filter(
    (date) => date.getUTCMonth() === month - 1,
  );
  const name = (date: Date) => date.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toUpperCase();
  const chosen = {
    DATE: () => all.filter((date) => on.kind === 'DATE' && date.getUTCDate() <= on.date).at(-1),
    LAST_DAY: () => all.at(-1),
    NTH_WEEKDAY: () => all.filter((date) => 'weekday' in on && name(date) === on.weekday)['nth' in on ? on.nth - 1 : 0],
    LAST_WEEKDAY: () => all.filter((date) => 'weekday' in on && name(date) === on.weekday).at(-1),
  }[on.kind]();
  return chosen?.getUTCDate() === day;
}

/** Walks the quarters of hours, and notes each time of each day when the wall clock first shows or has passed it. */
function walked(schedules: Schedules, from: number, to: number): Map<number, string> {
  const shown = wall(schedules.timeZone);
  const wishes: { local: number; flag: string }[] = [];
  const firstDay = dayOf(shown(from - 3 * DAY));
  const shared = schedules.daily === null ? null : [...schedules.daily.times].sort()[0]!;
  for (let i = 0; i <= (to - from) / DAY + 6; i++) {
    const day = plusDays(firstDay, i);
    const midnight = Date.UTC(day.year, day.month - 1, day.day);
    const name = new Date(midnight).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toUpperCase();
    const add = (flag: string, own: string | null) => {
      const [h, m] = (own ?? shared)!.split(':').map(Number);
      wishes.push({ local: midnight + h! * HOUR + m! * MINUTE, flag });
    };
    const { daily, weekly, monthly, yearly } = schedules;
    if (daily?.days.some((one) => one === name)) for (const one of daily.times) add('D', one);
    if (weekly?.days.some((one) => one === name)) add('W', weekly.time);
    if (monthly?.months.includes(day.month) && asked(monthly.on, day)) add('M', monthly.time);
    if (yearly?.month === day.month && asked(yearly.on, day)) add('Y', yearly.time);
  }
  const found = new Map<number, Set<string>>();
  let passed = Number.NEGATIVE_INFINITY;
  for (let at = from - 3 * DAY; at <= to; at += 15 * MINUTE) {
    const now = shown(at);
    if (now <= passed) continue;
    for (const { local, flag } of wishes) {
      if (local > passed && local <= now && passed !== Number.NEGATIVE_INFINITY) {
        found.set(at, (found.get(at) ?? new Set()).add(flag));
      }
    }
    passed = now;
  }
  return new Map(
    [...found]
      .filter(([at]) => at > from)
      .map(([at, flags]) => [at, ['D', 'W', 'M', 'Y'].filter((flag) => flags.has(flag)).join('')]),
  );
}

describe('slots', () => {
  test('are exactly the moments at which a wall clock first shows their time, whatever the clock does', () => {
    fc.assert(
      fc.property(anySchedules, anyJump, fc.nat(96), (schedules, [timeZone, day], shift) => {
        const whole: Schedules = { timeZone, ...schedules };
        const from = Date.parse(`${day}T00:00:00Z`) - DAY - shift * 15 * MINUTE;
        const to = from + 4 * DAY;
        const slots = slotsBetween(whole, new Date(from), new Date(to));
        expect(new Map(slots.map(({ at, flags }) => [at.getTime(), flags.join('')]))).toEqual(walked(whole, from, to));
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  test('come in order, and however the time is cut, none is lost and none comes twice', () => {
    fc.assert(
      fc.property(
        anySchedules,
        anyJump,
        fc.array(fc.nat(40 * 96), { maxLength: 5 }),
        (schedules, [timeZone, day], cuts) => {
          const whole: Schedules = { timeZone, ...schedules };
          const from = Date.parse(`${day}T00:00:00Z`) - 20 * DAY;
          const edges = [0, ...cuts.toSorted((a, b) => a - b), 40 * 96].map(
            (quarter) => new Date(from + quarter * 15 * MINUTE),
          );
          const pieces = edges.slice(1).flatMap((until, i) => slotsBetween(whole, edges[i]!, until));
          const all = slotsBetween(whole, edges[0]!, edges.at(-1)!);
          expect(pieces).toEqual(all);
          expect(all.map(({ at }) => at.getTime())).toEqual(
            all.map(({ at }) => at.getTime()).toSorted((a, b) => a - b),
          );
          for (const slot of all) expect(slot.copied.every((flag) => slot.flags.includes(flag))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  test('the next one is the first of those to come, and there is one for every schedule', () => {
    fc.assert(
      fc.property(anySchedules, anyJump, (schedules, [timeZone, day]) => {
        const whole: Schedules = { timeZone, ...schedules };
        const after = new Date(`${day}T00:00:00Z`);
        const next = nextSlot(whole, after);
        const none = Object.values(schedules).every((one) => one === null);
        expect(next === null).toBe(none);
        if (!next) return;
        expect(slotsBetween(whole, after, next.at)).toEqual([next]);
        // Once it has come there is another one, however long that takes.
        const second = nextSlot(whole, next.at);
        expect(second).not.toBeNull();
        expect(slotsBetween(whole, next.at, second!.at)).toEqual([second]);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('after a slot of a rare schedule there is a next one', () => {
    fc.assert(
      fc.property(
        dayOfMonth,
        fc.integer({ min: 1, max: 12 }),
        time,
        anyJump,
        fc.integer({ min: 2026, max: 2060 }),
        (on, month, at, [timeZone], year) => {
          const rare = { month, on, time: at, copies: true, ...kept };
          const yearly: Schedules = { timeZone, daily: null, weekly: null, monthly: null, yearly: rare };
          const first = nextSlot(yearly, new Date(Date.UTC(year, 0, 1)))!;
          const second = nextSlot(yearly, first.at)!;
          const days = (second.at.getTime() - first.at.getTime()) / DAY;
          expect(days).toBeGreaterThan(357);
          expect(days).toBeLessThan(373);
        },
      ),
      { numRuns: 300 },
    );
  });

  const each = { days: [...WEEKDAYS], copyTimes: [], ...kept };
  const daily = (timeZone: string, ...at: string[]): Schedules => ({
    timeZone,
    daily: { ...each, times: at },
    weekly: null,
    monthly: null,
    yearly: null,
  });
  const local = (schedules: Schedules, day: string) =>
    slotsBetween(schedules, new Date(`${day}T00:00:00Z`), new Date(Date.parse(`${day}T00:00:00Z`) + DAY)).map(
      ({ at }) => at.toISOString(),
    );

  test('a time that is left out runs when the clock has jumped; two that meet there make one run', () => {
    expect(local(daily('Europe/Berlin', '02:15', '02:45', '03:00'), '2026-03-29')).toEqual([
      '2026-03-29T01:00:00.000Z',
    ]);
  });

  test('a time that comes twice runs the first time', () => {
    expect(local(daily('Europe/Berlin', '02:30'), '2026-10-25')).toEqual(['2026-10-25T00:30:00.000Z']);
  });

  test('one point carries the flags of all schedules of its moment', () => {
    const schedules: Schedules = {
      ...daily('UTC', '07:00', '11:00'),
      weekly: { days: ['MONDAY'], time: null, copyDays: ['MONDAY'], ...kept },
      monthly: {
        months: [6],
        on: { kind: 'NTH_WEEKDAY', nth: 1, weekday: 'MONDAY' },
        time: '07:00',
        copyMonths: [],
        ...kept,
      },
      yearly: { month: 6, on: { kind: 'DATE', date: 1 }, time: null, copies: true, ...kept },
    };
    const [early, late] = slotsBetween(schedules, new Date('2026-06-01T00:00:00Z'), new Date('2026-06-02T00:00:00Z'));
    expect(early).toMatchObject({ flags: ['D', 'W', 'M', 'Y'], copied: ['W', 'Y'] });
    expect(late).toMatchObject({ flags: ['D'], copied: [] });
    expect(mergedSlot([early!, late!])).toEqual({ at: late!.at, flags: ['D', 'W', 'M', 'Y'], copied: ['W', 'Y'] });
  });

  test('a date that a month lacks is its last day', () => {
    const of = (date: number, month: number): Schedules => ({
      ...daily('UTC'),
      daily: null,
      monthly: { months: [month], on: { kind: 'DATE', date }, time: '00:00', copyMonths: [], ...kept },
    });
    expect(nextSlot(of(31, 4), new Date('2026-01-01T00:00:00Z'))?.at.toISOString()).toBe('2026-04-30T00:00:00.000Z');
    expect(nextSlot(of(29, 2), new Date('2026-01-01T00:00:00Z'))?.at.toISOString()).toBe('2026-02-28T00:00:00.000Z');
    expect(nextSlot(of(29, 2), new Date('2028-01-01T00:00:00Z'))?.at.toISOString()).toBe('2028-02-29T00:00:00.000Z');
  });

  test('moments of a day come in the order of its times', () => {
    fc.assert(
      fc.property(anyJump, times, ([zone, text], some) => {
        const [year, month, day] = text.split('-').map(Number) as [number, number, number];
        const moments = some.toSorted().map((one) => momentOf(zone, { year, month, day }, one).getTime());
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
      }),
    );
  });
});
