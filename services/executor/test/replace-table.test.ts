import { DeleteRecoveryPointCommand, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import {
  BatchWriteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  ScanCommand,
  UpdateTableCommand,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, DisableKeyCommand } from '@aws-sdk/client-kms';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { allOperatorPermissions, permissionsFor, policyDocument } from '@tablekeep/schema/permissions';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, createTable, VAULT } from './aws-account.ts';
import { backupOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const engines = await availableEngines();

for (const engine of engines) {
  describe(`a restore in the place of a table on ${engine.name}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine, { emulator: { behaviour: { tokenMemory: 'none' } } });
      await mayReplace();
    });
    afterEach(() => world.stop());

    const mayReplace = () =>
      world.owner.iam.send(
        new PutRolePolicyCommand({
          RoleName: 'Operator',
          PolicyName: 'replace',
          PolicyDocument: policyDocument(permissionsFor(allOperatorPermissions, ['REPLACEMENT']), account),
        }),
      );
    const takePermission = () =>
      world.owner.iam.send(
        new PutRolePolicyCommand({
          RoleName: 'Operator',
          PolicyName: 'replace',
          PolicyDocument: policyDocument(permissionsFor(allOperatorPermissions, ['INVENTORY']), account),
        }),
      );
    const put = (name: string, item: string) =>
      world.owner
        .dynamodb()
        .send(
          new BatchWriteItemCommand({ RequestItems: { [name]: [{ PutRequest: { Item: { iata: { S: item } } } }] } }),
        );
    const items = async (name: string) => {
      const { Items } = await world.owner.dynamodb().send(new ScanCommand({ TableName: name }));
      return (Items ?? []).map((item) => item['iata']?.S).sort();
    };
    const tableOf = async (name: string) => {
      try {
        return (await world.owner.dynamodb().send(new DescribeTableCommand({ TableName: name }))).Table ?? null;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return null;
        throw error;
      }
    };
    const save = async (table: Parameters<typeof backupOf>[0]): Promise<PointMade> => {
      const { taskId } = await world.perform(backupOf(table));
      return (await world.succeeded(taskId)).point!;
    };

    /** A table of which `good` was saved, `bad` came later, and all of it was saved again. */
    async function prepared(name: string, extra: Parameters<typeof createTable>[2] = {}) {
      const table = await createTable(world.owner, name, extra);
      await put(name, 'good');
      const point = await save(table);
      await put(name, 'bad');
      const protective = await save(table);
      return { table, point, protective };
    }
    type Prepared = Awaited<ReturnType<typeof prepared>>;
    const replaceOf = (
      { table, point, protective }: Prepared,
      change: Partial<NonNullable<ParametersOf<'RESTORE'>['replaces']>> = {},
    ): ParametersOf<'RESTORE'> => ({
      ...restoreOf(point, table.name),
      mode: 'REPLACE',
      replaces: {
        tableId: table.tableId,
        switchOffProtection: false,
        protectivePointId: 'protective-1',
        protectivePointArn: protective.recoveryPointArn,
        protectiveVaultName: VAULT,
        ...change,
      },
    });
    const restoreJobs = async () =>
      (await world.owner.backup().send(new ListRestoreJobsCommand({}))).RestoreJobs!.map((job) => job.Status);

    test('the table comes back under its name as it was at the point, protection included', async () => {
      const ready = await prepared('Orders', { DeletionProtectionEnabled: true });
      const { taskId } = await world.perform(replaceOf(ready, { switchOffProtection: true }));
      const { restored, warnings } = await world.succeeded(taskId);
      expect(warnings).toEqual([]);
      // What alarms there were nobody has read.
      const changed = restored?.lines.filter((line) => line.outcome !== 'SAME');
      expect(changed?.map((line) => line.property)).toEqual(['alarms']);
      expect(await items('Orders')).toEqual(['good']);
      const now = await tableOf('Orders');
      expect(now?.TableId).not.toBe(ready.table.tableId);
      expect(now?.DeletionProtectionEnabled).toBe(true);
    });

    /** Whatever is wrong before the deletion: the table is there as it was, and the failure says so. */
    async function untouched(ready: Prepared, code: string, change = {}): Promise<void> {
      const { taskId } = await world.perform(replaceOf(ready, change));
      const failed = await world.failed(taskId);
      const nothing = expect.stringMatching(/was not deleted|This session deleted nothing/u);
      expect(failed).toMatchObject({ code, retryable: false, reason: nothing });
      expect(world.calls('DeleteTable')).toBe(0);
      expect(world.calls('StartRestoreJob')).toBe(0);
      expect(await items(ready.table.name)).toEqual(['bad', 'good']);
    }

    test('deletion protection that nobody confirmed to be switched off is kept', async () => {
      const ready = await prepared('Protected', { DeletionProtectionEnabled: true });
      await untouched(ready, 'DELETION_PROTECTED');
      expect((await tableOf('Protected'))?.DeletionProtectionEnabled).toBe(true);
    });

    const streamed = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } as const;
    const replicate = async (name: string) => {
      const ReplicaUpdates = [{ Create: { RegionName: AWAY } }];
      await world.owner.dynamodb().send(new UpdateTableCommand({ TableName: name, ReplicaUpdates }));
      const active = [{ RegionName: AWAY, ReplicaStatus: 'ACTIVE' }];
      await eventually(async () =>
        expect(await tableOf(name)).toMatchObject({ TableStatus: 'ACTIVE', Replicas: active }),
      );
    };

    test('a table with replicas in other Regions is left alone, and its protection as it is', async () => {
      const ready = await prepared('Global', { ...streamed, DeletionProtectionEnabled: true });
      await replicate('Global');
      await untouched(ready, 'TABLE_HAS_REPLICAS', { switchOffProtection: true });
      expect((await tableOf('Global'))?.DeletionProtectionEnabled).toBe(true);
    });

    test('a table that is another one than was confirmed is left alone', async () => {
      await untouched(await prepared('Another'), 'TABLE_REPLACED', { tableId: 'the one before' });
    });

    test('without its protective backup nothing is deleted', async () => {
      const ready = await prepared('Bare');
      const protectivePointArn = `${ready.protective.recoveryPointArn.slice(0, -4)}0000`;
      await untouched(ready, 'POINT_NOT_FOUND', { protectivePointArn });
    });

    test('a point that AWS deletes by itself before it is restored for certain stops it', async () => {
      const ready = await prepared('Ending');
      const lifecycle = { moveToColdStorageAfterDays: null, deleteAfterDays: 1 };
      const { taskId } = await world.perform(backupOf(ready.table, { lifecycle }));
      const ending = (await world.succeeded(taskId)).point!;
      await untouched({ ...ready, point: ending }, 'POINT_ENDS_SOON');
      await untouched({ ...ready, protective: ending }, 'POINT_ENDS_SOON', {
        protectivePointArn: ending.recoveryPointArn,
      });
    });

    test('a key that the restored table needs and that cannot be used stops it', async () => {
      const kms = world.owner.kms();
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const SSESpecification = { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: KeyMetadata!.Arn! };
      const ready = await prepared('Keyed', { SSESpecification });
      await world.owner
        .dynamodb()
        .send(new UpdateTableCommand({ TableName: 'Keyed', SSESpecification: { Enabled: false } }));
      await eventually(async () => expect((await tableOf('Keyed'))?.TableStatus).toBe('ACTIVE'));
      await kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId! }));
      await untouched(ready, 'KEY_NOT_ACCESSIBLE');
    });

    test('a role that may not delete tables fails before anything is gone', async () => {
      const ready = await prepared('Kept');
      await takePermission();
      const { taskId } = await world.perform(replaceOf(ready));
      expect(await world.failed(taskId)).toMatchObject({
        code: 'ACCESS_DENIED',
        reason: expect.stringMatching(/dynamodb:DeleteTable.*The table Kept in us-east-1 was not deleted/u),
      });
      expect(await items('Kept')).toEqual(['bad', 'good']);
    });

    test('if the restore fails after the deletion, the failure says the way back, and the way leads back', async () => {
      const ready = await prepared('Lost');
      world.emulator.fault({
        service: 'backup',
        operation: 'StartRestoreJob',
        count: 1,
        kind: 'jobFailed',
        message: 'Encountered an internal error',
      });
      const { taskId } = await world.perform(replaceOf(ready));
      const { reason, retryable } = await world.failed(taskId);
      expect(retryable).toBe(false);
      expect(reason).toMatch(/internal error.*protective-1.*restoreTables\(.*"protective-1", mode: ORIGINAL/u);
      expect(await tableOf('Lost')).toBeNull();
      const back = await world.perform(restoreOf(ready.protective, 'Lost'));
      await world.succeeded(back.taskId);
      expect(await items('Lost')).toEqual(['bad', 'good']);
    });

    test('who stops it in time keeps the table', async () => {
      const ready = await prepared('Stopped');
      world.emulator.fault({ service: 'kms', operation: 'DescribeKey', count: 1_000, kind: 'throttle' });
      world.emulator.fault({ service: 'backup', operation: 'DescribeRecoveryPoint', count: 1_000, kind: 'throttle' });
      const before = world.calls('DescribeRecoveryPoint');
      const { taskId, item } = await world.perform(replaceOf(ready));
      await eventually(() => expect(world.calls('DescribeRecoveryPoint')).toBeGreaterThan(before));
      const { sessionId, attempt, correlationId } = item;
      await world.send({ type: 'CANCEL', kind: 'RESTORE', sessionId, taskId, attempt, correlationId, reason: 'Wait' });
      expect(await world.ended(taskId)).toMatchObject({ end: 'canceled' });
      expect(await items('Stopped')).toEqual(['bad', 'good']);
    });

    test('who stops it after the deletion still gets the table of the point', async () => {
      const ready = await prepared('Late');
      world.emulator.fault({ service: 'backup', operation: 'StartRestoreJob', count: 1_000, kind: 'throttle' });
      const { taskId, item } = await world.perform(replaceOf(ready));
      await eventually(() => expect(world.calls('StartRestoreJob')).toBeGreaterThan(0), { timeoutMs: 15_000 });
      const { sessionId, attempt, correlationId } = item;
      await world.send({ type: 'CANCEL', kind: 'RESTORE', sessionId, taskId, attempt, correlationId, reason: 'Wait' });
      const calls = world.calls('StartRestoreJob');
      await eventually(() => expect(world.calls('StartRestoreJob')).toBeGreaterThan(calls), { timeoutMs: 15_000 });
      world.emulator.clearFaults();
      await world.succeeded(taskId);
      expect(await items('Late')).toEqual(['good']);
    });

    test('a table that somebody makes in the gap is not taken for ours', async () => {
      const ready = await prepared('Gap');
      world.emulator.fault({ service: 'dynamodb', operation: 'DeleteTable', count: 1_000, kind: 'http500' });
      const { taskId } = await world.perform(replaceOf(ready));
      await eventually(() => expect(world.calls('DeleteTable')).toBeGreaterThan(0), { timeoutMs: 15_000 });
      await world.stopReplicas();
      world.emulator.clearFaults();
      const client = world.owner.dynamodb();
      await client.send(new DeleteTableCommand({ TableName: 'Gap' }));
      await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.1 }, { TableName: 'Gap' });
      const theirs = await createTable(world.owner, 'Gap');
      await world.addReplica();
      expect(await world.failed(taskId)).toMatchObject({
        code: 'TABLE_REPLACED',
        reason: expect.stringContaining('protective-1'),
      });
      expect((await tableOf('Gap'))?.TableId).toBe(theirs.tableId);
    });

    /**
     * Everything was in order when it was checked; then the deletion has to wait, and `meanwhile` happens. Nothing is ever
     * deleted: `throttle` says so each time, `http500` leaves it open.
     */
    async function whileDeletionWaits(
      ready: Prepared,
      meanwhile: () => Promise<unknown>,
      kind: 'throttle' | 'http500' = 'throttle',
    ): Promise<string> {
      world.emulator.fault({ service: 'dynamodb', operation: 'DeleteTable', count: 100_000, kind });
      const { taskId } = await world.perform(replaceOf(ready));
      await eventually(() => expect(world.calls('DeleteTable')).toBeGreaterThan(0), { timeoutMs: 15_000 });
      await meanwhile();
      return taskId;
    }

    test.each(['point', 'protective'] as const)(
      'the %s that goes while the deletion waits is missed in time',
      async (which) => {
        const ready = await prepared('Waiting');
        const taskId = await whileDeletionWaits(ready, async () => {
          const RecoveryPointArn = ready[which].recoveryPointArn;
          const gone = { BackupVaultName: VAULT, RecoveryPointArn };
          await world.owner.backup().send(new DeleteRecoveryPointCommand(gone));
          await world.emulator.clock.advance(60_000);
        });
        const { code, reason } = await world.failed(taskId);
        expect(code).toMatch(/^POINT_NOT_/u);
        expect(reason).toContain('was not deleted');
        expect(reason).not.toContain('way back');
        expect(await items('Waiting')).toEqual(['bad', 'good']);
      },
    );

    test('a replica that is made while the deletion waits stops it, and is named', async () => {
      const ready = await prepared('Spreading', streamed);
      const taskId = await whileDeletionWaits(ready, () => replicate('Spreading'));
      const { code, reason } = await world.failed(taskId);
      expect(code).toBe('TABLE_HAS_REPLICAS');
      expect(reason).toContain(`replicas in ${AWAY}`);
      expect(reason).toContain('was not deleted');
      expect(await items('Spreading')).toEqual(['bad', 'good']);
    });

    test('a key that is disabled while the deletion waits stops it', async () => {
      const kms = world.owner.kms();
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const SSESpecification = { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: KeyMetadata!.Arn! };
      const ready = await prepared('Locked-out', { SSESpecification });
      await world.owner
        .dynamodb()
        .send(new UpdateTableCommand({ TableName: 'Locked-out', SSESpecification: { Enabled: false } }));
      await eventually(async () => expect((await tableOf('Locked-out'))?.TableStatus).toBe('ACTIVE'));
      const taskId = await whileDeletionWaits(ready, () =>
        kms.send(new DisableKeyCommand({ KeyId: KeyMetadata!.KeyId! })),
      );
      expect(await world.failed(taskId)).toMatchObject({
        code: 'KEY_NOT_ACCESSIBLE',
        reason: expect.stringContaining('was not deleted'),
      });
      expect(await items('Locked-out')).toEqual(['bad', 'good']);
    });

    test.each(['a point goes', 'the permission is taken away'])(
      'where AWS may have taken a call, nobody says that the table was not deleted, though it is still shown: %s',
      async (what) => {
        const ready = await prepared('Unheard');
        const gone = { BackupVaultName: VAULT, RecoveryPointArn: ready.point.recoveryPointArn };
        const meanwhile = async () => {
          if (what !== 'a point goes') return takePermission().then(() => world.emulator.clearFaults());
          await world.owner.backup().send(new DeleteRecoveryPointCommand(gone));
          return world.emulator.clock.advance(60_000);
        };
        const taskId = await whileDeletionWaits(ready, meanwhile, 'http500');
        const { code, reason } = await world.failed(taskId);
        expect(code).toMatch(/^(?:POINT_NOT_|ACCESS_DENIED$)/u);
        expect(reason).toMatch(/Whether the table Unheard .* is not known.*protective-1/u);
        expect(reason).not.toContain('was not deleted');
      },
    );

    test('who stops it while AWS has refused every deletion keeps the table', async () => {
      const ready = await prepared('Refused');
      world.emulator.fault({ service: 'dynamodb', operation: 'DeleteTable', count: 100_000, kind: 'throttle' });
      const { taskId, item } = await world.perform(replaceOf(ready));
      await eventually(() => expect(world.calls('DeleteTable')).toBeGreaterThan(1), { timeoutMs: 15_000 });
      const { sessionId, attempt, correlationId } = item;
      await world.send({ type: 'CANCEL', kind: 'RESTORE', sessionId, taskId, attempt, correlationId, reason: 'Wait' });
      expect(await world.ended(taskId)).toMatchObject({
        end: 'canceled',
        data: { reason: expect.stringContaining('was not deleted') },
      });
      expect(await items('Refused')).toEqual(['bad', 'good']);
    });

    test('a failure says that protection may be off where the call to switch it off was lost', async () => {
      const ready = await prepared('Bared', { DeletionProtectionEnabled: true });
      await takePermission();
      world.emulator.fault({ service: 'dynamodb', operation: 'UpdateTable', count: 1, kind: 'responseLost' });
      const { taskId } = await world.perform(replaceOf(ready, { switchOffProtection: true }));
      expect((await world.failed(taskId)).reason).toMatch(/was not deleted\. Its deletion protection .* may be off/u);
      expect((await tableOf('Bared'))?.DeletionProtectionEnabled).toBe(false);
    });

    type Fault = Parameters<World['emulator']['fault']>[0];
    const crashes: readonly [string, Omit<Fault, 'count'>][] = [
      ['protection was switched off', { service: 'dynamodb', operation: 'UpdateTable', kind: 'responseLost' }],
      ['the table was deleted', { service: 'dynamodb', operation: 'DeleteTable', kind: 'responseLost' }],
      ['the restore was started', { service: 'backup', operation: 'StartRestoreJob', kind: 'responseLost' }],
    ];
    test.each(crashes)('one deletion and one restore when we die after %s', async (_what, fault) => {
      const ready = await prepared('Mortal', { DeletionProtectionEnabled: true });
      const before = world.calls(fault.operation);
      world.emulator.fault({ ...fault, count: 1 });
      const { taskId, item } = await world.perform(replaceOf(ready, { switchOffProtection: true }));
      await eventually(() => expect(world.calls(fault.operation)).toBeGreaterThan(before), {
        everyMs: 5,
        timeoutMs: 20_000,
      });
      await world.stopReplicas();
      await world.addReplica();
      await world.send(item);
      await world.succeeded(taskId);
      expect(await restoreJobs()).toEqual(['COMPLETED']);
      expect(world.calls('DeleteTable')).toBe(1);
      expect(await items('Mortal')).toEqual(['good']);
      expect((await tableOf('Mortal'))?.DeletionProtectionEnabled).toBe(true);
    });

    test('two at once replace it once: the other finds another table and leaves it', async () => {
      const ready = await prepared('Twice');
      const both = await Promise.all([world.perform(replaceOf(ready)), world.perform(replaceOf(ready))]);
      const ends = await Promise.all(both.map(({ taskId }) => world.ended(taskId)));
      expect(ends.map(({ end }) => end).sort()).toEqual(['failed', 'succeeded']);
      expect(await restoreJobs()).toEqual(['COMPLETED']);
      expect(world.calls('DeleteTable')).toBe(1);
      expect(await items('Twice')).toEqual(['good']);
    });
  });
}
