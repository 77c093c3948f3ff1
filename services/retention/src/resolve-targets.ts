import type { Database } from '@tablekeep/platform/database';
import { callInternal, type InternalHandlers } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { InternalOutput } from '@tablekeep/schema/internal';
import pMap from 'p-map';
import { choosePoints } from './choose-points.ts';
import { notMarked } from './not-marked.ts';
import { permitDeletion } from './permit-deletion.ts';
import { resolveDeletion } from './resolve-deletion.ts';
import { resolveImport } from './resolve-import.ts';
import { resolveReplacement } from './resolve-replacement.ts';
import { resolveRetention } from './resolve-retention.ts';
import { resolveVerification } from './resolve-verification.ts';
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
      if (request.type === 'IMPORT') return resolveImport(deps, request);
      if (request.type === 'RETENTION') return resolveRetention(db, deps, request);
      if (request.type === 'REPLACEMENT') return resolveReplacement(db, deps, request);
      if (request.type === 'VERIFICATION' && request.policyId === null) return resolveVerification(db, deps, request);
      if (request.type !== 'RESTORE') {
        const message = 'The catalog resolves what is about restore points only.';
        return { ok: false, userErrors: [{ code: 'NOT_HERE', message, path: [] }] };
      }
      const chosen = await choosePoints(db.reader, request.items, deps.clock.now());
      const { items } = chosen;
      const rows = await findPoints(
        db.reader,
        items.flatMap((item) => item.restorePointId ?? []),
      );
      const points = new Map(rows.map((row) => [row.id, restorable(row)]));
      const { restores, problems } = resolveRestores(items, points, deps.clock.now());
      // Of an item without a usable point nothing else can be said.
      const pointless = new Set(chosen.problems.map((problem) => problem.path[1]));
      const judged = problems.filter((problem) => problem.path[1] === undefined || !pointless.has(problem.path[1]));
      const userErrors: UserErrors = [...chosen.problems, ...judged].map((one) => ({ ...one, path: [...one.path] }));
      const places = items.map((item) =>
        restores.find((restore) => restore.point.id === item.restorePointId && sameTarget(restore, item)),
      );
      const end = deps.clock.monotonicMs() + LOOKUPS_MS;
      const existing = await pMap(
        places,
        async (restore, i) => (restore ? existingTable(deps, restore, i, end - deps.clock.monotonicMs()) : []),
        { concurrency: MOST_LOOKUPS_AT_ONCE },
      );
      userErrors.push(
        ...existing.flat(),
        ...(await notMarked(deps, restores[0]?.point.accountId, end - deps.clock.monotonicMs())).map((problem) => ({
          ...problem,
          path: [...problem.path],
        })),
      );
      const [first] = restores;
      if (userErrors.length > 0 || !first) return { ok: false, userErrors };
      return { ok: true, accountId: first.point.accountId, policy: null, request: { ...request, items } };
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
