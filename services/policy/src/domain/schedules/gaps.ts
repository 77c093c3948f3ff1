import { dayAt, plusDays, type CalendarDay } from '@tablekeep/platform/local-time';
import type { LocalTime, Schedules } from './schedule.ts';
import { askedOn, wishesOf } from './slots.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Two slots of a yearly schedule, whenever one begins to look. */
const LOOK_DAYS = 2 * 366 + 7;

export type Gaps = Readonly<{ shortestMs: number; longestMs: number }>;

/** First and last slot of a day, and the gaps between its slots; milliseconds since midnight. */
type DayShape = Readonly<{ first: number; last: number; inner: readonly number[] }>;

/**
 * How far the coming slots are apart by the wall clock, on which a day has 24 hours also where a clock is put forward or
 * back; null where there are not two of them in two years. Days that the same schedules ask for are looked at once, so that
 * hundreds of slots a day cost no more than a few.
 */
export function gapsOf(schedules: Schedules, now: Date): Gaps | null {
  const shapes = new Map<string, DayShape | null>();
  let [shortestMs, longestMs] = [Number.POSITIVE_INFINITY, 0];
  const note = (gap: number) => {
    shortestMs = Math.min(shortestMs, gap);
    longestMs = Math.max(longestMs, gap);
  };
  let before: number | null = null;
  const first = dayAt(schedules.timeZone, now);
  for (let i = 0; i <= LOOK_DAYS; i++) {
    const shape = shapeOf(schedules, plusDays(first, i), shapes);
    if (shape === null) continue;
    shape.inner.forEach(note);
    if (before !== null) note(i * DAY_MS + shape.first - before);
    before = i * DAY_MS + shape.last;
  }
  return longestMs === 0 ? null : { shortestMs, longestMs };
}

function shapeOf(schedules: Schedules, day: CalendarDay, shapes: Map<string, DayShape | null>): DayShape | null {
  const asked = askedOn(schedules, day);
  const kind = asked.map(({ flag }) => flag).join('');
  const known = shapes.get(kind);
  if (known !== undefined) return known;
  const times = [...new Set(wishesOf(schedules, asked).map(({ time }) => sinceMidnight(time)))].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  const inner = gaps.length === 0 ? [] : [Math.min(...gaps), Math.max(...gaps)];
  const shape = first === undefined || last === undefined ? null : { first, last, inner };
  shapes.set(kind, shape);
  return shape;
}

function sinceMidnight(time: LocalTime): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * MINUTE_MS;
}
