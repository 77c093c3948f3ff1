import { DescribeTableCommand, DeleteTableCommand, waitUntilTableNotExists } from '@aws-sdk/client-dynamodb';
import { ListBackupJobsCommand, UpdateRegionSettingsCommand } from '@aws-sdk/client-backup';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { temporaryTableName } from '@tablekeep/schema/temporary-tables';
import type { WorkItem } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, createTable, HOME, operatorActions, VAULT } from './aws-account.ts';
import { backupOf, copyOf, restoreOf, verifyOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();

describe('what is refused before AWS is asked to change anything', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
  });
  afterEach(() => world.stop());

  async function backedUp(name: string): Promise<PointMade> {
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, name)));
    return (await world.succeeded(taskId)).point!;
  }

  test('a table that is gone: not retryable, no job', async () => {
    const table = await createTable(world.owner, 'Gone');
    const { taskId } = await world.perform(
      backupOf({ ...table, name: 'Never', arn: table.arn.replace('Gone', 'Never') }),
    );
    expect(await world.failed(taskId)).toMatchObject({ code: 'TABLE_NOT_FOUND', retryable: false });
    expect(world.calls('StartBackupJob')).toBe(0);
  });

  test('a table of the same name with another id', async () => {
    const table = await createTable(world.owner, 'Reborn');
    const { taskId } = await world.perform(backupOf({ ...table, tableId: '00000000-0000-4000-8000-000000000000' }));
    const { code, reason } = await world.failed(taskId);
    expect(code).toBe('TABLE_REPLACED');
    expect(reason).toContain(table.tableId);
    expect(world.calls('StartBackupJob')).toBe(0);
  });

  test('advanced features off: the failure names the switch', async () => {
    const table = await createTable(world.owner, 'Plain');
    await world.owner
      .backup()
      .send(new UpdateRegionSettingsCommand({ ResourceTypeManagementPreference: { DynamoDB: false } }));
    const { taskId } = await world.perform(backupOf(table));
    const { code, reason } = await world.failed(taskId);
    expect(code).toBe('ADVANCED_FEATURES_OFF');
    expect(reason).toContain('ResourceTypeManagementPreference.DynamoDB');
    expect(reason).not.toContain('ResourceTypeOptInPreference');
  });

  test('a restore onto a table that exists', async () => {
    const point = await backedUp('Precious');
    const { taskId } = await world.perform(restoreOf(point, 'Precious'));
    const { code, reason } = await world.failed(taskId);
    expect(code).toBe('TABLE_EXISTS');
    expect(reason).toContain('Precious');
    expect(world.calls('StartRestoreJob')).toBe(0);
  });

  test('a restore or copy of a point that is not there', async () => {
    const point = await backedUp('Source');
    const missing = { ...point, recoveryPointArn: point.recoveryPointArn.replace(/[0-9a-f]{12}$/u, '000000000000') };
    const restore = await world.perform(restoreOf(missing, 'Target'));
    const copy = await world.perform(copyOf(missing));
    expect(await world.failed(restore.taskId)).toMatchObject({ code: 'POINT_NOT_FOUND', retryable: false });
    expect(await world.failed(copy.taskId)).toMatchObject({ code: 'POINT_NOT_FOUND', retryable: false });
    expect(world.calls('StartRestoreJob') + world.calls('StartCopyJob')).toBe(0);
  });

  test('a missing permission is named with the role that lacks it', async () => {
    const table = await createTable(world.owner, 'Locked');
    await world.owner.allow(operatorActions.filter((action) => action !== 'backup:StartBackupJob'));
    const { taskId } = await world.perform(backupOf(table));
    const failure = await world.failed(taskId);
    expect(failure).toMatchObject({ code: 'ACCESS_DENIED', retryable: false, awsRequestId: expect.any(String) });
    expect(failure.reason).toContain('backup:StartBackupJob');
    expect(failure.reason).toContain('role/Operator');
  });

  test('a role that may not pass the service role is told so', async () => {
    const table = await createTable(world.owner, 'Unpassed');
    await world.owner.allow(operatorActions.filter((action) => action !== 'iam:PassRole'));
    const { taskId } = await world.perform(backupOf(table));
    const failure = await world.failed(taskId);
    expect(failure.code).toBe('ACCESS_DENIED');
    expect(failure.reason).toContain('iam:PassRole');
  });

  test('an account that is announced after its work item is waited for, not failed', async () => {
    const table = await createTable(world.owner, 'Early');
    const { taskId } = await world.perform(backupOf(table), { accountId: 'account-2' });
    await world.heardOf(taskId, 'dev.tablekeep.task.accepted.v1');
    await world.announce({ ...account, id: 'account-2' });
    expect((await world.succeeded(taskId)).point?.accountId).toBe('account-2');
  });
});

