import { findEarlierCopy } from '../aws/find-earlier-job.ts';
import type { JobSeen } from '../aws/follow-jobs.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { describePoint, isUsable, pointTags } from '../aws/recovery-point.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { startCopy, vaultArn } from '../aws/start-copy.ts';
import { ensureVault } from '../aws/temporary-vault.ts';
import { lifecycleIn, type Lifecycle } from '../domain/locked-lifecycle.ts';
import { hasMetadata } from '../domain/point-tags.ts';
import { idempotencyToken } from '../domain/token.ts';
import type { JobRow } from '../store/entities.ts';
import { pointArn } from './back-up-table.ts';
import { adopt, calling, intentTime, isFirstCall, mayStillShow, othersJobs, startsWithoutKeys } from './start-once.ts';
import { keptDays } from '../domain/kept-days.ts';
import { vaultLock } from './vault-lock.ts';
import { done, notYet, parametersOf, refused, started, type StepFunction, type StepRun } from './step.ts';

const LOOK_AGAIN_MS = 15_000;

/** Before anything changes: can this point be copied? */
export const checkCopy: StepFunction = async ({ engine, lease, aws, job }) => {
  const parameters = parametersOf(job, 'COPY');
  const arn = parameters.recoveryPointArn;
  if (arn === null) return refused('POINT_NOT_NAMED', 'The copy does not say which recovery point it copies.');
  if (arn.split(':')[2] !== 'backup') {
    const reason = `${arn} was made without advanced DynamoDB backup; AWS copies only points made with it.`;
    return refused('POINT_NOT_COPYABLE', reason);
  }
  const point = await describePoint(aws, parameters.sourceVaultName, arn);
  if (point === null) {
    return refused(
      'POINT_NOT_FOUND',
      `The recovery point ${arn} is no longer in the vault ${parameters.sourceVaultName}.`,
    );
  }
  if (point.storageClass === 'COLD') {
    return refused('POINT_IS_COLD', `The recovery point ${arn} is in cold storage; AWS copies warm points only.`);
  }
  if (point.status === 'CREATING')
    return { observation: notYet(`The point ${arn} is still being made.`, LOOK_AGAIN_MS) };
  if (!isUsable(point)) return refused('POINT_NOT_USABLE', `The recovery point ${arn} is ${point.status}.`);
  const { destinationRegion, destinationVaultName, lifecycle } = parameters;
  // One that is made for this copy is not locked.
  const lock = parameters.forRestore?.temporaryVault
    ? null
    : await vaultLock(engine, engine.aws.at(aws.account, destinationRegion, lease), destinationVaultName);
  const there = lifecycleIn(
    { name: destinationVaultName, lock },
    lifecycle,
    keptDays(parameters.origin, new Date(point.createdAt)),
    parameters.origin.safetyNetDays ?? null,
  );
  if (!there.fits) return refused('VAULT_LOCKED', there.reason);
  return { observation: done, state: { lifecycle: there.lifecycle } };
};

/** What an earlier start call of this attempt may have made. */
export async function earlierCopy({
  engine,
  aws,
  job,
}: Pick<StepRun, 'engine' | 'aws' | 'job'>): Promise<JobSeen | null> {
  const { destinationRegion, destinationVaultName, forRestore } = parametersOf(job, 'COPY');
  return findEarlierCopy(aws, {
    sourceRecoveryPointArn: sourceArn(job),
    destinationVaultArn: vaultArn(aws, destinationRegion, destinationVaultName),
    since: intentTime(job),
    // It is deleted after the restore: what somebody else has copied to a vault of the user's must not be taken for it.
    exactly: forRestore?.temporaryVault === false ? lifecycleOf(job) : null,
    isTaken: othersJobs({ engine, job }),
  });
}

function lifecycleOf(job: JobRow): Lifecycle {
  return job.state.lifecycle ?? parametersOf(job, 'COPY').lifecycle;
}

/** Starts the AWS job exactly once, in the source Region; see `startBackupOnce`. */
export const startCopyOnce: StepFunction = async (run) => {
  const { aws, job } = run;
  const parameters = parametersOf(job, 'COPY');
  const arn = sourceArn(job);
  if (!isFirstCall(run)) {
    const earlier = await earlierCopy(run);
    if (earlier) return adopt(job, earlier);
    const wait = mayStillShow(run);
    if (wait) return wait;
  }
  if (job.cancelReason !== null) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  const refusedStart = startsWithoutKeys(run);
  if (refusedStart) return refusedStart;
  if (parameters.forRestore?.temporaryVault) {
    const there = run.engine.aws.at(aws.account, parameters.destinationRegion, run.lease);
    await ensureVault(there, parameters.destinationVaultName, job.sessionId);
  }
  const token = idempotencyToken(job.taskId, job.attempt, 'copy');
  const made = await calling(run, () => startCopy(aws, { ...parameters, lifecycle: lifecycleOf(job) }, arn, token));
  return {
    observation: done,
    awsJobId: made.jobId,
    state: made.createdAt === null ? {} : { awsCreatedAt: made.createdAt },
    events: [started(job, made.jobId)],
  };
};

/** The copy as the catalog needs it, read in the destination Region. */
export const collectCopy: StepFunction = async ({ engine, lease, aws, job }) => {
  const parameters = parametersOf(job, 'COPY');
  const there = engine.aws.at(aws.account, parameters.destinationRegion, lease);
  const arn = pointArn(job);
  const point = await describePoint(there, parameters.destinationVaultName, arn);
  if (point === null || !isUsable(point)) {
    const because = `The copy ${arn} is ${point?.status ?? 'not there'} although its job has ended.`;
    return { observation: notYet(because, LOOK_AGAIN_MS) };
  }
  return {
    observation: done,
    success: {
      point: {
        recoveryPointArn: point.arn,
        sourceRecoveryPointArn: sourceArn(job),
        accountId: job.accountId,
        awsAccountId: aws.account.awsAccountId,
        region: parameters.destinationRegion,
        vaultName: parameters.destinationVaultName,
        createdAt: point.createdAt,
        completedAt: point.completedAt ?? point.createdAt,
        sizeBytes: point.sizeBytes,
        table: parameters.table,
        origin: parameters.origin,
        // The catalog has them from the source.
        settings: null,
        selfSufficient: await carriesMetadata(there, arn),
        awsDeleteAt: point.lifecycle.deleteAt,
      },
    },
  };
};

/** A copy inherits its source's tags. Tags that may not be read are no reason to fail a copy that is there. */
async function carriesMetadata(aws: RegionAws, arn: string): Promise<boolean> {
  try {
    return hasMetadata(await pointTags(aws, arn));
  } catch (error) {
    if (error instanceof AwsCallError && !error.fault.transient) return false;
    throw error;
  }
}

function sourceArn(job: JobRow): string {
  return parametersOf(job, 'COPY').recoveryPointArn ?? '';
}
