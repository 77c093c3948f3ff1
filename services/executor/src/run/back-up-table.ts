import { STARTED_WITHIN_MS } from '@tablekeep/schema/retention-rules';
import { settingsSnapshot, type SettingsSnapshot } from '@tablekeep/schema/settings';
import { readSwitches, switchesOff } from '../aws/advanced-features.ts';
import { findEarlierBackup } from '../aws/find-earlier-job.ts';
import { readSnapshot } from '../aws/read-snapshot.ts';
import { describePoint, isUsable } from '../aws/recovery-point.ts';
import { startBackup } from '../aws/start-backup.ts';
import {
  encodePointTags,
  lostSettings,
  RUN_TAG,
  runTagOf,
  type PointMetadata,
  type PointTags,
  type Seal,
} from '../domain/point-tags.ts';
import type { JobState } from '../domain/job-state.ts';
import { mostDaysKept } from '../domain/kept-days.ts';
import { lifecycleIn } from '../domain/locked-lifecycle.ts';
import { idempotencyToken } from '../domain/token.ts';
import type { JobRow } from '../store/entities.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import type { Engine } from './engine.ts';
import { adopt, calling, intentTime, isFirstCall, mayStillShow, othersJobs } from './start-once.ts';
import { vaultLock } from './vault-lock.ts';
import {
  done,
  notYet,
  parametersOf,
  refused,
  started,
  type StepFunction,
  type StepResult,
  type StepRun,
} from './step.ts';

const LOOK_AGAIN_MS = 15_000;
/** So often a setting that AWS does not tell is asked for again; then the backup goes on without it. */
const PATIENT_TRIES = 5;

/** Before anything changes: can a backup be made that is worth having, and of the table that was meant? */
export const checkBackup: StepFunction = async (run) => {
  const { engine, aws, job } = run;
  const { table } = parametersOf(job, 'BACKUP');
  const off = await switchesOffNow(engine, aws);
  if (off.length > 0) {
    const reason =
      `Advanced DynamoDB backup is off in ${aws.region}: ${off.map((name) => `${name}.DynamoDB`).join(' and ')} must be true. ` +
      'Turn it on with enableAdvancedFeatures, or in the AWS Backup settings of this account and Region (Service opt-in; DynamoDB advanced features).';
    return refused('ADVANCED_FEATURES_OFF', reason);
  }
  const there = await lifecycleFromNow(run);
  if ('observation' in there) return there;
  const settings = await readSnapshot(aws, table.name, job.state.tries < PATIENT_TRIES ? 'full' : 'little');
  if (settings === null) {
    return refused('TABLE_NOT_FOUND', `There is no table ${table.name} in ${aws.region} any more.`);
  }
  if (table.tableId !== null && settings.tableId !== table.tableId) {
    const reason =
      `The table ${table.name} was deleted and made anew since the run was planned (TableId ${settings.tableId} instead of ` +
      `${table.tableId}). The next run backs up the new one.`;
    return refused('TABLE_REPLACED', reason);
  }
  const pointTags = tagsFor(job, settings, engine.clock.now().toISOString(), engine.seal);
  return { observation: done, state: { settings, pointTags, ...there } };
};

/** The start call goes out within this time of the check, or the lifecycle is fixed anew. AWS's time. */
const CALLED_WITHIN_MS = STARTED_WITHIN_MS;

/**
 * The lifecycle for a point that begins from now on. AWS counts it in days from the point's making, which is yet to come:
 * it holds wherever the call and AWS's own start window may put that.
 */
async function lifecycleFromNow({
  engine,
  aws,
  job,
}: StepRun): Promise<StepResult | Required<Pick<JobState, 'lifecycle' | 'lifecycleAt'>>> {
  const { vaultName: name, lifecycle, origin, startWindowMinutes } = parametersOf(job, 'BACKUP');
  const now = engine.clock.now();
  const kept = mostDaysKept(origin, now, CALLED_WITHIN_MS + startWindowMinutes * 60_000);
  const lock = await vaultLock(engine, aws, name);
  const there = lifecycleIn({ name, lock }, lifecycle, kept, origin.safetyNetDays ?? null);
  if (!there.fits) return refused('VAULT_LOCKED', there.reason);
  return { lifecycle: there.lifecycle, lifecycleAt: now.toISOString() };
}

/** Null where the lifecycle still holds; otherwise another is recorded before the call. */
async function lifecycleAnew(run: StepRun): Promise<StepResult | null> {
  const { engine, job } = run;
  const { lifecycleAt } = job.state;
  const sinceMs = lifecycleAt === undefined ? 0 : engine.clock.now().getTime() - Date.parse(lifecycleAt);
  if (sinceMs * engine.settings.timeScale <= CALLED_WITHIN_MS) return null;
  const there = await lifecycleFromNow(run);
  return 'observation' in there
    ? there
    : { observation: notYet('The lifecycle of the point is fixed anew.', 0), state: there };
}

/** AWS's time. The switches are one answer for a whole Region; asking for every table would take the place of its start. */
const SWITCHES_HOLD_MS = 300_000;

