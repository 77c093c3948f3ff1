import type { Database } from '@tablekeep/platform/database';
import { eventually } from './eventually.ts';

/**
 * Until a transaction of this database waits for another one's lock. At once on SQLite, which has one writer at a time: whoever
 * comes second waits from the start.
 */
export async function somebodyWaits(db: Database): Promise<void> {
  if (db.dialect.kind === 'sqlite') return;
  const waiting = async () => {
    const found = await db.reader.query<unknown[]>(
      `SELECT trx_id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
         WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()`,
    );
    if (found.length === 0) throw new Error('nobody waits for a lock');
  };
  // InnoDB tells what it last collected to whoever asks again within 100 ms: asked more often, it never tells anything new.
  await eventually(waiting, { everyMs: 250 });
}
