import type { Flag, RetentionRule } from '@tablekeep/schema/retention-rules';
import { endOf } from '@tablekeep/schema/retention-rules';
import type { PointOrigin } from '@tablekeep/schema/work-items';

export type PointFlag = Readonly<{ flag: Flag; expiresAt: Date | null }>;

/** The flags that a point carries, each with its own end, counted from the moment its data is of. */
export function flagsOf({ kind, rules }: Pick<PointOrigin, 'kind' | 'rules'>, madeAt: Date): PointFlag[] {
  const end = (period: RetentionRule['keep']) => (period === null ? null : endOf(madeAt, period));
  if (kind !== 'COPY') return rules.map(({ flag, keep }) => ({ flag, expiresAt: end(keep) }));
  return rules.filter(({ copied }) => copied).map(({ flag, keepCopies }) => ({ flag, expiresAt: end(keepCopies) }));
}

const DAY_MS = 86_400_000;

/** When a point has no reason left to stay, holds and its place in its chain apart; null: never. */
export function expiryOf(origin: PointOrigin, madeAt: Date): Date | null {
  const flags = flagsOf(origin, madeAt);
  if (flags.length === 0) {
    const days = origin.kind === 'COPY' ? origin.retention.copyDays : origin.retention.backupDays;
    return days === null ? null : new Date(madeAt.getTime() + days * DAY_MS);
  }
  let last: Date | null = null;
  for (const { expiresAt } of flags) {
    if (expiresAt === null) return null;
    if (last === null || expiresAt > last) last = expiresAt;
  }
  return last;
}
