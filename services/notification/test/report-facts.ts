import type { ReportFacts } from '../src/domain/report-parts.ts';

const GIB = 2 ** 30;
const PRODUCTION = 'Production (111122223333)';
const none = { first: [], more: 0 };

/** A day on which much went wrong. */
export const badDay: ReportFacts = {
  environment: 'EMULATED',
  timeZone: 'Europe/Berlin',
  from: new Date('2026-01-30T06:00:00.000Z'),
  until: new Date('2026-01-31T06:00:00.000Z'),
  dueAt: new Date('2026-01-31T06:00:00.000Z'),
  isLate: false,
  missed: 0,
  accounts: new Map([['a', PRODUCTION]]),
  nextRuns: new Map([['p', new Date('2026-02-01T02:00:00.000Z')]]),
  before: [
    { at: '2026-01-30T06:00:00.000Z', points: 330, bytes: 1_524 * GIB, monthlyUsd: 121.6 },
    { at: '2026-01-24T06:00:00.000Z', points: 350, bytes: 1_586 * GIB, monthlyUsd: 128.67 },
  ],
  sessions: {
    state: 'known',
    value: {
      ended: [
        { type: 'INVENTORY_SCAN', status: 'SUCCEEDED', sessions: 4 },
        { type: 'POLICY_BACKUP', status: 'FAILED', sessions: 1 },
        { type: 'POLICY_BACKUP', status: 'SUCCEEDED', sessions: 11 },
        { type: 'POLICY_BACKUP', status: 'WARNING', sessions: 1 },
        { type: 'RESTORE', status: 'FAILED', sessions: 1 },
        { type: 'RETENTION', status: 'SUCCEEDED', sessions: 1 },
      ],
      open: 1,
      troubled: {
        first: [
          {
            sessionId: 's-1',
            type: 'POLICY_BACKUP',
            status: 'FAILED',
            accountId: 'a',
            policyId: 'p',
            policyName: 'Nightly',
            finishedAt: '2026-01-31T02:05:30.000Z',
            notes: [],
            tasks: {
              first: [
                {
                  name: 'Orders',
                  region: 'eu-central-1',
                  status: 'FAILED',
                  reason: 'Access denied: backup:StartBackupJob',
                },
                {
                  name: 'Customers',
                  region: 'eu-central-1',
                  status: 'FAILED',
                  reason: 'The vault arn:aws:backup:eu-central-1:111122223333:backup-vault:Nightly does not exist',
                },
              ],
              more: 3,
            },
          },
          {
            sessionId: 's-2',
            type: 'RESTORE',
            status: 'FAILED',
            accountId: 'a',
            policyId: null,
            policyName: null,
            finishedAt: '2026-01-30T15:20:00.000Z',
            notes: ['No account is registered under this id any more.'],
            tasks: none,
          },
          {
            sessionId: 's-3',
            type: 'POLICY_BACKUP',
            status: 'WARNING',
            accountId: 'a',
            policyId: 'q',
            policyName: 'Hourly',
            finishedAt: '2026-01-30T12:01:00.000Z',
            notes: [],
            tasks: {
              first: [
                {
                  name: 'Orders',
                  region: 'eu-central-1',
                  status: 'FAILED',
                  reason: 'The copy to us-east-1 ended FAILED: the key in the target Region is disabled',
                },
              ],
              more: 0,
            },
          },
        ],
        more: 0,
      },
      retrying: {
        first: [
          {
            sessionId: 's-4',
            policyName: 'Hourly',
            name: 'Invoices',
            region: 'us-east-1',
            reason: 'Throttled',
            at: '2026-01-31T06:04:00.000Z',
          },
        ],
        more: 0,
      },
    },
  },
  protection: {
    state: 'known',
    value: {
      tables: 140,
      byStatus: [
        { status: 'PROTECTED', tables: 120 },
        { status: 'UNPROTECTED', tables: 17 },
        { status: 'RPO_BREACHED', tables: 1 },
        { status: 'EXCLUDED', tables: 2 },
      ],
      unprotected: {
        first: [
          { name: 'Carts', region: 'eu-central-1', account: PRODUCTION, reason: 'No policy covers it.' },
          {
            name: 'SessionStore-production-2026-very-long-name-of-a-table-that-nobody-can-break',
            region: 'us-east-1',
            account: PRODUCTION,
            reason: 'Its tags could not be read, so no policy that selects by tag can cover it.',
          },
        ],
        more: 15,
      },
      rpoBreached: {
        first: [
          {
            name: 'Ledger',
            region: 'eu-central-1',
            account: PRODUCTION,
            reason: 'Its newest restorable state is 31 h old; the policy\'s RPO is 24 h. Policy "Nightly" covers it.',
          },
        ],
        more: 0,
      },
      policies: {
        first: [
          {
            policyName: 'Nightly',
            account: PRODUCTION,
            overdue: true,
            lastSuccessAt: '2026-01-28T02:04:00.000Z',
            nextRunAt: '2026-02-01T02:00:00.000Z',
            unplannable: null,
            copiesBehind: 4,
            verificationsFailed: 0,
          },
        ],
        more: 0,
      },
      copiesBehind: 4,
      runs: {
        first: [
          { policyName: 'Hourly', what: 'BACKUP', firstAt: '2026-01-31T07:00:00.000Z', runs: 24 },
          { policyName: 'Nightly', what: 'BACKUP', firstAt: '2026-02-01T02:00:00.000Z', runs: 1 },
          { policyName: 'Nightly', what: 'VERIFICATION', firstAt: '2026-02-01T03:00:00.000Z', runs: 1 },
        ],
        more: 0,
      },
      prices: {
        asOf: '2026-01-01',
        regions: [
          { region: 'eu-central-1', warm: 0.114_481, cold: 0.0342 },
          { region: 'us-east-1', warm: 0.1, cold: 0.011_21 },
        ],
      },
    },
  },
  points: {
    state: 'known',
    value: {
      storage: [
        { region: 'eu-central-1', storageClass: 'WARM', points: 300, sizeBytes: 1_024 * GIB },
        { region: 'us-east-1', storageClass: 'COLD', points: 40, sizeBytes: 512 * GIB },
      ],
      verified: 29,
      verificationFailed: 1,
      unverified: 310,
      frozen: {
        first: [
          {
            tableName: 'Baskets',
            tableArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/Baskets',
            detail: 'Its size fell from 5.0 GiB to 12 bytes.',
            frozenAt: '2026-01-29T10:00:00.000Z',
          },
        ],
        more: 0,
      },
      runs: [{ accountId: 'a', at: '2026-02-01T04:00:00.000Z' }],
    },
  },
};

