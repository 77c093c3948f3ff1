import { withCorrelation } from '@tablekeep/platform/logging';
import { continueTrace } from '@tablekeep/platform/tracing';
import type { AccountRef } from '@tablekeep/schema/events';
import pMap from 'p-map';
import { AwsCallError } from '../aws/explain-fault.ts';
import { describeJob, listJobs, type JobSeen } from '../aws/follow-jobs.ts';
import { identityOf } from '../aws/change-table.ts';
import { describeTable, seenTable } from '../aws/read-settings.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { finalFault, type Fault } from '../domain/fault.ts';
import { followDeadlineMs, jobFault, judgeState, type AwsJobKind } from '../domain/job-faults.ts';
import type { JobState } from '../domain/job-state.ts';
import { isNews } from '../domain/progress.ts';
import { strangerBecause } from '../domain/stranger.ts';
import type { JobRow } from '../store/entities.ts';
import { followedJobs } from '../store/jobs.ts';
import type { Engine } from './engine.ts';
import type { Lease } from './lease.ts';
import { afterLoss } from './lost-job.ts';
import { accountGone } from './account-gone.ts';
import { recordStep } from './record-step.ts';
import { restoreEnded, restoringOf } from './restoring.ts';
import { signIn } from './sign-in.ts';
import { intentTime } from './start-once.ts';
import { done, failed, notYet, progressed, unseen, type StepResult } from './step.ts';

export type Look = Readonly<{ goOn: readonly string[]; youngestMs: number | null }>;

const DESCRIBES_AT_ONCE = 4;
const followedKinds: readonly AwsJobKind[] = ['BACKUP', 'COPY', 'RESTORE'];

/**
 * One look at everything AWS does for this lane: one List per kind with open jobs, Describe only for jobs the list does not
 * show. A look that fails says nothing about the jobs: they are looked at again.
 * @param inHand jobs whose step is being carried out right now: they are left alone
 * @returns ids of jobs that go on now, and for how long (AWS's time) the youngest has been followed
 */
export async function followLane(engine: Engine, lease: Lease, inHand: (jobId: string) => boolean): Promise<Look> {
  const jobs = (await followedJobs(engine.db, lease.claim.lane)).filter((job) => !inHand(job.id));
  const account = jobs.length === 0 ? null : await engine.account(lease.claim.accountId);
  if (account?.state !== 'known') return { goOn: [], youngestMs: null };
  if (account.value === null) {
    for (const job of jobs) await recordStep(engine, lease, job, failed(accountGone(job)));
    return { goOn: [], youngestMs: null };
  }
  const aws = engine.aws.at(account.value, lease.claim.region, lease);
  const goOn: string[] = [];
  for (const kind of followedKinds) {
    const ofKind = jobs.filter((job) => awsKindOf(job.kind) === kind);
    if (ofKind.length === 0) continue;
    const seen = await lookAt(engine, aws, kind, ofKind);
    await pMap(
      ofKind,
      async (job) => {
        const { sessionId, taskId } = job;
        const look = async () => {
          try {
            const result = await judgeAs(engine, lease, account.value, aws, kind, job, seen);
            if (result !== null && (await recordStep(engine, lease, job, result))) goOn.push(job.id);
          } catch (error) {
            // One job's trouble must not hide the others from the look; the next look comes to it again.
            engine.log.error({ err: error, jobId: job.id }, 'job could not be followed');
          }
        };
        await withCorrelation({ correlationId: job.item.correlationId, sessionId, taskId }, () =>
          continueTrace(job.traceparent, look),
        );
      },
      { concurrency: DESCRIBES_AT_ONCE },
    );
  }
  return { goOn, youngestMs: Math.min(...jobs.map((job) => followedMs(engine, job))) };
}

/** A verification is a restore to AWS. */
function awsKindOf(kind: JobRow['kind']): JobRow['kind'] {
  return kind === 'VERIFY' ? 'RESTORE' : kind;
}

