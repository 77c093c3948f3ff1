import { InvariantError } from '@tablekeep/platform/errors';
import { deleteRecoveryPoint } from '../aws/delete-point.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describePoint } from '../aws/recovery-point.ts';
import { removeVault } from '../aws/temporary-vault.ts';
import { transientFault } from '../domain/fault.ts';
import type { JobRow } from '../store/entities.ts';
import type { Engine } from './engine.ts';
import { isFirstCall } from './start-once.ts';
import { done, notYet, parametersOf, refused, type StepFunction, type StepResult } from './step.ts';

const LOOK_AGAIN_MS = 15_000;
const LOOK_RARELY_MS = 600_000;
/** AWS's time. Most points are gone within minutes; some stay DELETING for days. */
const USUALLY_GONE_MS = 600_000;
const SHOWN_AFTER_MS = 60_000;

/** A look that is refused ends the deletion before anything was asked. Leaving this step records the intent to ask. */
export const checkDeletion: StepFunction = async ({ aws, job }) => {
  if (hasNoPoint(job)) return { observation: done, state: { goneBefore: true } };
  const { recoveryPointArn, vaultName } = doomedPoint(job);
  const point = await describePoint(aws, vaultName, recoveryPointArn);
  return { observation: done, state: { goneBefore: point === null || point.status === 'DELETING' } };
};

/**
 * Asks AWS to delete the point: the call takes no token, so whoever resumes here looks first, then asks for a permit, and
 * sends nothing unless lease and permit outlast the call. Asked twice all the same (the process died before it wrote that it
 * had asked), AWS deletes one point: its ARN is never used again. Once a call may be out, only the point itself tells what
 * became of it: neither a wish to stop nor a permit refused.
 */
export const deletePoint: StepFunction = async ({ engine, aws, job, fresh }) => {
  if (job.state.goneBefore) return { observation: done };
  const { vaultName, ...point } = doomedPoint(job);
  const { recoveryPointArn } = point;
  const mayBeOut = !isFirstCall({ fresh, job });
  if (mayBeOut) {
    const point = await describePoint(aws, vaultName, recoveryPointArn);
    if (point === null || point.status === 'DELETING') return { observation: done };
    if (job.cancelReason !== null) return kept(engine, `The deletion was stopped: ${job.cancelReason}`, mayBeOut);
  } else if (job.cancelReason !== null) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  const askedAt = engine.clock.monotonicMs();
  const permit = await engine.deletePermit({ taskId: job.taskId, attempt: job.attempt, ...point });
  if (permit.state === 'unknown') {
    const reason = `Whether the point may be deleted could not be asked: ${permit.because}`;
    return { observation: { seen: 'unknown', fault: transientFault('PERMIT_UNKNOWN', reason) } };
  }
  if (!permit.value.granted) return kept(engine, permit.value.because, mayBeOut);
  const until = askedAt + permit.value.validMs;
  try {
    const answer = await deleteRecoveryPoint(
      aws,
      { vaultName, arn: recoveryPointArn },
      () => until - engine.clock.monotonicMs(),
    );
    if (typeof answer === 'object') return kept(engine, answer.locked, false);
    return { observation: done, state: { deleteAskedAt: engine.clock.now().toISOString() } };
  } catch (error) {
    if (error instanceof NotSentError) return { observation: notYet(`Not sent: ${error.message}.`, LOOK_AGAIN_MS) };
    throw error;
  }
};

/** The restore that it follows had no copy: only the vault made for one is to go. */
function hasNoPoint(job: JobRow): boolean {
  const { recoveryPointArn, afterRestore } = parametersOf(job, 'DELETE');
  return recoveryPointArn === null && afterRestore !== undefined;
}

/** The session service names the point before it sends the task. */
function doomedPoint(job: JobRow) {
  const { restorePointId, version, recoveryPointArn, vaultName, ...wish } = parametersOf(job, 'DELETE');
  const { decidedBy = 'PERSON', leavesOthers = false } = wish;
  if (restorePointId === null || recoveryPointArn === null) {
    throw new InvariantError(`job ${job.id} names no point to delete`);
  }
  return { restorePointId, version, recoveryPointArn, vaultName, decidedBy, leavesOthers };
}

/** @param mayBeOut an earlier call may yet delete the point: that is looked at before anybody is told it was kept */
function kept({ clock }: Engine, because: string, mayBeOut: boolean): StepResult {
  const asked = mayBeOut ? { deleteAskedAt: clock.now().toISOString() } : {};
  return { observation: done, state: { keptBecause: because, ...asked } };
}

/** Believes no answer but the point's absence. */
export const verifyDeletion: StepFunction = async (run) => {
  const { job, aws } = run;
  const result = hasNoPoint(job) ? { observation: done } : await verifyPoint(run);
  const { vaultName, afterRestore } = parametersOf(job, 'DELETE');
  if (result.observation.seen !== 'done' || !afterRestore?.temporaryVault) return result;
  // Done again after a crash it finds the vault gone.
  const kept = await removeVault(aws, vaultName);
  if (kept === null) return result;
  const command = `aws backup delete-backup-vault --backup-vault-name ${vaultName} --region ${aws.region}`;
  const warning = `The temporary vault ${vaultName} in ${aws.region} is still there: ${kept} Once it is empty: ${command}`;
  return { ...result, success: { ...result.success, warnings: [...(result.success?.warnings ?? []), warning] } };
};

const verifyPoint: StepFunction = async ({ engine, aws, job }) => {
  const { restorePointId, recoveryPointArn, vaultName } = doomedPoint(job);
  const { keptBecause, deleteAskedAt } = job.state;
  const ended = (outcome: 'GONE' | 'KEPT', because: string | null): StepResult => ({
    observation: done,
    success: {
      warnings: because === null ? [] : [`The recovery point was kept: ${because}`],
      deleted: { restorePointId, recoveryPointArn, outcome, because },
    },
  });
  if (keptBecause !== undefined && deleteAskedAt === undefined) return ended('KEPT', keptBecause);
  const point = await describePoint(aws, vaultName, recoveryPointArn);
  if (point === null) return ended('GONE', null);
  const askedMs =
    (engine.clock.now().getTime() - Date.parse(deleteAskedAt ?? job.state.since)) * engine.settings.timeScale;
  if (keptBecause !== undefined && point.status !== 'DELETING' && askedMs > USUALLY_GONE_MS)
    return ended('KEPT', keptBecause);
  // A point may have been EXPIRED before: what AWS makes of it now takes a moment to show.
  if (point.status === 'EXPIRED' && askedMs > SHOWN_AFTER_MS) {
    const said = point.statusMessage === null ? '' : ` AWS says: ${point.statusMessage}`;
    const reason = `AWS accepted the deletion of ${recoveryPointArn} and kept the point as EXPIRED: the role or the vault’s policy does not allow it.${said}`;
    return refused('NOT_DELETED', reason);
  }
  const because = `The recovery point ${recoveryPointArn} is still ${point.status}.`;
  return { observation: notYet(because, askedMs < USUALLY_GONE_MS ? LOOK_AGAIN_MS : LOOK_RARELY_MS) };
};
