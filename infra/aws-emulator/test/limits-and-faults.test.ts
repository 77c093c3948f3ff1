import { afterEach, describe, expect, test } from '@jest/globals';
import {
  DeleteRecoveryPointCommand,
  DescribeRecoveryPointCommand,
  ListBackupJobsCommand,
} from '@aws-sdk/client-backup';
import { CreateTableCommand, DescribeTimeToLiveCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import {
  backedUp,
  backupJob,
  copied,
  restored,
  restoreJob,
  startBackup,
  startCopy,
  startRestore,
} from './backup-steps.ts';
import { ACCOUNT, AWAY, HOUR, MINUTE, airports, arnOf, clients, failure, keysOf, makeTable } from './clients.ts';
import type { Emulator, EmulatorOptions } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let aws: ReturnType<typeof clients>;

async function start(options: EmulatorOptions = { limits: 'off' }): Promise<void> {
  emulator = await startEmulator(options);
  aws = clients(emulator.endpoint);
}
afterEach(() => emulator.stop());

const countOf = (operation: string): number =>
  emulator
    .calls()
    .filter((count) => count.operation === operation)
    .reduce((sum, count) => sum + count.count, 0);

/** How many calls fit into a second must not hang on how fast this machine sends them. */
const HARDLY = 0.001;

describe('API rates', () => {
  test('StartBackupJob: five a second, then ThrottlingException until time passes', async () => {
    await start({ limits: 'enforced', speed: HARDLY });
    const names = Array.from({ length: 6 }, (_, at) => `t-${at}-table`);
    const results = await Promise.allSettled(
      names.map((name) => startBackup(aws.backup, { ResourceArn: arnOf(name) })),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await emulator.clock.advance(1_000);
    await startBackup(aws.backup, { ResourceArn: arnOf('later') });
    const [count] = emulator.calls().filter((entry) => entry.operation === 'StartBackupJob');
    expect(count).toMatchObject({ count: 7, errors: 1, throttled: 1, account: ACCOUNT, region: 'us-east-1' });
  });

  test('DescribeTimeToLive: ten a second, and each Region and account has its own', async () => {
    await start({ limits: 'enforced', speed: HARDLY });
    await makeTable(emulator, aws.dynamodb);
    const read = () => aws.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'airports' }));
    const results = await Promise.allSettled(Array.from({ length: 14 }, read));
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(4);
    for (const other of [
      clients(emulator.endpoint, AWAY),
      clients(emulator.endpoint, 'us-east-1', keysOf('999988887777')),
    ]) {
      const elsewhere = other.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: 'airports' }));
      expect((await failure(elsewhere)).name).toBe('ResourceNotFoundException');
    }
  });

  test('all AWS Backup calls together: fifty a second', async () => {
    await start({ limits: 'enforced', speed: HARDLY });
    const kinds = [
      () => aws.backup.send(new ListBackupJobsCommand({})),
      () => backupJob(aws.backup, 'none'),
      () => restoreJob(aws.backup, 'none'),
    ];
    const results = await Promise.allSettled(Array.from({ length: 75 }, async (_, at) => kinds[at % 3]?.()));
    const throttled = results.filter(
      (result) => result.status === 'rejected' && (result.reason as Error).name === 'ThrottlingException',
    );
    expect(throttled).toHaveLength(25);
  });
});

describe('concurrency', () => {
  test('fifty restores at a time', async () => {
    await start({ limits: 'enforced' });
    await makeTable(emulator, aws.dynamodb);
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    for (let at = 0; at < 50; at += 1) {
      await startRestore(aws.backup, RecoveryPointArn, { targetTableName: `restored-${at}` });
      await emulator.clock.advance(200);
    }
    const more = () => startRestore(aws.backup, RecoveryPointArn, { targetTableName: 'one-more' });
    expect((await failure(more())).name).toBe('LimitExceededException');
    await emulator.clock.advance(HOUR);
    await more();
  });

  test('three hundred backups at a time', async () => {
    await start({ limits: 'enforced' });
    const names = Array.from({ length: 301 }, (_, at) => `table-${at}`);
    for (const TableName of names) {
      await aws.dynamodb.send(new CreateTableCommand({ ...airports, TableName }));
    }
    await emulator.clock.advance(MINUTE);
    const ids: string[] = [];
    for (const name of names) {
      const { BackupJobId } = await startBackup(aws.backup, { ResourceArn: arnOf(name) });
      ids.push(BackupJobId ?? '');
      await emulator.clock.advance(210);
    }
    await emulator.clock.advance(10 * MINUTE);
    expect((await backupJob(aws.backup, ids[0])).State).toBe('COMPLETED');
    expect(await backupJob(aws.backup, ids[300])).toMatchObject({
      State: 'FAILED',
      StatusMessage: expect.stringMatching(
        /^Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is 300\./,
      ),
    });
  });
});