describe('what AWS does to jobs', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
  });
  afterEach(() => world.stop());

  test.each([
    ['Table not found.', 'TABLE_NOT_FOUND', false],
    ['Given key ID is not accessible', 'KEY_NOT_ACCESSIBLE', false],
    ['Something new went wrong', 'JOB_FAILED', true],
  ])('a backup job that FAILED with "%s" is %s', async (message, code, retryable) => {
    const table = await createTable(world.owner, 'Unlucky');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobFailed', message });
    const { taskId } = await world.perform(backupOf(table));
    const failure = await world.failed(taskId);
    expect(failure).toMatchObject({ code, retryable, awsJobId: expect.any(String) });
    expect(failure.reason).toContain(message);
  });

  test('after a failed attempt the next one makes a job of its own and succeeds', async () => {
    const table = await createTable(world.owner, 'Again');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobFailed', message: 'x' });
    const { taskId, item } = await world.perform(backupOf(table));
    await world.failed(taskId, 1);
    await world.send({ ...item, attempt: 2 });
    expect((await world.succeeded(taskId, 2)).point).not.toBeNull();
    expect(world.calls('StartBackupJob')).toBe(2);
  });

  test('throttled start calls are made slower, not failed', async () => {
    const table = await createTable(world.owner, 'Crowded');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 6, kind: 'throttle' });
    const { taskId } = await world.perform(backupOf(table));
    await world.succeeded(taskId);
    expect(world.calls('StartBackupJob')).toBe(7);
  });

  test('looks that fail say nothing about the job', async () => {
    const table = await createTable(world.owner, 'Unseen');
    world.emulator.fault({ service: 'backup', operation: 'ListBackupJobs', count: 5, kind: 'http500' });
    const { taskId } = await world.perform(backupOf(table));
    await world.succeeded(taskId);
    expect(world.calls('ListBackupJobs')).toBeGreaterThan(5);
    expect(world.calls('StartBackupJob')).toBe(1);
  });

  test('a job that the list does not show yet is asked for by its id', async () => {
    await world.stop();
    world = await startWorld(engine!, { emulator: { behaviour: { listLagMs: 3_600_000 } } });
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Lagging')));
    await world.succeeded(taskId);
    expect(world.calls('DescribeBackupJob')).toBeGreaterThan(0);
  });

  test('two tasks of one table run one after the other, and both get their job', async () => {
    const table = await createTable(world.owner, 'Popular');
    const first = await world.perform(backupOf(table));
    const second = await world.perform(backupOf(table));
    await Promise.all([world.succeeded(first.taskId), world.succeeded(second.taskId)]);
    const { BackupJobs } = await world.owner.backup().send(new ListBackupJobsCommand({}));
    const [a, b] = BackupJobs!.sort((one, two) => one.CreationDate!.getTime() - two.CreationDate!.getTime());
    expect(BackupJobs!.map((job) => job.State)).toEqual(['COMPLETED', 'COMPLETED']);
    expect(b!.CreationDate!.getTime()).toBeGreaterThanOrEqual(a!.CompletionDate!.getTime());
  });

  test('no more jobs at once than the share of the limit, across tasks', async () => {
    await world.stop();
    // A fiftieth of AWS's 50 concurrent restores.
    world = await startWorld(engine!, { executor: { share: 0.02 } });
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Once')));
    const point = (await world.succeeded(taskId)).point!;
    const restores = await Promise.all(
      ['Late-1', 'Late-2', 'Late-3'].map((name) => world.perform(restoreOf(point, name))),
    );
    await Promise.all(restores.map((one) => world.succeeded(one.taskId)));
    const created = await Promise.all(
      ['Late-1', 'Late-2', 'Late-3'].map(async (name) => {
        const { Table } = await world.owner.dynamodb().send(new DescribeTableCommand({ TableName: name }));
        return Table!.CreationDateTime!.getTime();
      }),
    );
    created.sort();
    // Each restore takes 60 s of AWS's time, so tables of consecutive ones cannot begin closer together.
    expect(created[1]! - created[0]!).toBeGreaterThanOrEqual(50_000);
    expect(created[2]! - created[1]!).toBeGreaterThanOrEqual(50_000);
  });

  test('small tables do not wait for the end of big ones: a fifth of the places is theirs', async () => {
    await world.stop();
    world = await startWorld(engine!, { executor: { jobLimits: { backups: 5 }, share: 1 } });
    const make = (prefix: string, count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => createTable(world.owner, `${prefix}-${i}`)));
    const send = (sizeBytes: number) => (table: Awaited<ReturnType<typeof createTable>>) =>
      world.perform(backupOf(table, { sizeBytes }), { sessionId: 'one' });
    const [big, small] = await Promise.all([make('Big', 9), make('Small', 3)]);
    const first = await Promise.all(big.map(send(2 ** 40)));
    const second = await Promise.all(small.map(send(1_000)));
    await Promise.all([...first, ...second].map((one) => world.succeeded(one.taskId)));
    const { BackupJobs } = await world.owner.backup().send(new ListBackupJobsCommand({}));
    const jobs = BackupJobs!.map((job) => ({
      isBig: job.ResourceArn!.includes('Big'),
      from: job.CreationDate!.getTime(),
      to: job.CompletionDate!.getTime(),
    }));
    for (const one of jobs.filter((job) => job.isBig)) {
      const bigAtOnce = jobs.filter((job) => job.isBig && job.from <= one.from && job.to > one.from).length;
      expect(bigAtOnce).toBeLessThanOrEqual(4);
    }
    const lastBig = Math.max(...jobs.filter((job) => job.isBig).map((job) => job.from));
    for (const one of jobs.filter((job) => !job.isBig)) expect(one.from).toBeLessThan(lastBig);
  });

  test('a small run gets its turn although a large one waits before it', async () => {
    await world.stop();
    // Two backups at once.
    world = await startWorld(engine!, { executor: { jobLimits: { backups: 4 }, share: 0.5 } });
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
    const [large, small] = await Promise.all(
      [names('Large', 12), names('Small', 1)].map((all) =>
        Promise.all(all.map((name) => createTable(world.owner, name))),
      ),
    );
    const first = await Promise.all(large!.map((table) => world.perform(backupOf(table), { sessionId: 'large' })));
    await Promise.all(first.map((one) => world.heardOf(one.taskId, 'dev.tablekeep.task.accepted.v1')));
    const later = await world.perform(backupOf(small![0]!), { sessionId: 'small' });
    await world.succeeded(later.taskId);
    const doneOfLarge = first.filter((one) =>
      world.eventsOf(one.taskId, 1).some((event) => event.type === 'dev.tablekeep.task.succeeded.v1'),
    );
    expect(doneOfLarge.length).toBeLessThan(10);
    await Promise.all(first.map((one) => world.succeeded(one.taskId)));
  }, 60_000);

  test('a setting that may not be set is a warning in AWS’s words; the restore is done', async () => {
    const table = await createTable(world.owner, 'Half', {
      Tags: [{ Key: 'owner', Value: 'ops' }],
      DeletionProtectionEnabled: true,
    });
    const { taskId } = await world.perform(backupOf(table));
    const point = (await world.succeeded(taskId)).point!;
    await world.owner.allow(operatorActions.filter((action) => action !== 'dynamodb:TagResource'));
    const restore = await world.perform(restoreOf(point, 'Half-2'));
    const { warnings, restored } = await world.succeeded(restore.taskId);
    expect(warnings).toEqual([expect.stringContaining('dynamodb:TagResource')]);
    expect(restored!.lines.find((line) => line.property === 'tags')?.outcome).toBe('DIFFERENT');
    // What comes after the refused property is still set.
    expect(restored!.lines.find((line) => line.property === 'deletionProtection')?.outcome).toBe('SAME');
  });

  test('what may not be read at backup is unknown, never "none"', async () => {
    const table = await createTable(world.owner, 'Veiled');
    const unreadable = {
      resourcePolicy: 'dynamodb:GetResourcePolicy',
      autoScaling: 'application-autoscaling:DescribeScalableTargets',
      contributorInsights: 'dynamodb:DescribeContributorInsights',
      kinesisDestinations: 'dynamodb:DescribeKinesisStreamingDestination',
    };
    const forbidden = new Set<string>(Object.values(unreadable));
    await world.owner.allow(operatorActions.filter((action) => !forbidden.has(action)));
    const { taskId } = await world.perform(backupOf(table));
    const { settings } = (await world.succeeded(taskId)).point!;
    for (const [property, action] of Object.entries(unreadable)) {
      expect(settings).toMatchObject({ [property]: { state: 'unknown', because: expect.stringContaining(action) } });
    }
  });

  test('a table with 50 tags of its own is backed up all the same, and not called self-sufficient', async () => {
    const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `key-${at}`, Value: 'x' }));
    const table = await createTable(world.owner, 'Tagged', { Tags });
    const { taskId } = await world.perform(backupOf(table));
    const { point, warnings } = await world.succeeded(taskId);
    expect(point!.selfSufficient).toBe(false);
    expect(warnings.join()).toContain('team');
  });
});

