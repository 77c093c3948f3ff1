import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeRecoveryPointCommand, ListTagsCommand } from '@aws-sdk/client-backup';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  EnableKinesisStreamingDestinationCommand,
  PutItemCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { unsealWith } from '../src/seal-metadata.ts';
import { decodePointTags, lostSettings } from '../src/domain/point-tags.ts';
import { AWAY, createTable, HOME, VAULT, type Owner } from './aws-account.ts';
import { backupOf, copyOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const STREAM = 'arn:aws:kinesis:us-east-1:111122223333:stream/changes';

/** Auto scaling, Contributor Insights and a Kinesis destination, all on. */
async function attach(owner: Owner, table: string): Promise<void> {
  const scaling = owner.autoScaling();
  const target = {
    ServiceNamespace: 'dynamodb',
    ResourceId: `table/${table}`,
    ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
  } as const;
  await scaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 40 }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'keep',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 70,
        ScaleInCooldown: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
      },
    }),
  );
  const client = owner.dynamodb();
  await client.send(
    new UpdateContributorInsightsCommand({
      TableName: table,
      ContributorInsightsAction: 'ENABLE',
      ContributorInsightsMode: 'THROTTLED_KEYS',
    }),
  );
  await client.send(new EnableKinesisStreamingDestinationCommand({ TableName: table, StreamArn: STREAM }));
}

