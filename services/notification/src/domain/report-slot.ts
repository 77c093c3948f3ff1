import { dayAt, momentOf, plusDays, sayDay, type LocalTime } from '@tablekeep/platform/local-time';

/** When the report comes each day. */
export type ReportTime = Readonly<{ timeOfDay: LocalTime; timeZone: string }>;

/** The report of one day: the day names it, so that it is one, wherever and however often it is found to be due. */
export type ReportSlot = Readonly<{ day: string; at: Date }>;

/** Older slots are nobody's. */
export const MOST_DAYS = 31;

/** A jump of the clock can carry a time into the next day, or two. */
const JUMP_DAYS = 2;

/**
 * The slots after a moment up to and including another, in order, the last 31 at most: each day of the zone's calendar has one, by
 * the rules of local times.
 */
export function slotsBetween({ timeOfDay, timeZone }: ReportTime, after: Date, until: Date): ReportSlot[] {
  const last = plusDays(dayAt(timeZone, until), JUMP_DAYS);
  const slots: ReportSlot[] = [];
  for (let back = MOST_DAYS + 2 * JUMP_DAYS; back >= 0; back--) {
    const day = plusDays(last, -back);
    const at = momentOf(timeZone, day, timeOfDay);
    if (at > after && at <= until) slots.push({ day: sayDay(day), at });
  }
  return slots.slice(-MOST_DAYS);
}

/** The slots that come next, in order. */
export function slotsAfter(time: ReportTime, after: Date): ReportSlot[] {
  const days = 3;
  return slotsBetween(time, after, new Date(after.getTime() + days * 24 * 3_600_000));
}
