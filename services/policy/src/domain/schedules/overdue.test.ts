import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isOverdue, slotWithoutSuccess } from './overdue.ts';
import type { Schedules, Weekday } from './schedule.ts';

const kept = { keep: null, keepCopies: null };
const none = { timeZone: 'Europe/Berlin', daily: null, weekly: null, monthly: null, yearly: null };
const WORK_DAYS: Weekday[] = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
const workDays: Schedules = { ...none, daily: { days: WORK_DAYS, times: ['04:00'], copyTimes: [], ...kept } };
const yearly: Schedules = {
  ...none,
  yearly: { month: 12, on: { kind: 'LAST_WEEKDAY', weekday: 'SUNDAY' }, time: '07:00', copies: true, ...kept },
};

test.each<[string, Schedules | null, string, string | null, string, boolean]>([
  // 23 November 2026 is a Monday.
  ['Tuesday’s run is missed', workDays, '2026-01-01', '2026-11-23T04:00Z', '2026-11-24T04:01Z', true],
  ['Tuesday’s run may be under way', workDays, '2026-01-01', '2026-11-23T04:00Z', '2026-11-24T03:59Z', false],
  ['the weekend has none', workDays, '2026-01-01', '2026-11-27T04:00Z', '2026-11-30T03:30Z', false],
  ['switched on a minute ago', workDays, '2026-11-24T09:00Z', null, '2026-11-24T09:01Z', false],
  [
    'switched on again, the last success is old',
    workDays,
    '2026-11-24T09:00Z',
    '2026-01-01',
    '2026-11-24T09:01Z',
    false,
  ],
  ['never run since its slot', workDays, '2026-11-24T01:00Z', null, '2026-11-24T05:00Z', true],
  ['a year’s run is missed', yearly, '2026-01-01', null, '2026-12-27T07:01Z', true],
  ['a year’s run was made', yearly, '2026-01-01', '2026-12-27T06:30Z', '2027-12-01', false],
  ['no schedule', null, '2026-01-01', null, '2026-11-24', false],
  ['a zone that is not known', { ...workDays, timeZone: 'Mars/Olympus' }, '2026-01-01', null, '2026-11-24', false],
])('%s', (_what, schedules, since, lastSuccess, now, overdue) => {
  const facts = { since: new Date(since), lastSuccessAt: lastSuccess === null ? null : new Date(lastSuccess) };
  expect(isOverdue(schedules, facts, new Date(now))).toBe(overdue);
});

const HOUR = 3_600_000;
const at = (text: string) => new Date(text);
/** Every night at two, switched on on the first of the year. */
const nightly: Schedules = {
  ...none,
  timeZone: 'UTC',
  daily: { days: [...WORK_DAYS, 'SATURDAY', 'SUNDAY'], times: ['02:00'], copyTimes: [], ...kept },
};
const usual = {
  since: at('2026-01-01T00:00Z'),
  lastSuccessAt: at('2026-11-23T02:20Z'),
  graceMs: HOUR,
  watchedSince: at('2026-01-01T00:00Z'),
  runSince: null,
};

test.each<[string, Partial<Parameters<typeof slotWithoutSuccess>[1]>, string, string | null]>([
  ['within the grace', {}, '2026-11-24T02:59Z', null],
  ['after the grace', {}, '2026-11-24T03:00Z', '2026-11-24T02:00Z'],
  ['with more patience', { graceMs: 6 * HOUR }, '2026-11-24T07:59Z', null],
  ['made a minute after its slot', { since: at('2026-11-24T02:01Z'), lastSuccessAt: null }, '2026-11-25T02:59Z', null],
  [
    'a new policy once its first slot is over',
    { since: at('2026-11-24T02:01Z'), lastSuccessAt: null },
    '2026-11-25T03:00Z',
    '2026-11-25T02:00Z',
  ],
  ['Tablekeep has just come back after days', { watchedSince: at('2026-11-27T09:00Z') }, '2026-11-27T09:59Z', null],
  ['and an hour later still none', { watchedSince: at('2026-11-27T09:00Z') }, '2026-11-27T10:00Z', '2026-11-24T02:00Z'],
  ['a long run is under way', { runSince: at('2026-11-24T02:00Z') }, '2026-11-25T02:59Z', null],
  ['a run that hangs', { runSince: at('2026-11-24T02:00Z') }, '2026-11-25T03:00Z', '2026-11-24T02:00Z'],
])('%s', (_what, change, now, slot) => {
  expect(slotWithoutSuccess(nightly, { ...usual, ...change }, at(now))).toEqual(slot === null ? null : at(slot));
});

test('a run of a rare schedule that hangs is missed after a day, not after a year', () => {
  const facts = { ...usual, lastSuccessAt: null, runSince: at('2026-12-27T06:00Z') };
  expect(slotWithoutSuccess(yearly, facts, at('2026-12-28T06:59Z'))).toBeNull();
  expect(slotWithoutSuccess(yearly, facts, at('2026-12-28T07:01Z'))).not.toBeNull();
});

test('nothing is missed before its slot and the grace are over, and what is missed stays so until a success', () => {
  const minutes = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(minutes(3_000), minutes(600), minutes(5_000), minutes(5_000), (success, grace, one, more) => {
      const lastSuccessAt = new Date(at('2026-11-20T00:00Z').getTime() + success * 60_000);
      const facts = { ...usual, lastSuccessAt, graceMs: grace * 60_000 };
      const now = new Date(lastSuccessAt.getTime() + one * 60_000);
      const missed = slotWithoutSuccess(nightly, facts, now);
      if (missed === null) return;
      expect(missed.getTime()).toBeGreaterThan(lastSuccessAt.getTime());
      expect(missed.getTime() + grace * 60_000).toBeLessThanOrEqual(now.getTime());
      const later = new Date(now.getTime() + more * 60_000);
      expect(slotWithoutSuccess(nightly, facts, later)).toEqual(missed);
      expect(slotWithoutSuccess(nightly, { ...facts, lastSuccessAt: now }, now)).toBeNull();
    }),
  );
});
