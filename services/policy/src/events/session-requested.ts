import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope, SessionRequest } from '@tablekeep/schema/events';
import { planManualBackup, type ManualBackup } from '../domain/manual-backup.ts';
import { planScans } from '../domain/plan-run.ts';
import { accountRef, findAccount } from '../store/accounts.ts';
import { PolicyEntity, type AccountRow, type PolicyRow } from '../store/entities.ts';
import { regionsScannedSince, selectable, tablesByArn } from '../store/inventory.ts';
import { noteOpenSession } from '../store/in-use.ts';
import { noteTaken } from '../store/slots.ts';
import { claimRound, emitPlan, rejectSession } from '../store/plans.ts';

type CatalogRequest = Extract<SessionRequest, { type: 'RESTORE' | 'DELETION' | 'RETENTION' | 'IMPORT' }>;

const CATALOG_PLANS: ReadonlySet<SessionRequest['type']> = new Set(['RESTORE', 'DELETION', 'RETENTION', 'IMPORT']);

function isPlannedByCatalog(request: SessionRequest): request is CatalogRequest {
  return CATALOG_PLANS.has(request.type);
}

/**
 * Notes that a session of the account is under way, and plans
 * the first round of a scan, a manual backup, or a policy's run: fresh scans first, backups from them afterwards.
 * A second delivery is harmless: the round is claimed once by its key (session, round).
 */
export async function onSessionRequested(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
): Promise<void> {
  const { sessionId, request, accountId } = event.data;
  const policyId = request.type === 'POLICY_BACKUP' ? request.policyId : null;
  await noteOpenSession(db, tx, { sessionId, accountId, policyId, requestedAt: new Date(event.data.requestedAt) });
  await noteTaken(tx, sessionId);
  if (isPlannedByCatalog(request)) return;
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
  if (request.type === 'MANUAL_BACKUP') return planManual(db, tx, { sessionId, request, account });
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  if (!policy) return rejectSession(db, tx, sessionId, ['The policy was deleted before the session was planned.']);
  return emitPlan(
    db,
    tx,
    { sessionId, round: 1, final: false, notes: [] },
    planScans(accountRef(account), await regionsToScan(tx, policy, request.slot, new Date(event.data.requestedAt))),
  );
}

/**
 * A run that a person asked for looks at everything anew. One of a schedule takes what another run's scan saw minutes ago: a
 * thousand policies that come due together would otherwise scan the same Regions a thousand times.
 */
async function regionsToScan(
  tx: Tx,
  { accountId, document }: PolicyRow,
  slot: object | null,
  requestedAt: Date,
): Promise<readonly string[]> {
  if (slot === null) return document.regions;
  const fresh = await regionsScannedSince(tx, accountId, new Date(requestedAt.getTime() - FRESH_MS));
  return document.regions.filter((region) => !fresh.has(region));
}

const FRESH_MS = 5 * 60 * 1000;

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
  if (refs.length === 0) return rejectSession(db, tx, sessionId, notes);
  const plan = { sessionId, round: 1, final: true, notes };
  return emitPlan(db, tx, plan, planManualBackup(accountRef(account), request, refs));
}
