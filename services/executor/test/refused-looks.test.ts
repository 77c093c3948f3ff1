import { ListBackupJobsCommand, ListRestoreJobsCommand } from '@aws-sdk/client-backup';
import { DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { createTable, operatorActions } from './aws-account.ts';
import { backupOf, copyOf, deleteOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();
const without = (...actions: string[]) => operatorActions.filter((action) => !actions.includes(action));

describe('what AWS will not show is no job’s end', () => {
  let world: World;
  afterEach(() => world.stop());

  const backups = async () => (await world.owner.backup().send(new ListBackupJobsCommand({}))).BackupJobs ?? [];
  async function toldOf(taskId: string, words: RegExp): Promise<void> {
    await eventually(() =>
      expect(world.eventsOf(taskId, 1).map((event) => JSON.stringify(event.data))).toContainEqual(
        expect.stringMatching(words),
      ),
    );
  }

  test('a finished backup whose point may not be read is said so, and catalogued once it may', async () => {
    world = await startWorld(engine!);
    await world.owner.allow(without('backup:DescribeRecoveryPoint'));
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Hidden')));
    await toldOf(taskId, /Cannot be looked at: .*may not backup:DescribeRecoveryPoint/u);
    await world.owner.allow(operatorActions);
    expect((await world.succeeded(taskId)).point?.table.name).toBe('Hidden');
    expect(await backups()).toHaveLength(1);
  });

  test('a deletion that was asked for is followed to the end although looking is refused for a while', async () => {
    world = await startWorld(engine!, { emulator: { durations: { deleteRecoveryPoint: 120_000 } } });
    const made = await world.perform(backupOf(await createTable(world.owner, 'Leaving')));
    const point = (await world.succeeded(made.taskId)).point!;
    const { taskId } = await world.perform(deleteOf(point));
    await eventually(() => expect(world.calls('DeleteRecoveryPoint')).toBe(1), { everyMs: 5 });
    await world.owner.allow(without('backup:DescribeRecoveryPoint'));
    await toldOf(taskId, /Cannot be looked at/u);
    await world.owner.allow(operatorActions);
    expect((await world.succeeded(taskId)).deleted).toMatchObject({ outcome: 'GONE' });
  });

  test('a job that may never be looked at again ends with its deadline, and says why', async () => {
    // Four hours of AWS's time pass in a few seconds.
    world = await startWorld(engine!, { emulator: { speed: 6_000 }, executor: { timeScale: 6_000 } });
    const table = await createTable(world.owner, 'Unwatched');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobStuck' });
    const { taskId } = await world.perform(backupOf(table, { startWindowMinutes: 60, completeWindowMinutes: 120 }));
    await eventually(() => expect(world.calls('StartBackupJob')).toBe(1), { everyMs: 5 });
    await world.owner.allow(without('backup:ListBackupJobs', 'backup:DescribeBackupJob'));
    expect(await world.failed(taskId)).toMatchObject({
      code: 'JOB_DEADLINE',
      retryable: false,
      reason: expect.stringMatching(/could not be looked at for too long .*backup:ListBackupJobs/u),
    });
    // The table is free again.
    await world.owner.allow(operatorActions);
    const again = await world.perform(copyOf({ ...(await anotherPoint()), table }));
    await world.ended(again.taskId);
  });
  const anotherPoint = async () => {
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Another')));
    return (await world.succeeded(taskId)).point!;
  };

  test('settings that AWS does not tell are unknown after a few tries: the backup is made all the same', async () => {
    world = await startWorld(engine!);
    world.emulator.fault({ service: 'application-autoscaling', operation: '*', count: 1_000_000, kind: 'http500' });
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Unscaled')));
    const { point } = await world.succeeded(taskId);
    expect(point?.settings?.autoScaling).toMatchObject({ state: 'unknown' });
    expect(point?.settings?.tags).toMatchObject({ state: 'known' });
  });
});

describe('lists that lag behind what AWS has started, which keeps no tokens', () => {
  let world: World;
  afterEach(() => world.stop());
  const lagging = { emulator: { behaviour: { tokenMemory: 'none', listLagMs: 60_000 } } } as const;

  test('a start whose answer was lost is waited for, and made no second time', async () => {
    world = await startWorld(engine!, lagging);
    const table = await createTable(world.owner, 'Late');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'responseLost' });
    const { taskId } = await world.perform(backupOf(table));
    await world.succeeded(taskId);
    expect(world.calls('StartBackupJob')).toBe(1);
  });

  test('one that is stopped meanwhile is not taken for never begun', async () => {
    world = await startWorld(engine!, lagging);
    const table = await createTable(world.owner, 'Stopped');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'responseLost' });
    const { taskId, item } = await world.perform(backupOf(table));
    await eventually(() => expect(world.calls('StartBackupJob')).toBe(1), { everyMs: 5 });
    const { sessionId, attempt, correlationId } = item;
    const wish = { type: 'CANCEL', kind: 'BACKUP', sessionId, taskId, attempt, correlationId } as const;
    await world.send({ ...wish, reason: 'Stopped' });
    // AWS does not stop a table's backup: it is followed to its end, and its point is catalogued.
    expect((await world.succeeded(taskId)).point?.table.name).toBe('Stopped');
  });

  test('a call that certainly started nothing is not waited for', async () => {
    world = await startWorld(engine!, lagging);
    const table = await createTable(world.owner, 'Throttled');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'throttle' });
    const { taskId } = await world.perform(backupOf(table));
    await world.succeeded(taskId);
    expect(world.calls('StartBackupJob')).toBe(2);
  });
});

test('a restore that was throttled does not take an earlier restore of the same point for its own', async () => {
  const world = await startWorld(engine!);
  try {
    const made = await world.perform(backupOf(await createTable(world.owner, 'Source')));
    const point = (await world.succeeded(made.taskId)).point!;
    const first = await world.perform(restoreOf(point, 'Twice'));
    await world.succeeded(first.taskId);
    const dynamodb = world.owner.dynamodb();
    await dynamodb.send(new DeleteTableCommand({ TableName: 'Twice' }));
    const patience = { client: dynamodb, maxWaitTime: 20, minDelay: 0.02, maxDelay: 0.1 };
    await waitUntilTableNotExists(patience, { TableName: 'Twice' });
    world.emulator.fault({ service: 'backup', operation: 'StartRestoreJob', count: 1, kind: 'throttle' });
    const second = await world.perform(restoreOf(point, 'Twice'));
    await world.succeeded(second.taskId);
    const { RestoreJobs } = await world.owner.backup().send(new ListRestoreJobsCommand({}));
    expect(RestoreJobs?.map((job) => job.Status)).toEqual(['COMPLETED', 'COMPLETED']);
  } finally {
    await world.stop();
  }
});
