import type { InternalHandlers } from '@tablekeep/platform/rpc';
import { isFor, parseStreamId, type LoggedEvent } from '@tablekeep/schema/event-stream';
import { eventually } from '@tablekeep/testkit/eventually';

/** The notification service as the gateway sees it: a log that a test writes, prunes, exchanges and takes away. */
export function logNeighbour() {
  let log = 'thislog1';
  let entries: { position: number; bytes: number; event: LoggedEvent }[] = [];
  let newest = 0;
  let prunedTo = 0;
  let isAway = false;
  let reads = 0;
  const answers: InternalHandlers = {
    openEventLog: async ({ lastEventId, since }) => {
      if (isAway) throw new Error('away');
      const had = lastEventId === null ? null : parseStreamId(lastEventId);
      if (had === null) return { log, position: since === null ? newest : prunedTo, gap: null };
      if (had.log === log && had.position >= prunedTo) return { log, position: had.position, gap: null };
      const reason = had.log === log ? 'PRUNED' : 'UNKNOWN_POSITION';
      return { log, position: prunedTo, gap: { reason, lastEventId, since, completeFrom: null } };
    },
    readEventLog: async ({ after, reader, maxBytes, waitMs }) => {
      if (isAway) throw new Error('away');
      if (waitMs === 0) reads++;
      await eventually(
        () => {
          if (newest === after) throw new Error('nothing yet');
        },
        { timeoutMs: Math.min(waitMs, 200), everyMs: 5 },
      ).catch(() => undefined);
      let bytes = 0;
      const next = entries.filter((entry) => {
        if (entry.position <= after || bytes >= maxBytes) return false;
        bytes += entry.bytes;
        return true;
      });
      const reached = next.at(-1)?.position ?? newest;
      const wanted = next.filter(({ event }) => reader === null || isFor(reader, event));
      const events = wanted.map(({ position, event }) => ({ position, event }));
      return { log, events, reached, newest, prunedTo, completeFrom: null };
    },
  };
  return {
    answers,
    /** Reads that single clients have caused. */
    reads: () => reads,
    say(...events: LoggedEvent[]) {
      for (const event of events) entries.push({ position: ++newest, bytes: JSON.stringify(event).length, event });
    },
    prune(to: number) {
      entries = entries.filter(({ position }) => position > to);
      prunedTo = to;
    },
    exchange() {
      log = 'another1';
      entries = [];
      newest = 0;
      prunedTo = 0;
    },
    takeAway: (away: boolean) => void (isAway = away),
  };
}

let count = 0;

export function progressed(sessionId: string, size = 0): LoggedEvent {
  const id = `e-${++count}`;
  return {
    id,
    type: 'dev.tablekeep.task.progressed.v1',
    source: 'executor',
    subject: sessionId,
    time: '2026-01-31T05:00:00.000Z',
    correlationid: id,
    environment: 'EMULATED',
    data: { sessionId, taskId: 't', attempt: 1, kind: 'BACKUP', percent: null, message: 'x'.repeat(size) },
  };
}

export function audited(): LoggedEvent {
  return { ...progressed('s'), type: 'dev.tablekeep.audit.recorded.v1', data: { auditId: 'a' } };
}
