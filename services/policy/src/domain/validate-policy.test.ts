import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING, type PolicyDocument } from './policy-document.ts';
import { policyProblems, type PolicyFactsAround } from './validate-policy.ts';

const sound: PolicyDocument = {
  description: '',
  regions: ['us-east-1'],
  include: { ...NOTHING, allTables: true },
  exclude: NOTHING,
  vaults: [{ region: 'us-east-1', vaultName: 'gold' }],
  copies: [{ fromRegion: 'us-east-1', toRegion: 'eu-west-1', vaultName: 'far', retentionDays: null }],
  backupRetentionDays: 35,
  customTags: [{ key: 'team', value: 'data' }],
  retryCount: 3,
  retryDelaySeconds: 60,
  schedules: null,
};
const around: PolicyFactsAround = {
  accountRegions: ['us-east-1', 'eu-west-1'],
  vaultsOf: new Map([
    ['us-east-1', { state: 'known', value: ['gold'] }],
    ['eu-west-1', { state: 'known', value: ['far'] }],
  ]),
};
const told = (name: string, changes: Partial<PolicyDocument>) =>
  policyProblems({ name, document: { ...sound, ...changes } }, around).map(
    ({ code, path }) => `${code} ${path.join('.')}`,
  );

test('a sound policy has no problem', () => {
  expect(told('Nightly', {})).toEqual([]);
  expect(told('Nightly', { customTags: [{ key: 'Größe / x', value: 'a_b.c:d/e=f+g-h@i 1' }] })).toEqual([]);
});

test.each<[string, Partial<PolicyDocument>]>([
  ['NO_REGION regions', { regions: [], vaults: [], copies: [] }],
  ['UNKNOWN_REGION regions.1', { regions: ['us-east-1', 'mars-1'], vaults: sound.vaults }],
  ['DUPLICATE_REGION regions.1', { regions: ['us-east-1', 'us-east-1'] }],
  ['EMPTY_SELECTION include', { include: NOTHING }],
  ['BAD_TABLE_NAME exclude.tableNames.0', { exclude: { ...NOTHING, tableNames: ['a b'] } }],
  ['BAD_TAG include.tags.0.key', { include: { ...NOTHING, tags: [{ key: '', value: null }] } }],
  ['MISSING_VAULT vaults', { vaults: [] }],
  ['DUPLICATE_VAULT vaults.1.region', { vaults: [...sound.vaults, ...sound.vaults] }],
  ['REGION_NOT_IN_POLICY vaults.1.region', { vaults: [...sound.vaults, { region: 'eu-west-1', vaultName: 'far' }] }],
  ['VAULT_NOT_FOUND vaults.0.vaultName', { vaults: [{ region: 'us-east-1', vaultName: 'silver' }] }],
  ['REGION_NOT_IN_POLICY copies.0.fromRegion', { copies: [{ ...sound.copies[0]!, fromRegion: 'ap-south-1' }] }],
  ['SAME_REGION copies.0.toRegion', { copies: [{ ...sound.copies[0]!, toRegion: 'us-east-1' }] }],
  ['UNKNOWN_REGION copies.0.toRegion', { copies: [{ ...sound.copies[0]!, toRegion: 'mars-1' }] }],
  ['DUPLICATE_COPY copies.1', { copies: [...sound.copies, ...sound.copies] }],
  ['BAD_RETENTION copies.0.retentionDays', { copies: [{ ...sound.copies[0]!, retentionDays: 0 }] }],
  ['BAD_RETENTION backupRetentionDays', { backupRetentionDays: 36_136 }],
  ['BAD_RETRY retryCount', { retryCount: 11 }],
  ['BAD_RETRY retryDelaySeconds', { retryDelaySeconds: 0 }],
  ['RESERVED_TAG customTags.0.key', { customTags: [{ key: 'AWS:x', value: '' }] }],
  ['RESERVED_TAG customTags.0.key', { customTags: [{ key: 'tablekeep:id', value: '' }] }],
  ['DUPLICATE_TAG customTags.1.key', { customTags: [...sound.customTags, ...sound.customTags] }],
  ['BAD_TAG customTags.0.value', { customTags: [{ key: 'a', value: 'x'.repeat(257) }] }],
  ['BAD_COLD_STORAGE coldStorageAfterDays', { coldStorageAfterDays: 0 }],
  ['COLD_TOO_SHORT backupRetentionDays', { coldStorageAfterDays: 30, backupRetentionDays: 119 }],
  [
    'COLD_TOO_SHORT copies.0.retentionDays',
    { coldStorageAfterDays: 30, copies: [{ ...sound.copies[0]!, retentionDays: 31 }] },
  ],
  [
    'COLD_TOO_SHORT schedules.weekly.keep',
    {
      coldStorageAfterDays: 30,
      schedules: {
        timeZone: 'UTC',
        daily: null,
        weekly: { days: ['MONDAY'], time: '07:00', copyDays: [], keep: { value: 3, unit: 'MONTHS' }, keepCopies: null },
        monthly: null,
        yearly: null,
      },
    },
  ],
  [
    // From the first of February on, five months are 150 days.
    'COLD_TOO_SHORT schedules.weekly.keep',
    {
      coldStorageAfterDays: 61,
      schedules: {
        timeZone: 'UTC',
        daily: null,
        weekly: { days: ['MONDAY'], time: '07:00', copyDays: [], keep: { value: 5, unit: 'MONTHS' }, keepCopies: null },
        monthly: null,
        yearly: null,
      },
    },
  ],
  [
    'REGION_NOT_IN_POLICY include.tables.0.region',
    { include: { ...NOTHING, tables: [{ name: 'abc', region: 'eu-west-1' }] } },
  ],
  ['BAD_TABLE_NAME exclude.tables.0.name', { exclude: { ...NOTHING, tables: [{ name: 'a b', region: 'us-east-1' }] } }],
  [
    'DUPLICATE include.tables.1',
    { include: { ...NOTHING, tables: ['abc', 'abc'].map((name) => ({ name, region: 'us-east-1' })) } },
  ],
  ['EXCLUDES_ALL exclude.allTables', { exclude: { ...NOTHING, allTables: true } }],
  ['BAD_TAG include.tags.0.value', { include: { ...NOTHING, tags: [{ key: 'a', value: 'x'.repeat(257) }] } }],
  ['BAD_TAG customTags.0.key', { customTags: [{ key: 'a*b', value: '' }] }],
  ['BAD_TAG customTags.0.value', { customTags: [{ key: 'a', value: 'tab\t' }] }],
  ['BAD_RPO rpoHours', { rpoHours: 0 }],
  ['BAD_SAFETY_NET safetyNetDays', { safetyNetDays: 13 }],
  ['BAD_SAFETY_NET safetyNetDays', { safetyNetDays: 3_651 }],
  ['TOO_MANY_TAGS customTags', { customTags: Array.from({ length: 39 }, (_x, i) => ({ key: `k${i}`, value: '' })) }],
])('%s', (problem, changes) => {
  expect(told('Nightly', changes)).toContain(problem);
});

