import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import { isFor, parseStreamId } from '@tablekeep/schema/event-stream';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { startAfter, startAt, type LogStart } from './domain/log-start.ts';
import type { News } from './news.ts';
import { firstSince, loggedAfter, readHead, readLogPage } from './store/event-log.ts';

/** How long what another replica has logged may stay unseen. */
const POLL_MS = 200;

/** The event log for whoever streams it. It changes nothing, so it may be asked twice. */
export function eventLogCalls(
  db: Database,
  clock: Clock,
  news: News,
): Pick<InternalHandlers, 'openEventLog' | 'readEventLog'> {
  return {
    openEventLog: (input) => openEventLog(db, input),
    readEventLog: (input) => readEventLog(db, clock, news, input),
  };
}

async function openEventLog(
  db: Database,
  { lastEventId, since }: InternalInput<'openEventLog'>,
): Promise<InternalOutput<'openEventLog'>> {
  const head = await readHead(db);
  const { position, reason } = await start();
  if (reason === null) return { log: head.log, position, gap: null };
  const completeFrom = (await loggedAfter(db, position))?.toISOString() ?? null;
  return { log: head.log, position, gap: { reason, lastEventId, since, completeFrom } };

  async function start(): Promise<LogStart> {
    if (lastEventId !== null) return startAfter(parseStreamId(lastEventId) ?? { log: '', position: 0 }, head);
    if (since === null) return { position: head.position, reason: null };
    const from = new Date(since);
    return startAt(from, await firstSince(db, from), head);
  }
}

async function readEventLog(
  db: Database,
  clock: Clock,
  news: News,
  { after, reader, maxBytes, waitMs }: InternalInput<'readEventLog'>,
): Promise<InternalOutput<'readEventLog'>> {
  const deadlineMs = clock.monotonicMs() + waitMs;
  for (;;) {
    // Before the log is read: what comes in between must not be slept through.
    const listening = news.listen();
    try {
      const { head, rows, reached } = await readUnpruned(db, after, maxBytes);
      const leftMs = deadlineMs - clock.monotonicMs();
      if (reached > after || leftMs <= 0 || news.isOver || head.position < after) {
        const wanted = rows.filter(({ body }) => reader === null || isFor(reader, body));
        const { log, position: newest, prunedTo } = head;
        const completeFrom = after < prunedTo ? ((await loggedAfter(db, prunedTo))?.toISOString() ?? null) : null;
        const events = wanted.map(({ position, body }) => ({ position, event: body }));
        return { log, events, reached, newest, prunedTo, completeFrom };
      }
      await listening.wait(clock, Math.min(POLL_MS, leftMs));
    } finally {
      listening.end();
    }
  }
}

/**
 * A page and the head that it belongs to. They are looked up one after the other: where the log is pruned in between, the page
 * may lack what the head does not know to be gone, so both are read again.
 */
async function readUnpruned(db: Database, after: number, maxBytes: number) {
  for (;;) {
    const head = await readHead(db);
    const page = await readLogPage(db, after, head, maxBytes);
    if (page.reached === after || (await readHead(db)).prunedTo === head.prunedTo) return { head, ...page };
  }
}
