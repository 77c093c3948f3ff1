import { AwsCallError } from '../aws/explain-fault.ts';
import type { IsTaken } from '../aws/find-earlier-job.ts';
import type { JobSeen } from '../aws/follow-jobs.ts';
import type { JobRow } from '../store/entities.ts';
import { takenAwsJobs } from '../store/jobs.ts';
import { keysGone } from './sign-in.ts';
import { done, failed, notYet, started, type StepResult, type StepRun } from './step.ts';

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

/** AWS's lists may lag behind its jobs: in AWS's time, longer than anybody has reported. */
const LIST_LAG_MS = 120_000;
const MOST_REMEMBERED = 10_000;

/**
 * Since when nothing has been seen of a start call that may be out, by job and owner of its lane, on the monotonic clock.
 * Kept in memory only: whoever comes after a crash, or from another replica, waits anew.
 */
export type VainLooks = Map<string, number>;

const keyOf = ({ job, lease }: Pick<StepRun, 'job' | 'lease'>) => `${job.id} ${lease.claim.owner} ${lease.claim.epoch}`;

/** Not seen is not proven absent until lists had time to show it. Null once they had; `looked`: nothing was found just now. */
export function mayStillShow(run: StepRun): StepResult | null {
  const { vainLooks, clock, settings } = run.engine;
  const now = clock.monotonicMs();
  const since = vainLooks.get(keyOf(run)) ?? now;
  remember(run, since);
  const leftMs = LIST_LAG_MS - (now - since) * settings.timeScale;
  if (leftMs <= 0) return null;
  return { observation: notYet('AWS may not show yet what an earlier call has started.', leftMs) };
}

/** The role does not start for somebody whose keys are gone. To be asked once nothing was found in AWS; null: it may start. */
export function startsWithoutKeys({ keys }: Pick<StepRun, 'keys'>): StepResult | null {
  return keys === 'gone' ? failed(keysGone('Nothing was started')) : null;
}

/** The start call itself. One that may have acted has to be waited for anew; one that certainly has not, has not. */
export async function calling<T>(run: StepRun, call: () => Promise<T>): Promise<T> {
  const { vainLooks } = run.engine;
  try {
    const answer = await call();
    vainLooks.delete(keyOf(run));
    return answer;
  } catch (error) {
    if (error instanceof AwsCallError) {
      if (error.fault.effect === 'possible') vainLooks.delete(keyOf(run));
      else if (isFirstCall(run)) remember(run, Number.NEGATIVE_INFINITY);
    }
    throw error;
  }
}

function remember(run: StepRun, since: number): void {
  const { vainLooks } = run.engine;
  if (vainLooks.size >= MOST_REMEMBERED) vainLooks.clear();
  vainLooks.set(keyOf(run), since);
}

/**
 * Which of these AWS jobs other jobs of ours have: theirs is not taken over. After the loss of this database nothing is
 * known of them, and the run tag alone tells.
 */
export function othersJobs({ engine, job }: Pick<StepRun, 'engine' | 'job'>): IsTaken {
  return (awsJobIds) => takenAwsJobs(engine.db, job.id, awsJobIds);
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
