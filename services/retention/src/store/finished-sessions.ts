import type { Database, Tx } from '@tablekeep/platform/database';
import { In, LessThan } from 'typeorm';
import {
  FinishedSessionEntity,
  OpenReplacementEntity,
  PlannedRoundEntity,
  VerificationPlanEntity,
  type RestorePointRow,
} from './entities.ts';
import { WaitingRoundEntity } from './vault-entities.ts';

/**
 * True where nobody has planned this round of the session yet; then it is the caller's to plan, in this transaction. Never of
 * a session that is over: what comes late, or is told again by hand, would take tables or places that nobody gives back.
 */
export async function claimRound(db: Database, tx: Tx, sessionId: string, round: number): Promise<boolean> {
  if (!(await db.insertOnce(tx, PlannedRoundEntity, { sessionId, round }))) return false;
  if (!(await isSessionOver(db, tx, sessionId))) return true;
  await tx.delete(PlannedRoundEntity, { sessionId, round });
  return false;
}

/**
 * The look waits for an end that is being written at this moment. To be asked after writing what that end deletes: then one of
 * the two sees the other.
 */
export async function isSessionOver(db: Database, tx: Tx, sessionId: string): Promise<boolean> {
  return (await tx.findOne(FinishedSessionEntity, { where: { sessionId }, ...db.forUpdate() })) !== null;
}

/**
 * Remembers that the session is over, and forgets what was kept for it while it ran: its tables may be replaced again. The
 * rounds go first, so that the rest of a round that is being planned is there to be deleted. A second delivery does the same.
 */
export async function noteSessionOver(db: Database, tx: Tx, sessionId: string, finishedAt: Date): Promise<void> {
  await db.insertOnce(tx, FinishedSessionEntity, { sessionId, finishedAt });
  await tx.delete(PlannedRoundEntity, { sessionId });
  await tx.delete(WaitingRoundEntity, { sessionId });
  await tx.delete(VerificationPlanEntity, { sessionId });
  await tx.delete(OpenReplacementEntity, { sessionId });
}

/** As long as the inbox remembers: what comes later than that was replayed by hand, from a backup of a broker. */
const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000;
const MOST_AT_ONCE = 1_000;

/** Forgets sessions that have been over for so long that nothing can be said of them any more. */
export async function forgetOldSessions(db: Database, now: Date): Promise<void> {
  const before = LessThan(new Date(now.getTime() - REMEMBERED_MS));
  for (;;) {
    const old = await db.reader.find(FinishedSessionEntity, { where: { finishedAt: before }, take: MOST_AT_ONCE });
    if (old.length === 0) return;
    const sessionId = In(old.map((row) => row.sessionId));
    await db.transaction((tx) => tx.delete(FinishedSessionEntity, { sessionId }));
  }
}

/** Why a point must stay while its table is being replaced, in words; null: no replacement relies on it. */
export async function whyReplacementKeeps(tx: Tx, point: RestorePointRow): Promise<string | null> {
  const { id, kind, tableArn, tableName } = point;
  const open = await tx.findOneBy(OpenReplacementEntity, { tableArn });
  if (open === null) return null;
  const is = (what: string) =>
    `It is ${what} of the table ${tableName}, which session ${open.sessionId} is replacing; it stays until that has ended.`;
  if (open.restorePointId === id) return is('what becomes');
  return kind === 'MANUAL' && point.sessionId === open.sessionId ? is('the protective backup') : null;
}
