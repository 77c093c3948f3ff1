import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planScans } from '../domain/plan-run.ts';
import { accountRef, findAccount } from '../store/accounts.ts';
import { PolicyEntity } from '../store/entities.ts';
import { noteOpenSession } from '../store/in-use.ts';
import { claimRound, emitPlan, rejectSession } from '../store/plans.ts';

/**
 * Notes that a session of the account is under way, and plans the first round of a scan or a policy's run: fresh scans first, backups from them afterwards.
 * A second delivery is harmless: the round is claimed once by its key (session, round).
 */
export async function onSessionRequested(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
): Promise<void> {
  const { sessionId, request, accountId } = event.data;
  await noteOpenSession(db, tx, { sessionId, accountId, requestedAt: new Date(event.data.requestedAt) });
  if (request.type !== 'INVENTORY_SCAN' && request.type !== 'POLICY_BACKUP') return;
  if (!(await claimRound(db, tx, sessionId, 1))) return;
  const account = await findAccount(tx, accountId);
  if (!account) return rejectSession(db, tx, sessionId, ['The account was deleted before the session was planned.']);
  if (request.type === 'INVENTORY_SCAN') {
    return emitPlan(
      db,
      tx,
      { sessionId, round: 1, final: true, notes: [] },
      planScans(accountRef(account), request.regions),
    );
  }
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  if (!policy) return rejectSession(db, tx, sessionId, ['The policy was deleted before the session was planned.']);
  return emitPlan(
    db,
    tx,
    { sessionId, round: 1, final: false, notes: [] },
    planScans(accountRef(account), policy.document.regions),
  );
}
