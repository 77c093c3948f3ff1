import { HOME, ids, orders, RECOVERY_POINT, VAULT, verified } from './samples.ts';
import type { EventDocs } from './types.ts';
import { verificationFields } from './verification.ts';

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
    fields: {
      ...fields,
      sizeBytes: 'As AWS tells it.',
      foreign:
        'True: something else than Tablekeep made it; it can be restored, and counts for no policy. Absent: false.',
    },
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
    fields: {
      ...fields,
      deletedAt: 'When it was seen to be gone.',
      because: 'For people: why it is gone, where Tablekeep did not delete it; absent where it did.',
    },
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
      {
        name: 'somebody else has deleted a backup',
        subject: ids.restorePoint,
        data: {
          ...point,
          sessionId: null,
          taskId: null,
          deletedAt: '2026-12-03T06:40:02.091Z',
          because: 'It is not in its vault any more, and Tablekeep did not delete it.',
          ofTable: { revision: 48, points: 35, newestAt: '2026-12-03T02:03:02.000Z' },
        },
      },
    ],
  },
  'dev.tablekeep.restore-point.verified.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'A restore of the point was tried into a temporary table, and the catalog has noted how it went.',
    more: 'A point that could not be tried, for want of a permission or of room, is not told of: of it nothing is known.',
    subject: 'the restore point’s id',
    fields: verificationFields(''),
    examples: [
      {
        name: 'a point that comes back as it was',
        subject: ids.restorePoint,
        data: {
          ...verified,
          sessionId: ids.verification,
          taskId: ids.verifyTask,
          accountId: ids.account,
          policyId: ids.policy,
        },
      },
      {
        name: 'a point that does not come back',
        subject: ids.restorePoint,
        data: {
          ...verified,
          outcome: 'FAILED',
          restoreSeconds: null,
          itemCount: null,
          countedExactly: false,
          sizeBytes: null,
          problems: ['AWS could not restore it: the KMS key of the vault is disabled.'],
          sessionId: ids.verification,
          taskId: ids.verifyTask,
          accountId: ids.account,
          policyId: ids.policy,
        },
      },
    ],
  },
} as const satisfies EventDocs;
