import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { LessThanOrEqual, Not } from 'typeorm';
import { assignTables, whyIdle } from './domain/assign-tables.ts';
import { planBackups, planScans, type SizedTable } from './domain/plan-run.ts';
import { rulesOfRun } from './domain/schedules/rules-of-slot.ts';
import {
  absentMessage,
  absentTables,
  selectTables,
  type AbsentTable,
  type SelectableTable,
} from './domain/select-tables.ts';
import { accountRef, lockAccount } from './store/accounts.ts';
import {
  OpenSessionEntity,
  PolicyEntity,
  WaitingRoundEntity,
  type AccountRow,
  type PolicyRow,
} from './store/entities.ts';
import { isSessionOver } from './store/in-use.ts';
import { holdsScans, runnableTables } from './store/inventory.ts';
import { claimRound, isPlanned } from './store/plans.ts';
import {
  failedRegionsOf,
  forgetJoined,
  joinedRegions,
  notSeenTo,
  releaseScans,
  scansOfRun,
} from './store/region-scans.ts';

type RoundFinished = EventData<'dev.tablekeep.session.round.finished.v1'>;

/** A run that waits is looked at with each scan, at the end of the one it waits for, and in any case after so long. */
const LOOK_AGAIN_MS = 30_000;
/** A session whose plan does not go on for ten minutes fails: half way there it is told that the run still waits. */
const STILL_WAITS_MS = 5 * 60 * 1000;
const MOST_AT_ONCE = 20;
/** In the transaction of the scan itself; the others follow in their own. */
const MOST_WITH_SCAN = 5;

/**
 * Plans what comes after a round of scans: the backups, once the inventory holds every scan, the run's own and those that
 * it left to others. Until then the round is remembered: scans and the end of their round come on different topics, in any
 * order. The account's row is locked before the look, here and where scans are applied, so that neither misses the other. A
 * scan of another run that has died is made by this one, in a further round, and so is that of a Region that its policy has
 * got meanwhile; one of its own that never comes leaves the session to its plan's deadline. It holds up nobody else.
 */
export async function planOrWait(db: Database, tx: Tx, round: RoundFinished, now: Date): Promise<void> {
  const { sessionId, request } = round;
  if (request.type !== 'POLICY_BACKUP') return;
  if (await isSessionOver(db, tx, sessionId)) return forgetWaiting(tx, sessionId);
  const next = round.round + 1;
  const policy = await tx.findOne(PolicyEntity, { where: { id: request.policyId } });
  const account = policy && (await lockAccount(db, tx, policy.accountId));
  // A round that is told again was planned; if a later one waits by now, it is not disturbed.
  if (await isPlanned(tx, sessionId, next)) return;
  if (!account) {
    return refuse(db, tx, round, 'The policy or its account was deleted while the session ran.');
  }
  const session = await tx.findOne(OpenSessionEntity, { where: { sessionId } });
  if (session && session.accountId !== account.id) {
    return refuse(db, tx, round, movedAway(policy));
  }
  // A Region that the account no longer has is not waited for: its scan is not kept.
  const scanIds = round.scans.filter(({ region }) => account.regions.includes(region)).map((scan) => scan.scanId);
  if (!(await holdsScans(tx, scanIds))) return wait(db, tx, account.id, round, now);
  const run = { sessionId, accountId: account.id, now, byHand: request.slot === null };
  // What this run has scanned for others is there, or will never be.
  if (await releaseScans(tx, sessionId)) await wakeWaiting(tx, account.id, now);
  const failed = await failedRegionsOf(db, tx, run, round.failedRegions);
  const { dead } = await joinedRegions(tx, run);
  await forgetJoined(tx, sessionId, dead);
  const known = policy.document.regions.filter((region) => account.regions.includes(region));
  const scanned = await scansOfRun(db, tx, run, await notSeenTo(tx, sessionId, known));
  if (scanned.length > 0) return furtherScans(db, tx, { round: next, account, sessionId, scanned, remarks: [] });
  const { pending } = await joinedRegions(tx, run);
  if (pending.length > 0) {
    const waiting = await tx.findOne(WaitingRoundEntity, { where: { sessionId } });
    const since = waiting?.since ?? now;
    if (now.getTime() - since.getTime() < STILL_WAITS_MS) return wait(db, tx, account.id, round, now);
    const remarks = [`Still waits for scans that other runs have begun, of ${pending.join(', ')}.`];
    return furtherScans(db, tx, { round: next, account, sessionId, scanned, remarks });
  }
  await tx.delete(WaitingRoundEntity, { sessionId });
  if (!(await claimRound(db, tx, sessionId, next))) return;
  return planFinalRound(db, tx, { round, account, policy, failed });
}