for (const engine of await availableEngines()) {
  describe(`backup, copy, restore on ${engine.name}`, () => {
    let world: World;
    let table: Awaited<ReturnType<typeof createTable>>;
    let point: PointMade;

    beforeAll(async () => {
      world = await startWorld(engine);
      table = await createTable(world.owner, 'Flights', {
        AttributeDefinitions: [
          { AttributeName: 'iata', AttributeType: 'S' },
          { AttributeName: 'country', AttributeType: 'S' },
        ],
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-country',
            KeySchema: [{ AttributeName: 'country', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
            ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 2 },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        Tags: [{ Key: 'backup', Value: 'nightly' }],
      });
      const client = world.owner.dynamodb();
      await client.send(
        new PutItemCommand({ TableName: 'Flights', Item: { iata: { S: 'AKL' }, country: { S: 'NZ' } } }),
      );
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'Flights',
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
        }),
      );
      await eventually(() =>
        client.send(
          new UpdateContinuousBackupsCommand({
            TableName: 'Flights',
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
          }),
        ),
      );
      await client.send(new UpdateTableCommand({ TableName: 'Flights', DeletionProtectionEnabled: true }));
      const { taskId } = await world.perform(backupOf(table));
      point = (await world.succeeded(taskId)).point!;
    });
    afterAll(() => world.stop());

    test('a backup tells all the catalog needs, and AWS has the point', async () => {
      expect(point).toMatchObject({
        region: HOME,
        vaultName: VAULT,
        table,
        sourceRecoveryPointArn: null,
        selfSufficient: true,
        settings: {
          tableName: 'Flights',
          provisioned: { read: 5, write: 4 },
          tableClass: 'STANDARD_INFREQUENT_ACCESS',
          stream: { viewType: 'NEW_AND_OLD_IMAGES' },
          deletionProtection: true,
          timeToLive: { state: 'known', value: { attribute: 'expires' } },
          pointInTimeRecovery: { state: 'known', value: { recoveryPeriodDays: 7 } },
        },
      });
      const inAws = await world.owner
        .backup()
        .send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: point.recoveryPointArn }));
      expect(inAws).toMatchObject({ Status: 'COMPLETED', BackupSizeInBytes: point.sizeBytes });
    });

    test('the point alone, with the keyring, says what it is and what a restore would lose', async () => {
      const { Tags } = await world.owner.backup().send(new ListTagsCommand({ ResourceArn: point.recoveryPointArn }));
      expect(Tags).toMatchObject({ team: 'flights', backup: 'nightly' });
      const ours = Object.keys(Tags!).filter((key) => key.startsWith('tablekeep:'));
      expect(ours.length).toBeLessThanOrEqual(12);
      expect(JSON.stringify(Tags)).not.toContain('expires');
      expect(decodePointTags(Tags!, unsealWith(world.keyring))).toMatchObject({
        table: { name: 'Flights', tableId: table.tableId },
        origin: { policyName: 'Gold', retention: { backupDays: 35, copyDays: 90 } },
        settings: { timeToLive: { state: 'known', value: { attribute: 'expires' } } },
      });
    });

    test('a copy in another Region has its own retention and its source named', async () => {
      const { taskId } = await world.perform(copyOf(point));
      const copy = (await world.succeeded(taskId)).point!;
      expect(copy).toMatchObject({
        region: AWAY,
        vaultName: VAULT,
        sourceRecoveryPointArn: point.recoveryPointArn,
        table,
        origin: { kind: 'COPY' },
        selfSufficient: true,
      });
      expect(copy.recoveryPointArn).not.toBe(point.recoveryPointArn);
      const inAws = await world.owner
        .backup(AWAY)
        .send(new DescribeRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: copy.recoveryPointArn }));
      expect(inAws.Lifecycle?.DeleteAfterDays).toBe(90);
    });

    test('a restore under a new name brings back items and every setting, changed where asked', async () => {
      const { taskId } = await world.perform(
        restoreOf(point, 'Flights-2', { readCapacityUnits: 7, writeCapacityUnits: 7, deletionProtection: false }),
      );
      const { restored, warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([]);
      const outcome = (property: string) => restored!.lines.find((line) => line.property === property)?.outcome;
      expect(Object.fromEntries(restored!.lines.map((line) => [line.property, line.outcome]))).toMatchObject({
        keySchema: 'SAME',
        globalIndexes: 'SAME',
        billingMode: 'SAME',
        provisionedCapacity: 'CHANGED_AS_ASKED',
        'indexCapacity.by-country': 'CHANGED_AS_ASKED',
        tableClass: 'SAME',
        tags: 'SAME',
        timeToLive: 'SAME',
        pointInTimeRecovery: 'SAME',
        deletionProtection: 'CHANGED_AS_ASKED',
      });
      expect(outcome('stream')).toBe('SAME');
      const client = world.owner.dynamodb();
      const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Flights-2' }));
      expect(Table).toMatchObject({
        TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
        ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 7 },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        DeletionProtectionEnabled: false,
      });
      const ofRestores = world.heard.filter((event) => event.type === 'dev.tablekeep.table.restored.v1');
      const said = ofRestores.filter((event) => event.data.taskId === taskId);
      expect(said).toHaveLength(1);
      expect(said[0]!.data).toMatchObject({
        sourceTableArn: table.arn,
        tableArn: `${table.arn}-2`,
        tableId: Table!.TableId,
        streamArn: Table!.LatestStreamArn,
        report: {
          arns: [
            { of: 'TABLE', from: table.arn, to: `${table.arn}-2` },
            { of: 'STREAM', from: point.settings!.stream!.arn, to: Table!.LatestStreamArn },
          ],
          found: { tableName: 'Flights-2' },
        },
      });
      expect(outcome('streamArn')).toBe('NOT_RESTORABLE');
      const { Items } = await client.send(new ScanCommand({ TableName: 'Flights-2' }));
      expect(Items).toEqual([{ iata: { S: 'AKL' }, country: { S: 'NZ' } }]);
    });

    test('TTL and stream that are held back are not set, and the task says so', async () => {
      const { taskId } = await world.perform(restoreOf(point, 'Flights-3', { timeToLive: 'HOLD', streams: 'HOLD' }));
      const { restored, warnings } = await world.succeeded(taskId);
      const held = restored!.lines.filter((line) => line.outcome === 'HELD').map((line) => line.property);
      expect(held.sort()).toEqual(['stream', 'timeToLive']);
      expect(warnings).toHaveLength(2);
      expect(warnings.join(' ')).toContain('timeToLive is held back: it was on expires at backup');
    });

    test('settings held of a table whose settings at backup are not known are not called set', async () => {
      const held = await world.perform(restoreOf(point, 'Unknown', { timeToLive: 'HOLD' }));
      const { tableArn: arn, tableId } = (await world.succeeded(held.taskId)).restored!.found!;
      const settingsOf = { arn, tableId, only: ['timeToLive'] };
      const { taskId } = await world.perform({ ...restoreOf(point, 'Unknown', {}, null), settingsOf });
      expect(await world.failed(taskId)).toMatchObject({ code: 'SETTINGS_UNKNOWN' });
    });

    test('settings held of a table whose point told only a part of them can be set all the same', async () => {
      const settings = point.settings!;
      const told = { ...lostSettings(settings), tags: settings.tags };
      const held = restoreOf(point, 'Told', { timeToLive: 'HOLD' }, told as typeof settings);
      const { restored } = await world.succeeded((await world.perform(held)).taskId);
      expect(restored!.lines.find((line) => line.property === 'timeToLive')).toMatchObject({ outcome: 'HELD' });
      expect(restored!.atBackup).toMatchObject({ timeToLive: settings.timeToLive, billingMode: settings.billingMode });
      const { tableArn: arn, tableId } = restored!.found!;
      const settingsOf = { arn, tableId, only: ['timeToLive'] };
      const { taskId } = await world.perform({ ...restoreOf(point, 'Told', {}, restored!.atBackup), settingsOf });
      expect((await world.succeeded(taskId)).restored!.lines).toMatchObject([
        { property: 'timeToLive', atBackup: 'on expires', found: 'on expires', outcome: 'SAME' },
      ]);
      // Where the point told all of it, or nothing is held, nobody needs it.
      const whole = await world.perform(restoreOf(point, 'Told-all', { timeToLive: 'HOLD' }));
      expect((await world.succeeded(whole.taskId)).restored!.atBackup).toBeUndefined();
    });

    test('what hangs on a table in other APIs is in the snapshot and the tags, and comes back but for Kinesis', async () => {
      const tracked = await createTable(world.owner, 'Tracked', {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
      });
      await attach(world.owner, 'Tracked');
      const { taskId } = await world.perform(backupOf(tracked));
      const made = (await world.succeeded(taskId)).point!;
      const policy = { name: 'keep', targetPercent: 70, scaleInCooldownSeconds: 60, scaleInDisabled: false };
      const attached = {
        autoScaling: {
          state: 'known',
          value: [{ index: null, capacity: 'WRITE', minimum: 2, maximum: 40, policies: [policy] }],
        },
        contributorInsights: { state: 'known', value: [{ index: null, mode: 'THROTTLED_KEYS' }] },
        kinesisDestinations: { state: 'known', value: [{ streamArn: STREAM, precision: 'MILLISECOND' }] },
      };
      expect(made.settings).toMatchObject(attached);
      const { Tags } = await world.owner.backup().send(new ListTagsCommand({ ResourceArn: made.recoveryPointArn }));
      expect(decodePointTags(Tags!, unsealWith(world.keyring))?.settings).toMatchObject(attached);

      const restore = await world.perform(restoreOf(made, 'Tracked-2'));
      const { restored, warnings } = await world.succeeded(restore.taskId);
      const found = Object.fromEntries(restored!.lines.map((line) => [line.property, line.outcome]));
      expect(found).toMatchObject({
        autoScaling: 'SAME',
        contributorInsights: 'SAME',
        kinesisDestinations: 'NOT_RESTORABLE',
      });
      expect(warnings).toEqual([`kinesisDestinations is not restored: it was ${STREAM} MILLISECOND at backup.`]);

      // Where there is nothing to scale, what was scaled is named.
      const onDemand = await world.perform(restoreOf(made, 'Tracked-3', { billingMode: 'PAY_PER_REQUEST' }));
      expect((await world.succeeded(onDemand.taskId)).warnings).toContain(
        'autoScaling is not restored: it was table write 2 to 40, at 70 %, 60 s after scaling in at backup.',
      );
    });

    test('a restore to on-demand with an AWS-managed key is what was asked', async () => {
      const { taskId } = await world.perform(
        restoreOf(point, 'Flights-4', {
          billingMode: 'PAY_PER_REQUEST',
          encryption: { type: 'AWS_MANAGED', kmsKeyArn: null },
          tableClass: 'STANDARD',
        }),
      );
      const { restored, warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([]);
      const asked = restored!.lines.filter((line) => line.outcome === 'CHANGED_AS_ASKED').map((line) => line.property);
      expect(asked).toEqual(expect.arrayContaining(['billingMode', 'encryption', 'tableClass']));
    });

    test('a restore to the original name once the table is gone has its tags, aws: tags aside', async () => {
      const client = world.owner.dynamodb();
      await client.send(new TagResourceCommand({ ResourceArn: table.arn, Tags: [{ Key: 'later', Value: 'yes' }] }));
      await client.send(new UpdateTableCommand({ TableName: 'Flights', DeletionProtectionEnabled: false }));
      await eventually(() => client.send(new DeleteTableCommand({ TableName: 'Flights' })));
      await waitUntilTableNotExists(
        { client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.2 },
        { TableName: 'Flights' },
      );
      const { taskId } = await world.perform(restoreOf(point, 'Flights'));
      const { restored, warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([]);
      expect(restored!.lines.find((line) => line.property === 'tags')).toMatchObject({ found: 'backup=nightly' });
    });
  });
}