/** "On" is remembered for a while; "off" never: whoever turns them on is believed at once. */
async function switchesOffNow({ clock, settings, switchesSeenOn }: Engine, aws: RegionAws): Promise<readonly string[]> {
  const key = `${aws.account.awsAccountId}/${aws.region}`;
  const seenOn = switchesSeenOn.get(key);
  const now = clock.monotonicMs();
  if (seenOn !== undefined && (now - seenOn) * settings.timeScale < SWITCHES_HOLD_MS) return [];
  const off = switchesOff(await readSwitches(aws));
  if (off.length === 0) switchesSeenOn.set(key, now);
  return off;
}

function tagsFor(job: JobRow, settings: SettingsSnapshot, takenAt: string, seal: Seal): PointTags {
  const { table, origin, customTags } = parametersOf(job, 'BACKUP');
  const { sessionId, taskId, attempt } = job;
  const tableTags = settings.tags.state === 'known' ? settings.tags.value : [];
  const own = new Set(tableTags.map((tag) => tag.key));
  const customKeys = customTags.map((tag) => tag.key).filter((key) => !own.has(key));
  const metadata: PointMetadata = {
    version: 1,
    sessionId,
    taskId,
    attempt,
    takenAt,
    table: { ...table, tableId: settings.tableId },
    origin,
    settings: lostSettings(settings),
    ...(customKeys.length > 0 && { customKeys }),
  };
  return encodePointTags(metadata, tableTags, customTags, seal);
}

/** Starts the AWS job exactly once: resumed, it looks for what the earlier call made before it calls again. */
export const startBackupOnce: StepFunction = async (run) => {
  const { aws, job } = run;
  const parameters = parametersOf(job, 'BACKUP');
  if (!isFirstCall(run)) {
    const { table, vaultName } = parameters;
    const earlier = await findEarlierBackup(aws, {
      tableArn: table.arn,
      vaultName,
      since: intentTime(job),
      run: runOnPoint(job),
      isTaken: othersJobs(run),
    });
    if (earlier === 'unclear') {
      return {
        observation: notYet('A backup of the table is beginning; whose it is does not show yet.', LOOK_AGAIN_MS),
      };
    }
    if (earlier) return adopt(job, earlier);
    const wait = mayStillShow(run);
    if (wait) return wait;
  }
  if (job.cancelReason !== null) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  // Nothing of an earlier call is in AWS: a call with another lifecycle repeats none.
  const anew = await lifecycleAnew(run);
  if (anew !== null) return anew;
  const token = idempotencyToken(job.taskId, job.attempt, 'backup');
  const lifecycle = job.state.lifecycle ?? parameters.lifecycle;
  const tags = job.state.pointTags?.tags ?? {};
  const made = await calling(run, () => startBackup(aws, { ...parameters, lifecycle }, token, tags));
  return {
    observation: done,
    awsJobId: made.jobId,
    state: {
      ...(made.createdAt !== null && { awsCreatedAt: made.createdAt }),
      ...(made.recoveryPointArn !== null && { recoveryPointArn: made.recoveryPointArn }),
    },
    events: [started(job, made.jobId)],
  };
};

/** The run tag that the job's point bears, or would bear; null where the table's own tags left no room for it. */
export function runOnPoint(job: JobRow): string | null {
  const { pointTags } = job.state;
  return pointTags && !(RUN_TAG in pointTags.tags) ? null : runTagOf(job.taskId, job.attempt);
}

/** The point as the catalog needs it. */
export const collectBackup: StepFunction = async ({ aws, job }) => {
  const parameters = parametersOf(job, 'BACKUP');
  const arn = pointArn(job);
  const point = await describePoint(aws, parameters.vaultName, arn);
  if (point === null || !isUsable(point)) {
    const because = `The recovery point ${arn} is ${point?.status ?? 'not there'} although its job has ended.`;
    return { observation: notYet(because, LOOK_AGAIN_MS) };
  }
  // The job may have been begun by a former release.
  const settings = job.state.settings ? settingsSnapshot.parse(job.state.settings) : null;
  return {
    observation: done,
    success: {
      warnings: (job.state.pointTags?.dropped ?? []).map(
        (key) => `The tag ${key} did not fit on the recovery point: AWS allows 50 in all.`,
      ),
      point: {
        recoveryPointArn: point.arn,
        sourceRecoveryPointArn: null,
        accountId: job.accountId,
        awsAccountId: aws.account.awsAccountId,
        region: aws.region,
        vaultName: parameters.vaultName,
        createdAt: point.createdAt,
        completedAt: point.completedAt ?? point.createdAt,
        sizeBytes: point.sizeBytes,
        table: { ...parameters.table, tableId: settings?.tableId ?? parameters.table.tableId },
        origin: parameters.origin,
        settings,
        selfSufficient: job.state.pointTags?.selfSufficient ?? false,
        awsDeleteAt: point.lifecycle.deleteAt,
      },
    },
  };
};

/** Known since the job ended well. */
export function pointArn(job: JobRow): string {
  return job.state.recoveryPointArn ?? '';
}
