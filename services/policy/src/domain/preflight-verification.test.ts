import { expect, test } from '@jest/globals';
import type { PermissionCheck } from '@tablekeep/schema/internal';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { testPolicy, type TestFacts } from './preflight.ts';

const document: PolicyDocument = {
  description: '',
  regions: [],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [],
  copies: [],
  backupRetentionDays: 7,
  customTags: [],
  retryCount: 0,
  retryDelaySeconds: 60,
  schedules: null,
};
const well: PermissionCheck = { outcome: 'OK', missing: [], unknown: [], findings: [], grants: [] };
const lacking: PermissionCheck = {
  ...well,
  outcome: 'MISSING',
  missing: [
    {
      role: 'OPERATOR',
      roleArn: 'role',
      action: 'dynamodb:DeleteTable',
      resources: [],
      operations: ['VERIFICATION'],
      reason: 'No policy of the role allows it.',
    },
  ],
};

const checksOf = (verification: TestFacts['verification']) =>
  testPolicy(document, {
    now: new Date('2026-01-01T00:00:00Z'),
    problems: [],
    settings: new Map(),
    vaults: new Map(),
    permissions: { state: 'known', value: well },
    verification: verification ?? null,
    notScanned: [],
    covered: new Map(),
    left: [],
    untold: 0,
    unreadable: [],
    absent: [],
    tagRoom: { without: [], untold: 0 },
  }).filter(({ code }) => code === 'VERIFICATION_PERMISSIONS');

test('a policy that cannot have its points verified is warned of; its backups do not fail of it', () => {
  const known = (value: PermissionCheck) => ({ state: 'known' as const, value });
  expect(checksOf(null)).toEqual([]);
  expect(checksOf({ permissions: known(well), isMarked: true })).toMatchObject([{ outcome: 'OK' }]);
  expect(checksOf({ permissions: known(lacking), isMarked: true })).toMatchObject([
    { outcome: 'WARNING', message: expect.stringContaining('dynamodb:DeleteTable'), path: ['verification'] },
  ]);
  expect(checksOf({ permissions: known(well), isMarked: false })).toMatchObject([
    { outcome: 'WARNING', message: expect.stringContaining('RESTORE') },
  ]);
  expect(checksOf({ permissions: { state: 'unknown', because: 'AWS did not answer' }, isMarked: true })).toMatchObject([
    { outcome: 'UNKNOWN' },
  ]);
});
