import type { Clock } from '@tablekeep/platform/clock';

/** A look at AWS that may take longer than anybody waits. */
export interface SlowLooks<T> {
  /**
   * What the look found, or `still-looking` once the patience is over: the look goes on, and whoever asks next gets what it
   * finds. Each find is given once to those who wait for it, or within a minute to the next who asks: no older.
   * @throws what the look threw
   */
  at(key: string, look: () => Promise<T>, patienceMs: number): Promise<T | 'still-looking'>;
}

const KEPT_MS = 60_000;

type Going<T> = { found: Promise<T>; waiting: number; endedAtMs: number | null };

export function createSlowLooks<T>(clock: Clock): SlowLooks<T> {
  const going = new Map<string, Going<T>>();

  function begin(key: string, look: () => Promise<T>): Going<T> {
    const one: Going<T> = { found: look(), waiting: 0, endedAtMs: null };
    going.set(key, one);
    const end = () => {
      one.endedAtMs = clock.monotonicMs();
      // Somebody hears it now; otherwise it waits for the next.
      if (one.waiting > 0 && going.get(key) === one) going.delete(key);
    };
    one.found.then(end, end);
    return one;
  }

  function usable(key: string): Going<T> | undefined {
    const one = going.get(key);
    if (one?.endedAtMs == null) return one;
    going.delete(key);
    return clock.monotonicMs() - one.endedAtMs <= KEPT_MS ? one : undefined;
  }

  return {
    async at(key, look, patienceMs) {
      const one = usable(key) ?? begin(key, look);
      one.waiting += 1;
      const over = new AbortController();
      try {
        const late = clock.sleep(patienceMs, over.signal).then(() => 'still-looking' as const);
        return await Promise.race([one.found, late]);
      } finally {
        one.waiting -= 1;
        over.abort();
      }
    },
  };
}
