import {
  settingsSnapshot,
  type RestoreReport,
  type SettingsSnapshot,
  type WaitingSetting,
} from '@tablekeep/schema/settings';
import { importedSettings } from '@tablekeep/schema/vault-points';
import { AwsCallError } from '../aws/explain-fault.ts';
import { findEarlierRestore } from '../aws/find-earlier-job.ts';
import { describeTable, seenTable } from '../aws/read-settings.ts';
import { readSnapshot } from '../aws/read-snapshot.ts';
import { describePoint, isUsable } from '../aws/recovery-point.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import { startRestore } from '../aws/start-restore.ts';
import { whyBusy } from '../aws/why-busy.ts';
import { propertyOf, type ChangeKey } from '../domain/compare-settings.ts';
import { finalFault } from '../domain/fault.ts';
import type { ReapplyProperty } from '../domain/compare-settings.ts';
import { reapplyPropertyOf } from '../domain/property-of-line.ts';
import { restoreReport } from '../domain/restore-report.ts';
import type { GivenUp } from '../domain/restore-warnings.ts';
import { strangerBecause } from '../domain/stranger.ts';
import { idempotencyToken } from '../domain/token.ts';
import { wantedSettings, type WantedSettings } from '../domain/wanted-settings.ts';
import type { JobRow } from '../store/entities.ts';
import { restoringOf } from './restoring.ts';
import { adopt, calling, intentTime, isFirstCall, mayStillShow, othersJobs, startsWithoutKeys } from './start-once.ts';
import {
  done,
  failed,
  notYet,
  parametersOf,
  refused,
  started,
  type AnyEvent,
  type StepFunction,
  type StepResult,
  type StepRun,
} from './step.ts';

const LOOK_AGAIN_MS = 15_000;

/** Before anything changes: the target must be free, the point restorable. */
export const checkRestore: StepFunction = async ({ aws, job }) => {
  const parameters = parametersOf(job, 'RESTORE');
  if (parameters.targetRegion !== aws.region) {
    const reason = `The recovery point lies in ${aws.region}; to restore in ${parameters.targetRegion}, choose a copy there.`;
    return refused('POINT_IN_OTHER_REGION', reason);
  }
  const existing = await describeTable(aws, parameters.targetTableName);
  if (existing !== null) return tableExists(parameters.targetTableName, aws.region);
  const { vaultName } = parameters;
  const { recoveryPointArn } = restoringOf(job);
  return (await pointProblem(aws, { vaultName, recoveryPointArn })) ?? { observation: done };
};

/** Null where the point is there and can be restored. */
export async function pointProblem(
  aws: StepRun['aws'],
  { vaultName, recoveryPointArn }: Readonly<{ vaultName: string; recoveryPointArn: string }>,
): Promise<StepResult | null> {
  const point = await describePoint(aws, vaultName, recoveryPointArn);
  if (point === null) {
    const reason = `The recovery point ${recoveryPointArn} is no longer in the vault ${vaultName}.`;
    return refused('POINT_NOT_FOUND', reason);
  }
  if (isUsable(point)) return null;
  const detail = point.statusMessage ? ` AWS says: ${point.statusMessage}` : '';
  return refused('POINT_NOT_USABLE', `The recovery point ${recoveryPointArn} is ${point.status}.${detail}`);
}

/** Only the table that was restored is meant: one that took its name since is left alone. */
export const checkSettings: StepFunction = async ({ aws, job }) => {
  const { settingsOf, targetTableName: name } = parametersOf(job, 'RESTORE');
  const table = await describeTable(aws, name);
  if (!settingsOf || table?.TableId !== settingsOf.tableId) {
    const reason = `The restored table ${name} is not there any more, or another has its name; nothing was changed.`;
    return refused('TABLE_REPLACED', reason);
  }
  const restored = { name, arn: settingsOf.arn, tableId: settingsOf.tableId };
  if (plan({ ...job, state: { ...job.state, restored } }).wanted === null) {
    const reason = `What ${name} was set to at backup is not known in full; nothing was changed. Set what is held by hand.`;
    return refused('SETTINGS_UNKNOWN', reason);
  }
  return { observation: done, state: { restored } };
};

