import { noteTaken } from '@tablekeep/platform/alerts';
import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope, SessionRequest } from '@tablekeep/schema/events';
import { tellTables } from '../tell-verification-tables.ts';
import { planManualBackup, type ManualBackup } from '../domain/manual-backup.ts';
import { planScans } from '../domain/plan-run.ts';
import { accountRef, lockAccount } from '../store/accounts.ts';
import { PolicyEntity, type AccountRow } from '../store/entities.ts';
import { movedAway } from '../plan-backups-round.ts';
import { selectable, tablesByArn } from '../store/inventory.ts';
import { scansOfRun } from '../store/region-scans.ts';
import { noteOpenSession } from '../store/in-use.ts';
import { noteSlotTaken } from '../store/slots.ts';
import { claimRound } from '../store/plans.ts';

const ELSEWHERE = ['RESTORE', 'HELD_SETTINGS', 'DELETION', 'IMPORT', 'RETENTION', 'REPLACEMENT'] as const;
type PlannedElsewhere = Extract<SessionRequest, { type: (typeof ELSEWHERE)[number] }>;

/** By the catalog, or by the session service itself. */
function isPlannedElsewhere(request: SessionRequest): request is PlannedElsewhere {
  return (ELSEWHERE as readonly string[]).includes(request.type);
}

/**
 * Notes that a session of the account is under way, and plans
 * the first round of a scan, a manual backup, or a policy's run: fresh scans first, backups from them afterwards.
 * A second delivery is harmless: the round is claimed once by its key (session, round), and one that comes after the
 * session's end begins nothing.
 */
export async function onSessionRequested(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
  now: Date,
): Promise<void> {
  const { sessionId, request, accountId } = event.data;
  const policyId = request.type === 'POLICY_BACKUP' ? request.policyId : null;
  const verifiesPolicyId = request.type === 'VERIFICATION' ? request.policyId : null;
  const requestedAt = new Date(event.data.requestedAt);
  const isOpen = await noteOpenSession(db, tx, { sessionId, accountId, policyId, verifiesPolicyId, requestedAt });
  await noteSlotTaken(tx, sessionId);
  await noteTaken(tx, sessionId);
  if (!isOpen) return;
  if (request.type === 'VERIFICATION') return tellTables(db, tx, { ...event.data, request });
  if (isPlannedElsewhere(request)) return;
  if (!(await claimRound(db, tx, sessionId, 1))) return;
  // Its row is the lock of its scans.
  const account = await lockAccount(db, tx, accountId);
  if (!account) return recordRejection(db, tx, sessionId, ['The account was deleted before the session was planned.']);
  if (request.type === 'INVENTORY_SCAN') {
    return recordPlan(
      db,
      tx,
      { sessionId, round: 1, final: true, notes: [] },
      planScans(accountRef(account), request.regions),
    );
  }
  if (request.type === 'MANUAL_BACKUP') return planManual(db, tx, { sessionId, request, account });
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  if (!policy) return recordRejection(db, tx, sessionId, ['The policy was deleted before the session was planned.']);
  if (policy.accountId !== accountId) return recordRejection(db, tx, sessionId, [movedAway(policy)]);
  const { regions } = policy.document;
  const scanned = await scansOfRun(db, tx, { sessionId, accountId, now, byHand: request.slot === null }, regions);
  const plan = { sessionId, round: 1, final: false, notes: [] };
  return recordPlan(db, tx, plan, planScans(accountRef(account), scanned));
}

/** A table that has vanished since the session was asked for is left out, and the session says so. */
async function planManual(
  db: Database,
  tx: Tx,
  { sessionId, request, account }: Readonly<{ sessionId: string; request: ManualBackup; account: AccountRow }>,
): Promise<void> {
  const there = (await tablesByArn(tx, request.tableArns)).filter((table) => table.vanishedAt === null).map(selectable);
  const refs = there.map(({ arn, name, region, tableId, sizeBytes }) => ({ arn, name, region, tableId, sizeBytes }));
  const gone = request.tableArns.filter((arn) => !refs.some((table) => table.arn === arn));
  const notes = gone.map((arn) => `${arn} is not in the inventory any more; it is not backed up.`);
  if (refs.length === 0) return recordRejection(db, tx, sessionId, notes);
  const plan = { sessionId, round: 1, final: true, notes };
  return recordPlan(db, tx, plan, planManualBackup(accountRef(account), request, refs));
}
