import { setTimeout as wait } from 'node:timers/promises';

/** Time as a dependency: the wall clock for people, the monotonic one for deadlines, and waiting. */
export type Clock = Readonly<{
  now(): Date;
  monotonicMs(): number;
  /** Resolves, never rejects, early when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}>;

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};

/** A clock that stands still until told. Sleepers wake as it passes their time. */
export function fakeClock(start: Date): Clock & { advance(ms: number): void; set(to: Date): void } {
  let wall = start.getTime();
  let passed = 0;
  const sleepers = new Set<{ at: number; wake: () => void }>();
  const wakeDue = () => {
    for (const sleeper of [...sleepers]) {
      if (sleeper.at > passed) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };
  return {
    now: () => new Date(wall),
    monotonicMs: () => passed,
    sleep: (ms, signal) =>
      new Promise((wake) => {
        if (signal?.aborted === true) return wake();
        const sleeper = { at: passed + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => sleepers.delete(sleeper) && wake(), { once: true });
        wakeDue();
      }),
    advance: (ms) => {
      wall += ms;
      passed += ms;
      wakeDue();
    },
    set: (to) => {
      wall = to.getTime();
    },
  };
}
