import { IANAZone } from 'luxon';

/** "HH:MM" of a 24-hour clock. */
export type LocalTime = string;

/** A day of the calendar, wherever it is. Month 1 to 12. */
export type CalendarDay = Readonly<{ year: number; month: number; day: number }>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** More than any zone is from UTC, and than any jump of a clock. */
const REACH_MS = 26 * 60 * MINUTE_MS;

export function isTimeZone(name: string): boolean {
  return name !== '' && IANAZone.isValidZone(name);
}

/**
 * The first moment at which the zone's clock shows a time of this day, or has jumped over it:
 * - a time that a clock put forward leaves out is the first moment after the jump;
 * - a time that a clock put back shows twice is the first of the two.
 * So each local time of each day is exactly one moment, and they come in their order. The zone is asked once for the whole
 * day, unless its clock jumps around it.
 */
export function momentsOf(zoneName: string, { year, month, day }: CalendarDay): (time: LocalTime) => number {
  const zone = IANAZone.create(zoneName);
  const midnight = Date.UTC(year, month - 1, day);
  const [before, after] = [midnight - REACH_MS, midnight + DAY_MS + REACH_MS].map((at) => zone.offset(at) * MINUTE_MS);
  return (time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    const asIfUtc = midnight + (hour * 60 + minute) * MINUTE_MS;
    return before === after && before !== undefined ? asIfUtc - before : nearJump(zone, asIfUtc);
  };
}

export function momentOf(zoneName: string, day: CalendarDay, time: LocalTime): Date {
  return new Date(momentsOf(zoneName, day)(time));
}

function nearJump(zone: IANAZone, asIfUtc: number): number {
  const offsets = [asIfUtc - REACH_MS, asIfUtc + REACH_MS].map((at) => zone.offset(at) * MINUTE_MS);
  const shown = offsets.map((offset) => asIfUtc - offset).filter((at) => at + zone.offset(at) * MINUTE_MS === asIfUtc);
  return shown.length > 0 ? Math.min(...shown) : jumpBetween(zone, asIfUtc - REACH_MS, asIfUtc + REACH_MS);
}

/** The first moment of the new offset. */
function jumpBetween(zone: IANAZone, from: number, to: number): number {
  const before = zone.offset(from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The day that the zone's clock shows. */
export function dayAt(zoneName: string, at: Date): CalendarDay {
  const local = new Date(at.getTime() + IANAZone.create(zoneName).offset(at.getTime()) * MINUTE_MS);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** `2026-01-31 04:05`, as the zone's clock shows it. */
export function shownAt(zoneName: string, at: Date): string {
  const local = new Date(at.getTime() + IANAZone.create(zoneName).offset(at.getTime()) * MINUTE_MS);
  return local.toISOString().slice(0, 16).replace('T', ' ');
}

/** `2026-01-31`. */
export function sayDay({ year, month, day }: CalendarDay): string {
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
}

export function plusDays({ year, month, day }: CalendarDay, days: number): CalendarDay {
  const then = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: then.getUTCFullYear(), month: then.getUTCMonth() + 1, day: then.getUTCDate() };
}

export function daysInMonth({ year, month }: Pick<CalendarDay, 'year' | 'month'>): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 0: Monday. */
export function weekdayIndex({ year, month, day }: CalendarDay): number {
  return (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
}
