import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gapsOf } from './gaps.ts';
import { WEEKDAYS, type Schedules } from './schedule.ts';
import { slotsBetween } from './slots.ts';

const DAY = 86_400_000;
const now = new Date('2026-03-27T00:00:00Z');
const kept = { keep: null, keepCopies: null };
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const weekday = fc.constantFrom(...WEEKDAYS);
const months = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 });
const anySchedules = fc.record({
  timeZone: fc.constant('UTC'),
  daily: fc.option(
    fc.record({
      days: fc.uniqueArray(weekday, { minLength: 1 }),
      times: fc.uniqueArray(time, { minLength: 1, maxLength: 4 }),
      copyTimes: fc.constant([]),
      keep: fc.constant(null),
      keepCopies: fc.constant(null),
    }),
    { nil: null },
  ),
  weekly: fc.option(
    fc.record({
      days: fc.uniqueArray(weekday, { minLength: 1, maxLength: 2 }),
      time,
      copyDays: fc.constant([]),
      keep: fc.constant(null),
      keepCopies: fc.constant(null),
    }),
    { nil: null },
  ),
  monthly: fc.option(
    fc.record({
      months,
      on: fc.record({ kind: fc.constant('DATE' as const), date: fc.integer({ min: 1, max: 31 }) }),
      time,
      copyMonths: fc.constant([]),
      keep: fc.constant(null),
      keepCopies: fc.constant(null),
    }),
    { nil: null },
  ),
  yearly: fc.constant(null),
});

describe('how far slots are apart', () => {
  test('is what walking two years of them finds', () => {
    fc.assert(
      fc.property(anySchedules, (schedules) => {
        const slots = slotsBetween(schedules, new Date(now.getTime() - 1), new Date(now.getTime() + 740 * DAY - 1));
        const gaps = slots.slice(1).map(({ at }, i) => at.getTime() - slots[i]!.at.getTime());
        const walked = gaps.length === 0 ? null : { shortestMs: Math.min(...gaps), longestMs: Math.max(...gaps) };
        expect(gapsOf(schedules, now)).toEqual(walked);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test('a yearly schedule has an interval, and a day on which the clock is put back is no longer one', () => {
    const yearly = { month: 12, on: { kind: 'LAST_WEEKDAY' as const, weekday: 'SUNDAY' as const }, time: '07:00' };
    const none = { timeZone: 'Europe/Berlin', daily: null, weekly: null, monthly: null, yearly: null };
    const gaps = gapsOf({ ...none, yearly: { ...yearly, copies: true, ...kept } }, now);
    expect(gaps).toEqual({ shortestMs: 364 * DAY, longestMs: 364 * DAY });
    const daily = { days: [...WEEKDAYS], times: ['04:00'], copyTimes: [], ...kept };
    expect(gapsOf({ ...none, daily }, now)).toEqual({ shortestMs: DAY, longestMs: DAY });
  });

  test('hundreds of slots a day over two years are not walked: each time is looked at a few times only', () => {
    let looked = 0;
    const times = Array.from({ length: 288 }, (_, i) => [Math.floor(i / 12), (i % 12) * 5]).map((parts) =>
      parts.map((part) => String(part).padStart(2, '0')).join(':'),
    );
    const counted = new Proxy(times, {
      get: (target, name) => {
        if (typeof name === 'string' && /^\d+$/u.test(name)) looked += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    const schedules: Schedules = {
      timeZone: 'Europe/Berlin',
      daily: { days: [...WEEKDAYS], times: counted, copyTimes: times, ...kept },
      weekly: { days: ['SUNDAY'], time: null, copyDays: [], ...kept },
      monthly: { months: [1, 7], on: { kind: 'LAST_DAY' }, time: '03:02', copyMonths: [], ...kept },
      yearly: { month: 6, on: { kind: 'DATE', date: 1 }, time: null, copies: false, ...kept },
    };
    expect(gapsOf(schedules, now)).toEqual({ shortestMs: 2 * 60_000, longestMs: 5 * 60_000 });
    // Days differ in which of four schedules ask for them: at most 16 kinds, each looked at once, sorting included.
    expect(looked).toBeLessThan(16 * 288 * 3);
  });
});
