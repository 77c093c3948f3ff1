import { InvariantError } from '@tablekeep/platform/errors';
import type { SettingsSnapshot } from '@tablekeep/schema/settings';
import { changeTable, identityOf, type TableIdentity } from '../aws/change-table.ts';
import { deleteTable } from '../aws/delete-table.ts';
import { AwsCallError } from '../aws/explain-fault.ts';
import { keyProblem } from '../aws/key-state.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describeTable, replicasOf } from '../aws/read-settings.ts';
import { describePoint } from '../aws/recovery-point.ts';
import { whyBusy } from '../aws/why-busy.ts';
import type { JobRow } from '../store/entities.ts';
import { sayUnprotected } from '../domain/way-back.ts';
import { pointProblem } from './restore-table.ts';
import { restoringOf } from './restoring.ts';
import { isFirstCall } from './start-once.ts';
import {
  done,
  failed,
  notYet,
  parametersOf,
  refused,
  type StepFunction,
  type StepResult,
  type StepRun,
} from './step.ts';

const BUSY_LOOK_MS = 5_000;

function wishOf(job: JobRow) {
  const parameters = parametersOf(job, 'RESTORE');
  const { replaces } = parameters;
  if (!replaces) throw new InvariantError(`job ${job.id} replaces no table`);
  return { ...parameters, replaces };
}

/**
 * Everything once more before anything changes: the table is the one that was confirmed, both points are there and can be
 * restored, and the keys of both and of the table to come can be used. What AWS will not tell refuses as well.
 */
export const checkReplacement: StepFunction = async (run) => {
  const { aws, job } = run;
  const table = await describeTable(aws, wishOf(job).targetTableName);
  const wrong = wrongTable(run, table);
  if (wrong !== null || table === null) return wrong ?? gone(job);
  const busy = whyBusy(table);
  if (busy !== null) return { observation: notYet(busy, BUSY_LOOK_MS) };
  return (await pointsProblem(run)) ?? { observation: done };
};

/** Null where both points are there and can be restored, with keys that can be used. */
async function pointsProblem(run: StepRun): Promise<StepResult | null> {
  const { aws, job } = run;
  const wish = wishOf(job);
  const { protectivePointArn, protectiveVaultName } = wish.replaces;
  const both = [
    { vaultName: wish.vaultName, recoveryPointArn: restoringOf(job).recoveryPointArn },
    { vaultName: protectiveVaultName, recoveryPointArn: protectivePointArn },
  ];
  const keys = new Set<string>();
  for (const point of both) {
    const problem = await pointProblem(aws, point);
    if (problem !== null) return problem;
    const seen = await describePoint(aws, point.vaultName, point.recoveryPointArn);
    const soon = endsSoon(run, seen?.lifecycle.deleteAt ?? null);
    if (soon !== null) return refused('POINT_ENDS_SOON', `${point.recoveryPointArn}: ${soon}`);
    if (seen?.encryptionKeyArn) keys.add(seen.encryptionKeyArn);
  }
  for (const key of [...keys, ...keyOfTable(job)]) {
    const problem = await keyProblem(aws, key);
    if (problem !== null) return refused('KEY_NOT_ACCESSIBLE', `${problem} A restore would fail.`);
  }
  return null;
}

/** From the look until AWS has begun to restore, a day on which nothing works included. AWS's time. */
const MUST_LAST_MS = 48 * 3_600_000;

/** Once the table is gone, its items must not go as well by a lifecycle that somebody gave the point long ago. */
function endsSoon({ engine, aws }: StepRun, deleteAt: string | null): string | null {
  if (deleteAt === null) return null;
  const awsNow = engine.clock.now().getTime() + (aws.clockAheadMs() ?? 0);
  if (Date.parse(deleteAt) > awsNow + MUST_LAST_MS) return null;
  return `AWS deletes the recovery point by itself at ${deleteAt}, perhaps before it is restored. Copy it, or choose another.`;
}

/** What the restored table will be encrypted with, where that is not the key AWS owns. */
function keyOfTable(job: JobRow): string[] {
  const { changes, settings } = parametersOf(job, 'RESTORE');
  const encryption = changes.encryption ?? (settings as SettingsSnapshot | null)?.encryption;
  return encryption?.kmsKeyArn ? [encryption.kmsKeyArn] : [];
}

function gone(job: JobRow): StepResult {
  const { targetTableName: name } = parametersOf(job, 'RESTORE');
  const reason = `There is no table ${name} any more: somebody else has deleted it. restoreTables brings it back, with mode ORIGINAL.`;
  return refused('TABLE_NOT_FOUND', reason);
}

