import { expect, test } from '@jest/globals';
import { isOverdue } from './overdue.ts';
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
