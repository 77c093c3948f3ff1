import type { z } from 'zod';
import type { eventSchemas, EventType, ServiceName } from '../events.ts';

/**
 * Who may see an event in the live stream. PUBLIC: whoever has a token. ADMIN: tokens of that role. INTERNAL: nobody; it is
 * how the services talk among themselves, and may be replaced by another type in any release. On Kafka the topic's own
 * access rules decide.
 */
export type Audience = 'PUBLIC' | 'ADMIN' | 'INTERNAL';

export type EventExample<T extends EventType> = Readonly<{
  /** What has happened, in a few words. */
  name: string;
  subject: string;
  data: z.input<(typeof eventSchemas)[T]>;
}>;

/** What subscribers are told of one event type, beside the schema of its data. */
export type EventDoc<T extends EventType> = Readonly<{
  audience: Audience;
  /** Who sends it: with the type this gives its topics. */
  sentBy: readonly [ServiceName, ...ServiceName[]];
  /** When it is sent and what it means, in one sentence. */
  summary: string;
  /** What else a subscriber must know. */
  more?: string;
  /** What the event's `subject`, the key of its Kafka message, is. */
  subject: string;
  /** By the path from `data` down; `[]` steps into a list: `problems[].reason`. */
  fields: Readonly<Record<string, string>>;
  examples: readonly [EventExample<T>, ...EventExample<T>[]];
}>;

export type EventDocs = { readonly [T in EventType]?: EventDoc<T> };
