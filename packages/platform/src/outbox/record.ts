import {
  eventSchemas,
  topicOf,
  type Environment,
  type EventData,
  type EventEnvelope,
  type EventType,
  type ServiceName,
} from '@tablekeep/schema/events';
import { workItem, type WorkItem } from '@tablekeep/schema/work-items';
import type { Database, Tx } from '../database/index.ts';
import { InvariantError } from '../errors/index.ts';
import { newId } from '../ids/index.ts';
import { currentCorrelation } from '../logging/index.ts';
import { eventSpan, openSpan, workSpan, type NewSpan } from '../tracing/index.ts';

export type NewEvent<T extends EventType> = Readonly<{
  type: T;
  /** The aggregate's id: the order of events with one subject is kept. */
  subject: string;
  data: EventData<T>;
}>;

/** Half of what a broker takes by default (1 MB): whoever makes larger things cuts them into chunks. */
const MAX_EVENT_BYTES = 500_000;

/** Who writes into a database's outbox, and how the relays hear of it. */
type Outbox = { source: ServiceName; environment: Environment; kicks: Set<() => void> };
const outboxes = new WeakMap<Database, Outbox>();

/** Says once, at start, for which service a database's outbox speaks. */
export function nameOutbox(db: Database, source: ServiceName, environment: Environment): void {
  outboxes.set(db, { source, environment, kicks: new Set() });
}

function outboxOf(db: Database): Outbox {
  const outbox = outboxes.get(db);
  if (!outbox) throw new InvariantError('this database has no named outbox');
  return outbox;
}

/** Calls `kick` after each commit that recorded something. */
export function onRecorded(db: Database, kick: () => void): () => void {
  const { kicks } = outboxOf(db);
  kicks.add(kick);
  return () => void kicks.delete(kick);
}

/**
 * Writes an event to the outbox of the caller's transaction: it is published if and only if that commits. Throws outside
 * of a transaction, and where the data does not fit the event's schema or is larger than a broker takes, so that a wrong
 * event is never stored.
 * Returns the event id.
 */
export async function recordEvent<T extends EventType>(db: Database, tx: Tx, event: NewEvent<T>): Promise<string> {
  const outbox = outboxOf(db);
  const id = newId();
  const envelope = {
    id,
    type: event.type,
    source: outbox.source,
    subject: event.subject,
    time: new Date().toISOString(),
    correlationid: currentCorrelation()?.correlationId ?? id,
    environment: outbox.environment,
    data: eventSchemas[event.type].parse(event.data),
  };
  const bytes = Buffer.byteLength(JSON.stringify(envelope));
  if (bytes > MAX_EVENT_BYTES) {
    throw new InvariantError(`an event of ${bytes} bytes is too large to be told: ${event.type} of ${event.subject}`);
  }
  const row = { destination: 'events', topic: topicOf(event.type, outbox.source), id, subject: event.subject } as const;
  await insert(db, tx, { ...row, body: envelope }, eventSpan('create', db, envelope as EventEnvelope));
  return id;
}

/** Writes a work item to the outbox of the caller's transaction; the relay sends it to the work queue. */
export async function recordWork(db: Database, tx: Tx, item: WorkItem): Promise<void> {
  const row = { destination: 'work', topic: '', id: newId(), subject: item.taskId } as const;
  await insert(db, tx, { ...row, body: workItem.parse(item) }, workSpan('create', item));
}

type NewRow = Readonly<{ destination: 'events' | 'work'; topic: string; id: string; subject: string; body: unknown }>;

/** The message's span lasts until the commit; of what is never committed nothing is told. */
async function insert(db: Database, tx: Tx, row: NewRow, span: Pick<NewSpan, 'name' | 'kind'>): Promise<void> {
  if (tx.queryRunner?.isTransactionActive !== true) throw new InvariantError("an event needs the caller's transaction");
  const { source, kicks } = outboxOf(db);
  const created = openSpan({ service: source, ...span });
  await tx.query(
    'INSERT INTO outbox (destination, topic, event_id, subject, body, traceparent) VALUES (?, ?, ?, ?, ?, ?)',
    [row.destination, row.topic, row.id, row.subject, JSON.stringify(row.body), created.traceparent],
  );
  db.afterCommit(tx, () => {
    created.end();
    for (const kick of kicks) kick();
  });
}

export type OutboxRow = Readonly<{
  seq: number;
  topic: string;
  event_id: string;
  body: string;
  traceparent: string | null;
}>;
export const OUTBOX_COLUMNS = 'seq, topic, event_id, body, traceparent';

export function envelopeOf({ body, traceparent }: OutboxRow): EventEnvelope {
  const envelope = JSON.parse(body) as EventEnvelope;
  return traceparent === null ? envelope : { ...envelope, traceparent };
}
