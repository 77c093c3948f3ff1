import type { Clock } from '../clock/index.ts';
import type { Database } from '../database/index.ts';
import { every, type Loop } from '../lifecycle/every.ts';
import type { Logger } from '../logging/index.ts';
import { settleAlerts, type AlertWatch } from './settle-alerts.ts';

const EVERY_MS = 15_000;

/** Looks at every kind again and again, on every replica. One that cannot be looked at does not keep the others from it. */
export function watchAlerts(
  o: Readonly<{ db: Database; clock: Clock; log: Logger; watches: readonly AlertWatch[] }>,
): Loop {
  const { db, clock, log, watches } = o;
  const pass = async () => {
    for (const watch of watches) {
      try {
        await settleAlerts(db, clock, watch);
      } catch (error) {
        log.warn({ err: error, kind: watch.kind }, 'alerts could not be looked at; the next pass tries again');
      }
    }
  };
  return every({ name: 'alerts', everyMs: EVERY_MS, clock, log, pass });
}
