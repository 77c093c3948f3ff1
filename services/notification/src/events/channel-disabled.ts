import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { channelDisabled } from '../domain/incidents.ts';
import { queueMessage } from '../queue-message.ts';

/** Tells people that nothing goes out over a channel any more. A second delivery is harmless: each hears of an event once. */
export function onChannelDisabled(
  deps: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.notification.channel.disabled.v1'>,
): Promise<void> {
  return queueMessage(deps, tx, channelDisabled(event));
}
