import type { PlannedTask } from '@tablekeep/schema/events';
import type { TableRef } from '@tablekeep/schema/work-items';

/** A point to delete, at the version the verdict is about. */
export type DoomedPoint = Readonly<{
  id: string;
  version: number;
  accountId: string;
  awsAccountId: string;
  region: string;
  vaultName: string;
  recoveryPointArn: string;
  table: TableRef;
  /** The person who confirmed was told that other points of the table stay. */
  leavesOthers?: boolean;
}>;

/**
 * One task for each point, in the lane of the Region where it lies.
 * @param decidedBy RULES: judged again at the moment of the call
 */
export function planDeletions(points: readonly DoomedPoint[], decidedBy: 'PERSON' | 'RULES' = 'PERSON'): PlannedTask[] {
  return points.map(
    ({ id, version, accountId, awsAccountId, region, vaultName, recoveryPointArn, table, leavesOthers }) => {
      const point = { restorePointId: id, version, recoveryPointArn, vaultName };
      const decided = { decidedBy, ...(leavesOthers === true && { leavesOthers }) };
      return {
        ...{ key: `delete:${id}`, accountId, awsAccountId, region, after: null, table },
        parameters: { kind: 'DELETE', table, ...point, ...decided },
      };
    },
  );
}
