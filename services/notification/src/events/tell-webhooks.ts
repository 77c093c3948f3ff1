import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { Handlers } from '@tablekeep/platform/inbox';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { eventBody, isWanted, policyOfEvent, severityOfEvent, webhookEvents } from '../domain/webhook.ts';
import { channelsThatHear } from '../store/channels.ts';
import { queueForChannel } from '../store/deliveries.ts';

type AnyHandler = (tx: Tx, event: EventEnvelope) => Promise<void>;

/**
 * Handlers that also queue each event for the webhooks that want it. A second delivery is harmless: a webhook has one
 * delivery of an event.
 */
export function withWebhooks(deps: Readonly<{ db: Database; clock: Clock }>, own: Handlers): Handlers {
  const both = webhookEvents.map((type): [string, AnyHandler] => [
    type,
    async (tx, event) => {
      await (own[type] as AnyHandler | undefined)?.(tx, event);
      await tellWebhooks(deps, tx, event);
    },
  ]);
  return { ...own, ...(Object.fromEntries(both) as Handlers) };
}

async function tellWebhooks(
  { db, clock }: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  event: EventEnvelope,
): Promise<void> {
  const about = { severity: severityOfEvent(event), policyId: policyOfEvent(event) };
  const channels = await channelsThatHear(tx, ['WEBHOOK'], about);
  const wanting = channels.filter(({ eventTypes }) => isWanted(event.type, eventTypes));
  if (wanting.length === 0) return;
  const body = eventBody(event);
  const of = { ...about, about: `event ${event.id}`, eventId: event.id };
  for (const channel of wanting) {
    const content = { subject: event.type, channelName: channel.name, body };
    await queueForChannel(db, tx, of, channel, content, { now: clock.now() });
  }
}
