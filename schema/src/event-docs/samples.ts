import type { TableSettings } from '../settings.ts';
import type { Verification } from '../verification.ts';
import type { PointOrigin, TableRef } from '../work-items.ts';

/** What the examples are about: one account, one policy, one night. */
export const ids = {
  account: '0198c0de-0a01-7000-8000-000000000001',
  policy: '0198c0de-0a02-7000-8000-000000000002',
  session: '0198c0de-0a03-5000-8000-000000000003',
  restoreSession: '0198c0de-0a03-7000-8000-00000000000b',
  scan: '0198c0de-0a04-7000-8000-000000000004',
  scanTask: '0198c0de-0a05-5000-8000-000000000005',
  backupTask: '0198c0de-0a06-5000-8000-000000000006',
  copyTask: '0198c0de-0a07-5000-8000-000000000007',
  restorePoint: '0198c0de-0a08-5000-8000-000000000008',
  delivery: '0198c0de-0a09-5000-8000-000000000009',
  event: '0198c0de-0a0a-7000-8000-00000000000a',
  token: '0198c0de-0a0b-7000-8000-00000000000c',
  audit: '0198c0de-0a0c-7000-8000-00000000000d',
  request: '0198c0de-0a0d-7000-8000-00000000000e',
  restoreTask: '0198c0de-0a0e-5000-8000-00000000000f',
  verification: '0198c0de-0a0f-5000-8000-000000000010',
  verifyTask: '0198c0de-0a10-5000-8000-000000000011',
  retention: '0198c0de-0a11-5000-8000-000000000012',
  import: '0198c0de-0a12-5000-8000-000000000013',
  importTask: '0198c0de-0a13-5000-8000-000000000014',
  vaultScan: '0198c0de-0a14-5000-8000-000000000015',
  channel: '0198c0de-0a15-7000-8000-000000000016',
  chain: '0198c0de-0a16-5000-8000-000000000017',
  alert: '0198c0de-0a17-7000-8000-000000000018',
} as const;

export const AWS_ACCOUNT = '111122223333';
export const HOME = 'eu-west-1';
export const AWAY = 'eu-central-1';
export const VAULT = 'tablekeep';
export const ACCOUNT_NAME = 'Production';
export const POLICY_NAME = 'Nightly';
export const SLOT = '2026-11-27T02:00:00.000Z';

export const tableArn = (name: string) => `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${name}`;
export const RECOVERY_POINT = `arn:aws:backup:${HOME}:${AWS_ACCOUNT}:recovery-point:5EDE1A0F-0A08-4000-8000-000000000008`;
export const BACKUP_JOB = '5EDE1A0F-0A06-4000-8000-000000000006';

export const orders: TableRef = {
  arn: tableArn('Orders'),
  name: 'Orders',
  region: HOME,
  tableId: '5ede1a0f-0b01-4000-8000-000000000001',
};

export const verified: Verification = {
  restorePointId: ids.restorePoint,
  recoveryPointArn: RECOVERY_POINT,
  tableArn: orders.arn,
  outcome: 'VERIFIED',
  verifiedAt: '2026-11-29T04:19:31.220Z',
  restoreSeconds: 1_068,
  itemCount: 1_204_331,
  countedExactly: true,
  sizeBytes: 734_003_200,
  problems: [],
  remarks: [],
};

export const dailyRule = {
  flag: 'D' as const,
  keep: { value: 35, unit: 'DAYS' as const },
  copied: true,
  keepCopies: { value: 90, unit: 'DAYS' as const },
};

export const origin: PointOrigin = {
  kind: 'BACKUP',
  policyId: ids.policy,
  policyName: POLICY_NAME,
  retention: { backupDays: null, copyDays: null },
  rules: [dailyRule],
  coldAfterDays: null,
};

export const ordersSettings: TableSettings = {
  tableName: 'Orders',
  tableArn: orders.arn,
  tableId: '5ede1a0f-0b01-4000-8000-000000000001',
  createdAt: '2024-03-01T09:12:44.000Z',
  keySchema: [
    { attribute: 'customer', role: 'HASH' },
    { attribute: 'placedAt', role: 'RANGE' },
  ],
  attributes: [
    { name: 'customer', type: 'S' },
    { name: 'placedAt', type: 'S' },
  ],
  globalIndexes: [],
  localIndexes: [],
  tableClass: 'STANDARD',
  billingMode: 'PAY_PER_REQUEST',
  provisioned: null,
  onDemandMaximum: null,
  deletionProtection: true,
  encryption: { type: 'AWS_OWNED', kmsKeyArn: null },
  stream: null,
  replicas: [],
  itemCount: 1_204_331,
  sizeBytes: 734_003_200,
  tags: { state: 'known', value: [{ key: 'backup', value: 'nightly' }] },
  timeToLive: { state: 'known', value: { attribute: 'expiresAt' } },
  pointInTimeRecovery: { state: 'known', value: { recoveryPeriodDays: 35 } },
  resourcePolicy: { state: 'unknown', because: 'Access denied: dynamodb:GetResourcePolicy' },
};
