import type { Clock } from '@tablekeep/platform/clock';

/** Wakes loops of this process when there is something to do. */
export interface Bell {
  ring(): void;
  /** An ear of one's own: a ring while one is busy cuts the next wait short. */
  listen(): { wait(ms: number, signal: AbortSignal): Promise<void> };
}

export function createBell(clock: Clock): Bell {
  let rings = 0;
  const sleepers = new Set<AbortController>();
  return {
    ring() {
      rings += 1;
      for (const sleeper of sleepers) sleeper.abort();
    },
    listen() {
      let heard = rings;
      return {
        async wait(ms, signal) {
          if (heard === rings) {
            const sleeper = new AbortController();
            sleepers.add(sleeper);
            await clock.sleep(ms, AbortSignal.any([sleeper.signal, signal]));
            sleepers.delete(sleeper);
          }
          heard = rings;
        },
      };
    },
  };
}