function tableExists(name: string, region: string): StepResult {
  const reason = `A table ${name} exists in ${region}. A restore never overwrites: choose another name, or delete the table first.`;
  return refused('TABLE_EXISTS', reason);
}

/** Starts the AWS job exactly once; see `startBackupOnce`. */
export const startRestoreOnce: StepFunction = async (run) => {
  const { aws, job } = run;
  const parameters = restoringOf(job);
  if (!isFirstCall(run)) {
    const target = targetArn(run);
    const since = intentTime(job);
    const earlier = await findEarlierRestore(aws, parameters.recoveryPointArn, target, since, othersJobs(run));
    if (earlier === 'unclear') {
      const because = 'A restore of the same point is running and has not named its table yet.';
      return { observation: notYet(because, LOOK_AGAIN_MS) };
    }
    if (earlier) return adopt(job, earlier);
    const wait = mayStillShow(run);
    if (wait) return wait;
  }
  // Once the old table is gone, stopping would leave neither: the restore that takes its place is made all the same.
  const cleared = job.state.clearedAt != null;
  if (job.cancelReason !== null && !cleared) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  const refusedStart = startsWithoutKeys(run);
  if (refusedStart) return refusedStart;
  try {
    const token = idempotencyToken(job.taskId, job.attempt, 'restore');
    const made = await calling(run, () => startRestore(aws, parameters, token));
    return { observation: done, awsJobId: made.jobId, events: [started(job, made.jobId)] };
  } catch (error) {
    const fault = error instanceof AwsCallError ? error.fault : null;
    if (fault && !fault.transient && /already exists/iu.test(fault.reason)) {
      return failed({ ...fault, code: 'TABLE_EXISTS' });
    }
    throw error;
  }
};

export function targetArn({ aws, job }: Pick<StepRun, 'aws' | 'job'>): string {
  const partition = aws.account.roleArn.split(':')[1] ?? 'aws';
  const { targetTableName } = restoringOf(job);
  return `arn:${partition}:dynamodb:${aws.region}:${aws.account.awsAccountId}:table/${targetTableName}`;
}

/** AWS's job is over; the table may still be busy with its indexes. Whoever has taken its name since is left alone. */
export const settleTable: StepFunction = async ({ aws, job }) => {
  const { targetTableName } = restoringOf(job);
  const table = await describeTable(aws, targetTableName);
  if (table === null) {
    return { observation: notYet(`The restored table ${targetTableName} does not show up.`, LOOK_AGAIN_MS) };
  }
  const stranger = strangerBecause(seenTable(table), job.state);
  if (stranger !== null) {
    const reason = `The table ${targetTableName} in ${aws.region} is not the one that was restored: ${stranger}. It was left alone.`;
    return refused('TABLE_REPLACED', reason);
  }
  if (table.TableStatus === 'INACCESSIBLE_ENCRYPTION_CREDENTIALS') {
    return refused(
      'KEY_NOT_ACCESSIBLE',
      `DynamoDB cannot use the key of ${targetTableName}. Check the key and its policy.`,
    );
  }
  const busy = whyBusy(table);
  if (busy !== null) return { observation: notYet(busy, LOOK_AGAIN_MS) };
  const restored = { name: targetTableName, arn: table.TableArn ?? '', tableId: table.TableId ?? '' };
  const settings = await completed(aws, job);
  return { observation: done, state: { restored, ...(settings && { settings }) } };
};

/**
 * A point whose catalog was rebuilt from its vault tells only what AWS loses. The rest is what AWS has just brought back,
 * read before anything is set.
 */
async function completed(aws: RegionAws, job: JobRow): Promise<SettingsSnapshot | null> {
  const { parameters } = job.item;
  if (parameters.kind !== 'RESTORE') return null;
  const { settings, table, targetTableName } = parameters;
  if (settingsSnapshot.safeParse(settings).success) return null;
  const told = importedSettings.safeParse(settings);
  const restored = told.success ? await readSnapshot(aws, targetTableName) : null;
  if (!told.success || restored === null) return null;
  const { arn: tableArn, name: tableName, tableId } = table;
  return { ...restored, ...told.data, tableArn, tableName, tableId: tableId ?? restored.tableId };
}

