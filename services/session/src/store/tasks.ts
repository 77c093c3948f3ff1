import type { Database, Tx } from '@tablekeep/platform/database';
import type { TaskStatus } from '@tablekeep/schema/events';
import type { TaskKind } from '@tablekeep/schema/work-items';
import {
  In,
  IsNull,
  LessThanOrEqual,
  MoreThan,
  Not,
  type FindOptionsWhere,
  type QueryDeepPartialEntity,
} from 'typeorm';
import { LEFT_TO_POLICY } from '../domain/tally.ts';
import {
  PlanChunkEntity,
  TaskAttemptEntity,
  TaskEntity,
  type PlanChunkRow,
  type TaskAttemptRow,
  type TaskRow,
} from './entities.ts';

/*
 * Reads inside a transaction lock what they read: on MySQL a plain read in a batch of events may come from a snapshot
 * that is older than the session's lock.
 */

export async function lockTask(db: Database, tx: Tx, sessionId: string, id: string): Promise<TaskRow | null> {
  return tx.findOne(TaskEntity, { where: { id, sessionId }, ...db.forUpdate() });
}

/** Tasks that wait for one of the same round to be over and were never sent. */
export async function lockWaiting(db: Database, tx: Tx, before: TaskRow): Promise<TaskRow[]> {
  const { sessionId, round, taskKey } = before;
  return tx.find(TaskEntity, {
    where: { sessionId, round, afterKey: taskKey, status: 'QUEUED', dispatchedAt: IsNull() },
    order: { position: 'ASC' },
    ...db.forUpdate(),
  });
}

export async function lockOpenTasks(db: Database, tx: Tx, sessionId: string): Promise<TaskRow[]> {
  return tx.find(TaskEntity, {
    where: { sessionId, status: In(['QUEUED', 'RUNNING'] satisfies TaskStatus[]) },
    order: { round: 'ASC', position: 'ASC' },
    ...db.forUpdate(),
  });
}

export async function lockTasksOfRound(db: Database, tx: Tx, sessionId: string, round: number): Promise<TaskRow[]> {
  return tx.find(TaskEntity, { where: { sessionId, round }, order: { position: 'ASC' }, ...db.forUpdate() });
}

/** Tasks that did not simply succeed. A table left to another policy is no problem. */
const problemsOf = (sessionId: string): FindOptionsWhere<TaskRow>[] => [
  { sessionId, status: Not(In(['SUCCEEDED', 'SKIPPED'])) },
  { sessionId, status: 'SKIPPED', reasonCode: Not(LEFT_TO_POLICY) },
];

/** In the order of the plan. */
export async function lockProblems(db: Database, tx: Tx, sessionId: string, limit: number): Promise<TaskRow[]> {
  return tx.find(TaskEntity, {
    where: problemsOf(sessionId),
    order: { round: 'ASC', position: 'ASC' },
    take: limit,
    ...db.forUpdate(),
  });
}

/** Those that are about a table; counted like the copies that were made. */
export async function countTableProblems(tx: Tx, sessionId: string): Promise<number> {
  return tx.countBy(
    TaskEntity,
    problemsOf(sessionId).map((one) => ({ ...one, tableArn: Not(IsNull()) })),
  );
}

/** Copies that were not made of a point that was; one whose backup failed was skipped. */
export async function lockCopiesBehind(db: Database, tx: Tx, sessionId: string): Promise<number> {
  const where = { sessionId, kind: 'COPY' as const, status: In(['FAILED', 'CANCELED'] satisfies TaskStatus[]) };
  return (await tx.find(TaskEntity, { select: { id: true }, where, ...db.forUpdate() })).length;
}

/** Counted, not locked: a session may have tens of thousands, each statement reads what is committed, and the session is locked. */
export async function countCopiesMade(tx: Tx, sessionId: string): Promise<number> {
  return tx.countBy(TaskEntity, {
    sessionId,
    kind: 'COPY',
    status: In(['SUCCEEDED', 'WARNING'] satisfies TaskStatus[]),
  });
}