/** Null where the table is the one that was confirmed, and may be deleted as far as it was confirmed. */
function wrongTable({ job, aws }: StepRun, table: Awaited<ReturnType<typeof describeTable>>): StepResult | null {
  const { targetTableName: name, replaces } = wishOf(job);
  if (table === null) return gone(job);
  if (table.TableId !== replaces.tableId) {
    const reason = `The table ${name} is another one (TableId ${table.TableId ?? ''}) than was confirmed (${replaces.tableId}).`;
    return refused('TABLE_REPLACED', reason);
  }
  const replicas = replicasOf(table, aws.region);
  if (replicas.length > 0) {
    const reason =
      `The table ${name} has replicas in ${replicas.join(', ')}: restored, it would stand alone beside them, and they would keep ` +
      'what it had. Take the replicas away first, or restore the point to another name.';
    return refused('TABLE_HAS_REPLICAS', reason);
  }
  if (!table.DeletionProtectionEnabled || replaces.switchOffProtection) return null;
  return refused(
    'DELETION_PROTECTED',
    `The table ${name} is under deletion protection, and nobody confirmed that it be switched off.`,
  );
}

/**
 * Read, compare, write, so it may be repeated; done once the table shows it off. The intent is recorded first: whatever fails
 * from then on says that it may be off.
 */
export const unprotectTable: StepFunction = async (run) => {
  const { engine, aws, job, lease } = run;
  const table = await describeTable(aws, parametersOf(job, 'RESTORE').targetTableName);
  const wrong = wrongTable(run, table);
  if (wrong !== null || table === null) return wrong ?? gone(job);
  if (job.cancelReason !== null) return stopped(job);
  if (!table.DeletionProtectionEnabled) return { observation: done };
  const busy = whyBusy(table);
  if (busy !== null) return { observation: notYet(busy, BUSY_LOOK_MS) };
  if (job.state.unprotectedAt === undefined) {
    const unprotectedAt = engine.clock.now().toISOString();
    return { observation: notYet('Deletion protection is about to be switched off.', 0), state: { unprotectedAt } };
  }
  try {
    await changeTable(aws, identityOf(table), { property: 'deletionProtection', enabled: false }, lease.leftMs);
  } catch (error) {
    return notSent(error);
  }
  return { observation: notYet('Deletion protection is being switched off.', BUSY_LOOK_MS) };
};

/**
 * Deletes the table that was confirmed and no other, and is done when its name is free. What the table's items depend on from
 * then on is looked at once more before each call: hours may have gone since the check. The intent is recorded before each
 * call, so that whatever fails from then on says the way back, and taken back only where AWS has certainly not heard that call
 * and no other can be out: what a look shows within seconds of a call proves nothing. AWS deletes a table once.
 */
export const clearTable: StepFunction = async (run) => {
  const { engine, aws, job, lease } = run;
  const { targetTableName: name } = parametersOf(job, 'RESTORE');
  const table = await describeTable(aws, name);
  if (table === null) return job.state.clearedAt == null ? gone(job) : { observation: done };
  const wrong = wrongTable(run, table);
  if (wrong !== null) return refusedBy(run, identityOf(table), wrong);
  if (table.TableStatus === 'DELETING') return { observation: notYet(`${name} is being deleted.`, BUSY_LOOK_MS) };
  const busy = whyBusy(table);
  if (busy !== null) return { observation: notYet(busy, BUSY_LOOK_MS) };
  const problem = await pointsProblem(run);
  if (problem !== null) return refusedBy(run, identityOf(table), problem);
  if (job.state.clearedAt == null) {
    if (job.cancelReason !== null) return stopped(job);
    const clearedAt = engine.clock.now().toISOString();
    return { observation: notYet(`${name} is about to be deleted.`, 0), state: { clearedAt }, intent: true };
  }
  try {
    await deleteTable(aws, identityOf(table), 'confirmed', lease.leftMs);
  } catch (error) {
    return notDeleted(run, identityOf(table), error);
  }
  return { observation: notYet(`${name} is being deleted.`, BUSY_LOOK_MS) };
};

/** @throws what may have had its effect all the same */
async function notDeleted(run: StepRun, table: TableIdentity, error: unknown): Promise<StepResult> {
  const noneIsOut = isFirstCall(run) ? { state: { clearedAt: null } } : {};
  if (error instanceof NotSentError) return { ...notSent(error), ...noneIsOut };
  if (!(error instanceof AwsCallError) || error.fault.effect === 'possible') throw error;
  if (error.fault.transient) return { observation: { seen: 'unknown', fault: error.fault }, ...noneIsOut };
  return refusedBy(run, table, failed(error.fault));
}

/** Where no call of ours can be out and the table is there, nothing of what a lost table needs has to be said. */
async function refusedBy(run: StepRun, table: TableIdentity, refusal: StepResult): Promise<StepResult> {
  if (!isFirstCall(run) || table.tableId !== wishOf(run.job).replaces.tableId) return refusal;
  const now = await describeTable(run.aws, table.name);
  const isThere = now?.TableId === table.tableId && now.TableStatus !== 'DELETING';
  return { ...refusal, ...(isThere && { state: { clearedAt: null } }) };
}

function notSent(error: unknown): StepResult {
  if (error instanceof NotSentError) return { observation: notYet(`Not sent: ${error.message}.`, BUSY_LOOK_MS) };
  throw error;
}

function stopped({ cancelReason, state }: StepRun['job']): StepResult {
  return {
    observation: {
      seen: 'canceled',
      reason: `${cancelReason ?? ''} The table was not deleted.${sayUnprotected(state)}`,
    },
  };
}
