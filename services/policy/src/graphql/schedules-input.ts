import type { Period } from '@tablekeep/schema/retention-rules';
import { WEEKDAYS, type DayOfMonth, type Schedules, type Weekday } from '../domain/schedules/schedule.ts';
import type { DayOfMonthInput, PeriodInput, SchedulesInput } from './resolver-types.ts';

const ALL_MONTHS = Array.from({ length: 12 }, (_, i) => i + 1);

/** The schedules that an input asks for, defaults filled in; what is missing in it stays visibly wrong. */
export function schedulesOf(input: SchedulesInput | null | undefined): Schedules | null {
  if (input == null) return null;
  const { timeZone, daily, weekly, monthly, yearly } = input;
  const months = monthly ? [...(monthly.months ?? ALL_MONTHS)] : [];
  return {
    timeZone,
    daily: daily
      ? {
          days: [...(daily.days ?? WEEKDAYS)],
          times: [...daily.times],
          copyTimes: [...(daily.copyTimes ?? daily.times)],
          ...keeping(daily),
        }
      : null,
    weekly: weekly
      ? {
          days: [...weekly.days],
          time: weekly.time ?? null,
          copyDays: [...(weekly.copyDays ?? weekly.days)],
          ...keeping(weekly),
        }
      : null,
    monthly: monthly
      ? {
          months,
          on: dayOfMonth(monthly.on),
          time: monthly.time ?? null,
          copyMonths: [...(monthly.copyMonths ?? months)],
          ...keeping(monthly),
        }
      : null,
    yearly: yearly
      ? {
          month: yearly.month,
          on: dayOfMonth(yearly.on),
          time: yearly.time ?? null,
          copies: yearly.copies ?? true,
          ...keeping(yearly),
        }
      : null,
  };
}

type Keeping = { keep?: PeriodInput | null | undefined; keepCopies?: PeriodInput | null | undefined };
const period = (input: PeriodInput | null | undefined): Period | null =>
  input == null ? null : { value: input.value, unit: input.unit };
const keeping = ({ keep, keepCopies }: Keeping) => ({ keep: period(keep), keepCopies: period(keepCopies) });

/** A member that was left out becomes one that no rule takes, so that it is named as what is wrong. */
function dayOfMonth({ kind, date, nth, weekday }: DayOfMonthInput): DayOfMonth {
  const named = (weekday ?? '') as Weekday;
  switch (kind) {
    case 'DATE':
      return { kind, date: date ?? 0 };
    case 'LAST_DAY':
      return { kind };
    case 'NTH_WEEKDAY':
      return { kind, nth: nth ?? 0, weekday: named };
    case 'LAST_WEEKDAY':
      return { kind, weekday: named };
  }
}
