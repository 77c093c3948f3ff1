import type { Clock } from '../clock.ts';
import { Collection } from './collection.ts';
import type { Documents } from './documents.ts';

/** Something that will happen at a time of the emulator's clock: "this job completes", "this table becomes ACTIVE". */
export interface Appointment {
  readonly id: string;
  readonly at: number;
  readonly what: string;
  readonly scope: string;
  readonly subject: string;
}

/**
 * A handler first awaits what it must, then changes state in one go, and looks at the subject's state before doing so:
 * a process killed half way runs it again at the next start.
 */
export type Handler = (appointment: Appointment) => void | Promise<void>;

/** Keeps appointments in order of time, durable, and carries out those that are due before a request looks at the state. */
export class Agenda {
  readonly #clock: Clock;
  readonly #kept: Collection<Appointment>;
  readonly #handlers = new Map<string, Handler>();
  #queue: Appointment[];
  #running: Promise<void> | null = null;

  constructor(documents: Documents, clock: Clock) {
    this.#clock = clock;
    this.#kept = new Collection<Appointment>(documents, 'appointment');
    this.#queue = this.#kept.list('').sort((a, b) => a.at - b.at);
  }

  on(what: string, handler: Handler): void {
    this.#handlers.set(what, handler);
  }

  /** One appointment per (what, scope, subject): a later call moves it. */
  schedule(at: number, what: string, scope: string, subject: string): void {
    this.cancel(what, scope, subject);
    const appointment: Appointment = { id: JSON.stringify([what, scope, subject]), at, what, scope, subject };
    this.#kept.put('', appointment.id, appointment);
    const after = this.#queue.findLastIndex((other) => other.at <= at);
    this.#queue.splice(after + 1, 0, appointment);
  }

  cancel(what: string, scope: string, subject: string): void {
    const id = JSON.stringify([what, scope, subject]);
    if (this.#kept.get('', id) === null) return;
    this.#kept.delete('', id);
    this.#queue = this.#queue.filter((appointment) => appointment.id !== id);
  }

  get size(): number {
    return this.#queue.length;
  }

  #due(): Appointment | null {
    const first = this.#queue[0];
    return first !== undefined && first.at <= this.#clock.now() ? first : null;
  }

  /** Resolves once nothing is due. Calls during a run wait for that run. */
  async catchUp(): Promise<void> {
    if (this.#running === null && this.#due() === null) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#due(); next !== null; next = this.#due()) {
      const handler = this.#handlers.get(next.what);
      if (handler === undefined) throw new Error(`No handler for the appointment ${next.what}`);
      await handler(next);
      // A handler may have moved its own appointment; then it is no longer this object.
      if (this.#kept.get('', next.id) === next) this.#kept.delete('', next.id);
      this.#queue = this.#queue.filter((appointment) => appointment !== next);
    }
  }
}
