import type { ServiceName } from '@tablekeep/schema/events';
import type { WorkItem } from '@tablekeep/schema/work-items';
import type { Logger } from 'pino';
import type { Consumer, EventBus, Lag } from '../bus/index.ts';
import type { Clock } from '../clock/index.ts';
import type { Database, Tx } from '../database/index.ts';
import type { WorkQueue } from '../queue/index.ts';
import { eventSpan, openSpan, workSpan, type OpenSpan } from '../tracing/index.ts';
import { envelopeOf, onRecorded, OUTBOX_COLUMNS, type OutboxRow } from './record.ts';

const BATCH = 200;
/** Of one pass: all of it may go to one partition as one batch, and brokers refuse batches above 1 MB. */
const PASS_BYTES = 700_000;
const SQS_BATCH = 10;
const SQS_BATCH_BYTES = 1_000_000;
/** Together with the last batch's two tries of 5 s each below the gate's wait_timeout: what was sent is deleted with it. */
const SENDING_MS = 4_000;
/** Fallback beside the kick after each commit: what another replica or a crashed process left behind. */
const POLL_MS = 1_000;
const MAX_BACKOFF_MS = 15_000;
/** A holder frozen with the gate in hand loses its connection, and with it the gate, after this. */
const GATE_WAIT_TIMEOUT_S = 15;

export type Relays = Readonly<{
  stop(): Promise<void>;
  /** Resolves once nothing that was recorded is left to deliver. */
  drained(): Promise<void>;
  oldestSeconds(): Promise<number>;
  /** How far consumers are behind: of this service's events where the bus keeps nothing, otherwise as the bus says. */
  lag(): Promise<readonly Lag[]>;
}>;

type Pass = () => Promise<number>;

/**
 * Delivers what the outbox holds, in order, at least once. SQLite (one process, in-process bus): each consumer reads past
 * its own cursor outside of any transaction, commits its effect, then the cursor moves; a row leaves when every cursor has
 * passed it. MySQL: a gate row per destination lets one relay through; publish, delete, commit.
 */
export async function startRelays(o: {
  db: Database;
  bus: EventBus;
  queue?: WorkQueue;
  source: ServiceName;
  clock: Clock;
  log: Logger;
}): Promise<Relays> {
  const { db, queue } = o;
  const passes: { name: string; pass: Pass }[] = [];
  if (db.dialect.kind === 'sqlite') {
    const consumers = o.bus.consumers();
    for (const consumer of consumers)
      passes.push({ name: consumer.name, pass: () => feedConsumer(db, consumer, consumers) });
    if (queue) passes.push({ name: 'work', pass: () => sendWorkUngated(o, queue) });
  } else {
    passes.push({
      name: 'events',
      pass: () =>
        gated(db, 'events', BATCH, async (rows) => {
          const some = firstBytes(rows);
          const events = some.map((row) => ({ topic: row.topic, event: envelopeOf(row) }));
          const spans = events.map(({ event }) => sending(o.source, event.traceparent, eventSpan('send', db, event)));
          await o.bus.publish(events);
          for (const span of spans) span.end();
          return some;
        }),
    });
    if (queue) passes.push({ name: 'work', pass: () => gated(db, 'work', BATCH, (rows) => sendRows(o, queue, rows)) });
  }
  const loops = passes.map(({ name, pass }) => startLoop(o, name, pass));
  return {
    stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
    drained: async () => {
      while ((await countOf(db)) > 0) {
        for (const loop of loops) loop.kick();
        await o.clock.sleep(5);
      }
    },
    oldestSeconds: async () => {
      const age =
        db.dialect.kind === 'sqlite'
          ? "(julianday('now') - julianday(recorded_at)) * 86400"
          : 'TIMESTAMPDIFF(MICROSECOND, recorded_at, NOW(3)) / 1e6';
      // By the key: a backlog is when this is asked for most, and when it must not read all of it.
      const ages = ['events', 'work'].map(async (destination) => {
        const oldest = `SELECT ${age} AS age FROM outbox WHERE destination = ? ORDER BY seq LIMIT 1`;
        const [row] = await db.reader.query<{ age: unknown }[]>(oldest, [destination]);
        return Number(row?.age ?? 0);
      });
      return Math.max(0, ...(await Promise.all(ages)));
    },
    lag: () => (db.dialect.kind === 'sqlite' ? lagOf(db, o.bus.consumers()) : o.bus.lag()),
  };
}

