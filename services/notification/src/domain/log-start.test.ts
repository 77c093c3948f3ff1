import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startAfter, startAt, type LogHead } from './log-start.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 5, minute));

/** A log of so many events, one a minute, of which the first `pruned` are gone. */
const logs = fc
  .record({ count: fc.nat(50), pruned: fc.nat(50) })
  .map(({ count, pruned }) => ({ count, pruned: Math.min(pruned, count) }));
const headOf = ({ count, pruned }: { count: number; pruned: number }): LogHead => ({
  log: 'thislog1',
  position: count,
  prunedTo: pruned,
  prunedUntil: pruned === 0 ? null : at(pruned),
});

describe('where a reader of the event log begins', () => {
  test('after an id of this log: nothing that is kept and not had is skipped, and a gap is told exactly where one is', () => {
    fc.assert(
      fc.property(logs, fc.nat(60), (log, had) => {
        const start = startAfter({ log: 'thislog1', position: had }, headOf(log));
        const lacks = Math.max(0, log.pruned - had);
        if (had > log.count) expect(start).toEqual({ position: log.pruned, reason: 'UNKNOWN_POSITION' });
        else expect(start).toEqual({ position: Math.max(had, log.pruned), reason: lacks > 0 ? 'PRUNED' : null });
      }),
    );
  });

  test('after an id of another log: with everything that is kept, and it is said', () => {
    fc.assert(
      fc.property(logs, fc.nat(60), (log, had) => {
        const start = startAfter({ log: 'another1', position: had }, headOf(log));
        expect(start).toEqual({ position: log.pruned, reason: 'UNKNOWN_POSITION' });
      }),
    );
  });

  test('at a time: with the first that was logged then or later; a gap is told where such are gone', () => {
    fc.assert(
      fc.property(logs, fc.nat(60), (log, minute) => {
        const since = at(minute);
        const kept = Array.from({ length: log.count - log.pruned }, (_, i) => log.pruned + 1 + i);
        const first = kept.find((position) => at(position) >= since) ?? null;
        const start = startAt(since, first, headOf(log));
        expect(kept.filter((position) => position > start.position)).toEqual(
          kept.filter((position) => at(position) >= since),
        );
        expect(start.reason !== null).toBe(log.pruned > 0 && minute <= log.pruned);
      }),
    );
  });
});
