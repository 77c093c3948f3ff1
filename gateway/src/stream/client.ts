import { isFor, streamIdOf, type EventReader, type Gap } from '@tablekeep/schema/event-stream';
import type { ServerResponse } from 'node:http';
import { farewellFrame, frameOf, gapFrame, heartbeatFrame, welcomeFrame } from '../domain/server-sent-event.ts';
import type { LogReads } from './log-reads.ts';
import type { Tail } from './tail.ts';

/** Of one answer of the log, which is dropped where the client does not take all of it. */
const PAGE_BYTES = 64 * 1_024;

export type ClientParts = Readonly<{
  response: ServerResponse;
  reader: EventReader;
  tokenId: string;
  log: string;
  position: number;
  gap: Gap | null;
  tail: Tail;
  reads: LogReads;
}>;

/**
 * One client of the stream. It has no queue: it has a position, and writes what comes after it for as long as the socket
 * takes it. A client that does not read is left where it is, and reads the log from there once it does.
 */
export class StreamClient {
  readonly #o: ClientParts;
  #position: number;
  #blockedSinceMs: number | null = null;
  #isReading = false;
  #isOver = false;
  #hasWritten = true;

  constructor(o: ClientParts) {
    this.#o = o;
    this.#position = o.position;
    o.response.on('drain', () => {
      this.#blockedSinceMs = null;
      this.pump();
    });
  }

  get tokenId(): string {
    return this.#o.tokenId;
  }

  /** What waits in this process for the client to read. */
  get bufferedBytes(): number {
    return this.#o.response.writableLength;
  }

  begin(retryMs: number): void {
    const { log, gap } = this.#o;
    this.#write(welcomeFrame(this.#at(), retryMs));
    if (gap !== null) this.#write(gapFrame({ log, position: this.#position }, gap));
    this.pump();
  }

  /** Writes what there is until the socket is full or the end of the log is reached. */
  pump(): void {
    if (this.#isReading) return;
    while (this.#isOpen()) {
      const next = this.#o.tail.recent.after(this.#position);
      if (next === null) return void this.#catchUp();
      if (next.length === 0) {
        this.#position = Math.max(this.#position, this.#o.tail.recent.to);
        return;
      }
      for (const { position, event, frame } of next) {
        this.#position = position;
        if (isFor(this.#o.reader, event) && !this.#write(frame)) return;
      }
    }
  }

  /** Ends one that has not read for so long; shows the others, where nothing else did, that the connection lives. */
  beat(nowMs: number, slowMs: number): void {
    if (this.#isOver) return;
    if (this.#blockedSinceMs === null) {
      if (!this.#hasWritten && this.#isOpen()) this.#write(heartbeatFrame(this.#at()));
      this.#hasWritten = false;
      return;
    }
    if (nowMs - this.#blockedSinceMs > slowMs) this.cut();
  }

  /** Asks the client to come again, here or elsewhere. */
  end(because: string, retryMs: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Nobody waits for one that does not read.
    if (this.#blockedSinceMs === null) this.#o.response.end(farewellFrame(because, retryMs));
    else this.#o.response.destroy();
  }

  cut(): void {
    this.#isOver = true;
    this.#o.response.destroy();
  }

  #isOpen(): boolean {
    return !this.#isOver && this.#blockedSinceMs === null && !this.#o.response.destroyed;
  }

  #at() {
    return { log: this.#o.log, position: this.#position };
  }

  #write(frame: string | Buffer): boolean {
    this.#hasWritten = true;
    if (this.#o.response.write(frame)) return true;
    this.#blockedSinceMs = performance.now();
    return false;
  }

  async #catchUp(): Promise<void> {
    const { log, reader, reads } = this.#o;
    this.#isReading = true;
    const page = await reads.after(this.#position, reader, PAGE_BYTES, () => this.#isOver);
    this.#isReading = false;
    if (this.#isOver) return;
    if (page === null) return this.end('the event log cannot be read now', 5_000);
    if (page.log !== log || page.newest < this.#position) return this.end('the event log is another', 1_000);
    if (page.prunedTo > this.#position) {
      const lastEventId = streamIdOf(this.#at());
      this.#position = page.prunedTo;
      const { completeFrom } = page;
      this.#write(gapFrame(this.#at(), { reason: 'PRUNED', lastEventId, since: null, completeFrom }));
    }
    for (const { position, event } of page.events) {
      if (!this.#isOpen()) return;
      this.#position = position;
      this.#write(frameOf({ log, position }, event));
    }
    if (!this.#isOpen()) return;
    this.#position = Math.max(this.#position, page.reached);
    this.pump();
  }
}
