import type { JobSeen } from '../aws/follow-jobs.ts';
import type { JobRow } from '../store/entities.ts';
import { done, started, type StepResult } from './step.ts';

/** AWS's clock and ours may differ this much. */
const SKEW_MS = 15 * 60_000;

/** From when on AWS may have what an earlier start call of this attempt made. */
export function intentTime(job: JobRow): Date {
  return new Date(Date.parse(job.state.intentAt ?? job.state.since) - SKEW_MS);
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
