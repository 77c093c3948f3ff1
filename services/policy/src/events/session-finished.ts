import type { Database, Tx } from '@tablekeep/platform/database';
import { MOST_NAMED } from '@tablekeep/schema/alert-events';
import type { EventData, EventEnvelope } from '@tablekeep/schema/events';
import { forgetWaiting, wakeWaiting } from '../plan-backups-round.ts';
import { AccountEntity } from '../store/entities.ts';
import { noteSessionOver } from '../store/in-use.ts';
import { forgetRegionsOf } from '../store/region-scans.ts';
import { noteMadeUp } from '../store/missed-slots.ts';
import { noteCopies } from '../store/policy-copies.ts';
import { noteRun } from '../store/policy-runs.ts';
import { scannedSince } from '../store/inventory.ts';

type Finished = EventData<'dev.tablekeep.session.finished.v1'>;

const NOT_MADE: ReadonlySet<string> = new Set(['FAILED', 'CANCELED']);

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
    await noteForAlerts(db, tx, data, policyId);
  }
  if (data.accountId === null || !couldReadNothing(data)) return;
  if (await scannedSince(tx, data.accountId, new Date(data.startedAt))) return;
  const connectionMessage = data.notes.join('; ') || `Session ${data.sessionId} could read none of its Regions.`;
  await tx.update(AccountEntity, { id: data.accountId }, { connection: 'FAILED', connectionMessage });
}

/** What of the run's end decides on alerts: slots it has made up for, and copies that are there or missing. */
async function noteForAlerts(db: Database, tx: Tx, data: Finished, policyId: string): Promise<void> {
  const { status, sessionId, copiesBehind: behind, copiesMade = 1 } = data;
  const asOf = new Date(data.finishedAt);
  const isSuccess = status === 'SUCCEEDED' || status === 'WARNING';
  if (isSuccess) await noteMadeUp(tx, policyId, asOf);
  // A run that was to make no copy, or got to none, says nothing of those that are missing.
  if (behind === undefined || (behind === 0 && (!isSuccess || copiesMade === 0))) return;
  const missing = data.problems.filter((one) => one.kind === 'COPY' && NOT_MADE.has(one.status));
  const named = missing
    .slice(0, MOST_NAMED)
    .map(({ name, arn, region, reason }) => ({ name, arn, region, cause: reason }));
  await noteCopies(db, tx, { policyId, asOf, sessionId, behind, missing: named });
}

/** A run begins with scans: where nothing at all succeeded and no table is named, all of them failed. */
function couldReadNothing({ type, counts, problems }: Finished): boolean {
  if (type !== 'INVENTORY_SCAN' && type !== 'POLICY_BACKUP') return false;
  return counts.failed > 0 && counts.failed === counts.total && problems.length === 0;
}
