import { AwsCallError } from '../aws/explain-fault.ts';
import { findEarlierRestore } from '../aws/find-earlier-job.ts';
import { pointsOfTable, pointTags } from '../aws/recovery-point.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { finalFault } from '../domain/fault.ts';
import type { JobState } from '../domain/job-state.ts';
import { RUN_TAG } from '../domain/point-tags.ts';
import type { JobRow } from '../store/entities.ts';
import { runOnPoint } from './back-up-table.ts';
import { earlierCopy } from './copy-point.ts';
import type { Engine } from './engine.ts';
import { targetArn } from './restore-table.ts';
import { restoreEnded, restoringOf } from './restoring.ts';
import { intentTime, othersJobs } from './start-once.ts';
import { done, failed, notYet, parametersOf, type StepResult } from './step.ts';

/** A new job can lag behind its start; after this long AWS does not know it. AWS's time. */
const LOST_AFTER_MS = 30 * 60_000;

/**
 * AWS knows nothing of a job it once named. First that is noted; after half an hour one looks for what the job has made.
 * Only when that is proven absent may a new attempt start. Null where there is nothing to write.
 * @param overdue what to write of a job that lives on past its deadline
 */
export async function afterLoss(
  engine: Engine,
  aws: RegionAws,
  job: JobRow,
  overdue: StepResult | null,
): Promise<StepResult | null> {
  const now = engine.clock.now();
  const { missingSince } = job.state;
  if (missingSince == null) {
    const observation = notYet('AWS does not show the job.', Number.POSITIVE_INFINITY);
    return { observation, state: { missingSince: now.toISOString() } };
  }
  if ((now.getTime() - Date.parse(missingSince)) * engine.settings.timeScale < LOST_AFTER_MS) return null;
  try {
    const found = await whatItMade(engine, aws, job);
    if (found !== null) return found === 'still-open' ? overdue : { observation: done, state: found };
  } catch (error) {
    if (error instanceof AwsCallError) return overdue;
    throw error;
  }
  const reason = `AWS does not know the job ${job.awsJobId ?? ''} any more, and nothing that it made is there.`;
  return failed(finalFault('JOB_LOST', reason, true));
}

async function whatItMade(
  engine: Engine,
  aws: RegionAws,
  job: JobRow,
): Promise<Partial<JobState> | 'still-open' | null> {
  switch (job.kind) {
    case 'BACKUP': {
      const { table, vaultName } = parametersOf(job, 'BACKUP');
      const points = await pointsOfTable(aws, table.arn, intentTime(job));
      for (const point of points) {
        if (point.vaultName !== vaultName || point.arn.split(':')[2] !== 'backup') continue;
        const tags = await pointTags(aws, point.arn);
        if ((tags[RUN_TAG] ?? null) === runOnPoint(job)) return { recoveryPointArn: point.arn };
      }
      return null;
    }
    case 'COPY': {
      const copy = await earlierCopy({ engine, aws, job });
      if (copy === null) return null;
      const made = copy.destinationRecoveryPointArn;
      return copy.state === 'COMPLETED' && made !== null ? { recoveryPointArn: made } : 'still-open';
    }
    case 'VERIFY':
    case 'RESTORE': {
      const restore = await findEarlierRestore(
        aws,
        restoringOf(job).recoveryPointArn,
        targetArn({ aws, job }),
        intentTime(job),
        othersJobs({ engine, job }),
      );
      if (restore === null) return null;
      return restore !== 'unclear' && restore.state === 'COMPLETED' ? restoreEnded(restore) : 'still-open';
    }
    // The others start nothing in AWS that would have an id.
    default:
      return null;
  }
}
