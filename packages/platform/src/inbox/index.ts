import { eventSchemas, type EventEnvelope, type EventType, type Topic } from '@tablekeep/schema/events';
import type { Logger } from 'pino';
import type { EventBus } from '../bus/index.ts';
import type { Clock } from '../clock/index.ts';
import { isDuplicateKey, type Database, type Tx } from '../database/index.ts';
import { TransientError } from '../errors/index.ts';
import { withCorrelation } from '../logging/index.ts';
import { eventSpan, openSpan } from '../tracing/index.ts';

export type Handlers = { [T in EventType]?: (tx: Tx, event: EventEnvelope<T>) => Promise<void> };
type AnyHandler = (tx: Tx, event: EventEnvelope) => Promise<void>;

const MAX_ATTEMPTS = 5;
const MAX_BACKOFF_MS = 30_000;
/** So long a transient fault is waited out here; then the bus, which can let other events pass meanwhile. */
const PATIENCE_MS = 5_000;

/**
 * Subscribes a service's handlers. Each event's effect and the memory of having had it commit together, so that a second
 * delivery does nothing. A batch is one transaction where that works, else one for each event. A TransientError is tried
 * again for a while and then left to the bus, which holds the event back and brings it again; anything else is tried five times and then kept as a dead event with its reason, so
 * that one bad event does not stop the rest. Attempts are counted before the handler too: an event that kills the process
 * is found out.
 */
export async function consume(o: {
  db: Database;
  bus: EventBus;
  name: string;
  topics: readonly Topic[];
  handlers: Handlers;
  clock: Clock;
  log: Logger;
}): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const inbox = new Inbox(o, stopping.signal);
  const subscription = await o.bus.subscribe({
    name: o.name,
    topics: o.topics,
    handle: (batch) => inbox.handle(batch),
  });
  return {
    stop: async () => {
      stopping.abort(new Error('shutting down'));
      await subscription.stop();
    },
  };
}

