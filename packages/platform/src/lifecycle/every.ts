import type { Clock } from '../clock/index.ts';
import type { Logger } from '../logging/index.ts';

export type Loop = Readonly<{ stop(): Promise<void> }>;

/**
 * Runs `pass` now and then again each `everyMs` of the clock until stopped; a pass that fails is logged and the next one
 * tries again. Stopping waits for the pass under way.
 */
export function every(
  o: Readonly<{ name: string; everyMs: number; clock: Clock; log: Logger; pass: () => Promise<void> }>,
): Loop {
  const abort = new AbortController();
  const isStopped = () => abort.signal.aborted;
  const running = (async () => {
    while (!isStopped()) {
      try {
        await o.pass();
      } catch (error) {
        o.log.error({ loop: o.name, error }, 'a pass failed');
      }
      if (!isStopped()) await o.clock.sleep(o.everyMs, abort.signal);
    }
  })();
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}
