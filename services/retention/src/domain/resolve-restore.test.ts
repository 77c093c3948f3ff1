import { describe, expect, test } from '@jest/globals';
import type { RestoreItem } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import fc from 'fast-check';
import { snapshotOf } from '@tablekeep/testkit/table-settings';
import { planRestores } from './plan-restore.ts';
import { restoreNotes } from './restore-notes.ts';
import { resolveRestores, type RestorablePoint } from './resolve-restore.ts';

const now = new Date('2026-02-01T00:00:00Z');
const settings = {
  billingMode: 'PAY_PER_REQUEST',
  globalIndexes: [{ name: 'by-state' }],
} as unknown as TableSettings;
const point = (change: Partial<RestorablePoint> = {}): RestorablePoint => ({
  id: 'p',
  accountId: 'a',
  awsAccountId: '111122223333',
  region: 'us-east-1',
  vaultName: 'gold',
  recoveryPointArn: 'arn:aws:backup:us-east-1:111122223333:recovery-point:p',
  createdAt: new Date('2026-01-31T12:00:00Z'),
  table: {
    arn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Airports',
    name: 'Airports',
    region: 'us-east-1',
    tableId: 't',
  },
  settings,
  coldAt: null,
  deletedAt: null,
  ...change,
});
const item = (change: Partial<RestoreItem> = {}): RestoreItem => ({
  restorePointId: 'p',
  mode: 'NEW',
  region: null,
  tableName: 'Copy',
  tableClass: null,
  billingMode: null,
  readCapacityUnits: null,
  writeCapacityUnits: null,
  indexCapacity: [],
  deletionProtection: null,
  pointInTimeRecovery: null,
  encryption: null,
  timeToLive: null,
  streams: null,
  ...change,
});
const resolve = (items: RestoreItem[], points = [point()]) =>
  resolveRestores(items, new Map(points.map((one) => [one.id, one])), now);
const refusals = (...change: Partial<RestoreItem>[]) =>
  resolve(change.map((one) => item(one))).problems.map((problem) => `${problem.code} ${problem.path.join('.')}`);

describe('what a restore is refused for', () => {
  test.each<[string, Partial<RestoreItem>[], string[]]>([
    ['an unknown point', [{ restorePointId: 'x' }], ['NOT_FOUND items.0.restorePointId']],
    ['another name in the original place', [{ mode: 'ORIGINAL' }], ['NOT_ORIGINAL items.0.tableName']],
    ['no name beside the original', [{ tableName: null }], ['NAME_REQUIRED items.0.tableName']],
    ['a name that AWS does not take', [{ tableName: 'a b' }], ['BAD_TABLE_NAME items.0.tableName']],
    [
      'another Region without a word about encryption',
      [{ region: 'eu-west-1' }],
      ['ENCRYPTION_REQUIRED items.0.encryption'],
    ],
    ['a vault name that AWS does not take', [{ throughVaultName: 'a b' }], ['BAD_VAULT_NAME items.0.throughVaultName']],
    [
      'a customer key that is not named',
      [{ encryption: { type: 'CUSTOMER_MANAGED', kmsKeyArn: null } }],
      ['KEY_REQUIRED items.0.encryption.kmsKeyArn'],
    ],
    [
      'a key that is named for nothing',
      [{ encryption: { type: 'AWS_OWNED', kmsKeyArn: 'k' } }],
      ['KEY_NOT_ALLOWED items.0.encryption.kmsKeyArn'],
    ],
    ['capacity of an on-demand table', [{ readCapacityUnits: 5 }], ['CAPACITY_NOT_ALLOWED items.0.readCapacityUnits']],
    [
      'a change to provisioned without numbers',
      [{ billingMode: 'PROVISIONED', readCapacityUnits: 5 }],
      ['CAPACITY_REQUIRED items.0.writeCapacityUnits'],
    ],
    [
      'an index that is not there',
      [
        {
          billingMode: 'PROVISIONED',
          readCapacityUnits: 5,
          writeCapacityUnits: 5,
          indexCapacity: [{ indexName: 'x', readCapacityUnits: 1, writeCapacityUnits: 1 }],
        },
      ],
      ['UNKNOWN_INDEX items.0.indexCapacity.0.indexName'],
    ],
    ['two items for one target', [{}, {}], ['DUPLICATE_TARGET items.1']],
    ['nothing at all', [], ['NO_ITEMS items']],
  ])('%s', (_name, change, expected) => expect(refusals(...change)).toEqual(expected));

  test('a point in another Region than the original place comes back there by way of a copy', () => {
    const copy = point({ region: 'eu-west-1' });
    const { restores, problems } = resolve([item({ mode: 'ORIGINAL', tableName: null })], [copy]);
    expect(problems).toEqual([]);
    expect(restores).toMatchObject([{ targetRegion: 'us-east-1', through: { vaultName: null } }]);
    expect(resolve([item()], [copy]).problems).toMatchObject([
      { code: 'ENCRYPTION_REQUIRED', path: ['items', '0', 'encryption'] },
    ]);
  });
});

