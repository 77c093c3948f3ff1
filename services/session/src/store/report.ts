import type { Database } from '@tablekeep/platform/database';
import type { SessionStatus, SessionType } from '@tablekeep/schema/events';
import { And, In, IsNull, LessThan, MoreThanOrEqual, Not } from 'typeorm';
import { SessionEntity, TaskEntity, type SessionRow, type TaskRow } from './entities.ts';

/** Ended from `from` on and before `until`. */
export type Ended = Readonly<{ from: Date; until: Date }>;

const within = ({ from, until }: Ended) => And(MoreThanOrEqual(from), LessThan(until));

/** Counted by the database, whatever the window: hours that are kept would cut it at full ones. */
export async function countEnded(
  db: Database,
  { from, until }: Ended,
): Promise<{ type: SessionType; status: SessionStatus; sessions: number }[]> {
  const rows = await db.reader
    .createQueryBuilder(SessionEntity, 'session')
    .select('session.type', 'type')
    .addSelect('session.status', 'status')
    .addSelect('COUNT(*)', 'sessions')
    .where('session.finishedAt >= :from AND session.finishedAt < :until', { from, until })
    .groupBy('session.type')
    .addGroupBy('session.status')
    .orderBy('session.type')
    .addOrderBy('session.status')
    .getRawMany<{ type: SessionType; status: SessionStatus; sessions: unknown }>();
  return rows.map((row) => ({ ...row, sessions: Number(row.sessions) }));
}

export function countOpen(db: Database): Promise<number> {
  return db.reader.count(SessionEntity, { where: { status: In(['PENDING', 'RUNNING', 'STOPPING']) } });
}

/** The newest first. */
export function endedWith(db: Database, window: Ended, status: SessionStatus, limit: number): Promise<SessionRow[]> {
  const where = { finishedAt: within(window), status };
  return db.reader.find(SessionEntity, { where, order: { finishedAt: 'DESC', id: 'DESC' }, take: limit });
}

/** Tasks that wait for another attempt, the next first, and how many there are. */
export function waitingForRetry(db: Database, limit: number): Promise<[TaskRow[], number]> {
  return db.reader.findAndCount(TaskEntity, {
    where: { retryAt: Not(IsNull()) },
    order: { retryAt: 'ASC', id: 'ASC' },
    take: limit,
  });
}

export function findSessions(db: Database, ids: readonly string[]): Promise<SessionRow[]> {
  return db.reader.find(SessionEntity, { where: { id: In([...ids]) } });
}
