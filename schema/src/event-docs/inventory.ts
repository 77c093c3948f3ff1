import { AWS_ACCOUNT, HOME, ids, ordersSettings } from './samples.ts';
import type { EventDocs } from './types.ts';

export const inventoryDocs = {
  'dev.tablekeep.inventory.scanned.v1': {
    audience: 'INTERNAL',
    sentBy: ['executor'],
    summary: 'A part of what a scan of one Region found, with every setting of each table.',
    more: 'Internal, for it is large and comes in parts. Programs read the inventory through the API.',
    subject: 'the scan’s id',
    fields: {
      startedAt: 'Of the scan: what the inventory knows of a later moment is newer.',
      unreadable: 'Tables that are there and that the role may not describe.',
    },
    examples: [
      {
        name: 'a Region with one table',
        subject: ids.scan,
        data: {
          scanId: ids.scan,
          accountId: ids.account,
          awsAccountId: AWS_ACCOUNT,
          region: HOME,
          startedAt: '2026-11-27T02:00:02.118Z',
          chunk: 1,
          chunks: 1,
          tables: [ordersSettings],
        },
      },
    ],
  },
} as const satisfies EventDocs;
