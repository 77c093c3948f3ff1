import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateBackupVaultCommand,
  DescribeRecoveryPointCommand,
  ListRecoveryPointsByResourceCommand,
  ListTagsCommand,
} from '@aws-sdk/client-backup';
import {
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { startEmulator } from '@tablekeep/aws-emulator';
import {
  backedUp,
  backupJob,
  copied,
  copyJob,
  restored,
  restoreJob,
  startBackup,
  startCopy,
  startRestore,
  vaultArnIn,
} from './backup-steps.ts';
import { AWAY, HOUR, MINUTE, airports, arnOf, clients, failure, makeTable, putAirports } from './clients.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Emulator } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let home: ReturnType<typeof clients>;
let away: ReturnType<typeof clients>;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
  home = clients(emulator.endpoint);
  away = clients(emulator.endpoint, AWAY);
});
afterEach(() => emulator.stop());

async function everyItem(dynamodb: DynamoDBClient, TableName: string): Promise<Map<string, unknown>> {
  const items = new Map<string, unknown>();
  let ExclusiveStartKey;
  do {
    const page: {
      Items?: Record<string, unknown>[] | undefined;
      LastEvaluatedKey?: Record<string, never> | undefined;
    } = (await dynamodb.send(new ScanCommand({ TableName, ExclusiveStartKey }))) as never;
    for (const item of page.Items ?? []) items.set(JSON.stringify(item['iata']), item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

describe('backup, copy and restore', () => {
  test('bring thousands of items back in another Region after the table is gone', async () => {
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      AttributeDefinitions: [
        { AttributeName: 'iata', AttributeType: 'S' },
        { AttributeName: 'country', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCountry',
          KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    await putAirports(home.dynamodb, 5_000);
    const before = await everyItem(home.dynamodb, 'airports');
    const backup = await backedUp(emulator, home.backup);
    expect(backup).toMatchObject({ State: 'COMPLETED', PercentDone: '100.0', MessageCategory: 'SUCCESS' });
    const copy = await copied(emulator, home.backup, backup.RecoveryPointArn ?? '');
    expect(copy.State).toBe('COMPLETED');
    expect(copy.DestinationRecoveryPointArn).toMatch(/^arn:aws:backup:eu-west-1:\d{12}:recovery-point:[0-9a-f-]{36}$/);
    expect(copy.DestinationRecoveryPointArn?.slice(-36)).not.toBe(backup.RecoveryPointArn?.slice(-36));

    await home.dynamodb.send(new DeleteTableCommand({ TableName: 'airports' }));
    await emulator.clock.advance(MINUTE);
    const realStart = performance.now();
    const restore = await restored(emulator, away.backup, copy.DestinationRecoveryPointArn ?? '', {
      targetTableName: 'airports',
      encryptionType: 'Default',
    });
    expect(performance.now() - realStart).toBeLessThan(2_000);
    expect(restore).toMatchObject({
      Status: 'COMPLETED',
      PercentDone: '100.00%',
      CreatedResourceArn: arnOf('airports', AWAY),
    });
    expect(await everyItem(away.dynamodb, 'airports')).toEqual(before);
    const indexed = await away.dynamodb.send(
      new QueryCommand({
        TableName: 'airports',
        IndexName: 'byCountry',
        KeyConditionExpression: 'country = :c',
        ExpressionAttributeValues: { ':c': { S: 'KE' } },
        Select: 'COUNT',
      }),
    );
    expect(indexed.Count).toBe(1_250);
  });

  test('keep the items as they were when the backup started', async () => {
    await makeTable(emulator, home.dynamodb);
    await putAirports(home.dynamodb, 10);
    const { BackupJobId, RecoveryPointArn } = await startBackup(home.backup);
    await home.dynamodb.send(new DeleteItemCommand({ TableName: 'airports', Key: { iata: { S: 'A0003' } } }));
    await home.dynamodb.send(new PutItemCommand({ TableName: 'airports', Item: { iata: { S: 'NEW' } } }));
    await emulator.clock.advance(10 * MINUTE);
    expect((await backupJob(home.backup, BackupJobId)).State).toBe('COMPLETED');
    await restored(emulator, home.backup, RecoveryPointArn ?? '', { targetTableName: 'airports-then' });
    const then = await everyItem(home.dynamodb, 'airports-then');
    expect(then.size).toBe(10);
    expect(then.has(JSON.stringify({ S: 'A0003' }))).toBe(true);
    expect((await everyItem(home.dynamodb, 'airports')).size).toBe(10);
  });

  test('go through their states, and the restored table is not usable before the end', async () => {
    await makeTable(emulator, home.dynamodb);
    const { BackupJobId, RecoveryPointArn = '' } = await startBackup(home.backup);
    expect(RecoveryPointArn).toMatch(/^arn:aws:backup:us-east-1:/);
    const created = await backupJob(home.backup, BackupJobId);
    expect(created).toMatchObject({ State: 'CREATED', PercentDone: '0.0' });
    expect(created.CompletionDate).toBeUndefined();
    await emulator.clock.advance(2 * MINUTE);
    expect((await backupJob(home.backup, BackupJobId)).State).toBe('RUNNING');
    const point = () =>
      home.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn }));
    expect((await point()).Status).toBe('CREATING');
    expect(await failure(home.dynamodb.send(new DeleteTableCommand({ TableName: 'airports' })))).toMatchObject({
      name: 'ResourceInUseException',
    });
    await emulator.clock.advance(5 * MINUTE);
    expect((await backupJob(home.backup, BackupJobId)).State).toBe('COMPLETED');
    expect(await point()).toMatchObject({ Status: 'COMPLETED', StorageClass: 'WARM', ResourceType: 'DynamoDB' });

    const { CopyJobId } = await startCopy(home.backup, RecoveryPointArn);
    expect((await copyJob(home.backup, CopyJobId)).State).toBe('CREATED');
    await emulator.clock.advance(2 * MINUTE);
    expect(await copyJob(home.backup, CopyJobId)).toMatchObject({
      State: 'RUNNING',
      SourceRecoveryPointArn: RecoveryPointArn,
    });

    const { RestoreJobId } = await startRestore(home.backup, RecoveryPointArn, { targetTableName: 'again' });
    expect(await restoreJob(home.backup, RestoreJobId)).toMatchObject({ Status: 'PENDING', PercentDone: '0.00%' });
    await emulator.clock.advance(10 * MINUTE);
    const running = await restoreJob(home.backup, RestoreJobId);
    expect(running.Status).toBe('RUNNING');
    expect(running.CreatedResourceArn).toBeUndefined();
    const { Table } = await home.dynamodb.send(new DescribeTableCommand({ TableName: 'again' }));
    expect(Table).toMatchObject({
      TableStatus: 'CREATING',
      RestoreSummary: { RestoreInProgress: true, SourceTableArn: arnOf('airports') },
    });
    expect(
      (await failure(home.dynamodb.send(new GetItemCommand({ TableName: 'again', Key: { iata: { S: 'A' } } })))).name,
    ).toBe('ResourceNotFoundException');
    await emulator.clock.advance(HOUR);
    expect((await restoreJob(home.backup, RestoreJobId)).CreatedResourceArn).toBe(arnOf('again'));
    expect((await home.dynamodb.send(new DescribeTableCommand({ TableName: 'again' }))).Table).toMatchObject({
      TableStatus: 'ACTIVE',
      RestoreSummary: { RestoreInProgress: false },
    });
  });

  test('drop what AWS drops and bring back what AWS brings back', async () => {
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      OnDemandThroughput: { MaxReadRequestUnits: 40, MaxWriteRequestUnits: 20 },
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'team', Value: 'routes' }],
    });
    await home.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: 'airports',
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
      }),
    );
    await home.dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName: 'airports',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    const Policy = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' }],
    });
    await home.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: arnOf('airports'), Policy }));
    await emulator.clock.advance(10 * MINUTE);

    const { RecoveryPointArn = '' } = await backedUp(emulator, home.backup);
    await restored(emulator, home.backup, RecoveryPointArn, { targetTableName: 'restored' });
    const { Table } = await home.dynamodb.send(new DescribeTableCommand({ TableName: 'restored' }));
    expect(Table).toMatchObject({
      KeySchema: airports.KeySchema,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      OnDemandThroughput: { MaxReadRequestUnits: 40, MaxWriteRequestUnits: 20 },
      DeletionProtectionEnabled: false,
    });
    expect(Table?.TableClassSummary).toBeUndefined();
    expect(Table?.StreamSpecification).toBeUndefined();
    const ResourceArn = arnOf('restored');
    expect((await home.dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([]);
    expect(
      (await home.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'restored' }))).TimeToLiveDescription,
    ).toEqual({ TimeToLiveStatus: 'DISABLED' });
    const recovery = await home.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: 'restored' }));
    expect(recovery.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'DISABLED',
    });
    expect((await failure(home.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn })))).name).toBe(
      'PolicyNotFoundException',
    );
  });

  test('bring provisioned capacity back for the table and its index', async () => {
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 11, WriteCapacityUnits: 12 },
      AttributeDefinitions: [
        ...(airports.AttributeDefinitions ?? []),
        { AttributeName: 'country', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCountry',
          KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
          ProvisionedThroughput: { ReadCapacityUnits: 13, WriteCapacityUnits: 14 },
        },
      ],
    });
    const { RecoveryPointArn = '' } = await backedUp(emulator, home.backup);
    await restored(emulator, home.backup, RecoveryPointArn, { targetTableName: 'restored' });
    const { Table } = await home.dynamodb.send(new DescribeTableCommand({ TableName: 'restored' }));
    expect(Table?.BillingModeSummary).toBeUndefined();
    expect(Table).toMatchObject({
      ProvisionedThroughput: { ReadCapacityUnits: 11, WriteCapacityUnits: 12 },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byCountry',
          IndexStatus: 'ACTIVE',
          ProvisionedThroughput: { ReadCapacityUnits: 13, WriteCapacityUnits: 14 },
        },
      ],
    });
  });
});