async function planFinalRound(
  db: Database,
  tx: Tx,
  o: Readonly<{ round: RoundFinished; account: AccountRow; policy: PolicyRow; failed: ReadonlySet<string> }>,
): Promise<void> {
  const { round, account, policy, failed } = o;
  const { sessionId, request } = round;
  if (request.type !== 'POLICY_BACKUP') return;
  // A Region whose scan failed is not planned from yesterday's inventory: its failed scan already fails the session.
  const regions = policy.document.regions.filter((region) => !failed.has(region));
  // One that could not be read is planned too: its backup fails with AWS's reason, in its own name, or succeeds after all.
  const tables = await runnableTables(tx, account.id, regions);
  const { covered, untold } = selectTables(policy.document, tables);
  const letIn = new Set(covered);
  const keptOut = untold.filter((table) => !letIn.has(table));
  const notes = untoldNotes(untold.filter((table) => letIn.has(table)));
  // Whether it has what was asked is not known: such a run must not look like a good one.
  const unplanned = untoldNotes(keptOut);
  if (covered.length === 0 && keptOut.length === 0 && failed.size === 0)
    notes.push("No table matches the policy's selection.");
  notes.push(...absentNotes(absentTables(policy.document, tables, regions)));
  const rivals = await moreImportant(tx, policy);
  const { mine, left } = assignTables(covered, rivals);
  const rules = rulesOfRun(policy.document, request.slot);
  const planOf = (chosen: typeof mine) => planBackups(accountRef(account), policy, chosen.map(sized), rules);
  const skipped = [...left].flatMap(([first, those]) =>
    planOf([...those])
      .filter(({ parameters }) => parameters.kind === 'BACKUP')
      .map((task) => ({ task, reason: `Policy "${first}" comes first and processes it.` })),
  );
  const plan = { sessionId, round: round.round + 1, final: true, remarks: leftToOthers(left), left: skipped };
  await recordPlan(db, tx, { ...plan, unplanned, notes: [...notes, ...leftToIdle(left, rivals)] }, planOf(mine));
}

function sized({ arn, name, region, tableId, sizeBytes }: SizedTable): SizedTable {
  return { arn, name, region, tableId, sizeBytes };
}

/** Tables left to a policy that does not run are backed up by nobody: that must not look like health. */
function leftToIdle(left: ReadonlyMap<string, readonly SelectableTable[]>, rivals: readonly PolicyRow[]): string[] {
  return [...left].flatMap(([name, tables]) => {
    const rival = rivals.find((one) => one.name === name);
    const idle = rival ? whyIdle(rival) : null;
    if (idle === null) return [];
    const what = tables.length === 1 ? '1 table is' : `${tables.length} tables are`;
    return [`${what} left to policy "${name}", which comes first and ${idle}. Change the order, or that policy.`];
  });
}

/** A round before the backups: of scans that nobody else makes any more, or of none, which only says that the run goes on. */
async function furtherScans(
  db: Database,
  tx: Tx,
  o: Readonly<{ round: number; account: AccountRow; sessionId: string; scanned: string[]; remarks: string[] }>,
): Promise<void> {
  const { round, account, sessionId, scanned, remarks } = o;
  await tx.delete(WaitingRoundEntity, { sessionId });
  if (!(await claimRound(db, tx, sessionId, round))) return;
  const plan = { sessionId, round, final: false, notes: [], remarks };
  await recordPlan(db, tx, plan, planScans(accountRef(account), scanned));
}

async function wait(db: Database, tx: Tx, accountId: string, round: RoundFinished, now: Date): Promise<void> {
  const { sessionId } = round;
  const lookAt = new Date(now.getTime() + LOOK_AGAIN_MS);
  if (await db.insertOnce(tx, WaitingRoundEntity, { sessionId, accountId, round, lookAt, since: now })) return;
  await tx.update(WaitingRoundEntity, { sessionId }, { lookAt });
}

async function refuse(db: Database, tx: Tx, { sessionId, round }: RoundFinished, because: string): Promise<void> {
  await tx.delete(WaitingRoundEntity, { sessionId });
  if (await claimRound(db, tx, sessionId, round + 1)) await recordRejection(db, tx, sessionId, [because]);
}

export function movedAway({ name }: Pick<PolicyRow, 'name'>): string {
  return `Policy "${name}" was moved to another account before the session was planned; its next run protects that one.`;
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

function absentNotes(absent: readonly AbsentTable[]): string[] {
  const notes = absent.slice(0, MOST_NAMED).map(absentMessage);
  const more = absent.length - notes.length;
  return more > 0 ? [...notes, `So it is with ${more} more table(s).`] : notes;
}

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

/** Rounds of an account may have waited for the scan just applied: the first are planned with it, the others after it. */
export async function planWaiting(db: Database, tx: Tx, accountId: string, now: Date): Promise<void> {
  await wakeWaiting(tx, accountId, now);
  const first = { where: { accountId }, order: { sessionId: 'ASC' }, take: MOST_WITH_SCAN } as const;
  for (const waiting of await tx.find(WaitingRoundEntity, first)) await planOrWait(db, tx, waiting.round, now);
}

/** Has the runs of an account that wait for scans looked at. */
export async function wakeWaiting(tx: Tx, accountId: string, now: Date): Promise<void> {
  await tx.update(WaitingRoundEntity, { accountId }, { lookAt: now });
}

/** One pass over runs that wait for scans, each in its own transaction; two replicas that find the same one take turns. */
export async function planWaitingRuns({ db, clock }: Readonly<{ db: Database; clock: Clock }>): Promise<void> {
  const due = await db.reader.find(WaitingRoundEntity, {
    where: { lookAt: LessThanOrEqual(clock.now()) },
    order: { lookAt: 'ASC', sessionId: 'ASC' },
    take: MOST_AT_ONCE,
  });
  for (const { sessionId, accountId } of due) {
    await db.transaction(async (tx) => {
      await lockAccount(db, tx, accountId);
      const now = clock.now();
      const waiting = await tx.findOne(WaitingRoundEntity, { where: { sessionId }, ...db.forUpdate() });
      if (waiting?.lookAt && waiting.lookAt <= now) await planOrWait(db, tx, waiting.round, now);
    });
  }
}

/** A session that is over waits for nothing: its scan never came, or it was stopped. */
export async function forgetWaiting(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(WaitingRoundEntity, { sessionId });
}