async function countOf(db: Database): Promise<number> {
  const [row] = await db.reader.query<{ left_over: unknown }[]>('SELECT COUNT(*) AS left_over FROM outbox');
  return Number(row?.left_over ?? 0);
}

/** Runs passes until told to stop: again at once while there is more, on a kick, or after the poll interval. */
function startLoop(
  o: { db: Database; clock: Clock; log: Logger },
  name: string,
  pass: Pass,
): { stop(): Promise<void>; kick(): void } {
  const stopping = new AbortController();
  let nap = new AbortController();
  let kicked = false;
  const kick = () => {
    kicked = true;
    nap.abort();
  };
  const unsubscribe = onRecorded(o.db, kick);
  let failures = 0;
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      kicked = false;
      let moved = 0;
      try {
        moved = await pass();
        failures = 0;
      } catch (error) {
        failures++;
        if (!stopping.signal.aborted)
          o.log.warn({ err: error, relay: name, failures }, 'relay pass failed, will try again');
      }
      if (moved > 0 || (kicked && failures === 0) || stopping.signal.aborted) continue;
      nap = new AbortController();
      const backoff = failures === 0 ? POLL_MS : Math.min(MAX_BACKOFF_MS, 200 * 2 ** failures);
      await o.clock.sleep(backoff, AbortSignal.any([failures === 0 ? nap.signal : stopping.signal, stopping.signal]));
    }
  })();
  return {
    kick,
    stop: async () => {
      unsubscribe();
      stopping.abort();
      nap.abort();
      await loop;
    },
  };
}

async function feedConsumer(db: Database, consumer: Consumer, all: readonly Consumer[]): Promise<number> {
  const cursor = await cursorOf(db, consumer.name);
  const [top] = await db.reader.query<{ top: unknown }[]>(
    "SELECT MAX(seq) AS top FROM outbox WHERE destination = 'events'",
  );
  const until = Number(top?.top ?? 0);
  if (until <= cursor) return 0;
  const marks = consumer.topics.map(() => '?').join(', ');
  const rows = await db.reader.query<OutboxRow[]>(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE destination = 'events' AND seq > ? AND seq <= ? AND topic IN (${marks}) ORDER BY seq LIMIT ${BATCH}`,
    [cursor, until, ...consumer.topics],
  );
  if (rows.length > 0) await consumer.handle(rows.map(envelopeOf));
  const reached = rows.length === BATCH ? Number(rows.at(-1)?.seq) : until;
  await db.transaction(async (tx) => {
    await moveCursor(db, tx, consumer.name, reached);
    await forgetDelivered(db, tx, all);
  });
  return rows.length;
}

async function lagOf(db: Database, consumers: readonly Consumer[]): Promise<Lag[]> {
  const behind = await Promise.all(
    consumers.map(async ({ name: consumer, topics }) => {
      const rows = await db.reader.query<{ topic: string; n: unknown }[]>(
        "SELECT topic, COUNT(*) AS n FROM outbox WHERE destination = 'events' AND seq > ? GROUP BY topic",
        [await cursorOf(db, consumer)],
      );
      const counts = new Map(rows.map(({ topic, n }) => [topic, Number(n)]));
      return topics.map((topic) => ({ consumer, topic, partition: 0, lag: counts.get(topic) ?? 0 }));
    }),
  );
  return behind.flat();
}

async function cursorOf(db: Database, consumer: string): Promise<number> {
  const [row] = await db.reader.query<{ seq: unknown }[]>('SELECT seq FROM outbox_cursor WHERE consumer = ?', [
    consumer,
  ]);
  return Number(row?.seq ?? 0);
}

async function moveCursor(db: Database, tx: Tx, consumer: string, seq: number): Promise<void> {
  const moved = await db.execute(tx, 'UPDATE outbox_cursor SET seq = ? WHERE consumer = ?', [seq, consumer]);
  if (moved === 0) await tx.query('INSERT INTO outbox_cursor (consumer, seq) VALUES (?, ?)', [consumer, seq]);
}

/** Rows that every consumer has committed; those of a consumer that never ran count as not committed. */
async function forgetDelivered(db: Database, tx: Tx, all: readonly Consumer[]): Promise<void> {
  const marks = all.map(() => '?').join(', ');
  const [row] = await tx.query<{ known: unknown; seq: unknown }[]>(
    `SELECT COUNT(*) AS known, MIN(seq) AS seq FROM outbox_cursor WHERE consumer IN (${marks})`,
    all.map((consumer) => consumer.name),
  );
  if (Number(row?.known) < all.length) return;
  await db.execute(tx, "DELETE FROM outbox WHERE destination = 'events' AND seq <= ?", [Number(row?.seq)]);
}

async function sendWorkUngated(o: Sending & { db: Database }, queue: WorkQueue): Promise<number> {
  const { db } = o;
  const rows = await db.reader.query<OutboxRow[]>(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE destination = 'work' ORDER BY seq LIMIT ${BATCH}`,
  );
  if (rows.length === 0) return 0;
  const sent = await sendRows(o, queue, rows);
  await db.transaction((tx) => deleteRows(db, tx, sent));
  return sent.length;
}

