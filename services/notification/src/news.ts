import type { Clock } from '@tablekeep/platform/clock';

/** Wakes who waits in this process for something to be logged. */
export class News {
  readonly #listeners = new Set<AbortController>();
  readonly #stopping = new AbortController();

  get isOver(): boolean {
    return this.#stopping.signal.aborted;
  }

  tell(): void {
    for (const listener of this.#listeners) listener.abort();
    this.#listeners.clear();
  }

  /** Listens from now on; the returned `wait` ends at once where there was news meanwhile. */
  listen(): Readonly<{ wait(clock: Clock, ms: number): Promise<void>; end(): void }> {
    const listener = new AbortController();
    this.#listeners.add(listener);
    return {
      wait: (clock, ms) => clock.sleep(ms, AbortSignal.any([listener.signal, this.#stopping.signal])),
      end: () => void this.#listeners.delete(listener),
    };
  }

  /** Nobody waits any more. */
  stop(): void {
    this.#stopping.abort();
  }
}
