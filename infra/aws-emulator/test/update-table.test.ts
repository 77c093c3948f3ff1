import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import { AWAY, DAY, HOME, HOUR, MINUTE, airports, arnOf, clients, failure, makeTable, putAirports } from './clients.ts';
import type { TableDescription, UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Emulator } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let aws: ReturnType<typeof clients>;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off', seed: 7 });
  aws = clients(emulator.endpoint);
});
afterEach(() => emulator.stop());

const described = async (name = 'airports'): Promise<TableDescription> => {
  const { Table } = await aws.dynamodb.send(new DescribeTableCommand({ TableName: name }));
  if (Table === undefined) throw new Error('no table in the answer');
  return Table;
};

/** One UpdateTable and the wait for ACTIVE. */
const update = async (change: Omit<UpdateTableCommandInput, 'TableName'>): Promise<void> => {
  await aws.dynamodb.send(new UpdateTableCommand({ TableName: 'airports', ...change }));
  await emulator.clock.advance(2 * MINUTE);
};

describe('UpdateTable', () => {
  beforeEach(() => makeTable(emulator, aws.dynamodb));

  test('makes the table UPDATING, and refuses another change meanwhile', async () => {
    await aws.dynamodb.send(
      new UpdateTableCommand({ TableName: 'airports', TableClass: 'STANDARD_INFREQUENT_ACCESS' }),
    );
    expect((await described()).TableStatus).toBe('UPDATING');
    const refused = await failure(
      aws.dynamodb.send(new UpdateTableCommand({ TableName: 'airports', DeletionProtectionEnabled: true })),
    );
    expect(refused.name).toBe('ResourceInUseException');
    await emulator.clock.advance(MINUTE);
    expect(await described()).toMatchObject({
      TableStatus: 'ACTIVE',
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    });
  });

  test('takes one kind of change per call', async () => {
    const both = new UpdateTableCommand({
      TableName: 'airports',
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    expect((await failure(aws.dynamodb.send(both))).message).toBe(
      'You cannot modify stream status while updating table IOPS',
    );
    const classAndProtection = new UpdateTableCommand({
      TableName: 'airports',
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      DeletionProtectionEnabled: true,
    });
    expect((await failure(aws.dynamodb.send(classAndProtection))).name).toBe('ValidationException');
  });

  test('refuses to enable a stream twice and gives a new stream a new ARN', async () => {
    await update({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    const before = (await described()).LatestStreamArn;
    const again = new UpdateTableCommand({
      TableName: 'airports',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    expect((await failure(aws.dynamodb.send(again))).message).toMatch(/Table already has an enabled stream/);
    await update({ StreamSpecification: { StreamEnabled: false } });
    expect((await described()).StreamSpecification).toBeUndefined();
    await update({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } });
    expect((await described()).LatestStreamArn).not.toBe(before);
  });

  test('switches billing with throughput, then refuses the same throughput again', async () => {
    await update({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    });
    expect(await described()).toMatchObject({
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    });
    const same = new UpdateTableCommand({
      TableName: 'airports',
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
    });
    expect((await failure(aws.dynamodb.send(same))).message).toMatch(
      /The provisioned throughput for the table will not change/,
    );
  });

  test('keeps an on-demand maximum', async () => {
    await update({ OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 } });
    expect((await described()).OnDemandThroughput).toEqual({ MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 });
  });

  test('changes the table class twice in 30 days and no more', async () => {
    await update({ TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    await update({ TableClass: 'STANDARD' });
    expect((await described()).TableClassSummary?.TableClass).toBe('STANDARD');
    const third = new UpdateTableCommand({ TableName: 'airports', TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    expect((await failure(aws.dynamodb.send(third))).name).toBe('LimitExceededException');
    await emulator.clock.advance(30 * DAY);
    await update({ TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    expect((await described()).TableClassSummary?.TableClass).toBe('STANDARD_INFREQUENT_ACCESS');
  });

  test('moves to a managed key and back to the key AWS owns', async () => {
    await update({ SSESpecification: { Enabled: true } });
    expect((await described()).SSEDescription).toMatchObject({ Status: 'ENABLED', SSEType: 'KMS' });
    await update({ SSESpecification: { Enabled: false } });
    expect((await described()).SSEDescription).toBeUndefined();
  });

  test('fills a new index from the items already there, and drops an index', async () => {
    await putAirports(aws.dynamodb, 40);
    await aws.dynamodb.send(
      new UpdateTableCommand({
        TableName: 'airports',
        AttributeDefinitions: [{ AttributeName: 'country', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'byCountry',
              KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
    expect((await described()).GlobalSecondaryIndexes?.[0]).toMatchObject({
      IndexStatus: 'CREATING',
      Backfilling: true,
    });
    await emulator.clock.advance(2 * MINUTE);
    const found = await aws.dynamodb.send(
      new QueryCommand({
        TableName: 'airports',
        IndexName: 'byCountry',
        KeyConditionExpression: 'country = :c',
        ExpressionAttributeValues: { ':c': { S: 'SE' } },
      }),
    );
    expect(found.Count).toBe(10);
    await update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byCountry' } }] });
    const table = await described();
    expect(table.GlobalSecondaryIndexes).toBeUndefined();
    expect(table.AttributeDefinitions).toEqual([{ AttributeName: 'iata', AttributeType: 'S' }]);
  });
});

describe('around a table', () => {
  beforeEach(() => makeTable(emulator, aws.dynamodb));

  test('time to live is ENABLING, then ENABLED, and changes once an hour', async () => {
    const enable = (Enabled: boolean) =>
      aws.dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName: 'airports',
          TimeToLiveSpecification: { Enabled, AttributeName: 'expires' },
        }),
      );
    const status = async () =>
      (await aws.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'airports' }))).TimeToLiveDescription;
    expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await enable(true);
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLING', AttributeName: 'expires' });
    await emulator.clock.advance(5 * MINUTE);
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
    expect((await failure(enable(false))).message).toBe(
      'Time to live has been modified multiple times within a fixed interval',
    );
    await emulator.clock.advance(HOUR);
    await enable(false);
    await emulator.clock.advance(5 * MINUTE);
    expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  test('point-in-time recovery keeps its period and moves its window', async () => {
    const describeRecovery = async () =>
      (await aws.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'airports' })))
        .ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    expect(await describeRecovery()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
    await aws.dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName: 'airports',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
      }),
    );
    await emulator.clock.advance(20 * DAY);
    const recovery = await describeRecovery();
    expect(recovery).toMatchObject({ PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 14 });
    const earliest = recovery?.EarliestRestorableDateTime?.getTime() ?? 0;
    expect(Math.round((emulator.clock.now() - earliest) / DAY)).toBe(14);
    expect(
      (await failure(aws.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'nothing' })))).name,
    ).toBe('TableNotFoundException');
  });

  test('continuous backups are unavailable just after creation', async () => {
    await aws.dynamodb.send(new CreateTableCommand({ ...airports, TableName: 'fresh' }));
    const early = new UpdateContinuousBackupsCommand({
      TableName: 'fresh',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect((await failure(aws.dynamodb.send(early))).name).toBe('ContinuousBackupsUnavailableException');
  });

  test('tags are added, replaced, removed and listed over pages', async () => {
    const ResourceArn = arnOf('airports');
    const Tags = Array.from({ length: 23 }, (_, at) => ({ Key: `key-${at}`, Value: 'old' }));
    await aws.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags }));
    await aws.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'key-0', Value: 'new' }] }));
    await aws.dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['key-1'] }));
    const found: Record<string, string> = {};
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const answer = await aws.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
      for (const { Key, Value } of answer.Tags ?? []) found[Key ?? ''] = Value ?? '';
      ({ NextToken } = answer);
      pages += 1;
    } while (NextToken !== undefined);
    expect(Object.keys(found)).toHaveLength(22);
    expect(found['key-0']).toBe('new');
    expect(pages).toBeGreaterThan(1);
    const many = Array.from({ length: 40 }, (_, at) => ({ Key: `more-${at}`, Value: '' }));
    expect((await failure(aws.dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: many })))).name).toBe(
      'ValidationException',
    );
  });

  test('a resource policy is put with a revision, read and deleted', async () => {
    const ResourceArn = arnOf('airports');
    const get = () => aws.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }));
    expect((await failure(get())).name).toBe('PolicyNotFoundException');
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 'dynamodb:GetItem', Resource: ResourceArn },
      ],
    });
    const { RevisionId } = await aws.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
    expect(await get()).toMatchObject({ Policy, RevisionId });
    await aws.dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn }));
    expect((await failure(get())).name).toBe('PolicyNotFoundException');
  });

  test('deletion protection keeps the table', async () => {
    await update({ DeletionProtectionEnabled: true });
    const remove = () => aws.dynamodb.send(new DeleteTableCommand({ TableName: 'airports' }));
    expect(await failure(remove())).toMatchObject({ name: 'ValidationException' });
    await update({ DeletionProtectionEnabled: false });
    expect((await remove()).TableDescription?.TableStatus).toBe('DELETING');
    await emulator.clock.advance(MINUTE);
    expect((await failure(aws.dynamodb.send(new DescribeTableCommand({ TableName: 'airports' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('counts are refreshed every six hours, or live', async () => {
    await putAirports(aws.dynamodb, 60);
    expect((await described()).ItemCount).toBe(0);
    await emulator.clock.advance(6 * HOUR);
    const counted = await described();
    expect(counted.ItemCount).toBe(60);
    expect(counted.TableSizeBytes).toBeGreaterThan(60 * 20);
    emulator.setBehaviour({ itemCountRefresh: 'live' });
    await putAirports(aws.dynamodb, 80);
    expect((await described()).ItemCount).toBe(80);
  });
});

describe('a replica', () => {
  const away = () => clients(emulator.endpoint, AWAY).dynamodb;
  const seenFrom = async (region: string): Promise<TableDescription> => {
    const { dynamodb } = clients(emulator.endpoint, region);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'airports' }));
    return Table!;
  };
  const replicate = (kind: 'Create' | 'Delete', RegionName = AWAY) =>
    update({ ReplicaUpdates: [{ [kind]: { RegionName } }] });
  beforeEach(async () => {
    await makeTable(emulator, aws.dynamodb, {
      ...airports,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    await putAirports(aws.dynamodb, 5);
  });

  test('is a table of its own with the items, and each of the two lists the other until one is gone', async () => {
    await replicate('Create');
    const [home, there] = [await seenFrom(HOME), await seenFrom(AWAY)];
    expect(home).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalTableVersion: '2019.11.21',
      Replicas: [{ RegionName: AWAY, ReplicaStatus: 'ACTIVE' }],
    });
    expect(there).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: home.KeySchema,
      Replicas: [{ RegionName: HOME, ReplicaStatus: 'ACTIVE' }],
    });
    expect(there.TableId).not.toBe(home.TableId);
    expect((await away().send(new ScanCommand({ TableName: 'airports' }))).Count).toBe(5);
    await replicate('Create', 'eu-central-1');
    expect((await seenFrom(AWAY)).Replicas?.map(({ RegionName }) => RegionName)).toEqual([HOME, 'eu-central-1']);
    await replicate('Delete');
    expect((await failure(seenFrom(AWAY))).name).toBe('ResourceNotFoundException');
    for (const [region, other] of [
      [HOME, 'eu-central-1'],
      ['eu-central-1', HOME],
    ] as const) {
      expect((await seenFrom(region)).Replicas?.map(({ RegionName }) => RegionName)).toEqual([other]);
    }
    await clients(emulator.endpoint, 'eu-central-1').dynamodb.send(new DeleteTableCommand({ TableName: 'airports' }));
    await emulator.clock.advance(MINUTE);
    expect(await seenFrom(HOME)).not.toHaveProperty('Replicas');
  });

  test('is refused without the stream it needs, where there is such a table, and in its own Region', async () => {
    const refusal = async (RegionName: string) => (await failure(replicate('Create', RegionName))).message;
    expect(await refusal(HOME)).toContain('already existed as tables');
    expect(await refusal('nowhere')).toContain('not a supported Region');
    expect((await failure(replicate('Delete'))).message).toContain('does not exist');
    await makeTable(emulator, away());
    expect(await refusal(AWAY)).toContain('already existed as tables');
    await update({ StreamSpecification: { StreamEnabled: false } });
    expect(await refusal('eu-central-1')).toContain('NEW_AND_OLD_IMAGES');
    expect(await seenFrom(HOME)).not.toHaveProperty('Replicas');
  });
});
