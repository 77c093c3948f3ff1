import type { PolicyDocument, Verification } from '../domain/policy-document.ts';
import type { Schedules } from '../domain/schedules/schedule.ts';
import { schedulesOf } from './schedules-input.ts';
import { nextRunAt, shownSchedules } from './shown-schedules.ts';
import type {
  PolicyVerification,
  PolicyVerificationInput,
  VerificationSchedule,
  VerificationScheduleInput,
} from './resolver-types.ts';

/** What an input asks for. The moments are those of schedules for backups; what is said there of points does not apply. */
export function verificationOf(input: PolicyVerificationInput | null | undefined): Verification | null {
  if (input == null) return null;
  return { schedule: momentsOf(input.schedule), countItems: input.countItems ?? false };
}

function momentsOf({ timeZone, daily, weekly, monthly, yearly }: VerificationScheduleInput): Schedules {
  const moments = schedulesOf({
    timeZone,
    daily: daily ? { ...daily, copyTimes: [] } : null,
    weekly: weekly ? { ...weekly, copyDays: [] } : null,
    monthly: monthly ? { ...monthly, copyMonths: [] } : null,
    yearly: yearly ? { ...yearly, copies: false } : null,
  });
  return moments ?? { timeZone, daily: null, weekly: null, monthly: null, yearly: null };
}

export function shownVerification(
  { verification }: PolicyDocument,
  enabled: boolean,
  slotsAfter: Date,
): PolicyVerification | null {
  if (!verification) return null;
  return {
    schedule: shownMoments(verification.schedule),
    countItems: verification.countItems,
    nextRunAt: nextRunAt(verification.schedule, enabled, slotsAfter),
  };
}

/** As an input would say it. */
export function shownMoments(schedule: Schedules): VerificationSchedule {
  const { daily, weekly, monthly, yearly } = shownSchedules(schedule) ?? {};
  return {
    timeZone: schedule.timeZone,
    daily: daily ? { days: daily.days, times: daily.times } : null,
    weekly: weekly ? { days: weekly.days, time: weekly.time } : null,
    monthly: monthly ? { months: monthly.months, on: monthly.on, time: monthly.time } : null,
    yearly: yearly ? { month: yearly.month, on: yearly.on, time: yearly.time } : null,
  };
}
