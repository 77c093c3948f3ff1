import { momentOf } from '@tablekeep/platform/local-time';
import { endOf, type Period } from '@tablekeep/schema/retention-rules';
import { coldAfter, daysKept } from '../cold-storage.ts';
import type { PolicyDocument } from '../policy-document.ts';
import type { Schedules, Slot } from '../schedules/schedule.ts';
import { rulesOfSlot } from '../schedules/rules-of-slot.ts';
import { slotsBetween } from '../schedules/slots.ts';

/** What a policy keeps of each table, once as many points go as come: averages over a year. */
export type PointsKept = Readonly<{
  /** Full copies of the table in warm and in cold storage at a time. */
  warm: number;
  cold: number;
  /** Made in a month of a twelfth of a year. */
  madePerMonth: number;
  /** Kept for ever: counted as if for a year, and growing beyond it. */
  grows: boolean;
}>;

const DAY_MS = 86_400_000;
/**
 * The year that stands for all: whole, by the calendar of the schedules' zone, so that what comes once a year is counted once
 * whatever its weekday; and the same one whenever somebody asks, so that the figures are the same.
 */
const A_YEAR = 2026;
const YEAR_DAYS = 365;
const NONE: PointsKept = { warm: 0, cold: 0, madePerMonth: 0, grows: false };

/**
 * By Little's law: so many points are there at a time as are made in a year, times the share of a year that each lives. The
 * life of a point is that of its longest flag.
 * @param target null: backups; otherwise the copies that one target of a Region receives
 */
export function pointsKept(
  document: PolicyDocument,
  target: Readonly<{ retentionDays: number | null }> | null,
): PointsKept {
  const { schedules } = document;
  if (!schedules) return NONE;
  let [warmDays, coldDays, made, grows] = [0, 0, 0, false];
  for (const slot of slotsOfYear(schedules)) {
    const rules = rulesOfSlot(schedules, slot).filter((rule) => target === null || rule.copied);
    if (rules.length === 0) continue;
    made += 1;
    const periods = rules.map((rule) => (target === null ? rule.keep : keptCopy(target, rule.keepCopies)));
    const forEver = periods.includes(null);
    grows ||= forEver;
    const days = forEver ? YEAR_DAYS : longest(periods, slot.at);
    const cold = coldAfter(document.coldStorageAfterDays ?? null, forEver ? null : daysKept(periods));
    warmDays += cold === null ? days : Math.min(days, cold);
    coldDays += cold === null ? 0 : Math.max(0, days - cold);
  }
  return { warm: warmDays / YEAR_DAYS, cold: coldDays / YEAR_DAYS, madePerMonth: made / 12, grows };
}

/** How often a schedule's moments come in a month, averaged over a year. */
export function slotsPerMonth(schedules: Schedules): number {
  return slotsOfYear(schedules).length / 12;
}

function slotsOfYear(schedules: Schedules): Slot[] {
  const begin = (year: number) => momentOf(schedules.timeZone, { year, month: 1, day: 1 }, '00:00').getTime();
  return slotsBetween(schedules, new Date(begin(A_YEAR) - 1), new Date(begin(A_YEAR + 1) - 1));
}

function keptCopy({ retentionDays }: Readonly<{ retentionDays: number | null }>, keep: Period | null): Period | null {
  return retentionDays === null ? keep : { value: retentionDays, unit: 'DAYS' };
}

function longest(periods: readonly (Period | null)[], at: Date): number {
  const ends = periods.flatMap((period) => (period === null ? [] : [endOf(at, period).getTime()]));
  return (Math.max(...ends) - at.getTime()) / DAY_MS;
}
