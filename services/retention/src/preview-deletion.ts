import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { IsNull, In, LessThan } from 'typeorm';
import { askVaultLocks } from './ask-vault-locks.ts';
import { MOST_PREVIEWED, previewProblems, type PreviewWish } from './domain/check-deletion-input.ts';
import { deletionWarnings, judgeDeletion, type Verdict } from './domain/judge-deletion.ts';
import { notedRemaining, storePreview } from './store/deletion-previews.ts';
import { RestorePointEntity, type RestorePointRow } from './store/entities.ts';
import { remainingBeside } from './store/fate.ts';
import { findPoints } from './store/restore-points.ts';
import { forgottenBefore } from './store/retained-points.ts';

/** Time for a person to read what is shown. */
const VALID_MS = 30 * 60 * 1000;

export type DeletionPreview = Readonly<{
  id: string;
  expiresAt: Date;
  warnings: readonly string[];
  points: readonly (Readonly<{ restorePoint: RestorePointRow }> & Verdict)[];
}>;

/** Judges the points of the wish and stores what is shown, with each point's version. Throws UserErrors. */
export async function previewDeletion(db: Database, deps: ServiceDeps, wish: PreviewWish): Promise<DeletionPreview> {
  const problems = previewProblems(wish);
  if (problems.length > 0) throw new UserErrors(problems);
  const points = await pointsOf(db, wish);
  const accounts = [...new Set(points.map((point) => point.accountId))];
  const [accountId] = accounts;
  if (accounts.length !== 1 || accountId === undefined) {
    const message = 'The points of one deletion belong to one account; preview each account alone.';
    throw new UserErrors([{ code: 'SEVERAL_ACCOUNTS', message, path: ['restorePointIds'] }]);
  }
  const locked = await askVaultLocks(deps, accountId, points);
  const judged = points.map((restorePoint) => ({ restorePoint, ...judgeDeletion(restorePoint, locked) }));
  const now = deps.clock.now();
  const preview = { id: newId(), expiresAt: new Date(now.getTime() + VALID_MS) };
  const doomed = judged.filter(({ verdict }) => verdict === 'DELETE').map(({ restorePoint }) => restorePoint);
  const remaining = await remainingBeside(db.reader, doomed, forgottenBefore(now));
  const warnings = deletionWarnings(doomed, locked, remaining);
  const stored = {
    ...preview,
    accountId,
    points: doomed.map(({ id, version }) => ({ id, version })),
    remaining: notedRemaining(remaining),
    sessionId: null,
  };
  await db.transaction((tx) => storePreview(tx, stored, now));
  return { ...preview, warnings, points: judged };
}

async function pointsOf(db: Database, wish: PreviewWish): Promise<RestorePointRow[]> {
  const { restorePointIds: ids, tableArn, kinds, createdBefore } = wish;
  if (ids !== null) return namedPoints(db, ids);
  const found = await db.reader.find(RestorePointEntity, {
    where: {
      tableArn: tableArn ?? '',
      deletedAt: IsNull(),
      ...(kinds && { kind: In([...kinds]) }),
      ...(createdBefore && { createdAt: LessThan(createdBefore) }),
    },
    order: { createdAt: 'DESC', id: 'DESC' },
    take: MOST_PREVIEWED + 1,
  });
  if (found.length === 0) {
    const message = `The catalog has no such point of ${tableArn}.`;
    throw new UserErrors([{ code: 'NOTHING_FOUND', message, path: ['tableArn'] }]);
  }
  if (found.length > MOST_PREVIEWED) {
    const message = `More than ${MOST_PREVIEWED} points; narrow them by kinds or createdBefore and delete in several goes.`;
    throw new UserErrors([{ code: 'TOO_MANY', message, path: ['tableArn'] }]);
  }
  return found;
}

/** Newest first; throws UserErrors for those that are not in the catalog, all at once. */
export async function namedPoints(db: Database, ids: readonly string[]): Promise<RestorePointRow[]> {
  const found = await findPoints(db.reader, ids);
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.flatMap((id, i) =>
    known.has(id)
      ? []
      : [
          {
            code: 'NOT_FOUND',
            message: `There is no restore point ${id}.`,
            path: ['restorePointIds', String(i)],
          },
        ],
  );
  if (missing.length > 0) throw new UserErrors(missing);
  return found;
}
