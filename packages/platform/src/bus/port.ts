import type { EventEnvelope, Topic } from '@tablekeep/schema/events';

/** Somebody who wants events. `handle` resolves once the batch is committed or dead-lettered, and not before. */
export type Consumer = Readonly<{
  name: string;
  topics: readonly Topic[];
  handle(batch: readonly EventEnvelope[]): Promise<void>;
}>;

export type Published = Readonly<{ topic: string; event: EventEnvelope }>;

/** How many messages of a partition a consumer has not committed yet. */
export type Lag = Readonly<{ consumer: string; topic: string; partition: number; lag: number }>;

/** Where events travel. Order is kept per subject; delivery is at least once. */
export interface EventBus {
  readonly kind: 'in-process' | 'kafka';
  subscribe(consumer: Consumer): Promise<{ stop(): Promise<void> }>;
  /** Those subscribed in this process. */
  consumers(): readonly Consumer[];
  /** Resolves once the events are safe with the receiver. */
  publish(events: readonly Published[]): Promise<void>;
  /** Of every consumer in this process; none where the bus keeps nothing itself. */
  lag(): Promise<readonly Lag[]>;
  check(): Promise<void>;
  close(): Promise<void>;
}
