import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateTableCommand,
  DescribeTableCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { startEmulator } from '@tablekeep/aws-emulator';
import { AWAY, MINUTE, airports, arnOf, clients, failure, keysOf, makeTable } from './clients.ts';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
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

describe('a table', () => {
  test('is CREATING, then ACTIVE, and comes back with everything it was created with', async () => {
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({ Description: 'flights' }));
    await aws.dynamodb.send(
      new CreateTableCommand({
        TableName: 'flights',
        KeySchema: [
          { AttributeName: 'origin', KeyType: 'HASH' },
          { AttributeName: 'departure', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'origin', AttributeType: 'S' },
          { AttributeName: 'departure', AttributeType: 'N' },
          { AttributeName: 'carrier', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byCarrier',
            KeySchema: [{ AttributeName: 'carrier', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['delay'] },
            ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
          },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'byOriginCarrier',
            KeySchema: [
              { AttributeName: 'origin', KeyType: 'HASH' },
              { AttributeName: 'carrier', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 9 },
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: KeyMetadata?.KeyId },
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        DeletionProtectionEnabled: true,
        Tags: [{ Key: 'team', Value: 'routes' }],
      }),
    );
    expect((await described('flights')).TableStatus).toBe('CREATING');
    await emulator.clock.advance(MINUTE);

    const table = await described('flights');
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: arnOf('flights'),
      ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 9 },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KeyMetadata?.Arn },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCarrier',
          IndexStatus: 'ACTIVE',
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['delay'] },
          ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
        },
      ],
      LocalSecondaryIndexes: [{ IndexName: 'byOriginCarrier', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
    expect(table.TableId).toMatch(/^[0-9a-f-]{36}$/);
    expect(table.LatestStreamArn).toBe(`${table.TableArn ?? ''}/stream/${table.LatestStreamLabel ?? ''}`);
    const tags = await aws.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: table.TableArn }));
    expect(tags.Tags).toEqual([{ Key: 'team', Value: 'routes' }]);
  });

  test('leaves out what AWS leaves out', async () => {
    await makeTable(emulator, aws.dynamodb, {
      ...airports,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    });
    const table = await described();
    expect(table.BillingModeSummary).toBeUndefined();
    expect(table.TableClassSummary).toBeUndefined();
    expect(table.SSEDescription).toBeUndefined();
    expect(table.StreamSpecification).toBeUndefined();
    expect(table.RestoreSummary).toBeUndefined();
  });

  test('is seen only in its own account and Region', async () => {
    await makeTable(emulator, aws.dynamodb);
    const away = clients(emulator.endpoint, AWAY);
    const stranger = clients(emulator.endpoint, 'us-east-1', keysOf('999988887777'));
    expect((await aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['airports']);
    expect((await away.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await stranger.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test('is found by its ARN as by its name', async () => {
    await makeTable(emulator, aws.dynamodb);
    expect((await described(arnOf('airports'))).TableName).toBe('airports');
    expect(
      await failure(aws.dynamodb.send(new DescribeTableCommand({ TableName: arnOf('airports', AWAY) }))),
    ).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test.each([
    ['a name of two letters', { ...airports, TableName: 'ab' }, /Member must have length greater than or equal to 3/],
    [
      'a key that is not defined',
      { ...airports, AttributeDefinitions: [{ AttributeName: 'icao', AttributeType: 'S' as const }] },
      /Some index key attributes are not defined/,
    ],
    [
      'an attribute that is no key',
      {
        ...airports,
        AttributeDefinitions: [
          ...(airports.AttributeDefinitions ?? []),
          { AttributeName: 'x', AttributeType: 'S' as const },
        ],
      },
      /Number of attributes in KeySchema does not exactly match/,
    ],
    [
      'no throughput when provisioned',
      { ...airports, BillingMode: 'PROVISIONED' as const },
      /ReadCapacityUnits and WriteCapacityUnits must both be specified/,
    ],
    [
      'throughput when on-demand',
      { ...airports, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      /Neither ReadCapacityUnits nor WriteCapacityUnits/,
    ],
    [
      'a KMS key that does not exist',
      { ...airports, SSESpecification: { Enabled: true, KMSMasterKeyId: 'alias/none' } },
      /does not exist/,
    ],
  ])('is refused with %s', async (_, input, message) => {
    const refused = await failure(aws.dynamodb.send(new CreateTableCommand(input)));
    expect(refused).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(refused.message).toMatch(message);
  });

  test('cannot be created twice, nor encrypted with a disabled key', async () => {
    await makeTable(emulator, aws.dynamodb);
    expect(await failure(aws.dynamodb.send(new CreateTableCommand(airports)))).toEqual({
      name: 'ResourceInUseException',
      message: 'Table already exists: airports',
      status: 400,
    });
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({}));
    await aws.kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    const encrypted = {
      ...airports,
      TableName: 'secret',
      SSESpecification: { Enabled: true, KMSMasterKeyId: KeyMetadata?.Arn },
    };
    expect((await failure(aws.dynamodb.send(new CreateTableCommand(encrypted)))).message).toMatch(/is disabled/);
  });

  test('becomes inaccessible when its key is disabled', async () => {
    const { KeyMetadata } = await aws.kms.send(new CreateKeyCommand({}));
    await makeTable(emulator, aws.dynamodb, {
      ...airports,
      SSESpecification: { Enabled: true, KMSMasterKeyId: KeyMetadata?.Arn },
    });
    await aws.kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    expect((await described()).TableStatus).toBe('INACCESSIBLE_ENCRYPTION_CREDENTIALS');
  });

  test('names are listed in pages of 100', async () => {
    const names = Array.from({ length: 130 }, (_, at) => `route-${String(at).padStart(3, '0')}`);
    for (const TableName of names) await aws.dynamodb.send(new CreateTableCommand({ ...airports, TableName }));
    const first = await aws.dynamodb.send(new ListTablesCommand({}));
    expect(first.TableNames).toEqual(names.slice(0, 100));
    const rest = await aws.dynamodb.send(
      new ListTablesCommand({ ExclusiveStartTableName: first.LastEvaluatedTableName }),
    );
    expect(rest.TableNames).toEqual(names.slice(100));
    expect(rest.LastEvaluatedTableName).toBeUndefined();
  });
});
