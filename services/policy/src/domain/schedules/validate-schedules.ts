import type { Period } from '@tablekeep/schema/retention-rules';
import { isTimeZone } from '@tablekeep/platform/local-time';
import { hasSchedule, WEEKDAYS, type DayOfMonth, type Schedules } from './schedule.ts';

type Report = (code: string, message: string, ...path: string[]) => void;

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;
/** Every five minutes: AWS makes a whole copy of the table each time. */
const MOST_TIMES = 288;
/** AWS Backup's longest retention is 100 years. */
const MOST: Readonly<Record<Period['unit'], number>> = { DAYS: 36_135, MONTHS: 1_187, YEARS: 98 };

/** Everything that is wrong with schedules of a policy, each with its place under `at`. */
export function scheduleProblems(schedules: Schedules, wrong: Report, at: readonly string[] = ['schedules']): void {
  const report: Report = (code, message, ...path) => wrong(code, message, ...at, ...path);
  if (!isTimeZone(schedules.timeZone)) {
    const message = `"${schedules.timeZone}" is not an IANA time zone that this system knows; write it like Europe/Berlin.`;
    report('UNKNOWN_TIME_ZONE', message, 'timeZone');
  }
  if (!hasSchedule(schedules)) report('EMPTY', 'Name at least one schedule, or leave them out.');
  dailyProblems(schedules, report);
  weeklyProblems(schedules, report);
  monthlyProblems(schedules, report);
  yearlyProblems(schedules, report);
}

export const NEVER_COMES = 'The schedules name no moment that ever comes.';

export function unknownTimeZone({ timeZone }: Schedules): string | null {
  return isTimeZone(timeZone) ? null : `This system does not know the time zone "${timeZone}".`;
}

function dailyProblems({ daily }: Schedules, wrong: Report): void {
  if (!daily) return;
  if (daily.days.length === 0) wrong('EMPTY', 'Name at least one weekday.', 'daily', 'days');
  duplicates(daily.days, wrong, 'daily', 'days');
  if (daily.times.length === 0) wrong('EMPTY', 'Name at least one time.', 'daily', 'times');
  // A list that is refused for its length is not compared with itself, member by member, as well.
  const tooMany = (['times', 'copyTimes'] as const).filter((name) => daily[name].length > MOST_TIMES);
  for (const name of tooMany) wrong('TOO_MANY', `At most ${MOST_TIMES} times a day.`, 'daily', name);
  if (tooMany.length === 0) {
    daily.times.forEach((time, i) => timeProblem(time, wrong, 'daily', 'times', String(i)));
    duplicates(daily.times, wrong, 'daily', 'times');
    among(daily.copyTimes, daily.times, 'times', wrong, 'daily', 'copyTimes');
  }
  keepProblems(daily, wrong, 'daily');
}

function weeklyProblems({ weekly, daily }: Schedules, wrong: Report): void {
  if (!weekly) return;
  if (weekly.days.length === 0) wrong('EMPTY', 'Name at least one weekday.', 'weekly', 'days');
  duplicates(weekly.days, wrong, 'weekly', 'days');
  among(weekly.copyDays, weekly.days, 'days', wrong, 'weekly', 'copyDays');
  sharedTime(weekly.time, daily !== null, wrong, 'weekly');
  keepProblems(weekly, wrong, 'weekly');
}

function monthlyProblems({ monthly, daily }: Schedules, wrong: Report): void {
  if (!monthly) return;
  if (monthly.months.length === 0) wrong('EMPTY', 'Name at least one month, 1 to 12.', 'monthly', 'months');
  monthly.months.forEach((month, i) => monthProblem(month, wrong, 'monthly', 'months', String(i)));
  duplicates(monthly.months, wrong, 'monthly', 'months');
  among(monthly.copyMonths, monthly.months, 'months', wrong, 'monthly', 'copyMonths');
  dayProblem(monthly.on, wrong, 'monthly', 'on');
  sharedTime(monthly.time, daily !== null, wrong, 'monthly');
  keepProblems(monthly, wrong, 'monthly');
}

function yearlyProblems({ yearly, daily }: Schedules, wrong: Report): void {
  if (!yearly) return;
  monthProblem(yearly.month, wrong, 'yearly', 'month');
  dayProblem(yearly.on, wrong, 'yearly', 'on');
  sharedTime(yearly.time, daily !== null, wrong, 'yearly');
  keepProblems(yearly, wrong, 'yearly');
}

function timeProblem(time: string, wrong: Report, ...path: string[]): void {
  if (!TIME.test(time)) wrong('BAD_TIME', `"${time}" is no time of day; write it like 07:30.`, ...path);
}

function sharedTime(time: string | null, hasDaily: boolean, wrong: Report, schedule: string): void {
  if (time !== null) return timeProblem(time, wrong, schedule, 'time');
  if (!hasDaily) wrong('REQUIRED', 'Say the time, or add a daily schedule whose first time counts.', schedule, 'time');
}

function monthProblem(month: number, wrong: Report, ...path: string[]): void {
  if (!Number.isInteger(month) || month < 1 || month > 12) wrong('BAD_MONTH', 'Months are 1 to 12.', ...path);
}

function dayProblem(on: DayOfMonth, wrong: Report, ...path: string[]): void {
  if (on.kind === 'DATE' && (!Number.isInteger(on.date) || on.date < 1 || on.date > 31)) {
    wrong('BAD_DATE', 'A day of the month is 1 to 31; where a month lacks it, its last day counts.', ...path, 'date');
  }
  if ('weekday' in on && !WEEKDAYS.includes(on.weekday)) {
    wrong('BAD_WEEKDAY', `Name the weekday: one of ${WEEKDAYS.join(', ')}.`, ...path, 'weekday');
  }
  if (on.kind === 'NTH_WEEKDAY' && ![1, 2, 3, 4].includes(on.nth)) {
    wrong('BAD_NTH', 'nth is 1 to 4; LAST_WEEKDAY is the last one.', ...path, 'nth');
  }
}

function keepProblems(
  { keep, keepCopies }: Readonly<{ keep: Period | null; keepCopies: Period | null }>,
  wrong: Report,
  schedule: string,
): void {
  for (const [name, period] of [['keep', keep] as const, ['keepCopies', keepCopies] as const]) {
    if (period === null) continue;
    const most = MOST[period.unit];
    if (!Number.isInteger(period.value) || period.value < 1 || period.value > most) {
      const message = `Retention is 1 to ${most} ${period.unit.toLowerCase()}, or absent for ever.`;
      wrong('BAD_RETENTION', message, schedule, name, 'value');
    }
  }
}

function duplicates(values: readonly (string | number)[], wrong: Report, ...path: string[]): void {
  values.forEach((value, i) => {
    if (values.indexOf(value) !== i) wrong('DUPLICATE', `${value} is named twice.`, ...path, String(i));
  });
}

/** Copies are never made alone: whatever is copied is backed up then. */
function among(
  copied: readonly (string | number)[],
  all: readonly (string | number)[],
  name: string,
  wrong: Report,
  ...path: string[]
): void {
  copied.forEach((value, i) => {
    if (!all.includes(value)) wrong('NOT_BACKED_UP', `${value} is not among ${name}.`, ...path, String(i));
  });
}
