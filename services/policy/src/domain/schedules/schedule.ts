import type { LocalTime } from '@tablekeep/platform/local-time';
import type { Flag, Period } from '@tablekeep/schema/retention-rules';

export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export type { LocalTime };

/** How long points of a schedule are kept; null: for ever. */
type Keeping = Readonly<{ keep: Period | null; keepCopies: Period | null }>;

/** Every one of these times on every one of these days. `copyTimes` are among `times`: points of the others stay uncopied. */
export type DailySchedule = Keeping &
  Readonly<{ days: readonly Weekday[]; times: readonly LocalTime[]; copyTimes: readonly LocalTime[] }>;

/** `time` null: the first time of the daily schedule, so that one point serves both. */
export type WeeklySchedule = Keeping &
  Readonly<{ days: readonly Weekday[]; time: LocalTime | null; copyDays: readonly Weekday[] }>;

/** A date that a month lacks means its last day. */
export type DayOfMonth =
  | Readonly<{ kind: 'DATE'; date: number }>
  | Readonly<{ kind: 'LAST_DAY' }>
  | Readonly<{ kind: 'NTH_WEEKDAY'; nth: number; weekday: Weekday }>
  | Readonly<{ kind: 'LAST_WEEKDAY'; weekday: Weekday }>;

/** Months are 1 to 12. `time` null as in the weekly schedule. */
export type MonthlySchedule = Keeping &
  Readonly<{ months: readonly number[]; on: DayOfMonth; time: LocalTime | null; copyMonths: readonly number[] }>;

export type YearlySchedule = Keeping &
  Readonly<{ month: number; on: DayOfMonth; time: LocalTime | null; copies: boolean }>;

export type Schedules = Readonly<{
  /** IANA time zone. */
  timeZone: string;
  daily: DailySchedule | null;
  weekly: WeeklySchedule | null;
  monthly: MonthlySchedule | null;
  yearly: YearlySchedule | null;
}>;

/** A moment at which a policy runs, and the schedules that it satisfies: one point carries all their flags. */
export type Slot = Readonly<{ at: Date; flags: readonly Flag[]; copied: readonly Flag[] }>;

/** Whether any slot of this schedule is copied. */
export function asksForCopies({ daily, weekly, monthly, yearly }: Schedules, flag: Flag): boolean {
  switch (flag) {
    case 'D':
      return (daily?.copyTimes.length ?? 0) > 0;
    case 'W':
      return (weekly?.copyDays.length ?? 0) > 0;
    case 'M':
      return (monthly?.copyMonths.length ?? 0) > 0;
    case 'Y':
      return yearly?.copies ?? false;
  }
}

export function hasSchedule({ daily, weekly, monthly, yearly }: Schedules): boolean {
  return [daily, weekly, monthly, yearly].some((one) => one !== null);
}
