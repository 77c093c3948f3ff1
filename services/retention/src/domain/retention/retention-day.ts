import { DateTime, IANAZone } from 'luxon';
import { createHash } from 'node:crypto';

export type DailyTime = Readonly<{ timeOfDay: string; timeZone: string; jitterMinutes: number }>;

/** The run of one day: the day names it, so that it is one run wherever and however often it is announced. */
export type RetentionSlot = Readonly<{ day: string; at: Date }>;

const DAYS_AROUND = [-2, -1, 0, 1, 2] as const;

/**
 * The last slot that has come, and the next. Each account has its own moment within the jitter, the same each time it is
 * asked: accounts do not all list their vaults in the same minute, and replicas agree without talking. A time that a day
 * lacks because clocks are put forward is the moment after the jump.
 */
export function slotsAround(
  daily: DailyTime,
  accountId: string,
  now: Date,
): Readonly<{ last: RetentionSlot; next: RetentionSlot }> {
  const today = DateTime.fromJSDate(now, { zone: daily.timeZone }).startOf('day');
  const slots = DAYS_AROUND.map((days) => slotOf(daily, accountId, today.plus({ days })));
  const last = slots.findLast(({ at }) => at <= now);
  const next = slots.find(({ at }) => at > now);
  if (!last || !next) throw new RangeError(`no slot around ${now.toISOString()} in ${daily.timeZone}`);
  return { last, next };
}

function slotOf({ timeOfDay, timeZone, jitterMinutes }: DailyTime, accountId: string, day: DateTime): RetentionSlot {
  const [hour = 0, minute = 0] = timeOfDay.split(':').map(Number);
  const local = { year: day.year, month: day.month, day: day.day, hour, minute };
  const named = [local.year, local.month, local.day].map((part) => String(part).padStart(2, '0')).join('-');
  const delay = fraction(`${accountId} ${named}`) * jitterMinutes * 60_000;
  return { day: named, at: new Date(DateTime.fromObject(local, { zone: timeZone }).toMillis() + Math.floor(delay)) };
}

/** 0 to below 1, the same for the same text. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

export function isTimeZone(name: string): boolean {
  return name !== '' && IANAZone.isValidZone(name);
}
