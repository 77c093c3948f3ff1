import type { Period } from '@tablekeep/schema/retention-rules';
import type { PolicyDocument } from './policy-document.ts';
import { asksForCopies } from './schedules/schedule.ts';

/** One of the retentions by which points of a policy are kept; null: for ever. `path`: its place in the input. */
export type CountingRetention = Readonly<{ kept: Period | null; what: string; path: readonly string[] }>;

const FLAG_OF = { daily: 'D', weekly: 'W', monthly: 'M', yearly: 'Y' } as const;
export const SCHEDULE_NAMES = ['daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Those of a policy's retentions that decide about any point it makes. Where there are schedules, each keeps its own, also when
 * somebody runs the policy by hand, and `backupRetentionDays` keeps none. A copy target's own days count instead of the
 * schedules' for copies, and neither where nothing is copied.
 */
export function countingRetentions({
  schedules,
  backupRetentionDays,
  copies,
}: Pick<PolicyDocument, 'schedules' | 'backupRetentionDays' | 'copies'>): CountingRetention[] {
  const ofTargets = copies.map(({ retentionDays, toRegion }, i) => ({
    kept: inDays(retentionDays),
    what: `Copies in ${toRegion}`,
    path: ['copies', String(i), 'retentionDays'],
  }));
  if (!schedules) {
    return [{ kept: inDays(backupRetentionDays), what: 'Backups', path: ['backupRetentionDays'] }, ...ofTargets];
  }
  const present = SCHEDULE_NAMES.flatMap((name) => {
    const schedule = schedules[name];
    return schedule === null ? [] : [{ name, ...schedule, copied: asksForCopies(schedules, FLAG_OF[name]) }];
  });
  const isLeftToSchedules = copies.some(({ retentionDays }) => retentionDays === null);
  const ofSchedules = present.flatMap(({ name, keep, keepCopies, copied }) => [
    { kept: keep, what: `Backups of the ${name} schedule`, path: ['schedules', name, 'keep'] },
    ...(copied && isLeftToSchedules
      ? [{ kept: keepCopies, what: `Copies of the ${name} schedule`, path: ['schedules', name, 'keepCopies'] }]
      : []),
  ]);
  const isCopied = present.some(({ copied }) => copied);
  return [...(isCopied ? ofTargets.filter(({ kept }) => kept !== null) : []), ...ofSchedules];
}

const inDays = (value: number | null): Period | null => (value === null ? null : { value, unit: 'DAYS' });
