import type { UserError } from '@tablekeep/platform/errors';
import type { PlannedTask, RestoreItem } from '@tablekeep/schema/events';
import type { ReplaceItem } from '@tablekeep/schema/verification';
import type { PointOrigin } from '@tablekeep/schema/work-items';
import { planRestore } from './plan-restore.ts';
import { planVerifications, type VerifiablePoint } from './plan-verification.ts';
import { resolveRestores, type Resolution, type ResolvedRestore, type RestorablePoint } from './resolve-restore.ts';

/** A replacement is a restore to the table's own place once the table has made way. */
export function asRestore({ restorePointId, changes }: ReplaceItem): RestoreItem {
  return { restorePointId, mode: 'ORIGINAL', region: null, tableName: null, ...changes };
}

/** What a person has not confirmed, each with its place in the input. */
export function unconfirmed(
  items: readonly ReplaceItem[],
  points: ReadonlyMap<string, Pick<RestorablePoint, 'table'>>,
): UserError[] {
  return items.flatMap((item, i): UserError[] => {
    const at = (field: string) => ['items', String(i), field];
    const problems: UserError[] = [];
    const name = points.get(item.restorePointId)?.table.name;
    if (name !== undefined && item.confirmTableName !== name) {
      const message = `The point is of the table "${name}": type that name to confirm that the table is deleted.`;
      problems.push({ code: 'NOT_CONFIRMED', message, path: at('confirmTableName') });
    }
    if (!item.confirmWritesStopped && !item.acknowledgeWritesMayBeLost) {
      const message =
        'Confirm that nobody writes to the table any more (confirmWritesStopped), or that what is written after the protective backup has begun may be lost (acknowledgeWritesMayBeLost).';
      problems.push({ code: 'NOT_CONFIRMED', message, path: at('confirmWritesStopped') });
    }
    return problems;
  });
}

/** As AWS Backup is asked elsewhere: never its own defaults. */
const START_WINDOW_MINUTES = 480;
const COMPLETE_WINDOW_MINUTES = 7 * 24 * 60;
/** On the protective backup, so that it is known as one in AWS's console too. Its value is the session. */
export const PROTECTIVE_TAG = 'tablekeep-protective-backup';

/** Kept until somebody deletes it: no retention has a say. */
const origin: PointOrigin = {
  kind: 'MANUAL',
  policyId: null,
  policyName: null,
  retention: { backupDays: null, copyDays: null },
  rules: [],
  coldAfterDays: null,
};

export type Replacement = Readonly<{ item: ReplaceItem; point: VerifiablePoint }>;

/** The first round: each point is tried, and only then the present table saved. Nothing is changed. */
export function planProtection(replacements: readonly Replacement[], sessionId: string): PlannedTask[] {
  return replacements.flatMap(({ item, point }) => {
    const [verification] = planVerifications([point], false);
    if (!verification) return [];
    const { accountId, awsAccountId } = point;
    const table = { ...point.table, tableId: item.tableId };
    const backup: PlannedTask = {
      key: `protect:${table.arn}`,
      accountId,
      awsAccountId,
      region: table.region,
      after: verification.key,
      table,
      parameters: {
        kind: 'BACKUP',
        table,
        vaultName: item.protectiveVaultName ?? point.vaultName,
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
        startWindowMinutes: START_WINDOW_MINUTES,
        completeWindowMinutes: COMPLETE_WINDOW_MINUTES,
        customTags: [{ key: PROTECTIVE_TAG, value: sessionId }],
        origin,
      },
    };
    return [verification, backup];
  });
}

/** As restores; a table is replaced by a point in its own Region, so that nothing but AWS's restore stands between the two. */
export function resolveReplacements(
  items: readonly ReplaceItem[],
  points: ReadonlyMap<string, RestorablePoint>,
  now: Date,
): Resolution {
  const { restores, problems } = resolveRestores(items.map(asRestore), points, now);
  const away = items.flatMap(({ restorePointId }, i): UserError[] => {
    const point = points.get(restorePointId);
    if (!point || point.region === point.table.region) return [];
    const message = `The point lies in ${point.region}; a table is replaced by a point in its own Region, ${point.table.region}.`;
    return [{ code: 'POINT_IN_OTHER_REGION', message, path: ['items', String(i), 'restorePointId'] }];
  });
  return { restores: restores.filter(({ through }) => through === null), problems: [...problems, ...away] };
}

export type Protected = Readonly<{
  restore: ResolvedRestore;
  item: ReplaceItem;
  protective: Readonly<{ id: string; recoveryPointArn: string; vaultName: string }>;
}>;

/** The second round: the restores, each with the table that makes way for it. */
export function planReplacements(replacements: readonly Protected[]): PlannedTask[] {
  const planned = replacements.map(({ restore }) => planRestore(restore));
  return planned.flatMap((task, i): PlannedTask[] => {
    const { parameters } = task;
    const { item, protective } = replacements[i] ?? {};
    if (!item?.tableId || !protective || parameters.kind !== 'RESTORE') return [];
    const replaces = {
      tableId: item.tableId,
      switchOffProtection: item.confirmDeletionProtectionOff,
      protectivePointId: protective.id,
      protectivePointArn: protective.recoveryPointArn,
      protectiveVaultName: protective.vaultName,
    };
    return [{ ...task, parameters: { ...parameters, mode: 'REPLACE', replaces } }];
  });
}