describe('encryption of a restored table', () => {
  const sse = async (dynamodb: DynamoDBClient, TableName: string) =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.SSEDescription;

  test('reuses the table’s own key in its Region, and follows the metadata otherwise', async () => {
    const { KeyMetadata } = await home.kms.send(new CreateKeyCommand({}));
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      SSESpecification: { Enabled: true, KMSMasterKeyId: KeyMetadata?.Arn },
    });
    const { RecoveryPointArn = '' } = await backedUp(emulator, home.backup);
    await restored(emulator, home.backup, RecoveryPointArn, { targetTableName: 'own-key' });
    expect((await sse(home.dynamodb, 'own-key'))?.KMSMasterKeyArn).toBe(KeyMetadata?.Arn);
    await restored(emulator, home.backup, RecoveryPointArn, {
      TargetTableName: 'aws-owned',
      EncryptionType: 'Default',
    });
    expect(await sse(home.dynamodb, 'aws-owned')).toBeUndefined();
    await restored(emulator, home.backup, RecoveryPointArn, { targetTableName: 'aws-managed', encryptionType: 'KMS' });
    const managed = (await sse(home.dynamodb, 'aws-managed'))?.KMSMasterKeyArn;
    expect(managed).toMatch(/^arn:aws:kms:us-east-1:/);
    expect(managed).not.toBe(KeyMetadata?.Arn);
  });

  test('must be said in another Region, with a key of that Region', async () => {
    const { KeyMetadata } = await home.kms.send(new CreateKeyCommand({}));
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      SSESpecification: { Enabled: true, KMSMasterKeyId: KeyMetadata?.Arn },
    });
    const { RecoveryPointArn = '' } = await backedUp(emulator, home.backup);
    const { DestinationRecoveryPointArn = '' } = await copied(emulator, home.backup, RecoveryPointArn);
    expect(
      await restored(emulator, away.backup, DestinationRecoveryPointArn, { targetTableName: 'silent' }),
    ).toMatchObject({
      Status: 'FAILED',
      StatusMessage: 'Encryption settings must be specified when restoring to a different Region',
    });
    const foreign = { targetTableName: 'foreign', encryptionType: 'KMS', kmsMasterKeyArn: KeyMetadata?.Arn ?? '' };
    expect(await restored(emulator, away.backup, DestinationRecoveryPointArn, foreign)).toMatchObject({
      Status: 'FAILED',
      StatusMessage: 'Given key ID is not accessible',
    });
    emulator.setBehaviour({ missingEncryption: 'sync' });
    expect(
      (await failure(startRestore(away.backup, DestinationRecoveryPointArn, { targetTableName: 'silent' }))).name,
    ).toBe('InvalidParameterValueException');
  });

  test('a backup of a table whose key is disabled fails', async () => {
    const { KeyMetadata } = await home.kms.send(new CreateKeyCommand({}));
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      SSESpecification: { Enabled: true, KMSMasterKeyId: KeyMetadata?.Arn },
    });
    await home.kms.send(new DisableKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    expect(await backedUp(emulator, home.backup)).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'Given key ID is not accessible',
    });
  });
});

