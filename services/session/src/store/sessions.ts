import type { Database, Tx } from '@tablekeep/platform/database';
import { In, LessThanOrEqual } from 'typeorm';
import { SessionEntity, type SessionRow } from './entities.ts';

/** The session's row, held until the transaction ends. Whoever changes anything of a session comes through here first. */
export async function lockSession(db: Database, tx: Tx, id: string): Promise<SessionRow | null> {
  return tx.findOne(SessionEntity, { where: { id }, ...db.forUpdate() });
}

/** True where the session is new; false where this caller has used the key (or the id) before. */
export async function insertSession(db: Database, tx: Tx, row: SessionRow): Promise<boolean> {
  return db.insertOnce(tx, SessionEntity, row);
}

export async function saveSession(tx: Tx, row: SessionRow): Promise<void> {
  const { id, ...changed } = row;
  await tx.update(SessionEntity, { id }, changed);
}

export async function findByIdempotencyKey(db: Database, callerId: string, key: string): Promise<SessionRow | null> {
  return db.reader.findOne(SessionEntity, { where: { requestedById: callerId, idempotencyKey: key } });
}

export async function findSession(db: Database, id: string): Promise<SessionRow | null> {
  return db.reader.findOne(SessionEntity, { where: { id } });
}

export async function findSessions(db: Database, ids: readonly string[]): Promise<SessionRow[]> {
  return db.reader.find(SessionEntity, { where: { id: In([...ids]) } });
}

/** Sessions whose plan should have been complete by now. */
export async function sessionsWithOverduePlan(db: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await db.reader.find(SessionEntity, {
    select: { id: true },
    where: { planDueAt: LessThanOrEqual(now) },
    order: { planDueAt: 'ASC' },
    take: limit,
  });
  return rows.map((row) => row.id);
}

/** Claims an overdue plan: of several replicas that saw it, one gets true. */
export async function claimOverduePlan(tx: Tx, id: string, dueAt: Date): Promise<boolean> {
  const { affected } = await tx.update(SessionEntity, { id, planDueAt: dueAt }, { planDueAt: null });
  return affected === 1;
}
