import { AWS_ACCOUNT, HOME, ids, orders, RECOVERY_POINT, VAULT } from './samples.ts';
import type { EventDocs } from './types.ts';

/** The catalog of restore points beside what lies in the vaults. */
export const catalogDocs = {
  'dev.tablekeep.vault.scanned.v1': {
    audience: 'INTERNAL',
    sentBy: ['executor'],
    summary: 'A part of what a look at a vault saw of the recovery points of DynamoDB tables there.',
    more: 'Internal, for it is large and comes in parts. What the catalog takes from it is told by dev.tablekeep.restore-point.catalogued.v1 and dev.tablekeep.catalog.drifted.v1.',
    subject: 'the scan’s id',
    fields: {
      scanId: 'Of the look at the vault.',
      startedAt: 'Of the look: what came later need not be in it.',
      awsAheadMs: 'By how much AWS’s clock was ahead of the executor’s, in milliseconds; null: AWS did not say.',
      complete: 'True: all of the vault’s points, so that one which is not among them was not there.',
      points: 'As AWS shows them.',
      'points[].tags': 'Null: they were not read.',
    },
    examples: [
      {
        name: 'a vault with one point, whose tags need not be read again',
        subject: ids.vaultScan,
        data: {
          scanId: ids.vaultScan,
          sessionId: ids.import,
          taskId: ids.importTask,
          accountId: ids.account,
          awsAccountId: AWS_ACCOUNT,
          region: HOME,
          vaultName: VAULT,
          startedAt: '2026-11-27T05:12:00.800Z',
          awsAheadMs: -41,
          complete: true,
          chunk: 1,
          chunks: 1,
          points: [
            {
              recoveryPointArn: RECOVERY_POINT,
              status: 'COMPLETED',
              tableArn: orders.arn,
              createdAt: '2026-11-27T02:03:10.000Z',
              completedAt: '2026-11-27T02:11:52.000Z',
              sizeBytes: 734_003_200,
              storageClass: null,
              deleteAt: null,
              movesToColdAt: null,
              encryptionKeyArn: null,
              sourceVaultArn: null,
              tags: null,
            },
          ],
        },
      },
    ],
  },
  'dev.tablekeep.catalog.reconcile.due.v1': {
    audience: 'INTERNAL',
    sentBy: ['retention'],
    summary: 'It is time to compare an account’s catalog with its vaults: the session of this id shall do it.',
    subject: 'the account’s id',
    fields: { slot: 'The start of the period that this is the one reconciliation of.', request: 'What to look at.' },
    examples: [
      {
        name: 'the daily reconciliation',
        subject: ids.account,
        data: {
          accountId: ids.account,
          sessionId: ids.import,
          slot: '2026-11-27T05:12:00.000Z',
          request: {
            type: 'IMPORT',
            accountId: ids.account,
            regions: [HOME],
            vaults: [{ region: HOME, vaultName: VAULT }],
            awsAccountId: AWS_ACCOUNT,
            readSealedAgain: false,
          },
        },
      },
    ],
  },
  'dev.tablekeep.catalog.drifted.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'Where the catalog and the vaults of an account differ has changed, for better or worse.',
    more: 'The API’s catalog drift names the points.',
    subject: 'the account’s id',
    fields: {
      at: 'When the comparison was made.',
      counts: 'Points by kind; a kind that is not named has none. Empty: they agree.',
      'counts[].kind':
        'MISSING: not in its vault. FOUND: in a vault and lately new to the catalog. EXPIRED: AWS could not delete it when its time was over. STUCK_DELETING: AWS has been deleting it for more than a day. UNUSABLE: it cannot be restored. SIZE_DIFFERS: AWS names another size. ORPHANED: a copy whose source is gone, or was never found.',
      'counts[].points': 'How many.',
    },
    examples: [
      {
        name: 'two points are missing from their vaults',
        subject: ids.account,
        data: { accountId: ids.account, at: '2026-11-27T05:14:36.117Z', counts: [{ kind: 'MISSING', points: 2 }] },
      },
      {
        name: 'catalog and vaults agree again',
        subject: ids.account,
        data: { accountId: ids.account, at: '2026-11-28T05:14:21.904Z', counts: [] },
      },
    ],
  },
  'dev.tablekeep.catalog.unreviewed.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary:
      'An import has found points that the catalog had lost: retention deletes none of them until a person acknowledges.',
    more: 'The holds, ends and freezes that people had set were lost with the catalog. The API lists the points (awaitsReview).',
    subject: 'the account’s id',
    fields: {
      sessionId: 'Of the import.',
      points: 'How many of the account’s points wait, those of earlier imports too.',
      at: 'When the import had taken them in.',
    },
    examples: [
      {
        name: 'a fresh installation has found what the lost one had made',
        subject: ids.account,
        data: { accountId: ids.account, sessionId: ids.import, points: 10_000, at: '2026-11-27T05:41:02.118Z' },
      },
    ],
  },
  'dev.tablekeep.catalog.reviewed.v1': {
    audience: 'PUBLIC',
    sentBy: ['retention'],
    summary: 'A person has acknowledged an import: the points that it found may expire.',
    subject: 'the account’s id',
    fields: {
      points: 'How many had waited.',
      by: 'Name of the token or person that acknowledged; null: it has none.',
      reason: 'What that person gave as a reason; null: nothing.',
      at: 'When.',
    },
    examples: [
      {
        name: 'holds are placed again',
        subject: ids.account,
        data: {
          accountId: ids.account,
          points: 10_000,
          by: 'operations',
          reason: 'The holds of case 17 are back.',
          at: '2026-11-27T09:20:44.002Z',
        },
      },
    ],
  },
} as const satisfies EventDocs;
