import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThanOrEqual } from 'typeorm';
import { TaskEntity, WaitingSettingsEntity, type TaskRow, type WaitingSettingsRow } from './entities.ts';

/** The restores of a session, whatever became of them. */
export async function restoresOf(db: Database, sessionId: string): Promise<TaskRow[]> {
  return db.reader.find(TaskEntity, {
    where: { sessionId, kind: 'RESTORE' },
    order: { round: 'ASC', position: 'ASC' },
  });
}

/** Noted with the task's end, in its transaction; a second delivery finds it noted. */
export async function noteWaiting(db: Database, tx: Tx, row: WaitingSettingsRow): Promise<void> {
  await db.insertOnce(tx, WaitingSettingsEntity, row);
}

export async function dueWaiting(db: Database, now: Date, limit: number): Promise<WaitingSettingsRow[]> {
  return db.reader.find(WaitingSettingsEntity, {
    where: { dueAt: LessThanOrEqual(now) },
    order: { dueAt: 'ASC' },
    take: limit,
  });
}

/** True for one of those who come at once. */
export async function claimWaiting(tx: Tx, { taskId }: WaitingSettingsRow): Promise<boolean> {
  return (await tx.delete(WaitingSettingsEntity, { taskId })).affected === 1;
}
