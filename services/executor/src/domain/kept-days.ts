import { longestDays } from '@tablekeep/schema/retention-rules';
import type { PointOrigin } from '@tablekeep/schema/work-items';

const DAY_MS = 86_400_000;

/**
 * Whole days that a point must live, counted from the moment its data is of: until the last flag of its schedules ends, or
 * what was said for points without one. Null: for ever. A point made by hand has one retention, wherever it is copied to.
 */
export function keptDays({ kind, retention, ...origin }: PointOrigin, madeAt: Date): number | null {
  // A job stored by a release without schedules has none.
  const { rules = [] }: Partial<Pick<PointOrigin, 'rules'>> = origin;
  if (rules.length === 0) return kind === 'COPY' ? retention.copyDays : retention.backupDays;
  if (kind !== 'COPY')
    return longestDays(
      madeAt,
      rules.map(({ keep }) => keep),
    );
  return longestDays(
    madeAt,
    rules.filter(({ copied }) => copied).map(({ keepCopies }) => keepCopies),
  );
}

/**
 * The most days it must live wherever in this span it is made. Months and years are not of one length: a month from 28
 * February is 28 days, from 1 March 31, and a lifecycle that AWS counts in days is fixed before the point is there. Within
 * a day (UTC) the number is the same, so a look for each day is all.
 * @param withinMs from `from` on, both ends included
 */
export function mostDaysKept(origin: PointOrigin, from: Date, withinMs: number): number | null {
  const end = from.getTime() + withinMs;
  let most = 0;
  for (let at = from.getTime(); ; at = Math.min(at + DAY_MS, end)) {
    const days = keptDays(origin, new Date(at));
    if (days === null) return null;
    most = Math.max(most, days);
    if (at === end) return most;
  }
}
