import { DeleteRecoveryPointCommand, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import {
  BatchWriteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventData, PointMade } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { TEMPORARY_PREFIX, TEMPORARY_TAG, temporaryMark, temporaryTableName } from '@tablekeep/schema/temporary-tables';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, createTable, HOME, operatorActions, ownerKeys } from './aws-account.ts';
import { backupOf, copyOf, verifyOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const engines = await availableEngines();

for (const engine of engines) {
  describe(`a restore that is only a test on ${engine.name}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine, { emulator: { behaviour: { tokenMemory: 'none' } } });
    });
    afterEach(() => world.stop());

    const tablesIn = async (region = HOME) =>
      (await world.owner.dynamodb(region).send(new ListTablesCommand({}))).TableNames ?? [];
    const restores = async () =>
      (await world.owner.backup().send(new ListRestoreJobsCommand({}))).RestoreJobs!.map((job) => job.Status);

    async function backedUp(
      name: string,
      extra: Parameters<typeof createTable>[2] = {},
      items = 7,
    ): Promise<PointMade> {
      const table = await createTable(world.owner, name, extra);
      const put = Array.from({ length: items }, (_, at) => ({ PutRequest: { Item: { iata: { S: `A${at}` } } } }));
      if (put.length > 0)
        await world.owner.dynamodb().send(new BatchWriteItemCommand({ RequestItems: { [name]: put } }));
      const { taskId } = await world.perform(backupOf(table));
      return (await world.succeeded(taskId)).point!;
    }

    test('brings the point back, looks, measures, and leaves nothing behind', async () => {
      const point = await backedUp('Airports', {
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      });
      const { taskId } = await world.perform(verifyOf(point));
      const name = temporaryTableName(taskId, 1);
      const seen = await eventually(
        async () => {
          const { Table } = await world.owner.dynamodb().send(new DescribeTableCommand({ TableName: name }));
          expect(Table?.TableStatus).toBe('ACTIVE');
          return Table!;
        },
        { everyMs: 5, timeoutMs: 15_000 },
      );
      expect(seen.DeletionProtectionEnabled ?? false).toBe(false);
      expect(seen.StreamSpecification).toBeUndefined();
      const { verification, warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([]);
      expect(verification).toMatchObject({
        restorePointId: 'restore-point-1',
        recoveryPointArn: point.recoveryPointArn,
        outcome: 'VERIFIED',
        itemCount: 7,
        countedExactly: false,
        problems: [],
      });
      // A minute of AWS's time, and what our looking adds.
      expect(verification?.restoreSeconds).toBeGreaterThanOrEqual(60);
      expect(verification?.restoreSeconds).toBeLessThan(600);
      expect(await tablesIn()).toEqual(['Airports']);
      for (const call of ['Scan', 'UpdateTable', 'UpdateTimeToLive', 'UpdateContinuousBackups'])
        expect(world.calls(call)).toBe(0);
    });

    test('counts every item where somebody asked, in as many goes as the table’s capacity asks for', async () => {
      const provisioned = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
      const table = await createTable(world.owner, 'Counted', {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: provisioned,
      });
      // Pages of a Scan end at 1 MB, and each is more than the table's capacity gives in one go.
      const Item = (at: number) => ({ iata: { S: `A${at}` }, padding: { S: 'x'.repeat(300_000) } });
      const put = Array.from({ length: 9 }, (_, at) => ({ PutRequest: { Item: Item(at) } }));
      await world.owner.dynamodb().send(new BatchWriteItemCommand({ RequestItems: { Counted: put } }));
      const made = await world.perform(backupOf(table));
      const point = (await world.succeeded(made.taskId)).point!;
      const { taskId } = await world.perform(verifyOf(point, { countItems: true }));
      expect((await world.succeeded(taskId)).verification).toMatchObject({ itemCount: 9, countedExactly: true });
      expect(world.calls('Scan')).toBeGreaterThanOrEqual(3);
      const again = await world.perform(verifyOf(point, { countItems: true, countedBefore: 22 }));
      expect(await world.failed(again.taskId)).toMatchObject({
        code: 'VERIFICATION_FAILED',
        verification: { outcome: 'FAILED', problems: [expect.stringContaining('earlier verification')] },
      });
      expect(await tablesIn()).toEqual(['Counted']);
    });

    test('says what is not as it was, and removes the table all the same', async () => {
      const point = await backedUp('Tampered');
      const index = {
        name: 'by-country',
        keySchema: [{ attribute: 'country', role: 'HASH' as const }],
        projection: { type: 'ALL' as const, nonKeyAttributes: [] },
        provisioned: null,
        onDemandMaximum: null,
      };
      const settings: TableSettings = { ...point.settings!, globalIndexes: [index] };
      const { taskId } = await world.perform(verifyOf(point, { settings }));
      const failed = await world.failed(taskId);
      expect(failed).toMatchObject({
        code: 'VERIFICATION_FAILED',
        retryable: false,
        verification: {
          outcome: 'FAILED',
          problems: ['The global index by-country is missing.'],
          restoreSeconds: expect.any(Number),
        },
      });
      expect(failed.reason).toContain('by-country');
      expect(await tablesIn()).toEqual(['Tampered']);
    });

    test('a point that AWS cannot bring back is FAILED; one that could not be tried is not', async () => {
      const point = await backedUp('Broken');
      world.emulator.fault({
        service: 'backup',
        operation: 'StartRestoreJob',
        count: 1,
        kind: 'jobFailed',
        message: 'Internal failure',
      });
      const broken = await world.perform(verifyOf(point));
      expect(await world.failed(broken.taskId)).toMatchObject({
        code: 'JOB_FAILED',
        verification: {
          outcome: 'FAILED',
          restoreSeconds: null,
          problems: [expect.stringContaining('Internal failure')],
        },
      });
      await world.owner.allow(operatorActions.filter((action) => action !== 'backup:StartRestoreJob'));
      const untried = await world.perform(verifyOf(point));
      const failed = await world.failed(untried.taskId);
      expect(failed.code).toBe('ACCESS_DENIED');
      expect(failed.verification).toBeUndefined();
      await world.owner.allow(operatorActions);
      await world.owner.backup().send(
        new DeleteRecoveryPointCommand({
          BackupVaultName: point.vaultName,
          RecoveryPointArn: point.recoveryPointArn,
        }),
      );
      await eventually(async () => {
        const gone = await world.perform(verifyOf(point));
        expect(await world.failed(gone.taskId)).toMatchObject({
          code: expect.stringMatching(/^POINT_NOT_/u),
          verification: { outcome: 'FAILED' },
        });
      });
      expect(await tablesIn()).toEqual(['Broken']);
    });

    test('a copy is verified where it lies, with the key AWS owns', async () => {
      const point = await backedUp('Copied');
      const copied = await world.perform(copyOf(point));
      const copy = (await world.succeeded(copied.taskId)).point!;
      const { taskId } = await world.perform(verifyOf({ ...copy, settings: point.settings }), { region: AWAY });
      expect((await world.succeeded(taskId)).verification).toMatchObject({ outcome: 'VERIFIED', problems: [] });
      expect(await tablesIn(AWAY)).toEqual([]);
    });

    test('a role that may not delete its table leaves it, says so, and the next scan deletes it once it may', async () => {
      const point = await backedUp('Left');
      await world.owner.allow(operatorActions.filter((action) => action !== 'dynamodb:DeleteTable'));
      const { taskId } = await world.perform(verifyOf(point));
      const { verification, warnings } = await world.succeeded(taskId);
      expect(verification?.outcome).toBe('VERIFIED');
      expect(warnings).toEqual([expect.stringMatching(/still there: .*may not dynamodb:DeleteTable/u)]);
      const name = temporaryTableName(taskId, 1);
      const refused = await world.perform({ kind: 'SCAN' });
      expect((await world.succeeded(refused.taskId)).warnings).toEqual([expect.stringContaining(name)]);
      await world.owner.allow(operatorActions);
      const scan = await world.perform({ kind: 'SCAN' });
      expect(await world.succeeded(scan.taskId)).toMatchObject({ warnings: [], scan: { tables: 1 } });
      await eventually(async () => expect(await tablesIn()).toEqual(['Left']));
    });

    test('the role may delete tables of verifications and no other', async () => {
      const point = await backedUp('Precious');
      const session = await new STSClient({
        endpoint: world.emulator.endpoint,
        region: HOME,
        credentials: ownerKeys,
      }).send(
        new AssumeRoleCommand({
          RoleArn: account.roleArn,
          RoleSessionName: 'somebody',
          ExternalId: account.externalId,
        }),
      );
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session.Credentials ?? {};
      const asOperator = new DynamoDBClient({
        endpoint: world.emulator.endpoint,
        region: HOME,
        credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      });
      for (const command of [
        new DeleteTableCommand({ TableName: 'Precious' }),
        new ScanCommand({ TableName: 'Precious' }),
      ])
        await expect(asOperator.send(command)).rejects.toThrow(/not authorized/u);
      // Only the name says so: whoever has such a table keeps it.
      const lookalike = await createTable(world.owner, `${TEMPORARY_PREFIX}mine`);
      const { taskId } = await world.perform(verifyOf(point));
      await world.succeeded(taskId);
      const scan = await world.perform({ kind: 'SCAN' });
      expect((await world.succeeded(scan.taskId)).scan?.tables).toBe(2);
      expect(await tablesIn()).toEqual(['Precious', lookalike.name]);
      const inventory = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.inventory.scanned.v1' ? event.data.tables.map((table) => table.tableName) : [],
      );
      expect(inventory.sort()).toEqual(['Precious', lookalike.name]);
    });

    test('a running verification’s table is not of the inventory, marked or not; nor is another installation’s', async () => {
      const point = await backedUp('Scanned');
      const theirs = temporaryTableName('another-installation', 1);
      await createTable(world.owner, theirs, {
        Tags: [{ Key: TEMPORARY_TAG, Value: temporaryMark('another-installation', 1) }],
      });
      world.emulator.fault({ service: 'dynamodb', operation: 'TagResource', count: 1_000, kind: 'throttle' });
      const { taskId } = await world.perform(verifyOf(point));
      const ours = temporaryTableName(taskId, 1);
      await eventually(async () => expect(await tablesIn()).toContain(ours), { everyMs: 10, timeoutMs: 15_000 });
      const scan = await world.perform({ kind: 'SCAN' });
      expect((await world.succeeded(scan.taskId)).scan?.tables).toBe(1);
      world.emulator.clearFaults();
      await world.succeeded(taskId);
      // Nobody here knows whether the other one is over.
      expect(await tablesIn()).toEqual(['Scanned', theirs].sort());
    });

    test('what somebody stops is removed uninspected', async () => {
      const point = await backedUp('Stopped');
      const { taskId, item } = await world.perform(verifyOf(point, { countItems: true }));
      await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
      const { sessionId, attempt, correlationId } = item;
      await world.send({ type: 'CANCEL', kind: 'VERIFY', sessionId, taskId, attempt, correlationId, reason: 'Enough' });
      expect(await world.ended(taskId)).toMatchObject({ end: 'canceled', data: { reason: 'Enough' } });
      expect(await tablesIn()).toEqual(['Stopped']);
      expect(world.calls('Scan')).toBe(0);
    });

    test('nothing that deletes items comes to the temporary table', async () => {
      const table = await createTable(world.owner, 'Expiring');
      await world.owner.dynamodb().send(
        new UpdateTimeToLiveCommand({
          TableName: 'Expiring',
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
        }),
      );
      const made = await world.perform(backupOf(table));
      const point = (await world.succeeded(made.taskId)).point!;
      world.emulator.fault({ service: 'dynamodb', operation: 'DeleteTable', count: 1_000, kind: 'throttle' });
      const { taskId } = await world.perform(verifyOf(point));
      await eventually(() => expect(world.calls('DeleteTable')).toBeGreaterThan(0), { timeoutMs: 15_000 });
      const name = { TableName: temporaryTableName(taskId, 1) };
      const ttl = await world.owner.dynamodb().send(new DescribeTimeToLiveCommand(name));
      expect(ttl.TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
      const backups = await world.owner.dynamodb().send(new DescribeContinuousBackupsCommand(name));
      expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
        'DISABLED',
      );
      world.emulator.clearFaults();
      await world.succeeded(taskId);
    });

    type Fault = Parameters<World['emulator']['fault']>[0];
    /** AWS acts, the answer is lost, and the executor that comes next is another process. */
    const crashes: readonly [string, Omit<Fault, 'count'>][] = [
      ['the restore was started', { service: 'backup', operation: 'StartRestoreJob', kind: 'responseLost' }],
      ['the table was marked', { service: 'dynamodb', operation: 'TagResource', kind: 'responseLost' }],
      ['the items were being counted', { service: 'dynamodb', operation: 'Scan', kind: 'responseLost' }],
      ['the table was deleted', { service: 'dynamodb', operation: 'DeleteTable', kind: 'responseLost' }],
    ];
    test.each(crashes)('one table, one verdict and nothing left when we die after %s', async (_what, fault) => {
      const point = await backedUp('Mortal');
      world.emulator.fault({ ...fault, count: 1 });
      const { taskId, item } = await world.perform(verifyOf(point, { countItems: true }));
      await eventually(() => expect(world.calls(fault.operation)).toBeGreaterThan(0), {
        everyMs: 5,
        timeoutMs: 20_000,
      });
      await world.stopReplicas();
      await world.addReplica();
      await world.send(item);
      const { verification } = await world.succeeded(taskId);
      expect(verification).toMatchObject({ outcome: 'VERIFIED', itemCount: 7, countedExactly: true });
      expect(await restores()).toEqual(['COMPLETED']);
      expect(await tablesIn()).toEqual(['Mortal']);
      const ends = world.eventsOf(taskId, 1).filter(({ type }) => type === 'dev.tablekeep.task.succeeded.v1');
      const verdicts = ends.map(({ data }) => (data as EventData<'dev.tablekeep.task.succeeded.v1'>).verification);
      expect(new Set(verdicts.map((one) => JSON.stringify(one))).size).toBe(1);
    });

    test('a table that somebody puts in its place is left alone', async () => {
      const point = await backedUp('Swapped');
      world.emulator.fault({ service: 'dynamodb', operation: 'DeleteTable', count: 1_000, kind: 'throttle' });
      const { taskId } = await world.perform(verifyOf(point));
      await eventually(() => expect(world.calls('DeleteTable')).toBeGreaterThan(0), { timeoutMs: 15_000 });
      await world.stopReplicas();
      world.emulator.clearFaults();
      const name = temporaryTableName(taskId, 1);
      const { Table } = await world.owner.dynamodb().send(new DescribeTableCommand({ TableName: name }));
      await replaceBy(name);
      await world.addReplica();
      const { warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([expect.stringContaining('another table has taken its name')]);
      const now = await world.owner.dynamodb().send(new DescribeTableCommand({ TableName: name }));
      expect(now.Table?.TableId).not.toBe(Table?.TableId);
    });

    async function replaceBy(name: string): Promise<void> {
      const client = world.owner.dynamodb();
      await client.send(new DeleteTableCommand({ TableName: name }));
      await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.1 }, { TableName: name });
      const table = await createTable(world.owner, name);
      await client.send(
        new TagResourceCommand({ ResourceArn: table.arn, Tags: [{ Key: TEMPORARY_TAG, Value: 'a copy of the mark' }] }),
      );
    }
  });
}
