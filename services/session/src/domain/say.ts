import type { SessionStatus, SessionType } from '@tablekeep/schema/events';
import type { TaskParameters, TableRef } from '@tablekeep/schema/work-items';
import type { Tally } from './tally.ts';

/** What a session log says. Every line stands alone: what, which table, where, how it went. */

const OPERATIONS: Readonly<Record<SessionType, string>> = {
  POLICY_BACKUP: 'Backup',
  MANUAL_BACKUP: 'Manual backup',
  RESTORE: 'Restore',
  RETENTION: 'Retention',
  DELETION: 'Deletion',
  INVENTORY_SCAN: 'Inventory scan',
  IMPORT: 'Import of vaults',
  VERIFICATION: 'Verification',
  REPLACEMENT: 'Replacement',
};

export function sayRequested(type: SessionType, policyName: string | null, by: string, reason: string | null): string {
  const what = OPERATIONS[type] + (policyName === null ? '' : ` by policy "${policyName}"`);
  return `${what} requested by ${by}${reason === null ? '' : `: ${reason}`}`;
}

/** "Backup of orders in eu-west-1", the subject of every line about a task. */
export function sayTask(
  task: Readonly<{ parameters: TaskParameters; region: string; tableName: string | null }>,
): string {
  const { parameters } = task;
  switch (parameters.kind) {
    case 'SCAN':
      return `Scan of ${task.region}`;
    case 'BACKUP':
      return `Backup of ${parameters.table.name} in ${task.region}`;
    case 'COPY':
      return `Copy of ${parameters.table.name} from ${task.region} to ${parameters.destinationRegion}`;
    case 'RESTORE':
      if (parameters.settingsOf) return `Settings of ${parameters.targetTableName} in ${parameters.targetRegion}`;
      return `Restore of ${parameters.table.name} as ${parameters.targetTableName} in ${parameters.targetRegion}`;
    case 'VERIFY':
      return `Verification of a point of ${parameters.table.name} in ${task.region}`;
    case 'DELETE':
      return `Deletion of ${parameters.recoveryPointArn ?? 'the temporary point'} of ${parameters.table.name} from ${parameters.vaultName} in ${task.region}`;
    case 'LIFECYCLE':
      return `Putting off AWS’s own deletion of ${parameters.recoveryPointArn} of ${parameters.table.name} in ${parameters.vaultName} in ${task.region}`;
    case 'IMPORT':
      return parameters.points === null
        ? `Listing of vault ${parameters.vaultName} in ${task.region}`
        : `Reading of ${parameters.points.length} points of vault ${parameters.vaultName} in ${task.region}`;
  }
}

/** "3 tasks planned: 1 backup, 2 copies". */
export function sayPlanned(tasks: readonly Readonly<{ parameters: TaskParameters }>[], final: boolean): string {
  if (tasks.length === 0) return final ? 'The plan has no tasks' : 'This round has no tasks';
  const plural = {
    SCAN: 'scans',
    BACKUP: 'backups',
    COPY: 'copies',
    RESTORE: 'restores',
    DELETE: 'deletions',
    IMPORT: 'looks at vaults',
    VERIFY: 'verifications',
    LIFECYCLE: 'changes of lifecycles',
  } as const;
  const counts = new Map<keyof typeof plural, number>();
  for (const { parameters } of tasks) counts.set(parameters.kind, (counts.get(parameters.kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, n]) => (n === 1 ? `1 ${singular(kind)}` : `${n} ${plural[kind]}`));
  return `Planned ${tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}: ${kinds.join(', ')}`;
}

function singular(kind: TaskParameters['kind']): string {
  if (kind === 'IMPORT') return 'look at a vault';
  if (kind === 'LIFECYCLE') return 'change of a lifecycle';
  return kind === 'VERIFY' ? 'verification' : kind.toLowerCase();
}

/** "succeeded: 12.0 MB in 5 s"; sizes in bytes, decimal units as AWS bills them. */
export function saySucceeded(
  did: Readonly<{
    sizeBytes: number | null;
    tables: number | null;
    points: number | null;
    restored: TableRef['arn'] | null;
    /** What the restore of a verification took. */
    restoreSeconds?: number | null;
    startedAt: Date | null;
    finishedAt: Date;
  }>,
): string {
  const results = [
    ...(did.sizeBytes === null ? [] : [saySize(did.sizeBytes)]),
    ...(did.tables === null ? [] : [did.tables === 1 ? '1 table' : `${did.tables} tables`]),
    ...(did.points === null ? [] : [did.points === 1 ? '1 restore point' : `${did.points} restore points`]),
    ...(did.restored === null ? [] : [did.restored]),
    ...(did.restoreSeconds == null ? [] : [`restored within ${sayDuration(did.restoreSeconds * 1_000)}`]),
  ].join(', ');
  const took = did.startedAt === null ? '' : sayDuration(did.finishedAt.getTime() - did.startedAt.getTime());
  const details = [results, took === '' ? '' : `in ${took}`].filter((part) => part !== '').join(' ');
  return details === '' ? 'succeeded' : `succeeded: ${details}`;
}

export function saySize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

export function sayDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function sayFinished(status: SessionStatus, tally: Tally): string {
  const parts = [
    [tally.succeeded, 'succeeded'],
    [tally.warning, 'with warnings'],
    [tally.failed, 'failed'],
    [tally.canceled, 'canceled'],
    [tally.skipped, 'skipped'],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, how]) => `${n} ${how}`);
  const of = tally.total === 1 ? '1 task' : `${tally.total} tasks`;
  return `Session ended ${status}: ${tally.total === 0 ? 'no tasks' : `${of}, ${said.join(', ')}`}`;
}
