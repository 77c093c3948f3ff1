import { describe, expect, test } from '@jest/globals';
import type { RestoreItem } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import fc from 'fast-check';
import { planRestores } from './plan-restore.ts';
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
      'a Region where the point is not',
      [{ region: 'eu-west-1' }],
      ['POINT_IN_OTHER_REGION items.0.region', 'ENCRYPTION_REQUIRED items.0.encryption'],
    ],
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

  test('a point in another Region than the original place', () => {
    const copy = point({ region: 'eu-west-1' });
    expect(resolve([item({ mode: 'ORIGINAL', tableName: null })], [copy]).problems).toMatchObject([
      { code: 'POINT_IN_OTHER_REGION', path: ['items', '0', 'restorePointId'] },
    ]);
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
      const tasks = planRestores(restores);
      expect(tasks).toHaveLength(items.length);
      expect(new Set(tasks.map((task) => task.key)).size).toBe(items.length);
      tasks.forEach((task, i) =>
        expect(task.region).toBe(points.find((one) => one.id === items[i]!.restorePointId)!.region),
      );
    }),
    { numRuns: 1_000 },
  );
});