test('TTL and streams come back at once for fresh points, and wait for a person for old ones, unless told otherwise', () => {
  const held = (createdAt: string, change: Partial<RestoreItem> = {}) => {
    const { timeToLive, streams } = resolve([item(change)], [point({ createdAt: new Date(createdAt) })]).restores[0]!
      .changes;
    return [timeToLive, streams];
  };
  expect(held('2026-01-31T12:00:00Z')).toEqual(['REAPPLY', 'REAPPLY']);
  expect(held('2026-01-30T12:00:00Z')).toEqual(['HOLD', 'HOLD']);
  expect(held('2026-01-30T12:00:00Z', { timeToLive: 'REAPPLY' })).toEqual(['REAPPLY', 'HOLD']);
});

const units = fc.option(fc.integer({ min: -1, max: 50 }));
const anyItem: fc.Arbitrary<RestoreItem> = fc.record({
  restorePointId: fc.constantFrom('p', 'copy', 'unknown'),
  mode: fc.constantFrom('ORIGINAL', 'NEW'),
  region: fc.option(fc.constantFrom('us-east-1', 'eu-west-1')),
  tableName: fc.option(fc.constantFrom('Airports', 'Copy', 'x', 'two words')),
  tableClass: fc.option(fc.constantFrom('STANDARD', 'STANDARD_INFREQUENT_ACCESS')),
  billingMode: fc.option(fc.constantFrom('PROVISIONED', 'PAY_PER_REQUEST')),
  readCapacityUnits: units,
  writeCapacityUnits: units,
  indexCapacity: fc.array(
    fc.record({
      indexName: fc.constantFrom('by-state', 'x'),
      readCapacityUnits: fc.integer({ min: 0, max: 5 }),
      writeCapacityUnits: fc.integer({ min: 0, max: 5 }),
    }),
    { maxLength: 2 },
  ),
  deletionProtection: fc.option(fc.boolean()),
  pointInTimeRecovery: fc.option(fc.boolean()),
  encryption: fc.option(
    fc.record({
      type: fc.constantFrom('AWS_OWNED', 'AWS_MANAGED', 'CUSTOMER_MANAGED'),
      kmsKeyArn: fc.option(fc.constant('arn:aws:kms:x')),
    }),
  ),
  timeToLive: fc.option(fc.constantFrom('REAPPLY', 'HOLD')),
  streams: fc.option(fc.constantFrom('REAPPLY', 'HOLD')),
});

test('every refusal has its place in the input; what is not refused is one task an item, where its point lies', () => {
  const points = [point(), point({ id: 'copy', region: 'eu-west-1' })];
  fc.assert(
    fc.property(fc.array(anyItem, { maxLength: 4 }), (items) => {
      const { restores, problems } = resolve(items, points);
      for (const problem of problems) {
        const [root, index, field] = problem.path;
        expect(root).toBe('items');
        if (index !== undefined) expect(Number(index)).toBeLessThan(items.length);
        if (field !== undefined) expect(Object.keys(items[Number(index)]!)).toContain(field);
      }
      if (problems.length > 0) return;
      const tasks = planRestores(restores, now, (key) => `vault-for-${key}`);
      expect(new Set(tasks.map((task) => task.key)).size).toBe(tasks.length);
      for (const restore of restores) {
        const { point: from, targetRegion, targetTableName, through } = restore;
        const key = `restore:${targetRegion}:${targetTableName}`;
        const own = tasks.filter((task) => task.key.endsWith(key));
        const kinds = own.map(({ parameters, region }) => `${parameters.kind} ${region}`);
        const here = [`RESTORE ${targetRegion}`];
        expect(kinds).toEqual(through ? [`COPY ${from.region}`, ...here, `DELETE ${targetRegion}`] : here);
        expect(own.map(({ after }) => after)).toEqual(through ? [null, `copy-for-${key}`, key] : [null]);
      }
    }),
    { numRuns: 1_000 },
  );
});

