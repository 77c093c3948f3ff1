import { ids } from './samples.ts';
import type { EventDocs } from './types.ts';

export const notificationDocs = {
  'dev.tablekeep.notification.delivered.v1': {
    audience: 'PUBLIC',
    sentBy: ['notification'],
    summary: 'A message was delivered, or given up after the last try.',
    subject: 'the delivery’s id',
    fields: {
      deliveryId: 'As the API’s deliveries have it.',
      channel: 'How it was sent: smtp, webhook, slack, sns …',
      recipient: 'Whom it was for.',
      eventId: 'Of the event that it told of.',
      outcome: 'FAILED: given up.',
      reason: 'What the server said; null where it took the message.',
      channelId: 'Of the channel it was sent through; absent: it was a mail.',
    },
    examples: [
      {
        name: 'a mail server has taken a mail',
        subject: ids.delivery,
        data: {
          deliveryId: ids.delivery,
          channel: 'smtp',
          recipient: 'dba@example.com',
          eventId: ids.event,
          outcome: 'DELIVERED',
          reason: null,
        },
      },
    ],
  },
  'dev.tablekeep.notification.channel.disabled.v1': {
    audience: 'PUBLIC',
    sentBy: ['notification'],
    summary: 'Tablekeep has disabled a channel by itself, as its receiver said that it is gone for good.',
    more: 'Messages that waited for it are canceled. It sends again once somebody enables it.',
    subject: 'the channel’s id',
    fields: {
      channelId: 'As the API’s channels have it.',
      channelName: 'As it was called then.',
      kind: 'Of the channel: WEBHOOK, SLACK, SNS …',
      because: 'For people: what the receiver said.',
    },
    examples: [
      {
        name: 'a webhook answers 410',
        subject: ids.channel,
        data: { channelId: ids.channel, channelName: 'Ticket board', kind: 'WEBHOOK', because: 'answered 410 Gone' },
      },
    ],
  },
} as const satisfies EventDocs;
