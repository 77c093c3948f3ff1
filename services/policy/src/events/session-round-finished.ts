import type { Database, Tx } from '@tablekeep/platform/database';
import { TransientError } from '@tablekeep/platform/errors';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planBackups } from '../domain/plan-run.ts';
import { selectTables } from '../domain/select-tables.ts';
import { accountRef, findAccount } from '../store/accounts.ts';
import { PolicyEntity } from '../store/entities.ts';
import { holdsScans, selectable, tablesOfRegions } from '../store/inventory.ts';
import { claimRound, emitPlan, rejectSession } from '../store/plans.ts';

/** How soon to look again whether the inventory holds the scans. */
const BARRIER_MS = 500;

/**
 * Plans the backups of a policy's run once its scans are in the inventory; scans and the end of their round come on
 * different topics, in any order. A second delivery is harmless: the round is claimed once by its key (session, round).
 */
export async function onRoundFinished(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.round.finished.v1'>,
): Promise<void> {
  const { sessionId, round, request, scans, failedRegions } = event.data;
  if (request.type !== 'POLICY_BACKUP' || round !== 1) return;
  if (
    !(await holdsScans(
      tx,
      scans.map((scan) => scan.scanId),
    ))
  ) {
    throw new TransientError(`the inventory does not hold every scan of session ${sessionId} yet`, BARRIER_MS);
  }
  if (!(await claimRound(db, tx, sessionId, 2))) return;
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  const account = policy && (await findAccount(tx, policy.accountId));
  if (!account)
    return rejectSession(db, tx, sessionId, ['The policy or its account was deleted while the session ran.']);
  // A Region whose scan failed is not planned from yesterday's inventory: its failed scan already fails the session.
  const regions = policy.document.regions.filter((region) => !failedRegions.includes(region));
  const tables = (await tablesOfRegions(tx, account.id, regions)).map(selectable);
  const { covered, untold } = selectTables(policy.document, tables);
  const notes = untold.map(
    (table) =>
      `The tags of ${table.name} (${table.region}) could not be read, so whether the policy covers it could not be told.`,
  );
  if (covered.length === 0 && failedRegions.length === 0) notes.push("No table matches the policy's selection.");
  const refs = covered.map(({ arn, name, region, tableId }) => ({ arn, name, region, tableId }));
  return emitPlan(db, tx, { sessionId, round: 2, final: true, notes }, planBackups(accountRef(account), policy, refs));
}
