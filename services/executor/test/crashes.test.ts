import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  ListBackupJobsCommand,
  ListBackupVaultsCommand,
  ListCopyJobsCommand,
  ListRestoreJobsCommand,
  StartCopyJobCommand,
} from '@aws-sdk/client-backup';
import { DeleteTableCommand, UpdateContributorInsightsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import type { PointMade } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { executorModel } from '../src/service.ts';
import { account, AWAY, createTable, VAULT } from './aws-account.ts';
import { backupOf, copyOf, deleteOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const engines = await availableEngines();

/** AWS forgets tokens here at once: what keeps a start from happening twice must be our own looking. */
const forgetful = { behaviour: { tokenMemory: 'none' } } as const;

for (const engine of engines) {
  describe(`exactly one AWS job on ${engine.name}`, () => {
    let world: World;
    beforeEach(async () => {
      world = await startWorld(engine, {
        emulator: forgetful,
      });
    });
    afterEach(() => world.stop());

    const states = {
      backups: async () =>
        (await world.owner.backup().send(new ListBackupJobsCommand({}))).BackupJobs!.map((job) => job.State),
      copies: async () =>
        (await world.owner.backup().send(new ListCopyJobsCommand({}))).CopyJobs!.map((job) => job.State),
      restores: async () =>
        (await world.owner.backup().send(new ListRestoreJobsCommand({}))).RestoreJobs!.map((job) => job.Status),
    };

    async function backedUp(name: string): Promise<PointMade> {
      const { taskId } = await world.perform(backupOf(await createTable(world.owner, name)));
      return (await world.succeeded(taskId)).point!;
    }

    /** AWS acts, the answer is lost, nobody can look before the executor is another process. */
    async function dieAfter(start: string, list: string, send: () => Promise<{ taskId: string }>): Promise<string> {
      world.emulator.fault({ service: 'backup', operation: start, count: 1, kind: 'responseLost' });
      world.emulator.fault({ service: 'backup', operation: list, count: 1_000_000, kind: 'http500' });
      const { taskId } = await send();
      await eventually(() => expect(world.calls(start)).toBe(1), { everyMs: 5 });
      await eventually(() => expect(world.calls(list)).toBeGreaterThan(0), { everyMs: 5 });
      await world.stopReplicas();
      world.emulator.clearFaults();
      await world.addReplica();
      return taskId;
    }

    test('of a backup whose start was not heard of', async () => {
      const table = await createTable(world.owner, 'Unheard');
      const taskId = await dieAfter('StartBackupJob', 'ListBackupJobs', () => world.perform(backupOf(table)));
      expect((await world.succeeded(taskId)).point?.table).toEqual(table);
      expect(await states.backups()).toEqual(['COMPLETED']);
    });

    test('of a copy whose start was not heard of', async () => {
      const point = await backedUp('Copied');
      const taskId = await dieAfter('StartCopyJob', 'ListCopyJobs', () => world.perform(copyOf(point)));
      expect((await world.succeeded(taskId)).point?.sourceRecoveryPointArn).toBe(point.recoveryPointArn);
      expect(await states.copies()).toEqual(['COMPLETED']);
    });

    test('of a restore’s copy through a vault of the user’s, whose start was not heard of', async () => {
      const point = await backedUp('Through');
      const lifecycle = { moveToColdStorageAfterDays: null, deleteAfterDays: 9 };
      const copy = copyOf(point, { lifecycle, forRestore: { temporaryVault: false } });
      const taskId = await dieAfter('StartCopyJob', 'ListCopyJobs', () => world.perform(copy));
      expect((await world.succeeded(taskId)).point?.sourceRecoveryPointArn).toBe(point.recoveryPointArn);
      expect(await states.copies()).toEqual(['COMPLETED']);
    });

    test.each([90, undefined])(
      'somebody’s copy of the same point there, kept %s days, is not taken for it',
      async (days) => {
        const point = await backedUp('Theirs');
        const lifecycle = { moveToColdStorageAfterDays: null, deleteAfterDays: 9 };
        world.emulator.fault({ service: 'backup', operation: 'StartCopyJob', count: 1, kind: 'http500' });
        world.emulator.fault({ service: 'backup', operation: 'ListCopyJobs', count: 1_000_000, kind: 'http500' });
        const { taskId } = await world.perform(copyOf(point, { lifecycle, forRestore: { temporaryVault: false } }));
        await eventually(() => expect(world.calls('ListCopyJobs')).toBeGreaterThan(0), { everyMs: 5 });
        const theirs = await world.owner.backup().send(
          new StartCopyJobCommand({
            RecoveryPointArn: point.recoveryPointArn,
            SourceBackupVaultName: VAULT,
            DestinationBackupVaultArn: `arn:aws:backup:${AWAY}:${account.awsAccountId}:backup-vault:${VAULT}`,
            IamRoleArn: account.serviceRoleArn,
            ...(days !== undefined && { Lifecycle: { DeleteAfterDays: days } }),
          }),
        );
        world.emulator.clearFaults();
        const ours = await world.succeeded(taskId);
        const jobs = (await world.owner.backup().send(new ListCopyJobsCommand({}))).CopyJobs!;
        const madeBy = (arn: string) => jobs.find((job) => job.DestinationRecoveryPointArn === arn)?.CopyJobId;
        expect(jobs).toHaveLength(2);
        expect(madeBy(ours.point!.recoveryPointArn)).not.toBe(theirs.CopyJobId);
      },
    );

    test('of a restore whose start was not heard of', async () => {
      const point = await backedUp('Restored');
      const taskId = await dieAfter('StartRestoreJob', 'ListRestoreJobs', () =>
        world.perform(restoreOf(point, 'Restored-2')),
      );
      expect((await world.succeeded(taskId)).restored?.tableArn).toMatch(/Restored-2$/u);
      expect(await states.restores()).toEqual(['COMPLETED']);
    });

    test('of a deletion whose answer was not heard', async () => {
      const point = await backedUp('Deleted');
      world.emulator.fault({ service: 'backup', operation: 'DeleteRecoveryPoint', count: 1, kind: 'responseLost' });
      const { taskId } = await world.perform(deleteOf(point));
      await eventually(() => expect(world.calls('DeleteRecoveryPoint')).toBe(1), { everyMs: 5 });
      await world.stopReplicas();
      await world.addReplica();
      expect((await world.succeeded(taskId)).deleted?.outcome).toBe('GONE');
      expect(world.calls('DeleteRecoveryPoint')).toBe(1);
    });

    /** AWS acts, the answer is lost, and the executor is another process. */
    async function dieAfterCall(service: string, operation: string, make: () => ReturnType<World['workOf']>) {
      world.emulator.fault({ service, operation, count: 1, kind: 'responseLost' });
      const before = world.calls(operation);
      const { taskId, item } = make();
      // More than once: the long poll of a process that has gone may take one with it, for a minute.
      await eventually(
        async () => {
          await world.send(item);
          expect(world.calls(operation)).toBeGreaterThan(before);
        },
        { timeoutMs: 25_000, everyMs: 100 },
      );
      await world.stopReplicas();
      await world.addReplica();
      return world.succeeded(taskId);
    }

    test('of a temporary vault whose making and whose removal were not heard of', async () => {
      const point = await backedUp('Elsewhere');
      const vaultName = 'tablekeep-restore-0123456789abcdef';
      const vaults = async () =>
        (await world.owner.backup(AWAY).send(new ListBackupVaultsCommand({}))).BackupVaultList!.map(
          (vault) => vault.BackupVaultName,
        );
      const copied = await dieAfterCall('backup', 'CreateBackupVault', () =>
        world.workOf(copyOf(point, { destinationVaultName: vaultName, forRestore: { temporaryVault: true } })),
      );
      expect(copied.point).toMatchObject({ region: AWAY, vaultName });
      expect(await states.copies()).toEqual(['COMPLETED']);

      const removed = await dieAfterCall('backup', 'DeleteBackupVault', () =>
        world.workOf(deleteOf(copied.point!, { afterRestore: { temporaryVault: true } }), { region: AWAY }),
      );
      expect(removed).toMatchObject({ warnings: [], deleted: { outcome: 'GONE' } });
      expect(await vaults()).not.toContain(vaultName);

      // Where there was no copy, or the vault holds another point, that is said and nothing else is touched.
      const nothing = deleteOf(copied.point!, { recoveryPointArn: null, restorePointId: null });
      const gone = await dieAfterCall('backup', 'DeleteBackupVault', () =>
        world.workOf({ ...nothing, afterRestore: { temporaryVault: true } }, { region: AWAY }),
      );
      expect(gone).toMatchObject({ warnings: [], deleted: null });
      const kept = await dieAfterCall('backup', 'DeleteBackupVault', () =>
        world.workOf({ ...nothing, vaultName: VAULT, afterRestore: { temporaryVault: true } }),
      );
      const command = `aws backup delete-backup-vault --backup-vault-name ${VAULT} --region us-east-1`;
      expect(kept.warnings).toEqual([
        expect.stringMatching(new RegExp(`is still there: .* Once it is empty: ${command}$`, 'u')),
      ]);
    });

    test('of auto scaling and Contributor Insights whose setting was not heard of', async () => {
      const table = await createTable(world.owner, 'Scaled', {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 4 },
      });
      const scaling = world.owner.autoScaling();
      const place = {
        ServiceNamespace: 'dynamodb',
        ResourceId: 'table/Scaled',
        ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
      } as const;
      await scaling.send(new RegisterScalableTargetCommand({ ...place, MinCapacity: 2, MaxCapacity: 40 }));
      await scaling.send(
        new PutScalingPolicyCommand({
          ...place,
          PolicyName: 'keep',
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: 70,
            PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
          },
        }),
      );
      const insights = { TableName: 'Scaled', ContributorInsightsAction: 'ENABLE' } as const;
      await world.owner.dynamodb().send(new UpdateContributorInsightsCommand(insights));
      const { taskId } = await world.perform(backupOf(table));
      const point = (await world.succeeded(taskId)).point!;
      const lost = [
        ['application-autoscaling', 'RegisterScalableTarget'],
        ['application-autoscaling', 'PutScalingPolicy'],
        ['dynamodb', 'UpdateContributorInsights'],
      ] as const;
      for (const [service, operation] of lost) {
        const { restored, warnings } = await dieAfterCall(service, operation, () =>
          world.workOf(restoreOf(point, `Scaled-${operation}`)),
        );
        expect(warnings).toEqual([]);
        const outcomes = Object.fromEntries(restored!.lines.map((line) => [line.property, line.outcome]));
        expect(outcomes).toMatchObject({ autoScaling: 'SAME', contributorInsights: 'SAME' });
      }
    });

    /** The executor's database as a copy of earlier has it: what happened since is in AWS alone. */
    async function forget(change: string, values: unknown[] = []): Promise<void> {
      await world.stopReplicas();
      const db = await openDatabase(world.database, executorModel);
      try {
        await db.transaction((tx) => db.execute(tx, change, values));
      } finally {
        await db.close();
      }
      await world.addReplica();
    }

    test('of a backup that the executor’s database has lost: asked for again, it finds what it had started', async () => {
      const { taskId, item } = await world.perform(backupOf(await createTable(world.owner, 'Lost')));
      const made = await world.succeeded(taskId);
      await forget('DELETE FROM job');
      const before = world.eventsOf(taskId, 1).length;
      const repeated = { ...item, firstSentAt: new Date(Date.now() - 3_600_000).toISOString() } as typeof item;
      // More than once: the long poll of the process that has gone may have taken one with it, for a minute.
      await eventually(
        async () => {
          await world.send(repeated);
          expect(world.eventsOf(taskId, 1).slice(before).at(-1)?.type).toMatch(/succeeded/u);
        },
        { timeoutMs: 20_000, everyMs: 500 },
      );
      const again = world.eventsOf(taskId, 1).at(-1)?.data as typeof made;
      expect(again.point?.recoveryPointArn).toBe(made.point?.recoveryPointArn);
      expect(await states.backups()).toEqual(['COMPLETED']);
    });

    test('of a backup whose job was set back to before its start, in a lane that nobody held for long', async () => {
      const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Restored')));
      await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
      await forget("UPDATE job SET step = 'checking', aws_job_id = NULL, next_at = '2020-01-01 00:00:00.000'");
      // Straight after: the lane was held a moment ago, so this is only the state that the next line makes believable.
      await forget("UPDATE lane SET lease_until = '2020-01-01 00:00:00.000'");
      await world.succeeded(taskId);
      expect(await states.backups()).toEqual(['COMPLETED']);
    });

    test('of a table whose own tags leave no room for ours', async () => {
      const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `key-${at}`, Value: 'x' }));
      const table = await createTable(world.owner, 'Tagged', { Tags });
      const taskId = await dieAfter('StartBackupJob', 'ListBackupJobs', () => world.perform(backupOf(table)));
      expect((await world.succeeded(taskId)).point?.selfSufficient).toBe(false);
      expect(await states.backups()).toEqual(['COMPLETED']);
    });

    test('a wish to stop what has ended, or what is not here, is answered', async () => {
      const { taskId, item } = await world.perform(backupOf(await createTable(world.owner, 'Ended')));
      const made = await world.succeeded(taskId);
      const { sessionId, attempt, correlationId } = item;
      const wish = { type: 'CANCEL', kind: 'BACKUP', sessionId, attempt, correlationId, reason: 'Stopped' } as const;
      await world.send({ ...wish, taskId });
      const ends = () => world.eventsOf(taskId, 1).filter((event) => event.type === 'dev.tablekeep.task.succeeded.v1');
      await eventually(() => expect(ends().map((event) => event.data)).toEqual([made, made]));
      const unknown = world.workOf(backupOf(await createTable(world.owner, 'Unknown')));
      await world.send({ ...wish, taskId: unknown.taskId });
      expect(await world.ended(unknown.taskId)).toMatchObject({ end: 'canceled' });
      // It comes after all: too late.
      await world.send(unknown.item);
      const canceled = () =>
        world.eventsOf(unknown.taskId, 1).filter((event) => event.type === 'dev.tablekeep.task.canceled.v1');
      await eventually(() => expect(canceled().length).toBeGreaterThan(1));
      expect(await states.backups()).toEqual(['COMPLETED']);
    });

    test('of a work item delivered three times', async () => {
      const table = await createTable(world.owner, 'Thrice');
      const { taskId, item } = await world.perform(backupOf(table));
      await Promise.all([world.send(item), world.send(item)]);
      const made = await world.succeeded(taskId);
      const saidOf = (type: string) => world.eventsOf(taskId, 1).filter((event) => event.type === type);
      expect(saidOf('dev.tablekeep.task.started.v1')).toHaveLength(1);
      expect(await states.backups()).toHaveLength(1);
      // Who asks after the end is told the end again, as it was.
      await world.send(item);
      await eventually(() => expect(saidOf('dev.tablekeep.task.succeeded.v1')).toHaveLength(2));
      expect(saidOf('dev.tablekeep.task.succeeded.v1').map((event) => event.data)).toEqual([made, made]);
      expect(await states.backups()).toHaveLength(1);
    });

    test('of a failure that nobody heard: who asks is told it again, and nothing is tried anew', async () => {
      const table = await createTable(world.owner, 'Vanished');
      await world.owner.dynamodb().send(new DeleteTableCommand({ TableName: 'Vanished' }));
      const { taskId, item } = await world.perform(backupOf(table));
      const failed = await world.heardOf(taskId, 'dev.tablekeep.task.failed.v1');
      await world.send(item);
      const ends = () => world.eventsOf(taskId, 1).filter((event) => event.type === failed.type);
      await eventually(() => expect(ends()).toHaveLength(2));
      expect(ends()[1]?.data).toEqual(failed.data);
      expect(world.calls('StartBackupJob')).toBe(0);
    });

    test('when the lane is taken away while the start call is out: the old owner writes nothing more', async () => {
      const table = await createTable(world.owner, 'Contested');
      world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'delay', delayMs: 700 });
      const { taskId } = await world.perform(backupOf(table));
      await eventually(() => expect(world.calls('StartBackupJob')).toBe(1), { everyMs: 5 });
      const db = await openDatabase(world.database, executorModel);
      const run = (sql: string) => db.transaction((tx) => db.execute(tx, sql));
      try {
        await run("UPDATE lane SET owner = 'thief', epoch = epoch + 1, lease_until = '2099-01-01 00:00:00.000'");
        await eventually(() => expect(world.logged.join()).toContain('no longer mine: dropped'));
        const jobs: unknown = await db.reader.query('SELECT step, aws_job_id FROM job');
        expect(jobs).toMatchObject([{ step: 'starting', aws_job_id: null }]);
        // The thief leaves without having done anything: whoever follows finds the intent and no more.
        await run('UPDATE lane SET lease_until = NULL');
      } finally {
        await db.close();
      }
      await world.succeeded(taskId);
      expect(world.calls('StartBackupJob')).toBe(1);
      expect(await states.backups()).toEqual(['COMPLETED']);
      const startedEvents = world.eventsOf(taskId, 1).filter((event) => event.type === 'dev.tablekeep.task.started.v1');
      expect(startedEvents).toHaveLength(1);
    });
  });
}

