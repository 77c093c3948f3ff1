import type { Clock } from '@tablekeep/platform/clock';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import type { Logger } from '@tablekeep/platform/logging';
import { callInternal, type Answer } from '@tablekeep/platform/rpc';
import type { InternalCall, InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { RecentEvents, type Recent } from '../domain/recent-events.ts';
import { frameOf } from '../domain/server-sent-event.ts';

export type LogAccess = Readonly<{ peer: () => string; identity: InternalIdentity; clock: Clock; log: Logger }>;

const RECENT = { events: 2_000, bytes: 8 * 1_048_576 };
const READ_BYTES = 512 * 1_024;
const WAIT_MS = 20_000;
/** More than the wait: a peer that is silent for longer is taken for gone. */
const ANSWER_MS = 25_000;
const BACKOFF_MS = { first: 100, longest: 5_000 };

/** Asks the notification service, which keeps the log. */
export function askLog<C extends InternalCall>(
  { peer, identity }: LogAccess,
  call: C,
  input: InternalInput<C>,
  more: Readonly<{ timeoutMs?: number; signal?: AbortSignal }> = {},
): Promise<Answer<InternalOutput<C>>> {
  return callInternal({ peer, identity, service: 'gateway', call, input, ...more });
}

/**
 * Follows the end of the event log, once for the whole process, from the first client on. `onNews` is called when there is
 * more, `onReset` when the log is another than before, so that no position means anything any more.
 */
export class Tail {
  readonly recent = new RecentEvents(RECENT.events, RECENT.bytes);
  readonly #access: LogAccess;
  readonly #onNews: () => void;
  readonly #onReset: () => void;
  readonly #stopping = new AbortController();
  #log: string | null = null;
  #running: Promise<void> | undefined;
  #isConnected = false;
  #waiting = new Set<() => void>();

  constructor(access: LogAccess, on: Readonly<{ news: () => void; reset: () => void }>) {
    this.#access = access;
    this.#onNews = on.news;
    this.#onReset = on.reset;
  }

  /** The log's name; null before it was reached. */
  get log(): string | null {
    return this.#log;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** True once the end of the log is known; false where it was not within the time. */
  async untilKnown(ms: number): Promise<boolean> {
    this.#running ??= this.#run();
    if (this.#log !== null) return true;
    const known = new AbortController();
    const wake = () => known.abort();
    this.#waiting.add(wake);
    await this.#access.clock.sleep(ms, AbortSignal.any([known.signal, this.#stopping.signal]));
    this.#waiting.delete(wake);
    return this.#log !== null;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#access;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const failure = this.#log === null ? await this.#begin() : await this.#follow(this.#log);
      if (failure === null || signal.aborted) {
        failures = 0;
        this.#isConnected = true;
        continue;
      }
      this.#isConnected = false;
      if (failures === 0) log.warn({ because: failure }, 'the event log cannot be followed, will try again');
      await clock.sleep(Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** failures++), signal);
    }
  }

  async #begin(): Promise<string | null> {
    const { signal } = this.#stopping;
    const answer = await askLog(this.#access, 'openEventLog', { lastEventId: null, since: null }, { signal });
    if (answer.state === 'unknown') return answer.because;
    this.recent.reset(answer.value.position);
    this.#log = answer.value.log;
    for (const wake of this.#waiting) wake();
    return null;
  }

  async #follow(log: string): Promise<string | null> {
    const after = this.recent.to;
    const input = { after, reader: null, maxBytes: READ_BYTES, waitMs: WAIT_MS };
    const { signal } = this.#stopping;
    const answer = await askLog(this.#access, 'readEventLog', input, { timeoutMs: ANSWER_MS, signal });
    if (answer.state === 'unknown') return answer.because;
    const { events, reached, newest } = answer.value;
    if (answer.value.log !== log || newest < after) {
      this.#log = null;
      this.#onReset();
      return null;
    }
    const entries = events.map(({ position, event }): Recent => {
      return { position, event, frame: Buffer.from(frameOf({ log, position }, event)) };
    });
    this.recent.add(entries, reached);
    if (reached > after) this.#onNews();
    return null;
  }
}
