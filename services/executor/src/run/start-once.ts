import type { JobSeen } from '../aws/follow-jobs.ts';
import type { JobRow } from '../store/entities.ts';
import { done, started, type StepResult, type StepRun } from './step.ts';

/** AWS's clock and ours may differ this much. */
const SKEW_MS = 15 * 60_000;

/**
 * From when on AWS may have what an earlier start call of this attempt made: one by this job, or by the job that another
 * life of this database had for it.
 */
export function intentTime({ state, item, lookFirst, createdAt }: JobRow): Date {
  const moments = [
    Date.parse(state.intentAt ?? state.since),
    ...(lookFirst ? [createdAt.getTime()] : []),
    ...(item.firstSentAt == null ? [] : [Date.parse(item.firstSentAt)]),
  ];
  return new Date(Math.min(...moments) - SKEW_MS);
}

/** Whether nothing of this attempt can be in AWS yet, so that the start call goes out without looking. */
export function isFirstCall({ fresh, job }: Pick<StepRun, 'fresh' | 'job'>): boolean {
  return fresh && !job.lookFirst;
}

/** Takes over the AWS job that an earlier call of this attempt started. */
export function adopt(job: JobRow, earlier: JobSeen): StepResult {
  return {
    observation: done,
    awsJobId: earlier.jobId,
    state: {
      ...(earlier.createdAt && { awsCreatedAt: earlier.createdAt.toISOString() }),
      ...(job.kind === 'BACKUP' && earlier.recoveryPointArn !== null && { recoveryPointArn: earlier.recoveryPointArn }),
    },
    events: [started(job, earlier.jobId)],
  };
}
