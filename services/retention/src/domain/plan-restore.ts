import type { PlannedTask } from '@tablekeep/schema/events';
import type { ResolvedRestore } from './resolve-restore.ts';

/** One task for each restore, in the lane of the Region where the point lies and the table will be. */
export function planRestores(restores: readonly ResolvedRestore[]): PlannedTask[] {
  return restores.map(({ point, targetRegion, targetTableName, mode, changes }) => ({
    key: `restore:${targetRegion}:${targetTableName}`,
    accountId: point.accountId,
    awsAccountId: point.awsAccountId,
    region: targetRegion,
    after: null,
    table: point.table,
    parameters: {
      kind: 'RESTORE',
      table: point.table,
      restorePointId: point.id,
      recoveryPointArn: point.recoveryPointArn,
      vaultName: point.vaultName,
      mode,
      targetRegion,
      targetTableName,
      changes,
      settings: point.settings,
    },
  }));
}
