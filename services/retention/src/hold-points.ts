import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { askVaultLocks } from './ask-vault-locks.ts';
import { holdProblems } from './domain/check-deletion-input.ts';
import { vaultKey } from './domain/judge-deletion.ts';
import { namedPoints } from './preview-deletion.ts';
import { keepFromNets, sayTooNear } from './put-off-nets.ts';
import type { RestorePointRow } from './store/entities.ts';
import { placeHold, releaseHold } from './store/fate.ts';
import { findPoints } from './store/restore-points.ts';
import { forgottenBefore } from './store/retained-points.ts';

export type HoldWish = Readonly<{ restorePointIds: readonly string[]; hold: boolean; reason: string | null }>;

/**
 * Places or releases a hold on all the points or on none. One that may be on its way out already (a permit to delete it was
 * given, and its task is not over, or AWS shows it as DELETING) is refused as TOO_LATE: a hold that cannot be kept is worse
 * than none. So is one of a point that AWS deletes within a day, or that is not ours to put that off; where it does so within
 * a week, that is put off at once. Throws UserErrors.
 */
export async function setLegalHold(
  db: Database,
  deps: ServiceDeps,
  viewer: Viewer,
  wish: HoldWish,
): Promise<RestorePointRow[]> {
  const problems = holdProblems(wish);
  if (problems.length > 0) throw new UserErrors(problems);
  const ids = wish.restorePointIds;
  const points = await namedPoints(db, ids);
  if (wish.hold) {
    const refused = [...endedByOthers(points, ids), ...(await lockedOnes(deps, points, ids))];
    if (refused.length > 0) throw new UserErrors(refused);
  }
  const now = deps.clock.now();
  await db.transaction(async (tx) => {
    if (!wish.hold) {
      for (const id of ids) await releaseHold(tx, id);
      return;
    }
    const hold = { reason: wish.reason?.trim() ?? '', by: viewer.name, at: now };
    const forgotten = forgottenBefore(now);
    const late: UserError[] = [];
    for (const [i, id] of ids.entries()) {
      if (!(await placeHold(tx, id, hold, forgotten))) late.push(tooLate(id, i));
    }
    if (late.length > 0) throw new UserErrors(late);
    const stay = new Map(ids.map((id) => [id, null]));
    await keepFromNets(db, tx, stay, { now, refuse: sayTooNear(ids) });
  });
  return findPoints(db.reader, ids);
}

function tooLate(id: string, i: number): UserError {
  const message = `Restore point ${id} is gone or is being deleted; look again when its session is over.`;
  return { code: 'TOO_LATE', message, path: ['restorePointIds', String(i)] };
}

/** Nobody may change the lifecycle of what others made: a hold would promise what AWS does not keep. */
function endedByOthers(points: readonly RestorePointRow[], ids: readonly string[]): UserError[] {
  return points.flatMap(({ id, foreignBecause, awsDeleteAt }) => {
    if (foreignBecause === null || awsDeleteAt === null) return [];
    const message = `It was made by somebody else, and AWS deletes it by itself at ${awsDeleteAt.toISOString()}: only a legal hold of AWS Backup binds it.`;
    return [{ code: 'FOREIGN', message, path: ['restorePointIds', String(ids.indexOf(id))] }];
  });
}

async function lockedOnes(
  deps: ServiceDeps,
  points: readonly RestorePointRow[],
  ids: readonly string[],
): Promise<UserError[]> {
  const byAccount = [...Map.groupBy(points, (point) => point.accountId)];
  const refused = await Promise.all(
    byAccount.map(async ([accountId, own]) => {
      const locks = await askVaultLocks(deps, accountId, own);
      return own.flatMap((point): UserError[] => {
        const path = ['restorePointIds', String(ids.indexOf(point.id))];
        const locked = locks.get(vaultKey(point));
        const vault = `vault ${point.vaultName} in ${point.region}`;
        if (locked?.state === 'known' && !locked.value) return [];
        if (locked?.state === 'known') {
          const message = `AWS deletes the points of locked ${vault} by itself when their time is over: only a legal hold of AWS Backup binds it.`;
          return [{ code: 'VAULT_LOCKED', message, path }];
        }
        const message = `Whether ${vault} is locked could not be told, so a hold could not be promised: ${locked?.because ?? 'AWS was not asked'}`;
        return [{ code: 'COULD_NOT_TELL', message, path }];
      });
    }),
  );
  return refused.flat();
}