/** Whether at least one of the session's tasks of this kind did what was asked. */
export async function someTaskDone(db: Database, tx: Tx, sessionId: string, kind: TaskKind): Promise<boolean> {
  const where = { sessionId, kind, status: In(['SUCCEEDED', 'WARNING'] satisfies TaskStatus[]) };
  return (await tx.findOne(TaskEntity, { select: { id: true }, where, ...db.forUpdate() })) !== null;
}

/** Work items that are out and that the executor has not accepted: how many, and when the oldest of them was recorded. */
export async function unansweredWork(db: Database): Promise<{ items: number; oldest: Date | null }> {
  // Who is out has a time to be sent again: that index holds nothing else.
  const out = { resendAt: MoreThan(new Date(0)), acceptedAt: IsNull(), dispatchedAt: Not(IsNull()) };
  const [items, oldest] = await Promise.all([
    db.reader.countBy(TaskEntity, out),
    db.reader.findOne(TaskEntity, {
      select: { id: true, dispatchedAt: true },
      where: out,
      order: { dispatchedAt: 'ASC' },
    }),
  ]);
  return { items, oldest: oldest?.dispatchedAt ?? null };
}

export async function insertTasks(db: Database, tx: Tx, rows: readonly TaskRow[]): Promise<void> {
  if (rows.length > 0) await db.insertMany(tx, TaskEntity, rows);
}

export async function updateTask(tx: Tx, id: string, change: Partial<TaskRow>): Promise<void> {
  // TypeORM's type cannot express a JSON column with a part of unknown shape (the settings of a restore).
  await tx.update(TaskEntity, { id }, change as QueryDeepPartialEntity<TaskRow>);
}

export async function insertAttempts(db: Database, tx: Tx, rows: readonly TaskAttemptRow[]): Promise<void> {
  if (rows.length > 0) await db.insertMany(tx, TaskAttemptEntity, rows);
}

export async function updateAttempt(
  tx: Tx,
  taskId: string,
  attempt: number,
  change: Partial<TaskAttemptRow>,
): Promise<void> {
  await tx.update(TaskAttemptEntity, { taskId, attempt }, change);
}

/** True where the chunk is new; a second delivery, under whatever event id, finds its place taken. */
export async function storeChunk(db: Database, tx: Tx, row: PlanChunkRow): Promise<boolean> {
  return db.insertOnce(tx, PlanChunkEntity, row);
}

export async function lockChunks(db: Database, tx: Tx, sessionId: string, round: number): Promise<PlanChunkRow[]> {
  return tx.find(PlanChunkEntity, { where: { sessionId, round }, ...db.forUpdate() });
}

export async function dropChunks(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(PlanChunkEntity, { sessionId });
}

export type DueTask = Readonly<{ id: string; sessionId: string; dueAt: Date }>;

/** Tasks due by one of the two timers, the longest overdue first. */
export async function dueTasks(
  db: Database,
  timer: 'resendAt' | 'retryAt',
  now: Date,
  limit: number,
): Promise<DueTask[]> {
  const rows = await db.reader.find(TaskEntity, {
    where: { [timer]: LessThanOrEqual(now) },
    order: { [timer]: 'ASC' },
    take: limit,
  });
  return rows.flatMap(({ id, sessionId, [timer]: dueAt }) => (dueAt === null ? [] : [{ id, sessionId, dueAt }]));
}

/** Claims a due timer by moving it: of several replicas that saw it, one gets true. */
export async function claimTimer(
  tx: Tx,
  timer: 'resendAt' | 'retryAt',
  due: DueTask,
  next: Date | null,
): Promise<boolean> {
  const { affected } = await tx.update(TaskEntity, { id: due.id, [timer]: due.dueAt }, { [timer]: next });
  return affected === 1;
}
