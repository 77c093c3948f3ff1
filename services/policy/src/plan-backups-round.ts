import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { LessThanOrEqual, Not } from 'typeorm';
import { assignTables } from './domain/assign-tables.ts';
import { planBackups } from './domain/plan-run.ts';
import { rulesOfRun } from './domain/schedules/rules-of-slot.ts';
import { selectTables, type SelectableTable } from './domain/select-tables.ts';
import { accountRef, lockAccount } from './store/accounts.ts';
import { PolicyEntity, WaitingRoundEntity, type PolicyRow } from './store/entities.ts';
import { holdsScans, selectable, tablesOfRegions } from './store/inventory.ts';
import { claimRound, emitPlan, rejectSession } from './store/plans.ts';

type RoundFinished = EventData<'dev.tablekeep.session.round.finished.v1'>;

/**
 * Plans the backups of a run whose scans have ended, or remembers the round until the inventory holds them: scans and the
 * end of their round come on different topics, in any order. The account's row is locked before the look, here and where
 * scans are applied, so that neither misses the other. A scan that never comes leaves the session to its plan's deadline;
 * it holds up nobody else.
 */
export async function planOrWait(db: Database, tx: Tx, round: RoundFinished): Promise<void> {
  const { sessionId, request } = round;
  if (request.type !== 'POLICY_BACKUP') return;
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  const account = policy && (await lockAccount(db, tx, policy.accountId));
  if (!account) {
    if (await claimRound(db, tx, sessionId, round.round + 1)) {
      await rejectSession(db, tx, sessionId, ['The policy or its account was deleted while the session ran.']);
    }
    return;
  }
  const scanIds = round.scans.map((scan) => scan.scanId);
  if (!(await holdsScans(tx, scanIds))) {
    await db.insertOnce(tx, WaitingRoundEntity, { sessionId, accountId: account.id, round });
    return;
  }
  await tx.delete(WaitingRoundEntity, { sessionId });
  if (!(await claimRound(db, tx, sessionId, round.round + 1))) return;
  // A Region whose scan failed is not planned from yesterday's inventory: its failed scan already fails the session.
  const regions = policy.document.regions.filter((region) => !round.failedRegions.includes(region));
  const tables = (await tablesOfRegions(tx, account.id, regions)).map(selectable);
  const { covered, untold } = selectTables(policy.document, tables);
  const notes = untoldNotes(untold);
  if (covered.length === 0 && round.failedRegions.length === 0) notes.push("No table matches the policy's selection.");
  const { mine, left } = assignTables(covered, await moreImportant(tx, policy));
  const refs = mine.map(({ arn, name, region, tableId, sizeBytes }) => ({ arn, name, region, tableId, sizeBytes }));
  const plan = { sessionId, round: round.round + 1, final: true, notes, remarks: leftToOthers(left) };
  await emitPlan(
    db,
    tx,
    plan,
    planBackups(accountRef(account), policy, refs, rulesOfRun(policy.document, request.slot)),
  );
}

/** A run by hand leaves them as well: a table has one policy at a time. */
export async function moreImportant(tx: Tx, { accountId, priority, id }: PolicyRow): Promise<PolicyRow[]> {
  const before = { accountId, enabled: true, id: Not(id) };
  const rows = await tx.find(PolicyEntity, {
    where: { ...before, priority: LessThanOrEqual(priority) },
    order: { priority: 'ASC', id: 'ASC' },
  });
  return rows.filter((row) => row.priority < priority || row.id < id);
}

function leftToOthers(left: ReadonlyMap<string, readonly SelectableTable[]>): string[] {
  return [...left].map(([policy, tables]) => {
    const named = tables.slice(0, MOST_NAMED).map((table) => `${table.name} (${table.region})`);
    const more = tables.length > named.length ? ` and ${tables.length - named.length} more` : '';
    return `Skipped, because policy "${policy}" comes first: ${named.join(', ')}${more}.`;
  });
}

/** A session's notes are read by people: the first tables by name, then how many more. */
const MOST_NAMED = 20;

function untoldNotes(untold: readonly SelectableTable[]): string[] {
  const notes = untold
    .slice(0, MOST_NAMED)
    .map(
      (table) =>
        `The tags of ${table.name} (${table.region}) could not be read, so whether the policy covers it could not be told.`,
    );
  const more = untold.length - notes.length;
  return more > 0 ? [...notes, `So it is with ${more} more table(s).`] : notes;
}

/** The rounds of an account that may have waited for the scan just applied. */
export async function planWaiting(db: Database, tx: Tx, accountId: string): Promise<void> {
  for (const waiting of await tx.find(WaitingRoundEntity, { where: { accountId } }))
    await planOrWait(db, tx, waiting.round);
}

/** A session that is over waits for nothing: its scan never came, or it was stopped. */
export async function forgetWaiting(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(WaitingRoundEntity, { sessionId });
}
