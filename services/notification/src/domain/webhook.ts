import { audienceOf } from '@tablekeep/schema/event-docs';
import { cloudEventOf } from '@tablekeep/schema/event-stream';
import { eventSchemas, type EventEnvelope, type EventType } from '@tablekeep/schema/events';
import { createHmac } from 'node:crypto';
import { severityOf, type NotifyOn } from './message.ts';

/** Each delivery has an outcome, which would cause another. */
const WITHHELD: readonly EventType[] = ['dev.tablekeep.notification.delivered.v1'];

/** What a webhook may get: every event that is not for the services alone. Only admins make webhooks. */
export const webhookEvents = (Object.keys(eventSchemas) as EventType[]).filter(
  (type) => audienceOf(type) !== 'INTERNAL' && !WITHHELD.includes(type),
);

/** What a webhook gets that names no types: what people would be told of. */
const TOLD: readonly EventType[] = [
  'dev.tablekeep.session.finished.v1',
  'dev.tablekeep.alert.raised.v1',
  'dev.tablekeep.alert.cleared.v1',
  'dev.tablekeep.retention.refused.v1',
  'dev.tablekeep.chain.frozen.v1',
  'dev.tablekeep.chain.released.v1',
  'dev.tablekeep.notification.channel.disabled.v1',
];

export function isWanted(type: EventType, eventTypes: readonly string[] | null): boolean {
  return webhookEvents.includes(type) && (eventTypes ?? TOLD).includes(type);
}

/** How serious an event is; null: it is neither good nor bad news. */
export function severityOfEvent(event: EventEnvelope): NotifyOn | null {
  switch (event.type) {
    case 'dev.tablekeep.session.finished.v1':
      return severityOf(event.data.status);
    case 'dev.tablekeep.alert.raised.v1':
    // Who filters by severity and heard that it began hears that it is over.
    case 'dev.tablekeep.alert.cleared.v1':
      return event.data.severity;
    case 'dev.tablekeep.policy.unplannable.v1':
    case 'dev.tablekeep.policy.slot.untaken.v1':
    case 'dev.tablekeep.task.failed.v1':
    case 'dev.tablekeep.chain.frozen.v1':
      return 'ERROR';
    case 'dev.tablekeep.chain.released.v1':
      return 'SUCCESS';
    case 'dev.tablekeep.tables.unprotected.v1':
    case 'dev.tablekeep.policy.slots.missed.v1':
    case 'dev.tablekeep.retention.refused.v1':
    case 'dev.tablekeep.notification.channel.disabled.v1':
      return 'WARNING';
    default:
      return null;
  }
}

/** The policy that the event names; null: it names none. */
export function policyOfEvent({ data }: EventEnvelope): string | null {
  return 'policyId' in data ? data.policyId : null;
}

/** Larger bodies are refused by many receivers, and a row of ours should not be larger. */
export const MOST_BODY_BYTES = 256 * 1024;

/**
 * The event in CloudEvents' structured JSON (1.0). One that is too large comes without its data and says so: its id and type
 * tell what to ask the API for.
 */
export function eventBody(event: EventEnvelope): string {
  const { data, ...attributes } = cloudEventOf(event);
  const whole = JSON.stringify({ ...attributes, data });
  return Buffer.byteLength(whole) <= MOST_BODY_BYTES ? whole : JSON.stringify({ ...attributes, dataomitted: true });
}

const PREFIX = 'whsec_';

/** Random bytes as a secret that Standard Webhooks libraries take. */
export function secretText(bytes: Uint8Array): string {
  return `${PREFIX}${Buffer.from(bytes).toString('base64')}`;
}

/**
 * The headers of the Standard Webhooks specification. Signed by every secret that stands, so that a receiver that knows any
 * of them is content; newest first.
 * @param secrets as `secretText` gives them
 */
export function signedHeaders(
  message: Readonly<{ id: string; at: Date; body: string }>,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(message.at.getTime() / 1000).toString();
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** The secrets that sign now: the current one, and former ones until their overlap ends. */
export function standing<S extends Readonly<{ createdAt: string; expiresAt: string | null }>>(
  secrets: readonly S[],
  now: Date,
): S[] {
  return secrets
    .filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > now.getTime())
    .toSorted(
      (a, b) => Number(a.expiresAt !== null) - Number(b.expiresAt !== null) || b.createdAt.localeCompare(a.createdAt),
    );
}