type Sending = Readonly<{ source: ServiceName; clock: Clock; log: Logger }>;

/** Ended once the receiver has it; a try that fails is told by the log alone, as it may come again for hours. */
function sending(
  service: ServiceName,
  parent: string | null | undefined,
  span: ReturnType<typeof eventSpan>,
): OpenSpan {
  return openSpan({ service, ...span, parent: parent ?? null, neverFirst: true });
}

function sendingWork(service: ServiceName, { body, traceparent }: OutboxRow): OpenSpan {
  return sending(service, traceparent, workSpan('send', JSON.parse(body) as WorkItem));
}

/** Sends for as long as it may; gives the rows that the queue has accepted, also where a later batch fails. */
async function sendRows(o: Sending, queue: WorkQueue, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
  const sent: OutboxRow[] = [];
  const deadlineMs = o.clock.monotonicMs() + SENDING_MS;
  for (const batch of sqsBatches(rows)) {
    if (o.clock.monotonicMs() > deadlineMs) break;
    try {
      const spans = new Map(batch.map((row) => [row.event_id, sendingWork(o.source, row)]));
      const messages = batch.map(({ event_id: id, body, traceparent }) => ({ id, body, traceparent }));
      const accepted = new Set(await queue.send(messages));
      for (const id of accepted) spans.get(id)?.end();
      sent.push(...batch.filter((row) => accepted.has(row.event_id)));
    } catch (error) {
      if (sent.length === 0) throw error;
      o.log.warn({ err: error, sent: sent.length }, 'not all work items were sent, the rest will be');
      break;
    }
  }
  return sent;
}

/** The longest beginning of the rows that fits; at least one. */
function firstBytes(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, i) => {
    bytes += Buffer.byteLength(row.body);
    return i > 0 && bytes > PASS_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** At most ten messages and, with room for their envelopes, under the megabyte that SQS allows one batch. */
function sqsBatches(rows: readonly OutboxRow[]): OutboxRow[][] {
  const batches: OutboxRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(row.body);
    const last = batches.at(-1);
    if (last && last.length < SQS_BATCH && bytes + size <= SQS_BATCH_BYTES) {
      last.push(row);
      bytes += size;
    } else {
      batches.push([row]);
      bytes = size;
    }
  }
  return batches;
}

async function deleteRows(db: Database, tx: Tx, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.execute(
    tx,
    `DELETE FROM outbox WHERE seq IN (${rows.map(() => '?').join(', ')})`,
    rows.map((row) => row.seq),
  );
}

async function gated(
  db: Database,
  destination: 'events' | 'work',
  limit: number,
  deliver: (rows: OutboxRow[]) => Promise<readonly OutboxRow[]>,
): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.query(`SET SESSION wait_timeout = ${GATE_WAIT_TIMEOUT_S}`);
    const gate = await tx.query<unknown[]>('SELECT name FROM outbox_gate WHERE name = ? FOR UPDATE SKIP LOCKED', [
      destination,
    ]);
    if (gate.length === 0) return 0;
    const rows = await tx.query<OutboxRow[]>(
      `SELECT ${OUTBOX_COLUMNS} FROM outbox WHERE destination = ? ORDER BY seq LIMIT ${limit}`,
      [destination],
    );
    if (rows.length === 0) return 0;
    const delivered = await deliver(rows);
    await deleteRows(db, tx, delivered);
    return delivered.length;
  });
}
