import type { Schedules } from './schedule.ts';
import { slotsBetween } from './slots.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export type Gaps = Readonly<{ shortestMs: number; longestMs: number }>;

/** How far the coming slots are apart; null where there are not two of them in a bit more than a year. */
export function gapsOf(schedules: Schedules, now: Date): Gaps | null {
  // A month shows everything that the daily and weekly schedules do; the others need a year.
  const days = schedules.monthly === null && schedules.yearly === null ? 35 : 400;
  const slots = slotsBetween(schedules, now, new Date(now.getTime() + days * DAY_MS));
  const gaps = slots.slice(1).map(({ at }, i) => at.getTime() - (slots[i]?.at.getTime() ?? 0));
  if (gaps.length === 0) return null;
  return {
    shortestMs: gaps.reduce((least, gap) => Math.min(least, gap)),
    longestMs: gaps.reduce((most, gap) => Math.max(most, gap)),
  };
}