test('a job that AWS did not show once and shows again is followed as before, without repeating itself', async () => {
  // Lists do not show the job at all, so each look asks for the job itself; the first answer is "no such job".
  const world = await startWorld(engine!, {
    emulator: { behaviour: { listLagMs: 24 * 3_600_000 }, durations: { backup: 1_800_000 } },
  });
  try {
    world.emulator.fault({ service: 'backup', operation: 'DescribeBackupJob', count: 1, kind: 'notFound' });
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Blinked')));
    await world.succeeded(taskId);
    const told = world
      .eventsOf(taskId, 1)
      .filter((event) => event.type === 'dev.tablekeep.task.progressed.v1')
      .map((event) => JSON.stringify(event.data));
    const repeated = told.filter((one, at) => one === told[at - 1]);
    // Once: that it is seen again.
    expect(repeated.length).toBeLessThanOrEqual(1);
    expect(world.calls('StartBackupJob')).toBe(1);
  } finally {
    await world.stop();
  }
});

test('the account is deleted while a table is there only to verify a point: whoever hears of it is told its name', async () => {
  const world = await startWorld(engine!, { emulator: { durations: { restore: 3_600_000 } } });
  try {
    const backup = await world.perform(backupOf(await createTable(world.owner, 'Verified')));
    const { taskId } = await world.perform(verifyOf((await world.succeeded(backup.taskId)).point!));
    await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
    await world.announce(account, true);
    const { code, reason } = await world.failed(taskId);
    expect(code).toBe('ACCOUNT_NOT_FOUND');
    expect(reason).toContain(`The temporary table ${temporaryTableName(taskId, 1)} in ${HOME} may be there`);
  } finally {
    await world.stop();
  }
});

