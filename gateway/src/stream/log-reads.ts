import type { EventReader } from '@tablekeep/schema/event-stream';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { askLog, type LogAccess } from './tail.ts';

/** So many pages are in memory, and asked for, at once, whatever the number of clients that catch up. */
const AT_ONCE = 8;

/** Reads of the log for single clients, in turn. */
export class LogReads {
  readonly #access: LogAccess;
  readonly #queue: (() => void)[] = [];
  #under = 0;

  constructor(access: LogAccess) {
    this.#access = access;
  }

  /** Null where the log could not be read, or nobody wants it any more once its turn has come. */
  async after(
    after: number,
    reader: EventReader,
    maxBytes: number,
    isUnwanted: () => boolean,
  ): Promise<InternalOutput<'readEventLog'> | null> {
    while (this.#under >= AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (isUnwanted()) {
      this.#queue.shift()?.();
      return null;
    }
    this.#under++;
    try {
      const answer = await askLog(this.#access, 'readEventLog', { after, reader, maxBytes, waitMs: 0 });
      return answer.state === 'known' ? answer.value : null;
    } finally {
      this.#under--;
      this.#queue.shift()?.();
    }
  }
}