/** What the list shows, by lower-case job id (AWS's own spelling varies), or why AWS would not show it. */
async function lookAt(
  engine: Engine,
  aws: RegionAws,
  kind: AwsJobKind,
  jobs: readonly JobRow[],
): Promise<ReadonlyMap<string, JobSeen> | Fault> {
  const oldest = Math.min(...jobs.map((job) => startedAt(job).getTime()));
  try {
    const list = await listJobs(aws, kind, { createdAfter: new Date(oldest) });
    return new Map(list.map((job) => [job.jobId.toLowerCase(), job]));
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    engine.log.warn({ kind, lane: jobs[0]?.lane, because: error.fault.reason }, 'jobs could not be looked at');
    return error.fault;
  }
}

/** By AWS's clock where it is known, otherwise ours with a margin. */
function startedAt(job: JobRow): Date {
  const { awsCreatedAt } = job.state;
  return awsCreatedAt === undefined ? intentTime(job) : new Date(Date.parse(awsCreatedAt) - 1_000);
}

/** Where the role may not list, a job of one-time keys is looked at with them. */
async function judgeAs(
  engine: Engine,
  lease: Lease,
  account: AccountRef | null,
  aws: RegionAws,
  kind: AwsJobKind,
  job: JobRow,
  list: ReadonlyMap<string, JobSeen> | Fault,
): Promise<StepResult | null> {
  if (!job.item.oneTimeKeys || account === null || !isFault(list) || list.transient) {
    return judge(engine, aws, kind, job, list);
  }
  const signedIn = await signIn(engine, account, job);
  if ('code' in signedIn || signedIn.keys !== 'alive') return judge(engine, aws, kind, job, list);
  try {
    return await judge(engine, signedIn.aws.at(account, aws.region, lease), kind, job, new Map());
  } finally {
    signedIn.close();
  }
}

/** What one job's look means; null where it says nothing new. */
async function judge(
  engine: Engine,
  aws: RegionAws,
  kind: AwsJobKind,
  job: JobRow,
  list: ReadonlyMap<string, JobSeen> | Fault,
): Promise<StepResult | null> {
  const overdue = pastDeadline(engine, kind, job);
  const seen = isFault(list) ? list : await seenOf(engine, aws, kind, job, list);
  if (isFault(seen)) return overdue ?? notSeen(job, seen);
  if (seen === null) return afterLoss(engine, aws, job, overdue);
  switch (judgeState(seen.state)) {
    case 'ENDED_WELL':
      return (await endedWell(engine, aws, kind, job, seen)) ?? overdue;
    case 'ENDED_BADLY':
      return endedBadly(kind, job, seen);
    case 'OPEN':
      return withState(overdue ?? stillOpen(engine, job, seen), kind === 'RESTORE' ? await sight(aws, job, seen) : {});
  }
}

/**
 * Who the table is that AWS is making, as soon as it can be seen: once it is there somebody may delete it and put another
 * under its name. Nothing where it is known, or does not show: then the next look may.
 */
async function sight(aws: RegionAws, job: JobRow, { createdAt }: JobSeen): Promise<Partial<JobState>> {
  if (job.state.sighted !== undefined) return {};
  const dated = createdAt && { awsCreatedAt: createdAt.toISOString() };
  const known = job.state.awsCreatedAt === undefined ? { ...dated } : {};
  try {
    const table = await describeTable(aws, restoringOf(job).targetTableName);
    if (table === null) return known;
    const inMaking = table.TableStatus === 'CREATING' || table.RestoreSummary?.RestoreInProgress === true;
    const stranger = strangerBecause(seenTable(table), { ...job.state, ...known });
    return inMaking && stranger === null ? { ...known, sighted: identityOf(table) } : known;
  } catch (error) {
    if (error instanceof AwsCallError) return known;
    throw error;
  }
}

/** With what was learned beside; null where there is nothing to write. */
function withState(result: StepResult | null, state: Partial<JobState>): StepResult | null {
  if (Object.keys(state).length === 0) return result;
  const observation = notYet('The AWS job is still running.', Number.POSITIVE_INFINITY);
  return { ...(result ?? { observation }), state: { ...result?.state, ...state } };
}

const isFault = (seen: object | null): seen is Fault => seen !== null && 'transient' in seen;

