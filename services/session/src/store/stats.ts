import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThan, And, MoreThanOrEqual } from 'typeorm';
import type { Stat } from '../domain/stats.ts';
import { SessionStatEntity } from './entities.ts';

/** Adds an ended session to its hour. Once for each session: the caller's transaction is the one that ends it. */
export async function addStat(db: Database, tx: Tx, { start: hour, ...stat }: Stat): Promise<void> {
  if (await db.insertOnce(tx, SessionStatEntity, { hour, ...stat })) return;
  const { type, status } = stat;
  for (const column of ['sessions', 'durationSeconds', 'tasksSucceeded', 'tasksWarning', 'tasksFailed'] as const) {
    if (stat[column] !== 0) await tx.increment(SessionStatEntity, { hour, type, status }, column, stat[column]);
  }
}

/** Hours from `from` on and before `to`. */
export async function listStats(db: Database, from: Date, to: Date): Promise<Stat[]> {
  const rows = await db.reader.find(SessionStatEntity, {
    where: { hour: And(MoreThanOrEqual(from), LessThan(to)) },
    order: { hour: 'ASC', type: 'ASC', status: 'ASC' },
  });
  return rows.map(({ hour: start, ...stat }) => ({ start, ...stat }));
}
