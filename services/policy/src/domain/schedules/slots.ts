import type { Flag } from '@tablekeep/schema/retention-rules';
import {
  dayAt,
  daysInMonth,
  momentsOf,
  plusDays,
  weekdayIndex,
  type CalendarDay,
} from '@tablekeep/platform/local-time';
import { WEEKDAYS, type DayOfMonth, type LocalTime, type Schedules, type Slot } from './schedule.ts';

/** One schedule asking for a run on some day. */
export type Wish = Readonly<{ flag: Flag; time: LocalTime; copied: boolean }>;
export type Asked = Readonly<{ flag: Flag; copied: boolean }>;

const FLAG_ORDER: readonly Flag[] = ['D', 'W', 'M', 'Y'];

/**
 * The slots of a policy after one moment up to and including another, in order. Schedules that ask for the same moment make
 * one slot with the flags of all of them.
 */
export function slotsBetween(schedules: Schedules, after: Date, until: Date): Slot[] {
  const found = new Map<number, { flags: Set<Flag>; copied: Set<Flag> }>();
  // A jump of the clock can carry a time into the next day, or two.
  const first = plusDays(dayAt(schedules.timeZone, after), -2);
  const last = plusDays(dayAt(schedules.timeZone, until), 2);
  for (let day = first; isNotAfter(day, last); day = plusDays(day, 1)) {
    const asked = askedOn(schedules, day);
    if (asked.length === 0) continue;
    const momentOf = momentsOf(schedules.timeZone, day);
    for (const wish of wishesOf(schedules, asked)) {
      const at = momentOf(wish.time);
      if (at <= after.getTime() || at > until.getTime()) continue;
      const slot = found.get(at) ?? { flags: new Set(), copied: new Set() };
      slot.flags.add(wish.flag);
      if (wish.copied) slot.copied.add(wish.flag);
      found.set(at, slot);
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([at, { flags, copied }]) => ({ at: new Date(at), flags: inOrder(flags), copied: inOrder(copied) }));
}

const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * A yearly schedule comes once in the last of these, whatever the clock does: from one year's last Sunday of a month to the
 * next it can be 53 weeks.
 */
const LOOK_AHEAD_DAYS = [2, 35, 400];

/** Null: these schedules never come. */
export function nextSlot(schedules: Schedules, after: Date): Slot | null {
  for (const days of LOOK_AHEAD_DAYS) {
    const [first] = slotsBetween(schedules, after, new Date(after.getTime() + days * DAY_MS));
    if (first) return first;
  }
  return null;
}

/** The slots' flags together: what one late run owes for all the slots it makes up for. */
export function mergedSlot(slots: readonly [Slot, ...Slot[]]): Slot {
  const last = slots.at(-1) ?? slots[0];
  return {
    at: last.at,
    flags: inOrder(new Set(slots.flatMap((slot) => slot.flags))),
    copied: inOrder(new Set(slots.flatMap((slot) => slot.copied))),
  };
}

/**
 * Which schedules ask for this day, and for copies of it: days that are alike in this have the same wishes. The daily
 * schedule asks for copies by its times, which are the same each day.
 */
export function askedOn({ daily, weekly, monthly, yearly }: Schedules, day: CalendarDay): Asked[] {
  const weekday = WEEKDAYS[weekdayIndex(day)];
  const asked: Asked[] = [];
  if (daily && weekday && daily.days.includes(weekday)) asked.push({ flag: 'D', copied: false });
  if (weekly && weekday && weekly.days.includes(weekday)) {
    asked.push({ flag: 'W', copied: weekly.copyDays.includes(weekday) });
  }
  if (monthly?.months.includes(day.month) && isOn(monthly.on, day)) {
    asked.push({ flag: 'M', copied: monthly.copyMonths.includes(day.month) });
  }
  if (yearly?.month === day.month && isOn(yearly.on, day)) asked.push({ flag: 'Y', copied: yearly.copies });
  return asked;
}

/** What the schedules that ask for a day want of it. */
export function wishesOf(schedules: Schedules, asked: readonly Asked[]): Wish[] {
  const { daily } = schedules;
  const shared = daily === null ? null : ([...daily.times].sort()[0] ?? null);
  return asked.flatMap(({ flag, copied }): Wish[] => {
    if (flag === 'D') {
      const copies = new Set(daily?.copyTimes);
      return (daily?.times ?? []).map((time) => ({ flag, time, copied: copies.has(time) }));
    }
    const time = { W: schedules.weekly, M: schedules.monthly, Y: schedules.yearly }[flag]?.time ?? shared;
    return time === null ? [] : [{ flag, time, copied }];
  });
}

function isOn(on: DayOfMonth, day: CalendarDay): boolean {
  const length = daysInMonth(day);
  switch (on.kind) {
    case 'DATE':
      return day.day === Math.min(on.date, length);
    case 'LAST_DAY':
      return day.day === length;
    case 'NTH_WEEKDAY':
      return WEEKDAYS[weekdayIndex(day)] === on.weekday && Math.ceil(day.day / 7) === on.nth;
    case 'LAST_WEEKDAY':
      return WEEKDAYS[weekdayIndex(day)] === on.weekday && day.day > length - 7;
  }
}

function isNotAfter(a: CalendarDay, b: CalendarDay): boolean {
  return Date.UTC(a.year, a.month - 1, a.day) <= Date.UTC(b.year, b.month - 1, b.day);
}

function inOrder(flags: ReadonlySet<Flag>): Flag[] {
  return FLAG_ORDER.filter((flag) => flags.has(flag));
}
