import type { Database, Tx } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import { In, LessThan, Like, MoreThan } from 'typeorm';
import {
  FinishedSessionEntity,
  OpenSessionEntity,
  PlannedRoundEntity,
  PolicyEntity,
  TablePointsEntity,
  type AccountRow,
  type OpenSessionRow,
} from './entities.ts';

/**
 * A session of the account is under way: true, unless it is over already, for an event of its life can come after its end,
 * out of the dead ones. A second delivery writes the same. The row is written before the look, and an end is remembered
 * before the row is removed: whichever of two that come at once is first, the other finds what it wrote.
 */
export async function noteOpenSession(db: Database, tx: Tx, session: OpenSessionRow): Promise<boolean> {
  await db.insertOnce(tx, OpenSessionEntity, session);
  const { sessionId } = session;
  if (!(await isSessionOver(db, tx, sessionId))) return true;
  await tx.delete(OpenSessionEntity, { sessionId });
  return false;
}

/** The look waits for an end that is being written at this moment. */
export async function isSessionOver(db: Database, tx: Tx, sessionId: string): Promise<boolean> {
  return (await tx.findOne(FinishedSessionEntity, { where: { sessionId }, ...db.forUpdate() })) !== null;
}

/** Whether the session has been heard of, and not too long ago. */
export async function isSessionKnown(tx: Tx, sessionId: string): Promise<boolean> {
  return (
    (await tx.exists(OpenSessionEntity, { where: { sessionId } })) ||
    (await tx.exists(FinishedSessionEntity, { where: { sessionId } }))
  );
}

/** Remembers that the session is over, and forgets what was kept for it while it ran. A second delivery does the same. */
export async function noteSessionOver(db: Database, tx: Tx, sessionId: string, finishedAt: Date): Promise<void> {
  await db.insertOnce(tx, FinishedSessionEntity, { sessionId, finishedAt });
  await tx.delete(OpenSessionEntity, { sessionId });
  await tx.delete(PlannedRoundEntity, { sessionId });
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

/** Why the account may not be deleted now: all reasons at once. */
export async function whyInUse(tx: Tx, account: AccountRow): Promise<UserError[]> {
  const reasons: string[] = [];
  const policies = await tx.find(PolicyEntity, { where: { accountId: account.id } });
  if (policies.length > 0) {
    reasons.push(`Delete its policies first: ${policies.map((policy) => `"${policy.name}"`).join(', ')}.`);
  }
  const sessions = await tx.count(OpenSessionEntity, { where: { accountId: account.id } });
  if (sessions > 0) reasons.push(`${sessions} of its sessions are not over. Wait for them, or stop them.`);
  // Nobody could delete or restore these points any more.
  const tables = Like(`arn:aws%:dynamodb:%:${account.awsAccountId}:table/%`);
  if (await tx.exists(TablePointsEntity, { where: { tableArn: tables, points: MoreThan(0) } })) {
    reasons.push('Recovery points of its tables are in the catalog.');
  }
  return reasons.map((message) => ({ code: 'IN_USE', message, path: ['id'] }));
}
