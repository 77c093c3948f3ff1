import type { Database } from '@tablekeep/platform/database';
import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { askVaultLocks } from './ask-vault-locks.ts';
import { namedProblems } from './domain/check-deletion-input.ts';
import { vaultKey } from './domain/judge-deletion.ts';
import { namedPoints } from './preview-deletion.ts';
import { keepFromNets, sayTooNear } from './put-off-nets.ts';
import type { RestorePointRow } from './store/entities.ts';
import { setExpiry } from './store/fate.ts';
import { findPoints } from './store/restore-points.ts';
import { forgottenBefore } from './store/retained-points.ts';

export type ExpiryWish = Readonly<{ restorePointIds: readonly string[]; expiresAt: Date | null }>;

/**
 * Says when points expire, all of them or none. Every wish to delete them that was made before is revoked by it; one that may
 * be on its way out already is refused as TOO_LATE. Throws UserErrors.
 */
export async function setRestorePointExpiry(
  db: Database,
  deps: ServiceDeps,
  viewer: Viewer,
  { restorePointIds: ids, expiresAt }: ExpiryWish,
): Promise<RestorePointRow[]> {
  const now = deps.clock.now();
  const problems = namedProblems(ids);
  if (expiresAt !== null && expiresAt <= now) {
    const message = `${expiresAt.toISOString()} is past; an expiry lies in the future. To delete points now, use previewDeletion.`;
    problems.push({ code: 'IN_THE_PAST', message, path: ['expiresAt'] });
  }
  if (problems.length > 0) throw new UserErrors(problems);
  const points = await namedPoints(db, ids);
  const refused = [...notOurs(points, ids), ...(await lockedOnes(deps, points, ids))];
  if (refused.length > 0) throw new UserErrors(refused);
  await db.transaction(async (tx) => {
    const forgotten = forgottenBefore(now);
    const late: UserError[] = [];
    for (const [i, id] of ids.entries()) {
      if (await setExpiry(tx, id, { expiresAt, by: viewer.name }, forgotten)) continue;
      const message = `Restore point ${id} is gone or is being deleted; look again when its session is over.`;
      late.push({ code: 'TOO_LATE', message, path: ['restorePointIds', String(i)] });
    }
    if (late.length > 0) throw new UserErrors(late);
    const stay = new Map(ids.map((id) => [id, expiresAt]));
    await keepFromNets(db, tx, stay, { now, refuse: sayTooNear(ids) });
  });
  return findPoints(db.reader, ids);
}

const pathOf = (ids: readonly string[], { id }: RestorePointRow) => ['restorePointIds', String(ids.indexOf(id))];

function notOurs(points: readonly RestorePointRow[], ids: readonly string[]): UserError[] {
  return points
    .filter((point) => point.foreignBecause !== null)
    .map((point) => {
      const message = 'It was made by somebody else: Tablekeep does not delete it, whatever its expiry.';
      return { code: 'FOREIGN', message, path: pathOf(ids, point) };
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
        const locked = locks.get(vaultKey(point));
        const vault = `vault ${point.vaultName} in ${point.region}`;
        if (locked?.state === 'known' && !locked.value) return [];
        if (locked?.state === 'known') {
          const message = `AWS deletes the points of locked ${vault} by the lifecycle they were made with; nobody can change it.`;
          return [{ code: 'VAULT_LOCKED', message, path: pathOf(ids, point) }];
        }
        const message = `Whether ${vault} is locked could not be told, so an expiry could not be promised: ${locked?.because ?? 'AWS was not asked'}`;
        return [{ code: 'COULD_NOT_TELL', message, path: pathOf(ids, point) }];
      });
    }),
  );
  return refused.flat();
}
