import type { PlannedTask } from '@tablekeep/schema/events';
import { wholeSettings } from '@tablekeep/schema/vault-points';
import { coldNote } from './restore-notes.ts';
import type { ResolvedRestore } from './resolve-restore.ts';
import { possiblePeaks } from './scaled-capacity.ts';
import { LEFT_DAYS } from './temporary-copies.ts';

const DAY_MS = 86_400_000;

/**
 * One task for each restore, in the lane of the Region where the table will be. A point in another Region is copied before,
 * and the copy removed after, however the restore ends.
 * @param vaultNameOf the name of the vault that is made for a restore, by the restore's key
 */
export function planRestores(
  restores: readonly ResolvedRestore[],
  now: Date,
  vaultNameOf: (key: string) => string,
): PlannedTask[] {
  return restores.flatMap((restore) => {
    const { targetRegion, targetTableName } = restore;
    const key = `restore:${targetRegion}:${targetTableName}`;
    if (restore.through === null) {
      return [planRestore(restore)];
    }
    const vault = restore.through.vaultName ?? vaultNameOf(key);
    const temporaryVault = restore.through.vaultName === null;
    return [
      copyTask(restore, `copy-for-${key}`, vault, temporaryVault, now),
      restoreTask(restore, key, `copy-for-${key}`, { arn: null, vault }),
      cleanUpTask(restore, `clean-up-after-${key}`, key, vault, temporaryVault),
    ];
  });
}

/** Of a point that lies where the table will be. */
export function planRestore(restore: ResolvedRestore): PlannedTask {
  const { point, targetRegion, targetTableName } = restore;
  const key = `restore:${targetRegion}:${targetTableName}`;
  return restoreTask(restore, key, null, { arn: point.recoveryPointArn, vault: point.vaultName });
}

function restoreTask(
  { point, targetRegion, targetTableName, mode, changes }: ResolvedRestore,
  key: string,
  after: string | null,
  from: Readonly<{ arn: string | null; vault: string }>,
): PlannedTask {
  const { accountId, awsAccountId, table, settings } = point;
  return {
    key,
    accountId,
    awsAccountId,
    region: targetRegion,
    after,
    table,
    parameters: {
      kind: 'RESTORE',
      table,
      restorePointId: point.id,
      recoveryPointArn: from.arn,
      vaultName: from.vault,
      mode,
      targetRegion,
      targetTableName,
      changes,
      settings,
    },
  };
}

function copyTask(
  { point, targetRegion }: ResolvedRestore,
  key: string,
  destinationVaultName: string,
  temporaryVault: boolean,
  now: Date,
): PlannedTask {
  const { accountId, awsAccountId, table } = point;
  // AWS counts a copy's days from the moment its data is of.
  const days = Math.ceil((now.getTime() - point.createdAt.getTime()) / DAY_MS) + LEFT_DAYS;
  return {
    key,
    accountId,
    awsAccountId,
    region: point.region,
    after: null,
    table,
    parameters: {
      kind: 'COPY',
      table,
      sourceVaultName: point.vaultName,
      recoveryPointArn: point.recoveryPointArn,
      destinationRegion: targetRegion,
      destinationVaultName,
      lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: days },
      origin: {
        kind: 'COPY',
        policyId: null,
        policyName: null,
        retention: { backupDays: days, copyDays: days },
        rules: [],
        coldAfterDays: null,
        // It goes when the restore is over, so it must never stand in for the chain's last point.
        keepNewest: false,
      },
      forRestore: { temporaryVault },
    },
  };
}

function cleanUpTask(
  { point, targetRegion }: ResolvedRestore,
  key: string,
  after: string,
  vaultName: string,
  temporaryVault: boolean,
): PlannedTask {
  const { accountId, awsAccountId, table } = point;
  return {
    key,
    accountId,
    awsAccountId,
    region: targetRegion,
    after,
    table,
    parameters: {
      kind: 'DELETE',
      table,
      restorePointId: null,
      // Of a point that was catalogued just now and that nobody has touched.
      version: 1,
      recoveryPointArn: null,
      vaultName,
      afterRestore: { temporaryVault },
    },
  };
}

/** What the session's log should say of them before anything is asked of AWS. */
export function remarksOf(restores: readonly ResolvedRestore[], now: Date): string[] {
  return restores.flatMap(({ point, targetRegion, targetTableName, through, changes }) => {
    const of = `${targetTableName} in ${targetRegion}`;
    const copied = through === null ? '' : ', which is copied there first, and the copy removed afterwards';
    const peaks = changes.readCapacityUnits === null ? possiblePeaks(wholeSettings(point.settings)) : [];
    return [
      `${of} is restored from the point of ${point.createdAt.toISOString()} in ${point.vaultName}, ${point.region}${copied}.`,
      ...[...coldNote(point, now), ...peaks].map((note) => `${of}: ${note}`),
    ];
  });
}
