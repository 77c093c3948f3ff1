import type { Database } from '@tablekeep/platform/database';
import { databaseTime } from './database-time.ts';

/** Longer than any queue keeps a message (14 days), so that a late second delivery still meets its job. */
const KEPT_DAYS = 30;
const AT_ONCE = 1_000;
const DAY_MS = 86_400_000;

/** Deletes jobs that ended long ago, a batch at a time. Safe to run anywhere, any number of times. */
export async function forgetOldJobs(db: Database): Promise<void> {
  const before = databaseTime(db.dialect, -KEPT_DAYS * DAY_MS);
  for (;;) {
    const sql = `SELECT id FROM job WHERE finished_at < ${before} LIMIT ${AT_ONCE}`;
    const old = await db.reader.query<{ id: string }[]>(sql);
    if (old.length === 0) return;
    const marks = old.map(() => '?').join(', ');
    const ids = old.map((row) => row.id);
    await db.transaction((tx) => db.execute(tx, `DELETE FROM job WHERE id IN (${marks})`, ids));
  }
}