const daily = (keepDays: number, keepCopiesDays: number, copyTimes: string[]) => ({
  timeZone: 'UTC',
  daily: {
    days: ['MONDAY' as const],
    times: ['04:00'],
    copyTimes,
    keep: { value: keepDays, unit: 'DAYS' as const },
    keepCopies: { value: keepCopiesDays, unit: 'DAYS' as const },
  },
  weekly: null,
  monthly: null,
  yearly: null,
});
const copyFor = (retentionDays: number | null) => [{ ...sound.copies[0]!, retentionDays }];

test.each<[string, Partial<PolicyDocument>, string[]]>([
  [
    'schedules keep the backups, whatever else is said',
    { schedules: daily(120, 120, ['04:00']), backupRetentionDays: 35 },
    [],
  ],
  [
    'the schedule’s own days count',
    { schedules: daily(35, 35, ['04:00']), backupRetentionDays: 365 },
    ['schedules.daily.keep', 'schedules.daily.keepCopies'],
  ],
  [
    'a copy target’s days count instead of the schedules’',
    { schedules: daily(120, 35, ['04:00']), copies: copyFor(120) },
    [],
  ],
  [
    'and are judged with schedules too',
    { schedules: daily(120, 120, ['04:00']), copies: copyFor(35) },
    ['copies.0.retentionDays'],
  ],
  [
    'of two targets each has its own',
    {
      schedules: daily(120, 36, ['04:00']),
      copies: [...copyFor(35), { ...sound.copies[0]!, toRegion: 'ap-south-1', retentionDays: null }],
    },
    ['copies.0.retentionDays', 'schedules.daily.keepCopies'],
  ],
  ['where nothing is copied, no copy is kept', { schedules: daily(120, 35, []), copies: copyFor(35) }, []],
  ['nor where there is nowhere to copy to', { schedules: daily(120, 35, ['04:00']), copies: [] }, []],
  [
    'without schedules it is the plain days',
    { schedules: null, backupRetentionDays: 35, copies: copyFor(36) },
    ['backupRetentionDays', 'copies.0.retentionDays'],
  ],
])('cold storage asks for 90 days of what keeps a point: %s', (_why, changes, expected) => {
  const asked = told('Nightly', { coldStorageAfterDays: 30, ...changes });
  expect(asked.filter((problem) => problem.startsWith('COLD_TOO_SHORT'))).toEqual(
    expected.map((path) => `COLD_TOO_SHORT ${path}`),
  );
});

test('days that are none are refused also where they keep nothing yet', () => {
  const changes = { schedules: daily(120, 120, ['04:00']), backupRetentionDays: 0, copies: copyFor(36_136) };
  expect(told('Nightly', changes).sort()).toEqual([
    'BAD_RETENTION backupRetentionDays',
    'BAD_RETENTION copies.0.retentionDays',
  ]);
});

test('what could not be looked up is said to be so, not taken for missing', () => {
  const blind = { ...around, vaultsOf: new Map([['us-east-1', { state: 'unknown', because: 'no answer' } as const]]) };
  expect(policyProblems({ name: 'Nightly', document: sound }, blind)).toMatchObject([
    { code: 'COULD_NOT_TELL', path: ['vaults', '0', 'vaultName'] },
  ]);
});

test('problems add up: each part is told of, whatever is wrong with the others', () => {
  const faults: [string, Partial<PolicyDocument>][] = [
    ['BAD_RETENTION backupRetentionDays', { backupRetentionDays: 0 }],
    ['EMPTY_SELECTION include', { include: NOTHING }],
    ['BAD_RETRY retryCount', { retryCount: -1 }],
    ['MISSING_VAULT vaults', { vaults: [] }],
    ['BAD_DESCRIPTION description', { description: 'x'.repeat(256) }],
  ];
  fc.assert(
    fc.property(fc.subarray(faults), fc.constantFrom('', 'Nightly', 'x'.repeat(128)), (chosen, name) => {
      const changes = Object.assign({}, ...chosen.map(([, change]) => change)) as Partial<PolicyDocument>;
      const expected = chosen.map(([problem]) => problem);
      if (name !== 'Nightly') expected.push('BAD_NAME name');
      expect(told(name, changes).sort()).toEqual(expected.sort());
    }),
  );
});
