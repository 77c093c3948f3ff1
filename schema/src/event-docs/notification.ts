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
      channel: 'How it was sent: smtp …',
      recipient: 'Whom it was for.',
      eventId: 'Of the event that it told of.',
      outcome: 'FAILED: given up.',
      reason: 'What the server said; null where it took the message.',
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
} as const satisfies EventDocs;
