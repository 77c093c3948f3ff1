import { HOME, ids, orders, RECOVERY_POINT, VAULT } from './samples.ts';
import type { EventDocs } from './types.ts';

const point = {
  restorePointId: ids.restorePoint,
  sessionId: ids.session,
  taskId: ids.backupTask,
  kind: 'BACKUP',
  accountId: ids.account,
  tableArn: orders.arn,
  tableId: orders.tableId,
  policyId: ids.policy,
  region: HOME,
  vaultName: VAULT,
  recoveryPointArn: RECOVERY_POINT,
  createdAt: '2026-11-27T02:03:10.000Z',
} as const;

const fields = {
  kind: 'BACKUP and COPY come from a policy’s run, MANUAL from a person.',
  tableId: 'AWS’s id of the table: a table that was deleted and made again under its name has another.',
  policyId: 'Null: the point belongs to no policy.',
  createdAt: 'The state of the table that the point holds.',
  ofTable: 'What the catalog has of the table after this event.',
  'ofTable.revision': 'Counted up for each table: whoever keeps the highest is right in whatever order events come.',
  'ofTable.points': 'Copies and manual points included.',
  'ofTable.newestAt': 'Of the newest state that can be restored; null where there is none.',
};

export const restorePointDocs = {
  'dev.tablekeep.restore-point.catalogued.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'A restore point is in the catalog and can be restored.',
    subject: 'the restore point’s id',
    fields: { ...fields, sizeBytes: 'As AWS tells it.' },
    examples: [
      {
        name: 'a nightly backup',
        subject: ids.restorePoint,
        data: {
          ...point,
          sizeBytes: 734_003_200,
          ofTable: { revision: 41, points: 36, newestAt: '2026-11-27T02:03:10.000Z' },
        },
      },
    ],
  },
  'dev.tablekeep.restore-point.deleted.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'A restore point is gone from its vault, as AWS shows it.',
    subject: 'the restore point’s id',
    fields: { ...fields, deletedAt: 'When it was seen to be gone.' },
    examples: [
      {
        name: 'a backup that has expired',
        subject: ids.restorePoint,
        data: {
          ...point,
          deletedAt: '2027-01-01T03:00:12.550Z',
          ofTable: { revision: 77, points: 35, newestAt: '2026-12-31T02:02:58.000Z' },
        },
      },
    ],
  },
} as const satisfies EventDocs;
