import type { EventEnvelope } from '@tablekeep/schema/events';
import type { Logger } from 'pino';
import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import { TransientError } from '../errors/index.ts';
import { apply, type Handlers } from './index.ts';

/** An event that could not be handled, as it is kept. `diedAt`: the database's time, as text. */
export type DeadEvent = Readonly<{
  consumer: string;
  eventId: string;
  type: string;
  reason: string;
  attempts: number;
  diedAt: string;
  replayAskedAt: string | null;
}>;

type Row = Readonly<{
  consumer: string;
  event_id: string;
  type: string;
  body: string;
  reason: string;
  attempts: unknown;
  died_at: string | Date;
  replay_asked_at: string | Date | null;
}>;

const EVERY_MS = 5_000;
const AT_ONCE = 50;

/** The oldest first. */
export async function listDeadEvents(db: Database, limit = 1_000): Promise<DeadEvent[]> {
  const rows = await db.reader.query<Row[]>(`SELECT * FROM dead_event ORDER BY died_at, event_id LIMIT ${limit}`);
  return rows.map((row) => ({
    consumer: row.consumer,
    eventId: row.event_id,
    type: row.type,
    reason: row.reason,
    attempts: Number(row.attempts),
    diedAt: String(row.died_at),
    replayAskedAt: row.replay_asked_at === null ? null : String(row.replay_asked_at),
  }));
}

/** Asks the running service to handle them again, within seconds; all where no ids are named. Gives how many. */
export async function askReplay(db: Database, eventIds: readonly string[] | 'all'): Promise<number> {
  const now = db.dialect.kind === 'sqlite' ? "strftime('%Y-%m-%d %H:%M:%f', 'now')" : 'NOW(3)';
  return db.transaction((tx) => {
    if (eventIds === 'all') return db.execute(tx, `UPDATE dead_event SET replay_asked_at = ${now}`);
    if (eventIds.length === 0) return Promise.resolve(0);
    const marks = eventIds.map(() => '?').join(', ');
    return db.execute(tx, `UPDATE dead_event SET replay_asked_at = ${now} WHERE event_id IN (${marks})`, eventIds);
  });
}

/** Forgets events for good; their effect never happens. Gives how many. */
export async function dropDeadEvents(db: Database, eventIds: readonly string[]): Promise<number> {
  if (eventIds.length === 0) return 0;
  const marks = eventIds.map(() => '?').join(', ');
  return db.transaction((tx) => db.execute(tx, `DELETE FROM dead_event WHERE event_id IN (${marks})`, eventIds));
}

export async function countDeadEvents(db: Database): Promise<number> {
  const [row] = await db.reader.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM dead_event');
  return Number(row?.n ?? 0);
}

/** Since when the oldest has waited, and how long, by the database's clock; null: there is none. */
export async function oldestDeadEvent(db: Database): Promise<Readonly<{ diedAt: Date; ageMs: number }> | null> {
  const age =
    db.dialect.kind === 'sqlite'
      ? "(julianday('now') - julianday(died_at)) * 86400000"
      : 'TIMESTAMPDIFF(MICROSECOND, died_at, NOW(3)) / 1e3';
  const [row] = await db.reader.query<{ died_at: string | Date; age: unknown }[]>(
    `SELECT died_at, ${age} AS age FROM dead_event ORDER BY died_at LIMIT 1`,
  );
  if (!row) return null;
  const diedAt = row.died_at instanceof Date ? row.died_at : new Date(`${row.died_at.replace(' ', 'T')}Z`);
  return { diedAt, ageMs: Number(row.age) };
}

/**
 * Handles again what somebody asked for, in the order of death. Effect and end of the dead event commit together, and the
 * event's row is the claim: of two replicas one has it. One that fails again stays dead, with its new reason.
 */
export function startReplays(
  o: Readonly<{ db: Database; name: string; handlers: Handlers; clock: Clock; log: Logger; everyMs?: number }>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await replayAsked(o);
      } catch (error) {
        o.log.warn({ err: error }, 'dead events could not be looked at');
      }
      await o.clock.sleep(o.everyMs ?? EVERY_MS, stopping.signal);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

async function replayAsked(
  o: Readonly<{ db: Database; name: string; handlers: Handlers; log: Logger }>,
): Promise<void> {
  const { db, name, log } = o;
  const rows = await db.reader.query<Row[]>(
    `SELECT * FROM dead_event WHERE consumer = ? AND replay_asked_at IS NOT NULL ORDER BY died_at, event_id LIMIT ${AT_ONCE}`,
    [name],
  );
  for (const row of rows) {
    const key = [name, row.event_id];
    try {
      await db.transaction(async (tx) => {
        const mine = await db.execute(tx, 'DELETE FROM dead_event WHERE consumer = ? AND event_id = ?', key);
        if (mine === 0) return;
        await db.execute(tx, 'DELETE FROM inbox WHERE consumer = ? AND event_id = ?', key);
        const event = (typeof row.body === 'string' ? JSON.parse(row.body) : row.body) as EventEnvelope;
        await apply(o, tx, event);
      });
      log.info({ eventId: row.event_id, type: row.type }, 'dead event handled after all');
    } catch (error) {
      log.warn({ err: error, eventId: row.event_id, type: row.type }, 'dead event failed again');
      // Nothing is wrong with the event: it stays asked for.
      if (error instanceof TransientError) return;
      const reason = error instanceof Error ? error.message : String(error);
      await db.transaction((tx) =>
        db.execute(
          tx,
          'UPDATE dead_event SET replay_asked_at = NULL, attempts = ?, reason = ? WHERE consumer = ? AND event_id = ? AND attempts = ?',
          [Number(row.attempts) + 1, reason, ...key, row.attempts],
        ),
      );
    }
  }
}
