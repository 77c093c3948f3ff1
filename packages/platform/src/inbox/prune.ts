import type { Logger } from 'pino';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';

/** Longer than any broker keeps an event (two weeks) and any outbox an undelivered one; effects have natural keys besides. */
const KEEP_DAYS = 30;
const BATCH = 1_000;
const EVERY_MS = 3_600_000;

/** Forgets events handled long ago, by the database's clock, in batches that hold no lock for long. Gives how many. */
export async function pruneInbox(db: Database, keepDays = KEEP_DAYS): Promise<number> {
  const old =
    db.dialect.kind === 'sqlite'
      ? `DELETE FROM inbox WHERE rowid IN (SELECT rowid FROM inbox WHERE handled_at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-${keepDays} days') LIMIT ${BATCH})`
      : `DELETE FROM inbox WHERE handled_at < NOW(3) - INTERVAL ${keepDays} DAY LIMIT ${BATCH}`;
  let forgotten = 0;
  for (;;) {
    const changed = await db.transaction((tx) => db.execute(tx, old));
    forgotten += changed;
    if (changed < BATCH) return forgotten;
  }
}

/** Prunes now and every hour until stopped; any number of replicas may. */
export function startPruning(o: { db: Database; clock: Clock; log: Logger }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await pruneInbox(o.db);
      } catch (error) {
        o.log.warn({ err: error }, 'the inbox was not pruned, next try in an hour');
      }
      await o.clock.sleep(EVERY_MS, stopping.signal);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}
