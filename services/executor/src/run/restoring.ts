import { InvariantError } from '@tablekeep/platform/errors';
import { temporaryTableName } from '@tablekeep/schema/temporary-tables';
import type { JobSeen } from '../aws/follow-jobs.ts';
import type { Restored } from '../aws/start-restore.ts';
import type { JobState } from '../domain/job-state.ts';
import type { JobRow } from '../store/entities.ts';

/**
 * What a job restores, and to which table: a verification to one that is named after its attempt. Away from the table's own
 * Region its key is not there, so the temporary table takes the one AWS owns.
 */
export function restoringOf(job: Pick<JobRow, 'item' | 'taskId' | 'attempt' | 'id'>): Restored {
  const { parameters, region } = job.item;
  if (parameters.kind === 'RESTORE') {
    const { recoveryPointArn } = parameters;
    // The session service names the copy before it sends a restore that waited for one.
    if (recoveryPointArn === null) throw new InvariantError(`job ${job.id} names no point to restore`);
    return { ...parameters, recoveryPointArn };
  }
  if (parameters.kind !== 'VERIFY')
    throw new InvariantError(`job ${job.id} restores nothing: it is a ${parameters.kind}`);
  const encryption = parameters.table.region === region ? null : ({ type: 'AWS_OWNED', kmsKeyArn: null } as const);
  return {
    recoveryPointArn: parameters.recoveryPointArn,
    targetTableName: temporaryTableName(job.taskId, job.attempt),
    changes: { encryption },
  };
}

/** By AWS's clock, as far as it tells. */
export function restoreEnded({ state, createdAt, completedAt }: JobSeen): Partial<JobState> {
  return {
    awsState: state,
    ...(createdAt && { awsCreatedAt: createdAt.toISOString() }),
    ...(completedAt && { awsCompletedAt: completedAt.toISOString() }),
    ...(createdAt && completedAt && { awsSeconds: (completedAt.getTime() - createdAt.getTime()) / 1_000 }),
  };
}
