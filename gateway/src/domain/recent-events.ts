import type { LoggedEvent } from '@tablekeep/schema/event-stream';

export type Recent = Readonly<{ position: number; event: LoggedEvent; frame: Buffer }>;

/**
 * The end of the event log: all that came after one position up to another, within a number of events and bytes. All
 * clients at the tip are served from it, each event kept once for all of them.
 */
export class RecentEvents {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #entries: Recent[] = [];
  #bytes = 0;
  #from = 0;
  #to = 0;

  constructor(maxEvents: number, maxBytes: number) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  get to(): number {
    return this.#to;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Begins anew, with nothing, at a position. */
  reset(position: number): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#from = position;
    this.#to = position;
  }

  /** What came next, in order; all up to `reached` is known now. */
  add(entries: readonly Recent[], reached: number): void {
    this.#entries.push(...entries);
    for (const { frame } of entries) this.#bytes += frame.length;
    this.#to = reached;
    let count = 0;
    while (this.#entries.length - count > this.#maxEvents || this.#bytes > this.#maxBytes) {
      const dropped = this.#entries[count++];
      if (!dropped) break;
      this.#bytes -= dropped.frame.length;
      this.#from = dropped.position;
    }
    if (count > 0) this.#entries.splice(0, count);
  }

  /** Null where more is missing after the position than is here. */
  after(position: number): readonly Recent[] | null {
    if (position < this.#from) return null;
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.position ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low === this.#entries.length ? NOTHING : this.#entries.slice(low);
  }
}

const NOTHING: readonly Recent[] = [];
