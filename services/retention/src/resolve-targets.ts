import type { Database } from '@tablekeep/platform/database';
import { callInternal, type InternalHandlers } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { InternalOutput } from '@tablekeep/schema/internal';
import pMap from 'p-map';
import { permitDeletion } from './permit-deletion.ts';
import { resolveDeletion } from './resolve-deletion.ts';
import { resolveRetention } from './resolve-retention.ts';
import { resolveImport } from './resolve-import.ts';
import { resolveRestores, type ResolvedRestore } from './domain/resolve-restore.ts';
import { findPoints, restorable } from './store/restore-points.ts';

/**
 * For all look-ups of one request together, not for each: the session service waits for our answer and must not have given
 * up when it comes.
 */
const LOOKUPS_MS = 2_000;
const MOST_LOOKUPS_AT_ONCE = 20;

type UserErrors = Extract<InternalOutput<'resolveTargets'>, { ok: false }>['userErrors'];

/** What the catalog answers others: whether a restore or deletion is possible, and whether a point may be deleted now. */
export function retentionAnswers(db: Database, deps: ServiceDeps): InternalHandlers {
  return {
    deletePermit: (wish) => permitDeletion(db, deps.clock, wish),
    resolveTargets: async ({ request }) => {
      if (request.type === 'DELETION') return resolveDeletion(db, deps.clock, request);
      if (request.type === 'RETENTION') return resolveRetention(db, deps, request);
      if (request.type === 'IMPORT') return resolveImport(deps, request);
      if (request.type !== 'RESTORE') {
        const message = 'The catalog resolves restores, deletions, retention and imports only.';
        return { ok: false, userErrors: [{ code: 'NOT_HERE', message, path: [] }] };
      }
      const rows = await findPoints(
        db.reader,
        request.items.map((item) => item.restorePointId),
      );
      const points = new Map(rows.map((row) => [row.id, restorable(row)]));
      const { restores, problems } = resolveRestores(request.items, points, deps.clock.now());
      const userErrors: UserErrors = problems.map((problem) => ({ ...problem, path: [...problem.path] }));
      const places = request.items.map((item) =>
        restores.find((restore) => restore.point.id === item.restorePointId && sameTarget(restore, item)),
      );
      const end = deps.clock.monotonicMs() + LOOKUPS_MS;
      const existing = await pMap(
        places,
        async (restore, i) => (restore ? existingTable(deps, restore, i, end - deps.clock.monotonicMs()) : []),
        { concurrency: MOST_LOOKUPS_AT_ONCE },
      );
      userErrors.push(...existing.flat(), ...(await notMarked(deps, restores, end - deps.clock.monotonicMs())));
      const [first] = restores;
      if (userErrors.length > 0 || !first) return { ok: false, userErrors };
      return { ok: true, accountId: first.point.accountId, policy: null, request };
    },
  };
}

function sameTarget(
  restore: ResolvedRestore,
  item: { mode: string; tableName: string | null; region: string | null },
): boolean {
  return (
    restore.mode === item.mode &&
    (item.tableName === null || restore.targetTableName === item.tableName) &&
    (item.region === null || restore.targetRegion === item.region)
  );
}

/** Roles that are marked for backups only. "Could not tell" lets the restore through: the executor looks again. */
async function notMarked(
  deps: ServiceDeps,
  restores: readonly ResolvedRestore[],
  leftMs: number,
): Promise<UserErrors | []> {
  const [first] = restores;
  if (!first || leftMs <= 0) return [];
  const answer = await callInternal({
    peer: deps.peers.policy,
    identity: deps.identity,
    service: 'retention',
    call: 'getAccount',
    input: { accountId: first.point.accountId },
    timeoutMs: Math.ceil(leftMs),
  });
  const account = answer.state === 'known' ? answer.value.account : null;
  if (!account?.uses || account.uses.includes('RESTORE')) return [];
  const message = `The roles of account "${account.name}" are not marked for RESTORE; updateAccount marks them.`;
  return [{ code: 'NOT_FOR_RESTORE', message, path: ['items'] }];
}

/** "Could not tell" lets the restore through: the executor looks again before anything is asked of AWS. */
async function existingTable(
  deps: ServiceDeps,
  restore: ResolvedRestore,
  i: number,
  leftMs: number,
): Promise<UserErrors | []> {
  if (leftMs <= 0) return [];
  const { targetRegion: region, targetTableName: tableName, mode } = restore;
  const answer = await callInternal({
    peer: deps.peers.executor,
    identity: deps.identity,
    service: 'retention',
    call: 'lookupTable',
    input: { accountId: restore.point.accountId, account: null, region, tableName },
    timeoutMs: Math.ceil(leftMs),
  });
  if (answer.state === 'unknown' || answer.value.answer.state === 'unknown' || !answer.value.answer.value.exists)
    return [];
  const advice =
    mode === 'ORIGINAL' ? 'Delete it first, or restore with mode NEW under another name.' : 'Choose another name.';
  return [
    {
      code: 'TABLE_EXISTS',
      message: `Table ${tableName} exists in ${region}; a restore never overwrites. ${advice}`,
      path: ['items', String(i), mode === 'ORIGINAL' ? 'mode' : 'tableName'],
    },
  ];
}
