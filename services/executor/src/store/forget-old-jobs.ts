import { databaseTime, type Database } from '@tablekeep/platform/database';
import { TombstoneEntity } from './entities.ts';

/** Longer than any queue keeps a message (14 days), so that a late second delivery still meets its job. */
const KEPT_DAYS = 30;
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/** Deletes jobs, wishes to stop and set-aside messages of long ago, a batch at a time. Safe to run anywhere, any number of times. */
export async function forgetOldJobs(db: Database): Promise<void> {
  const before = databaseTime(db.dialect, -KEPT_DAYS * DAY_MS);
  await forget(db, 'job', `finished_at < ${before}`);
  await forget(db, 'dead_work_item', `at < ${before}`);
  await forgetTombstones(db, before);
}

async function forgetTombstones(db: Database, before: string): Promise<void> {
  for (;;) {
    const old = await db.reader.query<{ task_id: string; attempt: number }[]>(
      `SELECT task_id, attempt FROM tombstone WHERE created_at < ${before} LIMIT ${AT_ONCE}`,
    );
    if (old.length === 0) return;
    await db.transaction(async (tx) => {
      for (const { task_id: taskId, attempt } of old) await tx.delete(TombstoneEntity, { taskId, attempt });
    });
  }
}

async function forget(db: Database, table: string, condition: string): Promise<void> {
  for (;;) {
    const old = await db.reader.query<{ id: string }[]>(`SELECT id FROM ${table} WHERE ${condition} LIMIT ${AT_ONCE}`);
    if (old.length === 0) return;
    const marks = old.map(() => '?').join(', ');
    const ids = old.map((row) => row.id);
    await db.transaction((tx) => db.execute(tx, `DELETE FROM ${table} WHERE id IN (${marks})`, ids));
  }
}
