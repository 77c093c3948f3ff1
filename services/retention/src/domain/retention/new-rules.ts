import { endOf, type Flag, type RetentionRule } from '@tablekeep/schema/retention-rules';

/** What a policy says now of how long its points stay. Days null: for ever. */
export type PolicyRules = Readonly<{
  rules: readonly RetentionRule[];
  backupDays: number | null;
  copies: readonly Readonly<{ fromRegion: string; toRegion: string; vaultName: string; days: number | null }>[];
  keepNewest: boolean;
}>;

export type RuledPoint = Readonly<{
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  createdAt: Date;
  tableRegion: string;
  region: string;
  vaultName: string;
  flags: readonly Readonly<{ flag: Flag; expiresAt: Date | null }>[];
  expiresAt: Date | null;
  keepNewest: boolean;
}>;

export type Fate = Pick<RuledPoint, 'flags' | 'expiresAt' | 'keepNewest'>;

/**
 * What a point's flags and end would be under the policy's present rules. Each flag keeps its schedule's own end: where the
 * schedule is switched off, or copies no more, there is no new rule for it, and the old one stands. Where a copy target says
 * how long, that counts instead of the schedules'.
 */
export function underRules(point: RuledPoint, { rules, backupDays, copies, keepNewest }: PolicyRules): Fate {
  const { createdAt, kind, expiresAt } = point;
  const inDays = (value: number | null) => (value === null ? null : endOf(createdAt, { value, unit: 'DAYS' }));
  const target = copies.find(
    (copy) =>
      copy.fromRegion === point.tableRegion && copy.toRegion === point.region && copy.vaultName === point.vaultName,
  );
  if (point.flags.length === 0) {
    if (kind !== 'COPY') return { flags: [], expiresAt: inDays(backupDays), keepNewest };
    return { flags: [], expiresAt: target ? inDays(target.days) : expiresAt, keepNewest };
  }
  const flags = point.flags.map((old) => {
    const rule = rules.find(({ flag }) => flag === old.flag);
    if (kind !== 'COPY') return rule ? { flag: old.flag, expiresAt: endAfter(createdAt, rule.keep) } : old;
    if (target && target.days !== null) return { flag: old.flag, expiresAt: inDays(target.days) };
    return rule?.copied ? { flag: old.flag, expiresAt: endAfter(createdAt, rule.keepCopies) } : old;
  });
  return { flags, expiresAt: lastEnd(flags), keepNewest };
}

function endAfter(from: Date, period: RetentionRule['keep']): Date | null {
  return period === null ? null : endOf(from, period);
}

function lastEnd(flags: RuledPoint['flags']): Date | null {
  let last: Date | null = null;
  for (const { expiresAt } of flags) {
    if (expiresAt === null) return null;
    if (last === null || expiresAt > last) last = expiresAt;
  }
  return last;
}

export type Move = 'EARLIER' | 'LATER' | 'SAME';

/** Null, for ever, is the latest of all. */
export function moveOf(from: Date | null, to: Date | null): Move {
  const [a, b] = [from?.getTime() ?? Infinity, to?.getTime() ?? Infinity];
  return a === b ? 'SAME' : b < a ? 'EARLIER' : 'LATER';
}