describe('tags and dates', () => {
  test('the point carries the table’s tags and the job’s, which win; so does its copy, with the source’s creation date', async () => {
    await makeTable(emulator, home.dynamodb, {
      ...airports,
      Tags: [
        { Key: 'team', Value: 'routes' },
        { Key: 'run', Value: 'table' },
      ],
    });
    await away.backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'copies' }));
    const job = await backedUp(emulator, home.backup, {
      RecoveryPointTags: { run: '42' },
      Lifecycle: { DeleteAfterDays: 30 },
    });
    const tagsOf = async (aws: typeof home, ResourceArn: string) =>
      (await aws.backup.send(new ListTagsCommand({ ResourceArn }))).Tags;
    expect(await tagsOf(home, job.RecoveryPointArn ?? '')).toEqual({ team: 'routes', run: '42' });
    await emulator.clock.advance(48 * HOUR);
    const copy = await copied(emulator, home.backup, job.RecoveryPointArn ?? '', {
      DestinationBackupVaultArn: vaultArnIn(AWAY, 'copies'),
    });
    expect(await tagsOf(away, copy.DestinationRecoveryPointArn ?? '')).toEqual({ team: 'routes', run: '42' });
    const source = await home.backup.send(
      new DescribeRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn: job.RecoveryPointArn }),
    );
    const target = await away.backup.send(
      new DescribeRecoveryPointCommand({
        BackupVaultName: 'copies',
        RecoveryPointArn: copy.DestinationRecoveryPointArn,
      }),
    );
    expect(target.CreationDate).toEqual(source.CreationDate);
    expect(target.Lifecycle?.DeleteAfterDays).toBe(30);
    expect(target.CalculatedLifecycle?.DeleteAt).toEqual(source.CalculatedLifecycle?.DeleteAt);
    expect(target.SourceBackupVaultArn).toBe(vaultArnIn('us-east-1', 'Default'));
    const byResource = await away.backup.send(
      new ListRecoveryPointsByResourceCommand({ ResourceArn: arnOf('airports') }),
    );
    expect(byResource.RecoveryPoints?.map((point) => point.BackupVaultName)).toEqual(['copies']);
  });
});
