import { z } from 'zod';
import { audienceOf } from './event-docs/index.ts';
import { environment, serviceNames } from './events.ts';

/** Which events a subscriber wants. Within a list one is enough; every list that is not empty must be met. */
export const eventFilter = z.object({
  types: z.array(z.string()),
  /** Beginnings of types: `dev.tablekeep.session.`. */
  prefixes: z.array(z.string()),
  policyIds: z.array(z.string()),
  accountIds: z.array(z.string()),
  sessionIds: z.array(z.string()),
  tableArns: z.array(z.string()),
});
export type EventFilter = z.infer<typeof eventFilter>;

/** Who reads: what is for admins alone is kept from the others. */
export const eventReader = z.object({ role: z.enum(['ADMIN', 'READ_ONLY']), filter: eventFilter });
export type EventReader = z.infer<typeof eventReader>;

/** An event as the log keeps it, of whichever release: its data is what it was. */
export const loggedEvent = z.object({
  id: z.string(),
  type: z.string(),
  source: z.enum(serviceNames),
  subject: z.string(),
  time: z.string(),
  correlationid: z.string(),
  environment,
  data: z.unknown(),
});
export type LoggedEvent = z.infer<typeof loggedEvent>;

/**
 * An event in the JSON format of CloudEvents 1.0, as the live stream and webhooks carry it. `contract/envelope.ts` describes it
 * for programs.
 */
export function cloudEventOf({ id, type, source, subject, time, correlationid, environment, data }: LoggedEvent) {
  return {
    specversion: '1.0',
    id,
    type,
    source,
    subject,
    time,
    datacontenttype: 'application/json',
    correlationid,
    environment,
    data,
  };
}

/** The stream's word that events are missing at this place. */
export const gap = z.object({
  /** PRUNED: they are older than the log keeps. UNKNOWN_POSITION: the log is not the one that gave the id. */
  reason: z
    .enum(['PRUNED', 'UNKNOWN_POSITION'])
    .describe(
      'PRUNED: older than the log keeps. UNKNOWN_POSITION: the log is not the one that gave the id, as after a restore of its database.',
    ),
  lastEventId: z.string().nullable().describe('What the client has asked to go on after; null: it named a time.'),
  since: z.string().nullable().describe('The time that the client has named; null: it named an id.'),
  completeFrom: z.string().nullable().describe('From this time on nothing is missing; null: from now on.'),
});
export type Gap = z.infer<typeof gap>;

/** A place in one log: `log` tells it from another that counts again from 1. */
export type LogPosition = Readonly<{ log: string; position: number }>;

const POSITION = /^([a-z0-9]{8})-(\d{1,15})$/u;

/** The id of a server-sent event; clients take it for opaque. */
export function streamIdOf({ log, position }: LogPosition): string {
  return `${log}-${position}`;
}

/** Null where the text is no id of ours. */
export function parseStreamId(text: string): LogPosition | null {
  const match = POSITION.exec(text);
  return match ? { log: match[1] ?? '', position: Number(match[2]) } : null;
}

/** Whether the reader may see the event and wants it. */
export function isFor(reader: EventReader, event: LoggedEvent): boolean {
  return maySee(reader.role, event.type) && wants(reader.filter, event);
}

export function maySee(role: EventReader['role'], type: string): boolean {
  const audience = audienceOf(type);
  return audience === 'PUBLIC' || (audience === 'ADMIN' && role === 'ADMIN');
}

const ID_LISTS = [
  ['policyIds', 'policyId'],
  ['accountIds', 'accountId'],
  ['sessionIds', 'sessionId'],
  ['tableArns', 'tableArn'],
] as const;

function wants(filter: EventFilter, event: LoggedEvent): boolean {
  const { types, prefixes } = filter;
  const byType =
    (types.length === 0 && prefixes.length === 0) ||
    types.includes(event.type) ||
    prefixes.some((prefix) => event.type.startsWith(prefix));
  if (!byType) return false;
  const asked = ID_LISTS.filter(([list]) => filter[list].length > 0);
  if (asked.length === 0) return true;
  const named = namedIn(event.data);
  return asked.every(([list, name]) => filter[list].some((id) => named[name].has(id)));
}

const TABLE_ARN = /^arn:[^:]+:dynamodb:[^:]*:\d{12}:table\//u;
type Named = Record<(typeof ID_LISTS)[number][1], Set<string>>;

const known = new WeakMap<object, Named>();

/** Every policy, account, session and table that the data names, wherever it names them. Looked for once: many may ask. */
export function namedIn(data: unknown): Named {
  if (typeof data !== 'object' || data === null) return lookFor(data);
  const named = known.get(data) ?? lookFor(data);
  known.set(data, named);
  return named;
}

function lookFor(data: unknown): Named {
  const named: Named = { policyId: new Set(), accountId: new Set(), sessionId: new Set(), tableArn: new Set() };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') walk(inner);
      else if (name in named) named[name as keyof Named].add(inner);
      else if (name === 'arn' && TABLE_ARN.test(inner)) named.tableArn.add(inner);
    }
  };
  walk(data);
  return named;
}
