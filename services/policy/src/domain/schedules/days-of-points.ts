import { longestDays, STARTED_WITHIN_MS, type Flag, type Period } from '@tablekeep/schema/retention-rules';
import { dayAt, momentsOf, plusDays } from '@tablekeep/platform/local-time';
import { rulesOfSlot } from './rules-of-slot.ts';
import { runWindows } from './run-windows.ts';
import type { LocalTime, Schedules } from './schedule.ts';
import { askedOn, wishesOf, type Asked } from './slots.ts';

/** Of all points that slots make, the one that is kept for the fewest days and the one for the most; null: for ever. */
export type DaysOfPoints = Readonly<{ fewest: number | null; most: number | null }>;

/** Every length that a month or a year can have. */
const LOOK_DAYS = 4 * 366;

const MINUTE_MS = 60_000;

/** What the points of a time of day are kept for, by the schedules that name it. */
type Asking = Readonly<{ time: LocalTime; periods: readonly (Period | null)[] }>;

/**
 * For how long the points of the coming slots are kept: each by the longest of the schedules it satisfies, so a slot that
 * only the daily schedule names counts by itself; and a point may begin hours after its slot, on a day from which a month is
 * longer or shorter. Null: there are none.
 * @param target null: backups; otherwise the copies that a target receives
 */
export function daysOfPoints(
  schedules: Schedules,
  target: Readonly<{ retentionDays: number | null }> | null,
  now: Date,
): DaysOfPoints | null {
  const kinds = new Map<string, Asking[]>();
  const fromSlots: (number | null)[] = [];
  const fromLatest: (number | null)[] = [];
  const beginsWithinMs = STARTED_WITHIN_MS + runWindows(schedules, now).startWindowMinutes * MINUTE_MS;
  const first = dayAt(schedules.timeZone, now);
  for (let i = 0; i <= LOOK_DAYS; i++) {
    const day = plusDays(first, i);
    const asked = askedOn(schedules, day);
    if (asked.length === 0) continue;
    const kind = JSON.stringify(asked);
    const isKnown = kinds.has(kind);
    const asking = kinds.get(kind) ?? askingOf(schedules, asked, target);
    kinds.set(kind, asking);
    // Days are equally long; months and years are not.
    const changing = asking.filter(
      ({ periods }) => !isKnown || periods.some((one) => one !== null && one.unit !== 'DAYS'),
    );
    if (changing.length === 0) continue;
    const momentOf = momentsOf(schedules.timeZone, day);
    for (const { time, periods } of changing) {
      const slot = momentOf(time);
      fromSlots.push(longestDays(new Date(slot), periods));
      // Within a day (UTC) the number is the same, and the span reaches into the next at most.
      fromLatest.push(longestDays(new Date(slot + beginsWithinMs), periods));
    }
  }
  if (fromSlots.length === 0) return null;
  const ends = fromSlots.filter((one) => one !== null);
  const latest = fromLatest.filter((one) => one !== null);
  return {
    fewest: ends.length === 0 ? null : Math.min(...ends, ...latest),
    most: ends.length < fromSlots.length ? null : Math.max(...ends, ...latest),
  };
}

/** One time of day for each combination of schedules. */
function askingOf(
  schedules: Schedules,
  asked: readonly Asked[],
  target: Readonly<{ retentionDays: number | null }> | null,
): Asking[] {
  const byTime = new Map<LocalTime, { flags: Flag[]; copied: Flag[] }>();
  for (const { flag, time, copied } of wishesOf(schedules, asked)) {
    const slot = byTime.get(time) ?? { flags: [], copied: [] };
    slot.flags.push(flag);
    if (copied) slot.copied.push(flag);
    byTime.set(time, slot);
  }
  const kinds = new Map<string, Asking>();
  for (const [time, slot] of byTime) {
    const rules = rulesOfSlot(schedules, slot).filter((rule) => target === null || rule.copied);
    if (rules.length === 0) continue;
    const own = target === null || target.retentionDays === null ? null : inDays(target.retentionDays);
    const periods = own ? [own] : rules.map((rule) => (target === null ? rule.keep : rule.keepCopies));
    kinds.set(JSON.stringify(periods), { time, periods });
  }
  return [...kinds.values()];
}

const inDays = (value: number): Period => ({ value, unit: 'DAYS' });
