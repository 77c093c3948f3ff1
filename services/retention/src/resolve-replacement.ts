import type { Database } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import type { ReplaceItem } from '@tablekeep/schema/verification';
import pMap from 'p-map';
import { In } from 'typeorm';
import { resolveReplacements, unconfirmed } from './domain/plan-replacement.ts';
import type { RestorablePoint } from './domain/resolve-restore.ts';
import { notMarked } from './not-marked.ts';
import { OpenReplacementEntity } from './store/entities.ts';
import { findPoints, restorable } from './store/restore-points.ts';

/** The session service waits for fifteen seconds; IAM is asked side by side with the tables. */
const LOOKUPS_MS = 5_000;
const PERMISSIONS_MS = 11_000;
const MOST_LOOKUPS_AT_ONCE = 20;

type Request = Extract<SessionRequest, { type: 'REPLACEMENT' }>;
type Known = Readonly<{ tableId: string | null; problems: UserError[] }>;

/**
 * Whether these tables may be replaced: every confirmation, the points, the tables that are there now, and the permission to
 * delete them. What cannot be told refuses: nobody should begin this in doubt.
 */
export async function resolveReplacement(
  db: Database,
  deps: ServiceDeps,
  request: Request,
): Promise<InternalOutput<'resolveTargets'>> {
  const rows = await findPoints(
    db.reader,
    request.items.map((item) => item.restorePointId),
  );
  const points = new Map(rows.map((row) => [row.id, restorable(row)]));
  const { restores, problems: wrong } = resolveReplacements(request.items, points, deps.clock.now());
  const problems = [...unconfirmed(request.items, points), ...wrong];
  const accountId = restores[0]?.point.accountId;
  if (accountId === undefined) return { ok: false, userErrors: problems.map(mutable) };
  const [tables, lacking, marked, open] = await Promise.all([
    lookAtTables(deps, request.items, points),
    lackingPermission(deps, accountId),
    notMarked(deps, accountId, LOOKUPS_MS),
    openElsewhere(db, request.items, points),
  ]);
  problems.push(...tables.flatMap((table) => table.problems), ...lacking, ...marked, ...open);
  if (problems.length > 0) return { ok: false, userErrors: problems.map(mutable) };
  const items = request.items.map((item, i) => ({ ...item, tableId: tables[i]?.tableId ?? null }));
  return { ok: true, accountId, policy: null, request: { ...request, items } };
}

const mutable = (problem: UserError) => ({ ...problem, path: [...problem.path] });

async function lookAtTables(
  deps: ServiceDeps,
  items: readonly ReplaceItem[],
  points: ReadonlyMap<string, RestorablePoint>,
): Promise<Known[]> {
  const end = deps.clock.monotonicMs() + LOOKUPS_MS;
  return pMap(
    items,
    async (item, i) => {
      const point = points.get(item.restorePointId);
      if (!point) return { tableId: null, problems: [] };
      return lookAtTable(deps, { item, i, point }, Math.max(1, end - deps.clock.monotonicMs()));
    },
    { concurrency: MOST_LOOKUPS_AT_ONCE },
  );
}

async function lookAtTable(
  { peers, identity }: ServiceDeps,
  { item, i, point }: Readonly<{ item: ReplaceItem; i: number; point: RestorablePoint }>,
  timeoutMs: number,
): Promise<Known> {
  const { name, region } = point.table;
  const problem = (code: string, message: string, field: string): Known => ({
    tableId: null,
    problems: [{ code, message, path: ['items', String(i), field] }],
  });
  const asked = await callInternal({
    peer: peers.executor,
    identity,
    service: 'retention',
    call: 'lookupTable',
    input: { accountId: point.accountId, account: null, region, tableName: name },
    timeoutMs: Math.ceil(timeoutMs),
  });
  const answer = asked.state === 'known' ? asked.value.answer : asked;
  if (answer.state === 'unknown') {
    const message = `Whether the table ${name} is there could not be told: ${answer.because} Nothing was started.`;
    return problem('COULD_NOT_TELL', message, 'restorePointId');
  }
  const { exists, tableId, deletionProtection, replicas = [] } = answer.value;
  if (!exists || tableId == null) {
    const message = `There is no table ${name} in ${region}, so nothing is to be replaced: use restoreTables with mode ORIGINAL.`;
    return problem('TABLE_NOT_FOUND', message, 'confirmTableName');
  }
  if (replicas.length > 0) {
    const message =
      `The table ${name} has replicas in ${replicas.join(', ')}: restored, it would stand alone beside them, and they would keep ` +
      'what it had. Take the replicas away first, or restore the point to another name.';
    return problem('TABLE_HAS_REPLICAS', message, 'restorePointId');
  }
  if (deletionProtection !== false && !item.confirmDeletionProtectionOff) {
    const message = `The table ${name} is under deletion protection: confirm that it is switched off.`;
    return problem('DELETION_PROTECTED', message, 'confirmDeletionProtectionOff');
  }
  return { tableId, problems: [] };
}

/** Where IAM would not say, the deletion itself will: it is refused before anything is gone. */
async function lackingPermission({ peers, identity }: ServiceDeps, accountId: string): Promise<UserError[]> {
  const asked = await callInternal({
    peer: peers.executor,
    identity,
    service: 'retention',
    call: 'lookupPermissions',
    input: { accountId, account: null, operations: ['REPLACEMENT'], vaults: [] },
    timeoutMs: PERMISSIONS_MS,
  });
  const answer = asked.state === 'known' ? asked.value.answer : asked;
  if (answer.state === 'unknown' || answer.value.missing.length === 0) return [];
  const { missing, grants } = answer.value;
  const actions = [...new Set(missing.map(({ action }) => action))].join(', ');
  const role = missing[0]?.roleArn ?? '';
  const policies = grants.map(({ document }) => document).join('\n');
  const message = `The role ${role} may not ${actions} on users’ tables, and is not meant to unless tables shall be replaced. This policy would allow it: ${policies}`;
  return [{ code: 'PERMISSION_MISSING', message, path: [] }];
}

async function openElsewhere(
  db: Database,
  items: readonly ReplaceItem[],
  points: ReadonlyMap<string, RestorablePoint>,
): Promise<UserError[]> {
  const arns = items.map((item) => points.get(item.restorePointId)?.table.arn ?? '');
  const open = await db.reader.find(OpenReplacementEntity, { where: { tableArn: In(arns) } });
  return open.map(({ tableArn, sessionId }) => ({
    code: 'REPLACEMENT_OPEN',
    message: `Session ${sessionId} is replacing this table; wait for its end.`,
    path: ['items', String(arns.indexOf(tableArn))],
  }));
}
