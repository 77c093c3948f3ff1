import { isDeepStrictEqual } from 'node:util';
import { judgeState } from '../domain/job-faults.ts';
import type { Lifecycle } from '../domain/locked-lifecycle.ts';
import { RUN_TAG } from '../domain/point-tags.ts';
import { AwsCallError } from './explain-fault.ts';
import { listJobs, type JobSeen } from './follow-jobs.ts';
import { pointTags } from './recovery-point.ts';
import type { RegionAws } from './region-aws.ts';

/**
 * What an earlier start call of the same attempt may have made although nobody heard its answer. AWS's memory of
 * idempotency tokens is short and undocumented, so one looks before one calls again. All throw AwsCallError where AWS
 * cannot be asked: then nothing may be started.
 *
 * A backup is known by the run tag of its point. `unclear` while a job of the table is open whose point does not exist yet,
 * and so has no tags: look again. Where the table's own tags left no room for ours, it is known by table, vault and role:
 * AWS runs one backup of a table at a time.
 * @param o.run null where the point bears no run tag
 */
export async function findEarlierBackup(
  aws: RegionAws,
  o: Readonly<{ tableArn: string; vaultName: string; since: Date; run: string | null; isTaken: IsTaken }>,
): Promise<JobSeen | 'unclear' | null> {
  const { run } = o;
  const jobs = await free(await listJobs(aws, 'BACKUP', { resourceArn: o.tableArn, createdAfter: o.since }), o.isTaken);
  let unclear = false;
  for (const job of jobs) {
    const found = job.recoveryPointArn === null ? null : await runOf(aws, job.recoveryPointArn);
    if (run !== null && found === run) return job;
    if (run === null && found === null && isLike(aws, o.vaultName, job)) return job;
    if (found === null && judgeState(job.state) === 'OPEN') unclear = true;
  }
  return unclear ? 'unclear' : null;
}

/** Which of these AWS jobs are known to belong to other jobs of ours. */
export type IsTaken = (awsJobIds: readonly string[]) => Promise<ReadonlySet<string>>;

async function free(jobs: readonly JobSeen[], isTaken: IsTaken): Promise<readonly JobSeen[]> {
  const taken = await isTaken(jobs.map((job) => job.jobId));
  return jobs.filter((job) => !taken.has(job.jobId));
}

function isLike(aws: RegionAws, vaultName: string, job: JobSeen): boolean {
  return (
    job.vaultName === vaultName && job.roleArn === aws.account.serviceRoleArn && judgeState(job.state) !== 'ENDED_BADLY'
  );
}

/**
 * A copy carries its source's tags, so it is known by what is copied where. One that failed is no reason to fail.
 * @param o.exactly null, or the lifecycle it must have: in a vault that others use, theirs may be of the same point
 */
export async function findEarlierCopy(
  aws: RegionAws,
  o: Readonly<{
    sourceRecoveryPointArn: string;
    destinationVaultArn: string;
    since: Date;
    exactly: Lifecycle | null;
    isTaken: IsTaken;
  }>,
): Promise<JobSeen | null> {
  const { sourceRecoveryPointArn, destinationVaultArn, since, exactly } = o;
  const filter = { sourceRecoveryPointArn, destinationVaultArn, createdAfter: since };
  const jobs = await free(await listJobs(aws, 'COPY', filter), o.isTaken);
  const fits = (job: JobSeen) =>
    job.sourceRecoveryPointArn === sourceRecoveryPointArn &&
    job.destinationVaultArn === destinationVaultArn &&
    (exactly === null || isDeepStrictEqual(job.lifecycle, exactly)) &&
    judgeState(job.state) !== 'ENDED_BADLY';
  return jobs.find(fits) ?? null;
}

/**
 * A restore is known by its point and the table it makes. `unclear` while a restore of the same point has not named its
 * table yet: look again.
 */
export async function findEarlierRestore(
  aws: RegionAws,
  recoveryPointArn: string,
  targetTableArn: string,
  since: Date,
  isTaken: IsTaken,
): Promise<JobSeen | 'unclear' | null> {
  const jobs = await free(await listJobs(aws, 'RESTORE', { createdAfter: since }), isTaken);
  const ofPoint = jobs.filter((job) => job.recoveryPointArn === recoveryPointArn);
  const ours = ofPoint.find(
    (job) => job.createdResourceArn === targetTableArn && judgeState(job.state) !== 'ENDED_BADLY',
  );
  if (ours) return ours;
  const unnamed = ofPoint.some((job) => job.createdResourceArn === null && judgeState(job.state) === 'OPEN');
  return unnamed ? 'unclear' : null;
}

/** The run tag of a point; null where it has none, or cannot have any (a point of plain DynamoDB). */
async function runOf(aws: RegionAws, pointArn: string): Promise<string | null> {
  if (pointArn.split(':')[2] !== 'backup') return null;
  try {
    return (await pointTags(aws, pointArn))[RUN_TAG] ?? null;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}
