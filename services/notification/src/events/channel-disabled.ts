import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { queueMessage } from '../queue-message.ts';

/** Tells people that nothing goes out over a channel any more. A second delivery is harmless: each hears of an event once. */
export async function onChannelDisabled(
  deps: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.notification.channel.disabled.v1'>,
): Promise<void> {
  const { channelName, kind, because } = event.data;
  const what = `channel ${channelName}`;
  await queueMessage(deps, tx, {
    about: event.id,
    eventId: event.id,
    severity: 'WARNING',
    policyId: null,
    environment: event.environment,
    words: {
      environment: event.environment,
      result: 'DISABLED',
      what,
      policy: '',
      type: 'notification channel',
      counts: '',
      tables: kind,
      issues: '1 problem',
    },
    heading: `The ${what} is disabled: nothing is sent over it any more`,
    facts: [
      ['Channel', channelName],
      ['Kind', kind],
      ['Environment', event.environment],
    ],
    notes: [],
    problems: [
      {
        name: channelName,
        where: kind,
        status: 'DISABLED',
        cause: `Its receiver ${because}`,
        next: 'none by itself: enable it again with updateNotificationChannel once the address is right',
      },
    ],
    links: [],
  });
}