/** The settings at backup, and what is wanted of the restored table; nulls where the point carries no snapshot. */
export function plan(job: JobRow): { atBackup: SettingsSnapshot | null; wanted: WantedSettings | null } {
  const { settings, changes } = parametersOf(job, 'RESTORE');
  const parsed = settingsSnapshot.safeParse(job.state.settings ?? settings);
  if (!parsed.success || !job.state.restored) return { atBackup: null, wanted: null };
  return { atBackup: parsed.data, wanted: wantedSettings(parsed.data, changes, job.state.restored.arn) };
}

/** Compares once more and reports; what could not be set is a warning, for the items are there. */
export const reportRestore: StepFunction = async ({ aws, job }) => {
  const { targetTableName, changes } = parametersOf(job, 'RESTORE');
  const found = await readSnapshot(aws, targetTableName);
  if (found === null || found.tableId !== job.state.restored?.tableId) {
    return failed(
      finalFault('TABLE_REPLACED', `The restored table ${targetTableName} was deleted while its settings were set.`),
    );
  }
  const waiting = waitingOf(job);
  const planned = plan(job);
  const { report: told, warnings } = restoreReport({
    ...planned,
    changes,
    found,
    givenUp: givenUp(job),
    waiting,
    needsCredentials: job.state.needsCredentials ?? false,
    only: onlyOf(job),
  });
  const report = { ...told, ...completedFor(job, told, planned.atBackup) };
  const events = job.kind === 'RESTORE' ? [tableRestored(job, report, warnings)] : [];
  return { observation: done, success: { restored: report, warnings }, events };
};

/** What was completed while the table came back cannot be found out again: whoever sets later what is held needs it. */
function completedFor(
  { state }: JobRow,
  { lines }: RestoreReport,
  atBackup: SettingsSnapshot | null,
): Pick<RestoreReport, 'atBackup'> {
  const isNeeded = state.settings !== undefined && lines.some((line) => line.outcome === 'HELD');
  return isNeeded && atBackup !== null ? { atBackup } : {};
}

/** Goes out with the end of the job, in one transaction. */
function tableRestored(job: JobRow, report: RestoreReport, warnings: string[]): AnyEvent {
  const { sessionId, taskId, accountId, region } = job;
  const { table, restorePointId, targetTableName } = parametersOf(job, 'RESTORE');
  return {
    type: 'dev.tablekeep.table.restored.v1',
    subject: sessionId,
    data: {
      sessionId,
      taskId,
      accountId,
      region,
      restorePointId,
      recoveryPointArn: restoringOf(job).recoveryPointArn,
      sourceTableArn: table.arn,
      tableArn: report.tableArn,
      tableName: targetTableName,
      tableId: report.found?.tableId ?? '',
      streamArn: report.found?.stream?.arn ?? null,
      report,
      warnings,
    },
  };
}

/** What a later setting of settings is about; null: all. */
export function onlyOf(job: JobRow): ReadonlySet<ReapplyProperty> | null {
  const only = parametersOf(job, 'RESTORE').settingsOf?.only;
  return only ? new Set(only.map(reapplyPropertyOf)) : null;
}

/** What AWS's quotas put off, each property once. */
function waitingOf(job: JobRow): WaitingSetting[] {
  const put = Object.entries(job.state.reapplied ?? {}).flatMap(([key, { waitsUntil, givenUp: because }]) =>
    waitsUntil === undefined
      ? []
      : [{ property: propertyOf(key as ChangeKey), until: waitsUntil, because: because ?? '' }],
  );
  return [...new Map(put.map((one) => [one.property, one])).values()];
}

function givenUp(job: JobRow): GivenUp {
  const reasons = Object.entries(job.state.reapplied ?? {}).flatMap(([key, tried]) =>
    tried.givenUp === undefined ? [] : [[propertyOf(key as ChangeKey), tried.givenUp] as const],
  );
  // Where several places of one property were refused, the first says why.
  return Object.fromEntries(reasons.reverse());
}