async function seenOf(
  engine: Engine,
  aws: RegionAws,
  kind: AwsJobKind,
  job: JobRow,
  list: ReadonlyMap<string, JobSeen>,
): Promise<JobSeen | Fault | null> {
  return list.get((job.awsJobId ?? '').toLowerCase()) ?? (await describe(engine, aws, kind, job));
}

/** A refusal is told, for somebody has to act on it; what passes by itself is not. */
function notSeen(job: JobRow, fault: Fault): StepResult | null {
  if (fault.transient || job.state.unseen === fault.reason) return null;
  const { state, events = [] } = unseen(job, fault);
  return {
    observation: notYet('AWS does not show the job.', Number.POSITIVE_INFINITY),
    ...(state && { state }),
    events,
  };
}

async function describe(
  engine: Engine,
  aws: RegionAws,
  kind: AwsJobKind,
  job: JobRow,
): Promise<JobSeen | Fault | null> {
  try {
    return await describeJob(aws, kind, job.awsJobId ?? '');
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    engine.log.warn({ jobId: job.id, because: error.fault.reason }, 'job could not be looked at');
    return error.fault;
  }
}

/** A list may lag behind in what a job has made: then the job itself is asked. */
async function endedWell(
  engine: Engine,
  aws: RegionAws,
  kind: AwsJobKind,
  job: JobRow,
  seen: JobSeen,
): Promise<StepResult | null> {
  if (kind === 'RESTORE') {
    return { observation: done, state: restoreEnded(seen) };
  }
  const madeBy = (one: JobSeen) => (kind === 'BACKUP' ? one.recoveryPointArn : one.destinationRecoveryPointArn);
  let arn = madeBy(seen);
  if (arn === null) {
    const described = await describe(engine, aws, kind, job);
    arn = described === null || isFault(described) ? null : madeBy(described);
  }
  return arn === null ? null : { observation: done, state: { awsState: seen.state, recoveryPointArn: arn } };
}

function endedBadly(kind: AwsJobKind, job: JobRow, seen: JobSeen): StepResult {
  if (seen.state === 'ABORTED' && job.cancelReason !== null && job.state.clearedAt == null) {
    return { observation: { seen: 'canceled', reason: job.cancelReason } };
  }
  return { ...failed(jobFault(kind, seen.state, seen.message)), state: { awsState: seen.state } };
}

function stillOpen({ clock, settings }: Engine, job: JobRow, seen: JobSeen): StepResult | null {
  const { missingSince, unseen: notShown, lookedAt, since } = job.state;
  const sinceToldMs = (clock.now().getTime() - Date.parse(lookedAt ?? since)) * settings.timeScale;
  const news = isNews(job.state, { awsState: seen.state, percent: seen.percent }, sinceToldMs);
  if (!news && missingSince == null && notShown == null) return null;
  const share = seen.percent === null ? '' : `, ${Math.round(seen.percent)} %`;
  return {
    observation: notYet('The AWS job is still running.', Number.POSITIVE_INFINITY),
    state: { awsState: seen.state, percent: seen.percent, missingSince: null, unseen: null },
    events: [progressed(job, seen.percent, `AWS job ${seen.state}${share}`)],
  };
}

function followedMs({ clock, settings }: Engine, job: JobRow): number {
  return (clock.now().getTime() - Date.parse(job.state.since)) * settings.timeScale;
}

/** Only a deadline ends a job that AWS does not: no new attempt then, for the old one may still be alive. */
function pastDeadline(engine: Engine, kind: AwsJobKind, job: JobRow): StepResult | null {
  const { parameters } = job.item;
  const windows = parameters.kind === 'BACKUP' ? parameters.startWindowMinutes + parameters.completeWindowMinutes : 0;
  const ageMs = followedMs(engine, job);
  if (ageMs <= followDeadlineMs(kind, windows)) return null;
  const hours = Math.round(ageMs / 3_600_000);
  const { unseen: notShown } = job.state;
  const known =
    notShown == null ? `has not ended after ${hours} h` : `could not be looked at for too long (${notShown})`;
  const reason = `The AWS job ${job.awsJobId ?? ''} ${known} and is no longer followed. Look at it in AWS Backup.`;
  return failed(finalFault('JOB_DEADLINE', reason));
}