test('the account of a running job is deleted: the task ends and says where to look, and nothing is started anew', async () => {
  const world = await startWorld(engine!, { emulator: { durations: { backup: 3_600_000 } } });
  try {
    const { taskId } = await world.perform(backupOf(await createTable(world.owner, 'Orphan')));
    await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
    await world.announce(account, true);
    expect(await world.failed(taskId)).toMatchObject({ code: 'ACCOUNT_NOT_FOUND', retryable: false });
  } finally {
    await world.stop();
  }
});

describe('stopping', () => {
  let world: World;
  afterEach(() => world.stop());
  const cancel = (item: WorkItem) => {
    const { sessionId, taskId, attempt, correlationId } = item;
    return world.send({
      type: 'CANCEL',
      kind: 'BACKUP',
      sessionId,
      taskId,
      attempt,
      correlationId,
      reason: 'Stopped by Operator',
    });
  };

  test('a job waiting for its table is canceled without a call', async () => {
    world = await startWorld(engine!);
    const table = await createTable(world.owner, 'Busy');
    const running = await world.perform(backupOf(table));
    await world.heardOf(running.taskId, 'dev.tablekeep.task.started.v1');
    const waiting = await world.perform(backupOf(table));
    await world.heardOf(waiting.taskId, 'dev.tablekeep.task.accepted.v1');
    await cancel(waiting.item);
    expect(await world.ended(waiting.taskId)).toMatchObject({
      end: 'canceled',
      data: { reason: 'Stopped by Operator' },
    });
    await world.succeeded(running.taskId);
    expect(world.calls('StartBackupJob')).toBe(1);
  });

  test('a cancellation that arrives before its work item meets it', async () => {
    world = await startWorld(engine!);
    const table = await createTable(world.owner, 'Late');
    const item = (await world.perform(backupOf(table), { taskId: 'first-of-all' })).item;
    await world.succeeded(item.taskId);
    await cancel({ ...item, taskId: 'second' });
    await world.perform(backupOf(table), { taskId: 'second' });
    expect((await world.ended('second')).end).toBe('canceled');
    expect(world.calls('StartBackupJob')).toBe(1);
  });

  test('a running backup is stopped where AWS stops it', async () => {
    world = await startWorld(engine!, {
      emulator: { behaviour: { stopBackup: 'abort' }, durations: { backup: 3_600_000 } },
    });
    const { taskId, item } = await world.perform(backupOf(await createTable(world.owner, 'Stoppable')));
    await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
    await cancel(item);
    expect((await world.ended(taskId)).end).toBe('canceled');
  });

  test('a running backup that AWS does not stop is followed to its end and kept', async () => {
    world = await startWorld(engine!, { emulator: { durations: { backup: 3_600_000 } } });
    const { taskId, item } = await world.perform(backupOf(await createTable(world.owner, 'Unstoppable')));
    await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
    await cancel(item);
    await eventually(() => expect(world.calls('StopBackupJob')).toBe(1));
    await world.emulator.clock.advance(3_600_000);
    expect((await world.succeeded(taskId)).point).not.toBeNull();
    expect(world.calls('StopBackupJob')).toBe(1);
  });
});

test('a table deleted in the destination does not stop a copy; the copy lies in the other Region', async () => {
  const world = await startWorld(engine!);
  try {
    const table = await createTable(world.owner, 'Shortlived');
    const { taskId } = await world.perform(backupOf(table));
    const point = (await world.succeeded(taskId)).point!;
    const client = world.owner.dynamodb();
    await client.send(new DeleteTableCommand({ TableName: 'Shortlived' }));
    await waitUntilTableNotExists(
      { client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.2 },
      { TableName: 'Shortlived' },
    );
    const copy = await world.perform(copyOf(point));
    expect((await world.succeeded(copy.taskId)).point).toMatchObject({ region: AWAY, vaultName: VAULT });
  } finally {
    await world.stop();
  }
});
