import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData, EventEnvelope } from '@tablekeep/schema/events';
import { forgetWaiting, wakeWaiting } from '../plan-backups-round.ts';
import { AccountEntity } from '../store/entities.ts';
import { noteSessionOver } from '../store/in-use.ts';
import { forgetRegionsOf } from '../store/region-scans.ts';
import { noteRun } from '../store/policy-runs.ts';
import { scannedSince } from '../store/inventory.ts';

/**
 * Forgets what the session waited for and what others waited for of it, notes how the policy's run ended, and on the account that none of its Regions could be read. A second delivery
 * is harmless: both state what is so.
 */
export async function onSessionFinished(
  db: Database,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
  now: Date,
): Promise<void> {
  await noteSessionOver(db, tx, data.sessionId, new Date(data.finishedAt));
  await forgetWaiting(tx, data.sessionId);
  if ((await forgetRegionsOf(tx, data.sessionId)) && data.accountId !== null)
    await wakeWaiting(tx, data.accountId, now);
  if (data.type === 'POLICY_BACKUP' && data.policyId !== null) {
    const { policyId, status, finishedAt, copiesBehind = null } = data;
    await noteRun(db, tx, { policyId, status, at: new Date(finishedAt), copiesBehind });
  }
  if (data.accountId === null || !couldReadNothing(data)) return;
  if (await scannedSince(tx, data.accountId, new Date(data.startedAt))) return;
  const connectionMessage = data.notes.join('; ') || `Session ${data.sessionId} could read none of its Regions.`;
  await tx.update(AccountEntity, { id: data.accountId }, { connection: 'FAILED', connectionMessage });
}

/** A run begins with scans: where nothing at all succeeded and no table is named, all of them failed. */
function couldReadNothing({ type, counts, problems }: EventData<'dev.tablekeep.session.finished.v1'>): boolean {
  if (type !== 'INVENTORY_SCAN' && type !== 'POLICY_BACKUP') return false;
  return counts.failed > 0 && counts.failed === counts.total && problems.length === 0;
}
