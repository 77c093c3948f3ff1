import type { Gap, LogPosition } from '@tablekeep/schema/event-stream';

/** The state of the event log: nothing up to `prunedTo` is kept, whose last was logged at `prunedUntil`. */
export type LogHead = Readonly<{ log: string; position: number; prunedTo: number; prunedUntil: Date | null }>;

export type LogStart = Readonly<{ position: number; reason: Gap['reason'] | null }>;

/**
 * Where a reader goes on that has had everything up to `had`. An id of another log, or one that this log has not come to
 * (its database was put back to an earlier state), says nothing of what the reader lacks: it gets all that is kept.
 */
export function startAfter(had: LogPosition, head: LogHead): LogStart {
  if (had.log !== head.log || had.position > head.position)
    return { position: head.prunedTo, reason: 'UNKNOWN_POSITION' };
  if (had.position < head.prunedTo) return { position: head.prunedTo, reason: 'PRUNED' };
  return { position: had.position, reason: null };
}

/** Where a reader begins that wants what was logged from `since` on; `first` is the first such that is kept, if any. */
export function startAt(since: Date, first: number | null, head: LogHead): LogStart {
  const position = first === null ? head.position : first - 1;
  const isCut = head.prunedUntil !== null && since <= head.prunedUntil;
  return { position, reason: isCut ? 'PRUNED' : null };
}
