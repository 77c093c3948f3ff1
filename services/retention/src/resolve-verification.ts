import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { UserError } from '@tablekeep/platform/errors';
import type { SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { notMarked } from './not-marked.ts';
import { findPoints } from './store/restore-points.ts';

const LOOKUP_MS = 2_000;

/** Whether these points may be verified: they are there, of one account, and its roles are meant to restore. */
export async function resolveVerification(
  db: Database,
  deps: ServiceDeps,
  request: Extract<SessionRequest, { type: 'VERIFICATION' }>,
): Promise<InternalOutput<'resolveTargets'>> {
  const rows = new Map((await findPoints(db.reader, request.restorePointIds)).map((row) => [row.id, row]));
  const problems = request.restorePointIds.flatMap((id, i): UserError[] => {
    const path = ['restorePointIds', String(i)];
    const row = rows.get(id);
    if (!row) return [{ code: 'NOT_FOUND', message: `There is no restore point ${id}.`, path }];
    if (row.deletedAt === null) return [];
    const message = `Restore point ${id} has been gone since ${row.deletedAt.toISOString()}.`;
    return [{ code: 'GONE', message, path }];
  });
  const [accountId, ...others] = new Set([...rows.values()].map((row) => row.accountId));
  if (others.length > 0) {
    const message = 'The points of one verification belong to one account; start one for each.';
    problems.push({ code: 'SEVERAL_ACCOUNTS', message, path: ['restorePointIds'] });
  } else if (accountId !== undefined) {
    problems.push(...(await notMarked(deps, accountId, LOOKUP_MS, ['restorePointIds'])));
  }
  if (problems.length > 0 || accountId === undefined) {
    return { ok: false, userErrors: problems.map((problem) => ({ ...problem, path: [...problem.path] })) };
  }
  return { ok: true, accountId, policy: null, request };
}