/** Runs the effect unless this consumer has had the event; both in the caller's transaction. */
export async function once(
  _db: Database,
  tx: Tx,
  consumer: string,
  eventId: string,
  effect: () => Promise<void>,
): Promise<boolean> {
  try {
    await tx.query('INSERT INTO inbox (consumer, event_id) VALUES (?, ?)', [consumer, eventId]);
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  await effect();
  return true;
}

/** The event's effect, unless this consumer has had it. Throws UnreadableError where the event does not fit its schema. */
export async function apply(
  o: Readonly<{ db: Database; name: string; handlers: Handlers }>,
  tx: Tx,
  event: EventEnvelope,
): Promise<void> {
  const parsed = eventSchemas[event.type].safeParse(event.data);
  if (!parsed.success) throw new UnreadableError(parsed.error.message);
  const { data } = parsed;
  const handler = o.handlers[event.type] as AnyHandler | undefined;
  if (!handler) return;
  await once(o.db, tx, o.name, event.id, () =>
    withCorrelation({ correlationId: event.correlationid }, () =>
      inSpanUntilCommit(o, tx, event, () => handler(tx, { ...event, data } as EventEnvelope)),
    ),
  );
}

/** Where the effect is undone with those of other events, nothing is told of it: it comes again, alone. */
async function inSpanUntilCommit(
  { db, name }: Readonly<{ db: Database; name: string }>,
  tx: Tx,
  event: EventEnvelope,
  effect: () => Promise<void>,
): Promise<void> {
  const span = openSpan({
    service: name,
    ...eventSpan('process', db, event, name),
    parent: event.traceparent ?? null,
    neverFirst: true,
  });
  try {
    await span.run(effect);
    db.afterCommit(tx, () => span.end());
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

class Inbox {
  readonly #o: { db: Database; name: string; handlers: Handlers; clock: Clock; log: Logger };
  readonly #signal: AbortSignal;
  /** Attempts that do not count: nothing was wrong with the event. Taken off with the next count, when the database is back. */
  readonly #uncounted = new Set<string>();

  constructor(o: { db: Database; name: string; handlers: Handlers; clock: Clock; log: Logger }, signal: AbortSignal) {
    this.#o = o;
    this.#signal = signal;
  }

  async handle(batch: readonly EventEnvelope[]): Promise<void> {
    // During an upgrade the newer release may say what this one does not know: kept, to be handled again by the newer one.
    for (const event of batch.filter((one) => !(one.type in eventSchemas))) {
      await this.#bury(
        event,
        0,
        new Error('this release does not know the type: replay it once all replicas are of the newer one'),
      );
    }
    const wanted = batch.filter((event) => this.#o.handlers[event.type] !== undefined);
    if (wanted.length > 1 && (await this.#together(wanted))) return;
    for (const event of wanted) await this.#alone(event);
    if (wanted.length > 1) await this.#forgetMark(wanted);
  }

  async #forgetMark(events: readonly EventEnvelope[]): Promise<void> {
    await this.#o.db.transaction((tx) => this.#forget(tx, batchMark(events[0]?.id ?? '')));
  }

  /** One transaction for all; false where any of them fails, or where this batch was begun before and never ended. */
  async #together(events: readonly EventEnvelope[]): Promise<boolean> {
    const { db, log } = this.#o;
    // A count of its own: a batch that ended the process must not count against its first event.
    const mark = batchMark(events[0]?.id ?? '');
    if ((await this.#count(mark)) > 1) return false;
    try {
      await db.transaction(async (tx) => {
        for (const event of events) await apply(this.#o, tx, event);
        await this.#forget(tx, mark);
      });
      return true;
    } catch (error) {
      log.debug({ err: error, consumer: this.#o.name, events: events.length }, 'batch failed, one by one now');
      return false;
    }
  }

  async #alone(event: EventEnvelope): Promise<void> {
    const { db, clock, log, name } = this.#o;
    const sinceMs = clock.monotonicMs();
    for (let transient = 0; ;) {
      if (this.#signal.aborted) throw new TransientError('shutting down');
      const attempts = await this.#count(event.id);
      if (attempts > MAX_ATTEMPTS) return this.#bury(event, attempts - 1, new Error('it ended the process each time'));
      try {
        await db.transaction(async (tx) => {
          await apply(this.#o, tx, event);
          await this.#forget(tx, event.id);
        });
        return;
      } catch (error) {
        if (error instanceof TransientError) {
          transient++;
          this.#uncounted.add(event.id);
          if (clock.monotonicMs() - sinceMs > PATIENCE_MS) throw error;
          await clock.sleep(error.retryAfterMs ?? backoff(transient), this.#signal);
          continue;
        }
        log.warn({ err: error, consumer: name, eventId: event.id, type: event.type, attempts }, 'event handler failed');
        if (attempts >= MAX_ATTEMPTS || error instanceof UnreadableError) return this.#bury(event, attempts, error);
        await clock.sleep(backoff(attempts), this.#signal);
      }
    }
  }

  /** Attempts so far with this one, committed before it is made. */
  async #count(eventId: string): Promise<number> {
    const { db, name } = this.#o;
    // One statement: two replicas may count the same event at once.
    const again =
      db.dialect.kind === 'sqlite'
        ? 'ON CONFLICT (consumer, event_id) DO UPDATE SET attempts = attempts + 1'
        : 'ON DUPLICATE KEY UPDATE attempts = attempts + 1';
    const uncounted = this.#uncounted.has(eventId);
    const attempts = await db.transaction(async (tx) => {
      if (uncounted) await this.#forget(tx, eventId);
      await tx.query(`INSERT INTO inbox_attempt (consumer, event_id, attempts) VALUES (?, ?, 1) ${again}`, [
        name,
        eventId,
      ]);
      const [row] = await tx.query<{ attempts: unknown }[]>(
        'SELECT attempts FROM inbox_attempt WHERE consumer = ? AND event_id = ?',
        [name, eventId],
      );
      return Number(row?.attempts);
    });
    this.#uncounted.delete(eventId);
    return attempts;
  }

  async #forget(tx: Tx, eventId: string): Promise<void> {
    await this.#o.db.execute(tx, 'DELETE FROM inbox_attempt WHERE consumer = ? AND event_id = ?', [
      this.#o.name,
      eventId,
    ]);
  }

  async #bury(event: EventEnvelope, attempts: number, error: unknown): Promise<void> {
    const { db, log, name } = this.#o;
    const reason = error instanceof Error ? error.message : String(error);
    await db.transaction((tx) =>
      once(db, tx, name, event.id, async () => {
        await tx.query(
          'INSERT INTO dead_event (consumer, event_id, type, body, reason, attempts) VALUES (?, ?, ?, ?, ?, ?)',
          [name, event.id, event.type, JSON.stringify(event), reason, attempts],
        );
        await this.#forget(tx, event.id);
      }),
    );
    log.error(
      { err: error, consumer: name, eventId: event.id, type: event.type, attempts },
      'event is dead: it cannot be handled',
    );
  }
}

/** The event itself is wrong: another try reads the same. A handler's own mistakes are not this. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Full jitter, in seconds rather than milliseconds: what failed just now will most likely fail at once again. */
function backoff(attempt: number): number {
  return Math.min(MAX_BACKOFF_MS, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);
}

function batchMark(firstId: string): string {
  return `+${firstId.slice(0, 35)}`;
}
