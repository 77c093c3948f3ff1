import { createHash, randomBytes } from 'node:crypto';

/** Ids and jitter. With a seed they repeat; the counter is saved, so a restart never hands out an id twice. */
export class Randomness {
  readonly #seed: number | null;
  #counter: number;

  constructor(seed: number | null, counter: number) {
    this.#seed = seed;
    this.#counter = counter;
  }

  get counter(): number {
    return this.#counter;
  }

  bytes(length: number): Buffer {
    if (this.#seed === null) return randomBytes(length);
    this.#counter += 1;
    return createHash('sha512').update(`${this.#seed}:${this.#counter}`).digest().subarray(0, length);
  }

  hex(digits: number): string {
    return this.bytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits);
  }

  /** Letters and digits as in access keys: A–Z, 2–7. */
  upper(length: number): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    return Array.from(this.bytes(length), (byte) => letters[byte % 32]).join('');
  }

  uuid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** Evenly in [0, below). */
  below(below: number): number {
    return (this.bytes(6).readUIntBE(0, 6) / 2 ** 48) * below;
  }
}
