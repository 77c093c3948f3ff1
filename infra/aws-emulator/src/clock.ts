/** The emulator's own time: real time multiplied by a speed, never running backwards, kept across restarts. */
export interface SavedClock {
  /** Emulator time, ms since the epoch. */
  virtual: number;
  /** Real time at which `virtual` was read, ms since the epoch. */
  real: number;
  speed: number;
}

export class Clock {
  #virtualBase: number;
  #realBase: number;
  #speed: number;
  #latest: number;

  /**
   * Time goes on at the saved speed while the process is down, so a job due meanwhile is due at the start.
   * @param startAt where the clock begins if none was saved, ms since the epoch
   */
  constructor(speed: number, saved: SavedClock | null, startAt = Date.now()) {
    const real = Date.now();
    this.#virtualBase = saved === null ? startAt : saved.virtual + Math.max(0, real - saved.real) * saved.speed;
    this.#realBase = real;
    this.#speed = speed;
    this.#latest = this.#virtualBase;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Milliseconds since the epoch on the emulator's clock. */
  now(): number {
    const at = Math.floor(this.#virtualBase + Math.max(0, Date.now() - this.#realBase) * this.#speed);
    if (at > this.#latest) this.#latest = at;
    return this.#latest;
  }

  setSpeed(speed: number): void {
    if (!(speed > 0)) throw new RangeError(`The clock's speed must be above 0, not ${speed}`);
    this.#rebase(this.now());
    this.#speed = speed;
  }

  /** Jumps ahead; what falls due meanwhile happens in order at the next request or tick. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError(`The clock only moves ahead, not by ${milliseconds} ms`);
    this.#rebase(this.now() + milliseconds);
  }

  saved(): SavedClock {
    const virtual = this.now();
    return { virtual, real: Date.now(), speed: this.#speed };
  }

  #rebase(virtual: number): void {
    this.#virtualBase = virtual;
    this.#realBase = Date.now();
    this.#latest = virtual;
  }
}
