import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent, recordRejection } from '@tablekeep/platform/outbox';
import type { SessionRequest } from '@tablekeep/schema/events';
import { assignTables } from './domain/assign-tables.ts';
import { selectTables } from './domain/select-tables.ts';
import { moreImportant } from './plan-backups-round.ts';
import { PolicyEntity } from './store/entities.ts';
import { selectable, tablesOfRegions } from './store/inventory.ts';
import { claimRound } from './store/plans.ts';

/** An ARN has at most 512 characters: well under the 256 KB that an event may have. */
const ARNS_A_CHUNK = 400;

type Verification = Extract<SessionRequest, { type: 'VERIFICATION' }>;

/**
 * Tells which tables a policy's verification is about: those that its next run would back up, as the inventory has them now.
 * The catalog knows their points, and plans. A second delivery is harmless: the round is claimed once.
 */
export async function tellTables(
  db: Database,
  tx: Tx,
  {
    sessionId,
    accountId,
    request: { policyId, countItems },
  }: Readonly<{ sessionId: string; accountId: string; request: Verification }>,
): Promise<void> {
  if (policyId === null || !(await claimRound(db, tx, sessionId, 1))) return;
  const policy = await tx.findOne(PolicyEntity, { where: { id: policyId } });
  if (!policy) return recordRejection(db, tx, sessionId, ['The policy was deleted before the session was planned.']);
  const tables = (await tablesOfRegions(tx, policy.accountId, policy.document.regions)).map(selectable);
  const { mine } = assignTables(selectTables(policy.document, tables).covered, await moreImportant(tx, policy));
  const arns = mine.map((table) => table.arn);
  const chunks = Math.max(1, Math.ceil(arns.length / ARNS_A_CHUNK));
  for (let chunk = 1; chunk <= chunks; chunk += 1) {
    const tableArns = arns.slice((chunk - 1) * ARNS_A_CHUNK, chunk * ARNS_A_CHUNK);
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.verification.tables.v1',
      subject: sessionId,
      data: { sessionId, policyId, accountId, countItems, chunk, chunks, tableArns },
    });
  }
}