describe('a point in another Region', () => {
  const encryption = { type: 'AWS_OWNED' as const, kmsKeyArn: null };
  const elsewhere = item({ region: 'eu-west-1', encryption });
  const codes = (from: RestorablePoint) => resolve([elsewhere], [from]).problems.map((problem) => problem.code);

  test('is refused while it is cold, and when it cannot be copied', () => {
    expect(codes(point())).toEqual([]);
    expect(codes(point({ coldAt: new Date('2026-01-31T13:00:00Z') }))).toEqual(['POINT_IS_COLD']);
    expect(codes(point({ coldAt: new Date('2026-02-02T00:00:00Z') }))).toEqual([]);
    const native = 'arn:aws:dynamodb:us-east-1:111122223333:table/Airports/backup/01-ab';
    expect(codes(point({ recoveryPointArn: native }))).toEqual(['POINT_NOT_COPYABLE']);
  });

  test('goes through a vault that is made for it, or one that is named, and AWS forgets the copy if nobody else does', () => {
    const planned = (change: Partial<RestoreItem>) =>
      planRestores(resolve([{ ...elsewhere, ...change }]).restores, now, () => 'made-for-it').map(
        (one) => one.parameters,
      );
    expect(planned({})).toMatchObject([
      { destinationVaultName: 'made-for-it', lifecycle: { deleteAfterDays: 22 }, forRestore: { temporaryVault: true } },
      { kind: 'RESTORE', vaultName: 'made-for-it', recoveryPointArn: null },
      { kind: 'DELETE', vaultName: 'made-for-it', recoveryPointArn: null, afterRestore: { temporaryVault: true } },
    ]);
    // Nor does it stand in for the chain's last point while it is there.
    expect(planned({})[0]).toMatchObject({ kind: 'COPY', origin: { keepNewest: false } });
    expect(planned({ throughVaultName: 'mine' })).toMatchObject([
      { destinationVaultName: 'mine', forRestore: { temporaryVault: false } },
      { vaultName: 'mine' },
      { vaultName: 'mine', afterRestore: { temporaryVault: false } },
    ]);
  });
});

describe('what a person should know before a restore', () => {
  const target = {
    index: null,
    capacity: 'READ' as const,
    minimum: 5,
    maximum: 400,
    suspended: { scaleIn: false, scaleOut: false, scheduled: false },
    policies: [],
  };
  const scaled = snapshotOf('Airports', {
    billingMode: 'PROVISIONED',
    provisioned: { read: 300, write: 7 },
    globalIndexes: [
      {
        name: 'by-state',
        keySchema: [],
        projection: { type: 'ALL', nonKeyAttributes: [] },
        provisioned: { read: 200, write: 9 },
        onDemandMaximum: null,
      },
    ],
    autoScaling: { state: 'known', value: [target, { ...target, index: 'by-state', minimum: 2 }] },
  });

  test('a cold point’s waiting time, capacity that may have been a peak, and what does not come back', () => {
    const notes = restoreNotes(point({ settings: scaled, coldAt: new Date('2026-01-31T13:00:00Z') }), now);
    expect(notes).toEqual([
      expect.stringContaining('about 4 hours longer'),
      expect.stringContaining('read capacity of the table stood at 300'),
      expect.stringContaining('read capacity of index by-state stood at 200'),
    ]);
    expect(restoreNotes(point({ settings: null }), now)).toEqual([expect.stringContaining('no settings snapshot')]);
    expect(restoreNotes(point({ settings: snapshotOf('Airports') }), now)).toEqual([]);
  });

  test('capped at auto scaling’s minimum, each place for itself, unless numbers are asked', () => {
    const changes = (change: Partial<RestoreItem>) =>
      resolve([item({ scaledCapacity: 'MINIMUM', ...change })], [point({ settings: scaled })]).restores[0]!.changes;
    expect(changes({})).toMatchObject({
      readCapacityUnits: 5,
      writeCapacityUnits: 7,
      indexCapacity: [{ indexName: 'by-state', readCapacityUnits: 2, writeCapacityUnits: 9 }],
    });
    expect(changes({ readCapacityUnits: 50 })).toMatchObject({ readCapacityUnits: 50, writeCapacityUnits: 7 });
    expect(changes({ billingMode: 'PAY_PER_REQUEST' })).toMatchObject({ readCapacityUnits: null, indexCapacity: [] });
  });
});