for (const engine of engines.filter((one) => one.name !== 'SQLite')) {
  test(`two replicas on ${engine.name} share the work: one job and one end for each task, also when one leaves`, async () => {
    const world = await startWorld(engine, { emulator: { ...forgetful, durations: { backup: 120_000 } } });
    try {
      await world.addReplica();
      const names = Array.from({ length: 12 }, (_, at) => `Shared-${at}`);
      const tables = await Promise.all(names.map((name) => createTable(world.owner, name)));
      const tasks = await Promise.all(tables.map((table) => world.perform(backupOf(table))));
      await world.heardOf(tasks[0]!.taskId, 'dev.tablekeep.task.started.v1');
      await world.stopFirstReplica();
      await Promise.all(tasks.map(({ taskId }) => world.succeeded(taskId)));
      const { BackupJobs } = await world.owner.backup().send(new ListBackupJobsCommand({}));
      expect(BackupJobs!.map((job) => job.ResourceArn).sort()).toEqual(tables.map((table) => table.arn).sort());
      for (const { taskId } of tasks) {
        const ends = world.eventsOf(taskId, 1).filter((event) => event.type === 'dev.tablekeep.task.succeeded.v1');
        expect(new Set(ends.map((event) => event.id)).size).toBe(1);
      }
    } finally {
      await world.stop();
    }
  });
}
