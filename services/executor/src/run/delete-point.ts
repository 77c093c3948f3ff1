import { InvariantError } from '@tablekeep/platform/errors';
import { deleteRecoveryPoint } from '../aws/delete-point.ts';
import { NotSentError } from '../aws/not-sent.ts';
import { describePoint } from '../aws/recovery-point.ts';
import { transientFault } from '../domain/fault.ts';
import type { JobRow } from '../store/entities.ts';
import { done, notYet, parametersOf, refused, type StepFunction, type StepResult } from './step.ts';

const LOOK_AGAIN_MS = 15_000;
const LOOK_RARELY_MS = 600_000;
/** AWS's time. Most points are gone within minutes; some stay DELETING for days. */
const USUALLY_GONE_MS = 600_000;
const SHOWN_AFTER_MS = 60_000;

/**
 * Asks AWS to delete the point, at most once while it is there: the call takes no token, so whoever comes here looks first,
 * then asks for a permit, and sends nothing unless lease and permit outlast the call. Asked twice all the same (the process
 * died before it wrote that it had asked), AWS deletes one point: its ARN is never used again.
 */
export const deletePoint: StepFunction = async ({ engine, aws, job }) => {
  const { restorePointId, version, recoveryPointArn, vaultName } = doomedPoint(job);
  const point = await describePoint(aws, vaultName, recoveryPointArn);
  if (point === null || point.status === 'DELETING') return { observation: done };
  if (job.cancelReason !== null) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  const askedAt = engine.clock.monotonicMs();
  const permit = await engine.deletePermit({ taskId: job.taskId, restorePointId, version, recoveryPointArn });
  if (permit.state === 'unknown') {
    const reason = `Whether the point may be deleted could not be asked: ${permit.because}`;
    return { observation: { seen: 'unknown', fault: transientFault('PERMIT_UNKNOWN', reason) } };
  }
  if (!permit.value.granted) return kept(permit.value.because);
  const until = askedAt + permit.value.validMs;
  try {
    const answer = await deleteRecoveryPoint(
      aws,
      { vaultName, arn: recoveryPointArn },
      () => until - engine.clock.monotonicMs(),
    );
    if (typeof answer === 'object') return kept(answer.locked);
    return { observation: done, state: { deleteAskedAt: engine.clock.now().toISOString() } };
  } catch (error) {
    if (error instanceof NotSentError) return { observation: notYet(`Not sent: ${error.message}.`, LOOK_AGAIN_MS) };
    throw error;
  }
};

/** The session service names the point before it sends the task. */
function doomedPoint(job: JobRow) {
  const { restorePointId, version, recoveryPointArn, vaultName } = parametersOf(job, 'DELETE');
  if (restorePointId === null || recoveryPointArn === null) {
    throw new InvariantError(`job ${job.id} names no point to delete`);
  }
  return { restorePointId, version, recoveryPointArn, vaultName };
}

const kept = (because: string): StepResult => ({ observation: done, state: { keptBecause: because } });

/** Believes no answer but the point's absence. */
export const verifyDeletion: StepFunction = async ({ engine, aws, job }) => {
  const { restorePointId, recoveryPointArn, vaultName } = doomedPoint(job);
  const { keptBecause, deleteAskedAt } = job.state;
  const ended = (outcome: 'GONE' | 'KEPT', because: string | null): StepResult => ({
    observation: done,
    success: {
      warnings: because === null ? [] : [`The recovery point was kept: ${because}`],
      deleted: { restorePointId, recoveryPointArn, outcome, because },
    },
  });
  if (keptBecause !== undefined) return ended('KEPT', keptBecause);
  const point = await describePoint(aws, vaultName, recoveryPointArn);
  if (point === null) return ended('GONE', null);
  const askedMs =
    (engine.clock.now().getTime() - Date.parse(deleteAskedAt ?? job.state.since)) * engine.settings.timeScale;
  // A point may have been EXPIRED before: what AWS makes of it now takes a moment to show.
  if (point.status === 'EXPIRED' && askedMs > SHOWN_AFTER_MS) {
    const said = point.statusMessage === null ? '' : ` AWS says: ${point.statusMessage}`;
    const reason = `AWS accepted the deletion of ${recoveryPointArn} and kept the point as EXPIRED: the role or the vault’s policy does not allow it.${said}`;
    return refused('NOT_DELETED', reason);
  }
  const because = `The recovery point ${recoveryPointArn} is still ${point.status}.`;
  return { observation: notYet(because, askedMs < USUALLY_GONE_MS ? LOOK_AGAIN_MS : LOOK_RARELY_MS) };
};
