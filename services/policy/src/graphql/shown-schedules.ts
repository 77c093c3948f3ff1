import { isTimeZone } from '@tablekeep/platform/local-time';
import type { DayOfMonth, Schedules } from '../domain/schedules/schedule.ts';
import { nextSlot } from '../domain/schedules/slots.ts';
import type { DayOfMonth as ShownDay, Schedules as ShownSchedules } from './resolver-types.ts';

/** Stored schedules as the API shows them. */
export function shownSchedules(schedules: Schedules | null): ShownSchedules | null {
  if (!schedules) return null;
  const { timeZone, daily, weekly, monthly, yearly } = schedules;
  return {
    timeZone,
    daily: daily && { ...daily, days: [...daily.days], times: [...daily.times], copyTimes: [...daily.copyTimes] },
    weekly: weekly && { ...weekly, days: [...weekly.days], copyDays: [...weekly.copyDays] },
    monthly: monthly && {
      ...monthly,
      months: [...monthly.months],
      on: shownDay(monthly.on),
      copyMonths: [...monthly.copyMonths],
    },
    yearly: yearly && { ...yearly, on: shownDay(yearly.on) },
  };
}

function shownDay(on: DayOfMonth): ShownDay {
  return {
    kind: on.kind,
    date: on.kind === 'DATE' ? on.date : null,
    nth: on.kind === 'NTH_WEEKDAY' ? on.nth : null,
    weekday: 'weekday' in on ? on.weekday : null,
  };
}

/** The first slot that is not run yet: in the past while it is due. */
export function nextRunAt(schedules: Schedules | null, enabled: boolean, slotsAfter: Date): Date | null {
  if (!schedules || !enabled || !isTimeZone(schedules.timeZone)) return null;
  return nextSlot(schedules, slotsAfter)?.at ?? null;
}
