import { describePoint, type PointLifecycle, type PointSeen } from '../aws/recovery-point.ts';
import { updateDeleteAfter } from '../aws/update-lifecycle.ts';
import { LEAST_DAYS_COLD } from '../domain/locked-lifecycle.ts';
import { done, notYet, parametersOf, refused, type StepFunction } from './step.ts';

const LOOK_AGAIN_MS = 15_000;
const GOING: ReadonlySet<string> = new Set(['DELETING', 'EXPIRED']);

/**
 * Puts off when AWS deletes the point by itself; never brings it forward: one job at a time is at a point. Reads, changes
 * what is too early, and believes no answer but what the point then shows. Days are counted from the point's own beginning,
 * so whoever resumes here after a crash does the same again, and a second delivery finds nothing to change.
 */
export const prolongPoint: StepFunction = async ({ aws, job }) => {
  const { restorePointId, recoveryPointArn: arn, vaultName, deleteAfterDays } = parametersOf(job, 'LIFECYCLE');
  if (job.cancelReason !== null) return { observation: { seen: 'canceled', reason: job.cancelReason } };
  const point = await describePoint(aws, vaultName, arn);
  if (point === null) return refused('POINT_NOT_FOUND', `The recovery point ${arn} is not in ${vaultName} any more.`);
  if (GOING.has(point.status)) {
    return refused('TOO_LATE', `AWS says ${point.status} of ${arn}: its own deletion of the point has come before us.`);
  }
  if (isLateEnough(point.lifecycle, deleteAfterDays)) return ended(restorePointId, point.lifecycle);
  const { moveToColdStorageAfterDays: cold } = point.lifecycle;
  // AWS refuses less than 90 days in cold storage.
  const days = Math.max(deleteAfterDays, cold === null ? 0 : cold + LEAST_DAYS_COLD);
  const locked = await updateDeleteAfter(aws, { vaultName, arn }, point.lifecycle, days);
  if (locked !== null) return bound(restorePointId, point, locked);
  const after = await describePoint(aws, vaultName, arn);
  if (after !== null && isLateEnough(after.lifecycle, deleteAfterDays)) return ended(restorePointId, after.lifecycle);
  const because = `AWS took the new lifecycle of ${arn}, and still shows the old one.`;
  return { observation: notYet(because, LOOK_AGAIN_MS) };
};

function isLateEnough({ deleteAfterDays }: PointLifecycle, wanted: number): boolean {
  return deleteAfterDays === null || deleteAfterDays >= wanted;
}

/** Nobody can put it off: told once, with the lock, so that nobody asks for it day after day. */
function bound(restorePointId: string, { arn, lifecycle: { deleteAt } }: PointSeen, lockedBecause: string) {
  const when = deleteAt === null ? '' : ` at ${deleteAt}`;
  const warning = `AWS deletes the recovery point ${arn}${when}, and nobody can put that off: ${lockedBecause}`;
  return {
    observation: done,
    success: { lifecycle: { restorePointId, awsDeleteAt: deleteAt, lockedBecause }, warnings: [warning] },
  };
}

function ended(restorePointId: string, { deleteAt }: PointLifecycle) {
  return { observation: done, success: { lifecycle: { restorePointId, awsDeleteAt: deleteAt } } };
}
