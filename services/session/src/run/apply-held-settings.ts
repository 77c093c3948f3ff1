import type { Tx } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import type { Viewer } from '@tablekeep/platform/identity';
import { derivedId, newId } from '@tablekeep/platform/ids';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { createHash } from 'node:crypto';
import { checkCommon, checkCredentials, type GivenKeys } from '../domain/check-input.ts';
import { holdsSettings, planHeldSettings } from '../domain/plan-held-settings.ts';
import type { SessionRow, TaskRow } from '../store/entities.ts';
import { restoresOf } from '../store/held-settings.ts';
import { findByIdempotencyKey, findSession } from '../store/sessions.ts';
import { pendingSession } from './pending-session.ts';
import { withSession, type RunDeps } from './session-run.ts';
import { handOverKeys, takeKeysBack } from './hand-over-keys.ts';
import { sameOrRefuse, storeSession, type StartDeps } from './start-session.ts';
import { storePlan } from './store-plan.ts';

type Input = Readonly<{
  sessionId: string;
  taskIds: readonly string[] | null;
  reason: string | null;
  idempotencyKey: string | null;
  /** For this session alone, instead of the account's role. */
  credentials: GivenKeys | null;
}>;

/**
 * Starts a session that sets what restores have held back. This service has all it needs to plan it, so the plan is stored
 * with the session. Throws UserErrors; nothing is stored then.
 */
export async function applyHeldSettings(deps: StartDeps, viewer: Viewer, input: Input): Promise<SessionRow> {
  const { credentials, ...asked } = input;
  const hashed = { ...asked, ...(credentials !== null && { oneTimeKeys: true }) };
  const inputHash = createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
  const problems = [...checkCommon(input), ...checkCredentials(credentials)];
  if (problems.length > 0) throw new UserErrors(problems);
  const earlier = async () =>
    input.idempotencyKey === null ? null : findByIdempotencyKey(deps.db, viewer.id, input.idempotencyKey);
  const known = await earlier();
  if (known !== null) return sameOrRefuse(known, inputHash);
  const tasks = await holdingTasks(deps, input);
  const begin = { id: newId(), requestedBy: viewer.name, requestedById: viewer.id, trigger: 'PERSON' as const };
  const { reason, idempotencyKey } = input;
  const accountId = tasks[0]?.accountId;
  if (credentials !== null && accountId !== undefined) {
    await handOverKeys(deps, { sessionId: begin.id, accountId }, credentials);
  }
  const stored = await deps.db.transaction((tx) =>
    storeHeldSettings(
      deps,
      tx,
      tasks,
      { ...begin, reason, idempotencyKey, inputHash },
      { holdOn: false, oneTimeKeys: credentials !== null },
    ),
  );
  if (stored) return (await findSession(deps.db, begin.id)) ?? stored;
  if (credentials !== null) await takeKeysBack(deps, begin.id);
  const winner = await earlier();
  if (winner === null) throw new Error('a session could not be stored although its id and key are free');
  return sameOrRefuse(winner, inputHash);
}

async function holdingTasks(deps: RunDeps, { sessionId, taskIds }: Input): Promise<TaskRow[]> {
  const restores = await restoresOf(deps.db, sessionId);
  const wanted = restores.filter((task) => taskIds === null || taskIds.includes(task.id));
  const unknown = (taskIds ?? []).filter((id) => !restores.some((task) => task.id === id));
  if (unknown.length > 0) {
    const message = `These are no restores of session ${sessionId}: ${unknown.join(', ')}.`;
    throw new UserErrors([{ code: 'NOT_FOUND', message, path: ['taskIds'] }]);
  }
  const holding = wanted.filter(holdsSettings);
  if (holding.length > 0) return holding;
  const message = 'None of these restores holds a setting back.';
  throw new UserErrors([{ code: 'NOTHING_HELD', message, path: ['sessionId'] }]);
}

type Begin = Pick<
  SessionRow,
  'id' | 'requestedBy' | 'requestedById' | 'trigger' | 'reason' | 'idempotencyKey' | 'inputHash'
>;

/** The session with its whole plan, in the caller's transaction; null where one of its id or key is there already. */
async function storeHeldSettings(
  deps: RunDeps,
  tx: Tx,
  tasks: readonly TaskRow[],
  begin: Begin,
  { holdOn, oneTimeKeys }: Readonly<{ holdOn: boolean; oneTimeKeys: boolean }>,
): Promise<SessionRow | null> {
  const [first] = tasks;
  if (!first) return null;
  const row = pendingSession({
    ...begin,
    request: {
      type: 'HELD_SETTINGS',
      taskIds: tasks.map((task) => task.id),
      ...(oneTimeKeys && { oneTimeKeys }),
    },
    accountId: first.accountId,
    policy: null,
    createdAt: deps.clock.now(),
    planDeadlineMs: deps.planDeadlineMs,
  });
  if (!(await storeSession(deps.db, tx, row))) return null;
  const chunks = inChunks({ sessionId: row.id, round: 1, final: true, notes: [] }, planHeldSettings(tasks, holdOn));
  await withSession(deps, tx, row.id, async (run) => {
    for (const chunk of chunks) await storePlan(run, chunk);
  });
  return row;
}

const WAITED = 'schedule';

/**
 * What AWS's quotas had put off is tried again: one session for each restore and moment, whatever the number of replicas,
 * for its id is derived from them.
 */
export async function applyWaiting(deps: RunDeps, tx: Tx, task: TaskRow, dueAt: Date): Promise<void> {
  const id = derivedId(task.id, 'waiting', dueAt.toISOString());
  const begin = { id, requestedBy: WAITED, requestedById: WAITED, trigger: 'SCHEDULE' as const, reason: null };
  await storeHeldSettings(
    deps,
    tx,
    [task],
    { ...begin, idempotencyKey: null, inputHash: '' },
    {
      holdOn: true,
      oneTimeKeys: false,
    },
  );
}
