import { longestDays } from '@tablekeep/schema/retention-rules';
import type { PointOrigin } from '@tablekeep/schema/work-items';

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
