import type { EventEnvelope, Topic } from '@tablekeep/schema/events';

/** Somebody who wants events. `handle` resolves once the batch is committed or dead-lettered, and not before. */
export type Consumer = Readonly<{
  name: string;
  topics: readonly Topic[];
  handle(batch: readonly EventEnvelope[]): Promise<void>;
}>;

export type Published = Readonly<{ topic: string; event: EventEnvelope }>;

/** Where events travel. Order is kept per subject; delivery is at least once. */
export interface EventBus {
  readonly kind: 'in-process' | 'kafka';
  subscribe(consumer: Consumer): Promise<{ stop(): Promise<void> }>;
  /** Those subscribed in this process. */
  consumers(): readonly Consumer[];
  /** Resolves once the events are safe with the receiver. */
  publish(events: readonly Published[]): Promise<void>;
  check(): Promise<void>;
  close(): Promise<void>;
}