/** And one on which nothing did. */
export const goodDay: ReportFacts = {
  ...badDay,
  environment: 'AWS',
  sessions: {
    state: 'known',
    value: {
      ended: [
        { type: 'INVENTORY_SCAN', status: 'SUCCEEDED', sessions: 4 },
        { type: 'POLICY_BACKUP', status: 'SUCCEEDED', sessions: 10 },
      ],
      open: 0,
      troubled: none,
      retrying: none,
    },
  },
  protection: {
    state: 'known',
    value: {
      tables: 12,
      byStatus: [{ status: 'PROTECTED', tables: 12 }],
      unprotected: none,
      rpoBreached: none,
      policies: none,
      copiesBehind: 0,
      runs: {
        first: [{ policyName: 'Nightly', what: 'BACKUP', firstAt: '2026-02-01T02:00:00.000Z', runs: 1 }],
        more: 0,
      },
      prices: { asOf: '2026-01-01', regions: [{ region: 'eu-central-1', warm: 0.1, cold: null }] },
    },
  },
  points: {
    state: 'known',
    value: {
      storage: [{ region: 'eu-central-1', storageClass: 'WARM', points: 84, sizeBytes: 21 * GIB }],
      verified: 12,
      verificationFailed: 0,
      unverified: 72,
      frozen: none,
      runs: [{ accountId: 'a', at: '2026-02-01T04:00:00.000Z' }],
    },
  },
  before: [{ at: '2026-01-30T06:00:00.000Z', points: 72, bytes: 21 * GIB, monthlyUsd: 2.1 }],
};
