import { UserErrors, type UserError } from '@tablekeep/platform/errors';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { InternalIdentity, Viewer } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { withCorrelation, currentCorrelation } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceName, SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { createHash } from 'node:crypto';
import { mergeProblems, type GivenKeys, type Problem } from '../domain/check-input.ts';
import { ATTEMPT, operationOf } from '../domain/operation.ts';
import { sayRequested } from '../domain/say.ts';
import { handOverKeys, takeKeysBack } from './hand-over-keys.ts';
import { pendingSession } from './pending-session.ts';
import type { SessionRow } from '../store/entities.ts';
import { appendLog } from '../store/log.ts';
import { addToCounts } from '../store/operation-counts.ts';
import { findByIdempotencyKey, findSession, insertSession } from '../store/sessions.ts';
import type { RunDeps } from './session-run.ts';

export type StartDeps = RunDeps &
  Readonly<{ identity: InternalIdentity; peers: Readonly<Record<ServiceName, () => string>> }>;

export type StartRequest = Readonly<{
  request: Exclude<SessionRequest, { type: 'HELD_SETTINGS' }>;
  reason: string | null;
  idempotencyKey: string | null;
  /** What this service already found wrong; told together with what the owner finds. */
  problems: readonly Problem[];
  /** For this session alone, instead of the account's role. */
  credentials?: GivenKeys | null;
  /** False where the request is so wrong that the owner need not be asked. */
  askOwner: boolean;
}>;

type Resolved = Extract<InternalOutput<'resolveTargets'>, { ok: true }>;

/** Who knows what a session of this type is about. */
function ownerOf(request: Exclude<SessionRequest, { type: 'HELD_SETTINGS' }>): 'policy' | 'retention' {
  switch (request.type) {
    case 'INVENTORY_SCAN':
    case 'POLICY_BACKUP':
    case 'MANUAL_BACKUP':
      return 'policy';
    case 'RESTORE':
    case 'DELETION':
    case 'REPLACEMENT':
    case 'IMPORT':
    case 'RETENTION':
      return 'retention';
    case 'VERIFICATION':
      return request.policyId === null ? 'retention' : 'policy';
  }
}

/** The owner itself asks others, and gives them two seconds; of the permissions to replace a table it asks IAM. */
const longestMs = ({ type }: SessionRequest) => (type === 'REPLACEMENT' ? 15_000 : 5_000);

/**
 * Resolves the targets with their owner, then stores the session and announces it in one transaction. Throws UserErrors
 * with all problems at once; nothing is stored then. The same key with the same input gives the same session, also when
 * two calls race (the unique key decides) and when the owner is down the second time.
 */
export async function startSession(deps: StartDeps, viewer: Viewer, start: StartRequest): Promise<SessionRow> {
  const inputHash = hashOf(start);
  if (start.idempotencyKey !== null && start.problems.length === 0) {
    const earlier = await findByIdempotencyKey(deps.db, viewer.id, start.idempotencyKey);
    if (earlier !== null) return sameOrRefuse(earlier, inputHash);
  }
  const targets = await resolveTargets(deps, start);
  const row = newSession(deps, viewer, start, targets, inputHash);
  const { credentials = null } = start;
  if (credentials !== null) await handOverKeys(deps, { sessionId: row.id, accountId: row.accountId }, credentials);
  const stored = await withCorrelation({ ...correlation(viewer, row.id), sessionId: row.id }, () =>
    deps.db.transaction((tx) => storeSession(deps.db, tx, row)),
  );
  if (stored) return (await findSession(deps.db, row.id)) ?? row;
  if (credentials !== null) await takeKeysBack(deps, row.id);
  const winner =
    start.idempotencyKey === null ? null : await findByIdempotencyKey(deps.db, viewer.id, start.idempotencyKey);
  if (winner === null) throw new Error('a session could not be stored although its id and key are free');
  return sameOrRefuse(winner, inputHash);
}

/** Stores the session and announces it. False where one of its id or idempotency key is there already. */
export async function storeSession(db: Database, tx: Tx, row: SessionRow): Promise<boolean> {
  if (!(await insertSession(db, tx, row))) return false;
  const { id, request, accountId, policyId, requestedBy, createdAt } = row;
  const operation = operationOf(request.type);
  if (operation !== null) await addToCounts(db, tx, { operation, policyId }, [ATTEMPT]);
  const message = sayRequested(row.type, row.policyName, requestedBy, row.reason);
  await appendLog(db, tx, [{ sessionId: id, seq: 1, at: createdAt, level: 'INFO', taskId: null, message }]);
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.session.requested.v1',
    subject: id,
    data: { sessionId: id, request, accountId, requestedBy, requestedAt: createdAt.toISOString() },
  });
  return true;
}

export function sameOrRefuse(earlier: SessionRow, inputHash: string): SessionRow {
  if (earlier.inputHash === inputHash) return earlier;
  const message = 'This idempotency key was used for another request; use a new key for a new request.';
  throw new UserErrors([{ code: 'IDEMPOTENCY_KEY_REUSED', message, path: ['idempotencyKey'] }]);
}

async function resolveTargets(deps: StartDeps, start: StartRequest): Promise<Resolved> {
  if (!start.askOwner) throw new UserErrors(start.problems);
  const owner = ownerOf(start.request);
  const answer = await callInternal({
    peer: deps.peers[owner],
    identity: deps.identity,
    service: 'session',
    call: 'resolveTargets',
    input: { request: start.request },
    timeoutMs: longestMs(start.request),
  });
  if (answer.state === 'unknown') {
    deps.log.warn({ owner, because: answer.because }, 'could not resolve the targets of a session');
    throw new UserErrors(start.problems.length > 0 ? start.problems : [ownerUnavailable(owner)]);
  }
  if (answer.value.ok && start.problems.length === 0) return answer.value;
  throw new UserErrors(mergeProblems(start.problems, answer.value.ok ? [] : answer.value.userErrors));
}

function ownerUnavailable(owner: ServiceName): UserError {
  const message = `The ${owner} service could not be asked about this request. Nothing was started; try again shortly.`;
  return { code: 'OWNER_UNAVAILABLE', message, path: [] };
}

function newSession(
  deps: StartDeps,
  viewer: Viewer,
  start: StartRequest,
  targets: Resolved,
  inputHash: string,
): SessionRow {
  return pendingSession({
    id: newId(),
    request: withKeys(targets.request, start),
    trigger: 'PERSON',
    requestedBy: viewer.name,
    requestedById: viewer.id,
    reason: start.reason,
    idempotencyKey: start.idempotencyKey,
    inputHash,
    accountId: targets.accountId,
    policy: targets.policy,
    createdAt: deps.clock.now(),
    planDeadlineMs: deps.planDeadlineMs,
  });
}

/** What is stored of one-time keys: that there are some. */
function withKeys(request: SessionRequest, { credentials = null }: Pick<StartRequest, 'credentials'>): SessionRequest {
  return request.type === 'RESTORE' && credentials !== null ? { ...request, oneTimeKeys: true } : request;
}

/**
 * The request as the caller wrote it: resolvers build it with the same keys in the same order each time. Of one-time keys
 * only that there are some: who repeats a request need not have the same, and a hash of them would be something to guess at.
 */
function hashOf(start: StartRequest): string {
  const { request, reason } = start;
  return createHash('sha256')
    .update(JSON.stringify({ request: withKeys(request, start), reason }))
    .digest('hex');
}

const correlation = (viewer: Viewer, sessionId: string) =>
  currentCorrelation() ?? { correlationId: sessionId, requestId: viewer.requestId };