describe('faults', () => {
  test('a throttle of three calls outlasts the SDK’s retries, of two does not', async () => {
    await start();
    const retrying = clients(emulator.endpoint, 'us-east-1', keysOf(ACCOUNT), 3);
    emulator.fault({ service: 'dynamodb', operation: 'ListTables', count: 2, kind: 'throttle' });
    await retrying.dynamodb.send(new ListTablesCommand({}));
    expect(countOf('ListTables')).toBe(3);
    emulator.fault({ service: 'dynamodb', operation: 'ListTables', count: 3, kind: 'throttle' });
    expect((await failure(retrying.dynamodb.send(new ListTablesCommand({})))).name).toBe('ThrottlingException');
  });

  test('a server error is the service’s own, in the Region and account planned', async () => {
    await start();
    emulator.fault({ service: 'backup', operation: '*', region: AWAY, count: 1, kind: 'http500' });
    await aws.backup.send(new ListBackupJobsCommand({}));
    const away = clients(emulator.endpoint, AWAY);
    expect(await failure(away.backup.send(new ListBackupJobsCommand({})))).toMatchObject({
      name: 'ServiceUnavailableException',
      status: 500,
    });
    emulator.fault({ service: 'backup', operation: '*', count: 5, kind: 'http500' });
    emulator.clearFaults();
    await away.backup.send(new ListBackupJobsCommand({}));
  });

  test('a lost response: the effect happened, and the retry with the same token finds it', async () => {
    await start();
    await makeTable(emulator, aws.dynamodb);
    emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'responseLost' });
    const lost = startBackup(aws.backup, { IdempotencyToken: 'run-7' });
    expect((await failure(lost)).name).not.toBe('ThrottlingException');
    const { BackupJobId } = await startBackup(aws.backup, { IdempotencyToken: 'run-7' });
    const { BackupJobs } = await aws.backup.send(new ListBackupJobsCommand({}));
    expect(BackupJobs?.map((job) => job.BackupJobId)).toEqual([BackupJobId]);
    await emulator.clock.advance(10 * MINUTE);
    expect((await backupJob(aws.backup, BackupJobId)).State).toBe('COMPLETED');
  });

  test('a stuck job stays CREATED until its start window is over', async () => {
    await start();
    await makeTable(emulator, aws.dynamodb);
    emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1, kind: 'jobStuck' });
    const { BackupJobId } = await startBackup(aws.backup, { StartWindowMinutes: 60 });
    await emulator.clock.advance(50 * MINUTE);
    expect((await backupJob(aws.backup, BackupJobId)).State).toBe('CREATED');
    await emulator.clock.advance(20 * MINUTE);
    expect(await backupJob(aws.backup, BackupJobId)).toMatchObject({
      State: 'EXPIRED',
      StatusMessage: 'Backup job expired before completion.',
    });
  });

  test('jobs of every kind fail with the message planned and leave nothing behind', async () => {
    await start();
    await makeTable(emulator, aws.dynamodb);
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    const message = 'Access Denied trying to call AWS Backup service';
    for (const operation of ['StartBackupJob', 'StartCopyJob', 'StartRestoreJob']) {
      emulator.fault({ service: 'backup', operation, count: 1, kind: 'jobFailed', message });
    }
    const started = await startBackup(aws.backup);
    await emulator.clock.advance(10 * MINUTE);
    expect(await backupJob(aws.backup, started.BackupJobId)).toMatchObject({ State: 'FAILED', StatusMessage: message });
    const gone = aws.backup.send(
      new DescribeRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn: started.RecoveryPointArn }),
    );
    expect((await failure(gone)).name).toBe('ResourceNotFoundException');
    expect(await copied(emulator, aws.backup, RecoveryPointArn)).toMatchObject({
      State: 'FAILED',
      StatusMessage: message,
    });
    expect(await restored(emulator, aws.backup, RecoveryPointArn, { targetTableName: 'failed' })).toMatchObject({
      Status: 'FAILED',
      StatusMessage: message,
    });
    expect((await aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['airports']);
    expect((await startCopy(aws.backup, RecoveryPointArn)).CopyJobId).toBeDefined();
  });

  test('a deletion answered 200 can leave the point EXPIRED', async () => {
    await start();
    await makeTable(emulator, aws.dynamodb);
    const { RecoveryPointArn } = await backedUp(emulator, aws.backup);
    emulator.fault({ service: 'backup', operation: 'DeleteRecoveryPoint', count: 1, kind: 'expiredAfterDelete' });
    const remove = () =>
      aws.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn }));
    const look = () =>
      aws.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn }));
    await remove();
    await emulator.clock.advance(HOUR);
    expect((await look()).Status).toBe('EXPIRED');
    await remove();
    await emulator.clock.advance(HOUR);
    expect((await failure(look())).name).toBe('ResourceNotFoundException');
  });

  test('a delayed answer comes late', async () => {
    await start();
    emulator.fault({ service: 'dynamodb', operation: 'ListTables', count: 1, kind: 'delay', delayMs: 150 });
    const began = performance.now();
    await aws.dynamodb.send(new ListTablesCommand({}));
    expect(performance.now() - began).toBeGreaterThanOrEqual(145);
  });
});
