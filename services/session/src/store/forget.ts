import type { Database } from '@tablekeep/platform/database';
import { In, LessThan, LessThanOrEqual } from 'typeorm';
import { SessionEntity, SessionLogEntity, TaskAttemptEntity, TaskEntity } from './entities.ts';

const SESSIONS_AT_ONCE = 20;
const TASKS_AT_ONCE = 1_000;
const LINES_AT_ONCE = 2_000;

/**
 * Tasks, attempts and log first, so that a stop in between leaves a session that is found again. One whose restores still wait
 * for AWS's quotas stays until they were set: what is to be set is read from its tasks. Gives how many sessions.
 */
export async function forgetEndedSessions(db: Database, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const old = await db.reader
      .createQueryBuilder(SessionEntity, 'session')
      .select('session.id')
      .where({ finishedAt: LessThan(before) })
      .andWhere('NOT EXISTS (SELECT 1 FROM waiting_settings waiting WHERE waiting.session_id = session.id)')
      .orderBy('session.finishedAt', 'ASC')
      .limit(SESSIONS_AT_ONCE)
      .getMany();
    for (const { id } of old) await forgetOne(db, id);
    forgotten += old.length;
    if (old.length < SESSIONS_AT_ONCE) return forgotten;
  }
}

async function forgetOne(db: Database, sessionId: string): Promise<void> {
  for (;;) {
    const tasks = await db.reader.find(TaskEntity, { select: { id: true }, where: { sessionId }, take: TASKS_AT_ONCE });
    if (tasks.length === 0) break;
    const ids = tasks.map((task) => task.id);
    await db.transaction(async (tx) => {
      await tx.delete(TaskAttemptEntity, { taskId: In(ids) });
      await tx.delete(TaskEntity, { id: In(ids) });
    });
  }
  for (;;) {
    const lines = await db.reader.find(SessionLogEntity, {
      select: { sessionId: true, seq: true },
      where: { sessionId },
      order: { seq: 'ASC' },
      take: LINES_AT_ONCE,
    });
    const last = lines.at(-1);
    if (!last) break;
    await db.transaction((tx) => tx.delete(SessionLogEntity, { sessionId, seq: LessThanOrEqual(last.seq) }));
  }
  await db.transaction((tx) => tx.delete(SessionEntity, { id: sessionId }));
}
