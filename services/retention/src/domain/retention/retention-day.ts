import { dayAt, momentOf, plusDays, sayDay, type CalendarDay } from '@tablekeep/platform/local-time';
import { createHash } from 'node:crypto';

export type DailyTime = Readonly<{ timeOfDay: string; timeZone: string; jitterMinutes: number }>;

/** The run of one day: the day names it, so that it is one run wherever and however often it is announced. */
export type RetentionSlot = Readonly<{ day: string; at: Date }>;

const DAYS_AROUND = [-2, -1, 0, 1, 2] as const;

/**
 * The last slot that has come, and the next. Each account has its own moment within the jitter, the same each time it is
 * asked: accounts do not all list their vaults in the same minute, and replicas agree without talking.
 */
export function slotsAround(
  daily: DailyTime,
  accountId: string,
  now: Date,
): Readonly<{ last: RetentionSlot; next: RetentionSlot }> {
  const today = dayAt(daily.timeZone, now);
  const slots = DAYS_AROUND.map((days) => slotOf(daily, accountId, plusDays(today, days)));
  const last = slots.findLast(({ at }) => at <= now);
  const next = slots.find(({ at }) => at > now);
  if (!last || !next) throw new RangeError(`no slot around ${now.toISOString()} in ${daily.timeZone}`);
  return { last, next };
}

function slotOf({ timeOfDay, timeZone, jitterMinutes }: DailyTime, accountId: string, on: CalendarDay): RetentionSlot {
  const day = sayDay(on);
  const delay = fraction(`${accountId} ${day}`) * jitterMinutes * 60_000;
  return { day, at: new Date(momentOf(timeZone, on, timeOfDay).getTime() + Math.floor(delay)) };
}

/** 0 to below 1, the same for the same text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
