import type { Database, Tx } from '@tablekeep/platform/database';
import type { LoggedEvent } from '@tablekeep/schema/event-stream';
import { randomBytes } from 'node:crypto';
import { Between, LessThanOrEqual, MoreThan, MoreThanOrEqual } from 'typeorm';
import {
  EventLogHeadEntity,
  LoggedEventEntity,
  type EventLogHeadRow,
  type LoggedEventRow,
} from './event-log-entities.ts';

const HEAD = { id: 1 };
/** Rows that one page looks at. */
const PAGE_ROWS = 500;
const PRUNE_ROWS = 1_000;

/** Eight characters that no other log has. */
export const newLogName = () => randomBytes(4).toString('hex');

/** Makes the log where there is none. */
export async function ensureLog(db: Database, name: string): Promise<void> {
  const row = { ...HEAD, log: name, position: 0, loggedAt: null, prunedTo: 0, prunedUntil: null };
  await db.transaction((tx) => db.insertOnce(tx, EventLogHeadEntity, row).then(() => undefined));
}

/**
 * Gives the log another name, so that every position in it that somebody holds is one of another log. For a database that was
 * put back to an earlier state: its log goes on with other events under positions that it has given before. Twice, or while
 * the log is read, it does the same again. False: there is no log yet, so nobody has a position in it.
 */
export async function renameLog(db: Database, name: string): Promise<boolean> {
  const { affected } = await db.transaction((tx) => tx.update(EventLogHeadEntity, HEAD, { log: name }));
  return affected === 1;
}

/**
 * Gives the event the next position. The head's row is locked until the transaction ends, so positions become visible in
 * their order: who has seen one has seen, or can see, every lower one. An event that is here already leaves a hole, which
 * is nothing that anybody misses.
 */
export async function appendToLog(db: Database, tx: Tx, event: LoggedEvent, now: Date): Promise<void> {
  const head = await tx.findOneOrFail(EventLogHeadEntity, { where: HEAD, ...db.forUpdate() });
  const position = head.position + 1;
  const loggedAt = head.loggedAt !== null && head.loggedAt > now ? head.loggedAt : now;
  await tx.update(EventLogHeadEntity, HEAD, { position, loggedAt });
  await db.insertOnce(tx, LoggedEventEntity, {
    position,
    eventId: event.id,
    type: event.type,
    loggedAt,
    bytes: Buffer.byteLength(JSON.stringify(event)),
    body: event,
  });
}

export async function readHead(db: Database): Promise<EventLogHeadRow> {
  return db.reader.findOneOrFail(EventLogHeadEntity, { where: HEAD });
}

export type LogPage = Readonly<{
  rows: readonly Pick<LoggedEventRow, 'position' | 'body'>[];
  /** Nothing up to here is left to read. */
  reached: number;
}>;

/** What comes after a position, up to the head that was read, in about so many bytes: at least one event, if there is one. */
export async function readLogPage(
  db: Database,
  after: number,
  head: EventLogHeadRow,
  maxBytes: number,
): Promise<LogPage> {
  if (after >= head.position) return { rows: [], reached: after };
  const sizes = await db.reader.find(LoggedEventEntity, {
    select: { position: true, bytes: true },
    where: { position: Between(after + 1, head.position) },
    order: { position: 'ASC' },
    take: PAGE_ROWS,
  });
  let bytes = 0;
  const end = sizes.findIndex((row, i) => {
    bytes += row.bytes;
    return i > 0 && bytes > maxBytes;
  });
  const taken = end === -1 ? sizes : sizes.slice(0, end);
  const isWhole = end === -1 && sizes.length < PAGE_ROWS;
  const reached = isWhole ? head.position : (taken.at(-1)?.position ?? head.position);
  if (taken.length === 0) return { rows: [], reached };
  const rows = await db.reader.find(LoggedEventEntity, {
    select: { position: true, body: true },
    where: { position: Between(after + 1, reached) },
    order: { position: 'ASC' },
  });
  return { rows, reached };
}

/** The first that was logged then or later. */
export async function firstSince(db: Database, since: Date): Promise<number | null> {
  const [row] = await db.reader.find(LoggedEventEntity, {
    select: { position: true },
    where: { loggedAt: MoreThanOrEqual(since) },
    order: { loggedAt: 'ASC', position: 'ASC' },
    take: 1,
  });
  return row?.position ?? null;
}

/** When the first after a position was logged. */
export async function loggedAfter(db: Database, position: number): Promise<Date | null> {
  const [row] = await db.reader.find(LoggedEventEntity, {
    select: { position: true, loggedAt: true },
    where: { position: MoreThan(position) },
    order: { position: 'ASC' },
    take: 1,
  });
  return row?.loggedAt ?? null;
}

/**
 * Forgets what was logged before a time, oldest first, and notes up to where, so that nobody takes what is gone for what
 * never was. In steps that hold the gate only shortly; any number of replicas may. Gives how many.
 */
export async function pruneLog(db: Database, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const step = await db.transaction(async (tx) => {
      await tx.findOneOrFail(EventLogHeadEntity, { where: HEAD, ...db.forUpdate() });
      const oldest = await tx.find(LoggedEventEntity, {
        select: { position: true, loggedAt: true },
        order: { position: 'ASC' },
        take: PRUNE_ROWS,
      });
      const old = oldest.filter(({ loggedAt }) => loggedAt < before);
      const last = old.at(-1);
      if (last === undefined) return 0;
      await tx.delete(LoggedEventEntity, { position: LessThanOrEqual(last.position) });
      await tx.update(EventLogHeadEntity, HEAD, { prunedTo: last.position, prunedUntil: last.loggedAt });
      return old.length;
    });
    forgotten += step;
    if (step < PRUNE_ROWS) return forgotten;
  }
}
