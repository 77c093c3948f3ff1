import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CreateBackupVaultCommand,
  DeleteBackupVaultCommand,
  DeleteBackupVaultLockConfigurationCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupVaultCommand,
  DescribeRecoveryPointCommand,
  DescribeRegionSettingsCommand,
  GetBackupVaultAccessPolicyCommand,
  ListBackupJobsCommand,
  ListBackupVaultsCommand,
  ListCopyJobsCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  ListRestoreJobsCommand,
  PutBackupVaultAccessPolicyCommand,
  PutBackupVaultLockConfigurationCommand,
  StopBackupJobCommand,
  TagResourceCommand,
  UpdateRecoveryPointLifecycleCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { startEmulator } from '@tablekeep/aws-emulator';
import {
  backedUp,
  backupJob,
  copied,
  copyJob,
  restored,
  startBackup,
  startCopy,
  startRestore,
  vaultArnIn,
} from './backup-steps.ts';
import { AWAY, DAY, HOUR, MINUTE, airports, arnOf, clients, failure, makeTable } from './clients.ts';
import type { ListBackupJobsCommandInput } from '@aws-sdk/client-backup';
import type { Emulator } from '@tablekeep/aws-emulator';

let emulator: Emulator;
let aws: ReturnType<typeof clients>;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
  aws = clients(emulator.endpoint);
  await makeTable(emulator, aws.dynamodb);
});
afterEach(() => emulator.stop());

const pointNamed = (RecoveryPointArn: string, BackupVaultName = 'Default') =>
  aws.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));

describe('one job per table', () => {
  test('a second backup fails, and a later one succeeds', async () => {
    const first = await startBackup(aws.backup);
    const second = await startBackup(aws.backup);
    await emulator.clock.advance(10 * MINUTE);
    expect((await backupJob(aws.backup, first.BackupJobId)).State).toBe('COMPLETED');
    expect(await backupJob(aws.backup, second.BackupJobId)).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'Backup job failed because there was a running job for the same resource',
    });
    expect((await backedUp(emulator, aws.backup)).State).toBe('COMPLETED');
  });

  test('a copy during a backup fails', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    await startBackup(aws.backup);
    await emulator.clock.advance(MINUTE);
    expect(await copied(emulator, aws.backup, RecoveryPointArn)).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'There are too many copy jobs running for resource.',
    });
  });

  test('with queueing, the second waits for its turn', async () => {
    emulator.setBehaviour({ busyTable: 'queue' });
    await startBackup(aws.backup);
    const second = await startBackup(aws.backup);
    await emulator.clock.advance(4 * MINUTE);
    expect((await backupJob(aws.backup, second.BackupJobId)).State).toBe('CREATED');
    await emulator.clock.advance(30 * MINUTE);
    expect((await backupJob(aws.backup, second.BackupJobId)).State).toBe('COMPLETED');
  });

  test('tables do not get in each other’s way', async () => {
    await makeTable(emulator, aws.dynamodb, { ...airports, TableName: 'airlines' });
    const jobs = [await startBackup(aws.backup), await startBackup(aws.backup, { ResourceArn: arnOf('airlines') })];
    await emulator.clock.advance(10 * MINUTE);
    for (const { BackupJobId } of jobs) expect((await backupJob(aws.backup, BackupJobId)).State).toBe('COMPLETED');
  });
});

describe('idempotency tokens', () => {
  test('the same call with the same token starts one job', async () => {
    const first = await startBackup(aws.backup, { IdempotencyToken: 'nightly' });
    const again = await startBackup(aws.backup, { IdempotencyToken: 'nightly' });
    expect(again.BackupJobId).toBe(first.BackupJobId);
    expect(again.RecoveryPointArn).toBe(first.RecoveryPointArn);
    const { BackupJobs } = await aws.backup.send(new ListBackupJobsCommand({}));
    expect(BackupJobs).toHaveLength(1);
  });

  test('two calls at the same moment start one job', async () => {
    const jobs = await Promise.all([1, 2, 3].map(() => startBackup(aws.backup, { IdempotencyToken: 'nightly' })));
    expect(new Set(jobs.map((job) => job.BackupJobId)).size).toBe(1);
  });

  test('another body with the same token is refused', async () => {
    await startBackup(aws.backup, { IdempotencyToken: 'nightly' });
    const other = startBackup(aws.backup, { IdempotencyToken: 'nightly', RecoveryPointTags: { a: 'b' } });
    expect((await failure(other)).name).toBe('InvalidParameterValueException');
  });

  test('a finished restore’s token is refused', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    const start = () =>
      startRestore(aws.backup, RecoveryPointArn, { targetTableName: 'again' }, { IdempotencyToken: 'r1' });
    const first = await start();
    expect((await start()).RestoreJobId).toBe(first.RestoreJobId);
    await emulator.clock.advance(HOUR);
    const refused = await failure(start());
    expect(refused).toMatchObject({
      name: 'InvalidParameterValueException',
      message: `Restore job ${first.RestoreJobId ?? ''} already finished`,
    });
  });

  test('can be forgotten after a day, or never remembered', async () => {
    emulator.setBehaviour({ tokenMemory: 'expired' });
    const first = await startBackup(aws.backup, { IdempotencyToken: 'nightly' });
    await emulator.clock.advance(2 * DAY);
    const second = await startBackup(aws.backup, { IdempotencyToken: 'nightly' });
    expect(second.BackupJobId).not.toBe(first.BackupJobId);
    emulator.setBehaviour({ tokenMemory: 'none' });
    expect((await startBackup(aws.backup, { IdempotencyToken: 'nightly' })).BackupJobId).not.toBe(second.BackupJobId);
  });
});

describe('a backup job', () => {
  test('of a table that does not exist fails, in a vault that does not exist is refused', async () => {
    expect(await backedUp(emulator, aws.backup, { ResourceArn: arnOf('nothing') })).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'Table not found.',
    });
    expect((await failure(startBackup(aws.backup, { BackupVaultName: 'nowhere' }))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('cannot be stopped, unless told otherwise', async () => {
    const { BackupJobId, RecoveryPointArn = '' } = await startBackup(aws.backup);
    await emulator.clock.advance(2 * MINUTE);
    const stop = () => aws.backup.send(new StopBackupJobCommand({ BackupJobId }));
    expect((await failure(stop())).name).toBe('InvalidRequestException');
    emulator.setBehaviour({ stopBackup: 'abort' });
    await stop();
    expect((await backupJob(aws.backup, BackupJobId)).State).toBe('ABORTING');
    await emulator.clock.advance(MINUTE);
    expect((await backupJob(aws.backup, BackupJobId)).State).toBe('ABORTED');
    expect((await failure(pointNamed(RecoveryPointArn))).name).toBe('ResourceNotFoundException');
  });

  test('fails above 50 tags, or keeps the job’s own', async () => {
    const RecoveryPointTags = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`job-${at}`, 'x']));
    const Tags = Array.from({ length: 30 }, (_, at) => ({ Key: `table-${at}`, Value: 'x' }));
    await aws.dynamodb.send(new CreateTableCommand({ ...airports, TableName: 'tagged', Tags }));
    await emulator.clock.advance(MINUTE);
    const run = () => backedUp(emulator, aws.backup, { ResourceArn: arnOf('tagged'), RecoveryPointTags });
    expect((await run()).State).toBe('FAILED');
    emulator.setBehaviour({ tagOverflow: 'keep' });
    expect((await run()).State).toBe('COMPLETED');
  });

  test('in a Region without advanced backup makes a native point that cannot be copied or tagged', async () => {
    await aws.backup.send(new UpdateRegionSettingsCommand({ ResourceTypeManagementPreference: { DynamoDB: false } }));
    const settings = await aws.backup.send(new DescribeRegionSettingsCommand({}));
    expect(settings.ResourceTypeOptInPreference?.['DynamoDB']).toBe(true);
    expect(settings.ResourceTypeManagementPreference?.['DynamoDB']).toBe(false);
    const started = await startBackup(aws.backup);
    expect(started.RecoveryPointArn).toBeUndefined();
    await emulator.clock.advance(10 * MINUTE);
    const { RecoveryPointArn = '' } = await backupJob(aws.backup, started.BackupJobId);
    expect(RecoveryPointArn).toMatch(/^arn:aws:dynamodb:us-east-1:\d{12}:table\/airports\/backup\/\d{13}-[0-9a-f]{8}$/);
    expect((await pointNamed(RecoveryPointArn)).Status).toBe('COMPLETED');
    expect((await failure(startCopy(aws.backup, RecoveryPointArn))).name).toBe('InvalidRequestException');
    expect(
      (await failure(aws.backup.send(new TagResourceCommand({ ResourceArn: RecoveryPointArn, Tags: { a: 'b' } }))))
        .name,
    ).toBe('InvalidParameterValueException');
    expect((await restored(emulator, aws.backup, RecoveryPointArn, { targetTableName: 'native' })).Status).toBe(
      'COMPLETED',
    );
  });
});

describe('a restore', () => {
  test('into a table that exists is refused, at once or as a job', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    expect(await failure(startRestore(aws.backup, RecoveryPointArn, { targetTableName: 'airports' }))).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Table already exists: airports',
    });
    emulator.setBehaviour({ existingTarget: 'job' });
    expect(await restored(emulator, aws.backup, RecoveryPointArn, { targetTableName: 'airports' })).toMatchObject({
      Status: 'FAILED',
      StatusMessage: 'Table already exists: airports',
    });
  });

  test('with an unknown metadata key is refused; with copied source tags it fails', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    const odd = startRestore(aws.backup, RecoveryPointArn, { targetTableName: 'x-table', billingMode: 'PROVISIONED' });
    expect((await failure(odd)).name).toBe('InvalidParameterValueException');
    const tagged = await restored(
      emulator,
      aws.backup,
      RecoveryPointArn,
      { targetTableName: 'x-table' },
      { CopySourceTagsToRestoredResource: true },
    );
    expect(tagged.Status).toBe('FAILED');
  });
});

describe('vaults', () => {
  test('"Default" is there; a missing one looks forbidden; names are taken once', async () => {
    expect(
      (await aws.backup.send(new ListBackupVaultsCommand({}))).BackupVaultList?.map((vault) => vault.BackupVaultName),
    ).toEqual(['Default']);
    const describeVault = () =>
      failure(aws.backup.send(new DescribeBackupVaultCommand({ BackupVaultName: 'nowhere' })));
    expect(await describeVault()).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    emulator.setBehaviour({ missingVault: 'notFound' });
    expect(await describeVault()).toMatchObject({ name: 'ResourceNotFoundException', status: 400 });
    const create = new CreateBackupVaultCommand({ BackupVaultName: 'safe', CreatorRequestId: 'me' });
    await aws.backup.send(create);
    const again = aws.backup.send(create).catch((error: unknown) => error);
    expect(await again).toMatchObject({
      name: 'AlreadyExistsException',
      Arn: vaultArnIn('us-east-1', 'safe'),
      CreatorRequestId: 'me',
    });
  });

  test('are deleted only when empty', async () => {
    await aws.backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'safe' }));
    const { RecoveryPointArn } = await backedUp(emulator, aws.backup, { BackupVaultName: 'safe' });
    const remove = () => aws.backup.send(new DeleteBackupVaultCommand({ BackupVaultName: 'safe' }));
    expect(await failure(remove())).toMatchObject({
      name: 'InvalidRequestException',
      message: 'Backup vault cannot be deleted because it contains recovery points',
    });
    await aws.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'safe', RecoveryPointArn }));
    expect((await pointNamed(RecoveryPointArn ?? '', 'safe')).Status).toBe('DELETING');
    await emulator.clock.advance(MINUTE);
    await remove();
    expect((await aws.backup.send(new ListBackupVaultsCommand({}))).BackupVaultList).toHaveLength(1);
  });

  test('locked ones fail jobs outside their range and keep their points', async () => {
    await aws.backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'locked' }));
    await aws.backup.send(
      new PutBackupVaultLockConfigurationCommand({
        BackupVaultName: 'locked',
        MinRetentionDays: 7,
        MaxRetentionDays: 60,
      }),
    );
    const run = (DeleteAfterDays: number) =>
      backedUp(emulator, aws.backup, { BackupVaultName: 'locked', Lifecycle: { DeleteAfterDays } });
    expect(await run(3)).toMatchObject({
      State: 'FAILED',
      StatusMessage:
        'Backup job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
    });
    const { State, RecoveryPointArn = '' } = await run(30);
    expect(State).toBe('COMPLETED');
    const remove = new DeleteRecoveryPointCommand({ BackupVaultName: 'locked', RecoveryPointArn });
    expect((await failure(aws.backup.send(remove))).name).toBe('InvalidRequestException');
    await aws.backup.send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: 'locked' }));
    await aws.backup.send(remove);
    // Compliance mode: removable until its date, immutable afterwards.
    await aws.backup.send(
      new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'locked', ChangeableForDays: 3 }),
    );
    await emulator.clock.advance(4 * DAY);
    const unlock = aws.backup.send(new DeleteBackupVaultLockConfigurationCommand({ BackupVaultName: 'locked' }));
    expect((await failure(unlock)).name).toBe('InvalidRequestException');
  });

  test('a locked destination fails the copy', async () => {
    const away = clients(emulator.endpoint, AWAY);
    await away.backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'locked' }));
    await away.backup.send(
      new PutBackupVaultLockConfigurationCommand({ BackupVaultName: 'locked', MaxRetentionDays: 10 }),
    );
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup);
    const destination = { DestinationBackupVaultArn: vaultArnIn(AWAY, 'locked') };
    expect(await copied(emulator, aws.backup, RecoveryPointArn, destination)).toMatchObject({
      State: 'FAILED',
      StatusMessage:
        'Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.',
    });
    expect(
      (await copied(emulator, aws.backup, RecoveryPointArn, { ...destination, Lifecycle: { DeleteAfterDays: 9 } }))
        .State,
    ).toBe('COMPLETED');
  });

  test('a policy that denies deletion binds everyone', async () => {
    const { RecoveryPointArn } = await backedUp(emulator, aws.backup);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 'backup:DeleteRecoveryPoint', Resource: '*' }],
    });
    await aws.backup.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName: 'Default', Policy }));
    expect((await aws.backup.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: 'Default' }))).Policy).toBe(
      Policy,
    );
    const remove = aws.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'Default', RecoveryPointArn }));
    expect(await failure(remove)).toMatchObject({ name: 'AccessDeniedException', status: 403 });
  });
});

describe('lifecycles', () => {
  test('a point expires within eight hours after its days', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup, { Lifecycle: { DeleteAfterDays: 2 } });
    await emulator.clock.advance(2 * DAY - 15 * MINUTE);
    expect((await pointNamed(RecoveryPointArn)).Status).toBe('COMPLETED');
    await emulator.clock.advance(9 * HOUR);
    expect((await failure(pointNamed(RecoveryPointArn))).name).toBe('ResourceNotFoundException');
  });

  test('an update replaces the whole lifecycle and moves the expiry', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup, { Lifecycle: { DeleteAfterDays: 2 } });
    const updated = await aws.backup.send(
      new UpdateRecoveryPointLifecycleCommand({
        BackupVaultName: 'Default',
        RecoveryPointArn,
        Lifecycle: { DeleteAfterDays: 5 },
      }),
    );
    expect(updated.Lifecycle).toEqual({ DeleteAfterDays: 5 });
    await emulator.clock.advance(3 * DAY);
    expect((await pointNamed(RecoveryPointArn)).Status).toBe('COMPLETED');
    await emulator.clock.advance(3 * DAY);
    expect((await failure(pointNamed(RecoveryPointArn))).name).toBe('ResourceNotFoundException');
  });

  test('a cold point is not copied, and its restore takes four hours more', async () => {
    const { RecoveryPointArn = '' } = await backedUp(emulator, aws.backup, {
      Lifecycle: { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 200 },
    });
    await emulator.clock.advance(2 * DAY);
    expect((await pointNamed(RecoveryPointArn)).StorageClass).toBe('COLD');
    expect((await failure(startCopy(aws.backup, RecoveryPointArn))).name).toBe('InvalidRequestException');
    expect((await restored(emulator, aws.backup, RecoveryPointArn, { targetTableName: 'thawed' })).Status).toBe(
      'RUNNING',
    );
    const tooShort = startBackup(aws.backup, { Lifecycle: { MoveToColdStorageAfterDays: 30, DeleteAfterDays: 60 } });
    expect((await failure(tooShort)).name).toBe('InvalidParameterValueException');
  });
});

describe('lists', () => {
  test('filter by what AWS filters by', async () => {
    await makeTable(emulator, aws.dynamodb, { ...airports, TableName: 'airlines' });
    const first = await backedUp(emulator, aws.backup);
    const since = new Date(emulator.clock.now());
    await emulator.clock.advance(MINUTE);
    const second = await startBackup(aws.backup, { ResourceArn: arnOf('airlines') });
    const ids = async (filter: ListBackupJobsCommandInput) =>
      (await aws.backup.send(new ListBackupJobsCommand(filter))).BackupJobs?.map((job) => job.BackupJobId);
    expect(await ids({})).toEqual([second.BackupJobId, first.BackupJobId]);
    expect(await ids({ ByState: 'COMPLETED' })).toEqual([first.BackupJobId]);
    expect(await ids({ ByResourceArn: arnOf('airlines') })).toEqual([second.BackupJobId]);
    expect(await ids({ ByCreatedAfter: since })).toEqual([second.BackupJobId]);
    expect(await ids({ ByCreatedBefore: since })).toEqual([first.BackupJobId]);
    expect(await ids({ ByCompleteAfter: new Date(0) })).toEqual([first.BackupJobId]);
    expect(await ids({ ByResourceType: 'EBS' })).toEqual([]);
    expect(await ids({ ByMessageCategory: 'SUCCESS' })).toEqual([first.BackupJobId]);
    const copy = await copied(emulator, aws.backup, first.RecoveryPointArn ?? '');
    const copies = await aws.backup.send(
      new ListCopyJobsCommand({ ByDestinationVaultArn: vaultArnIn(AWAY, 'Default'), ByState: 'COMPLETED' }),
    );
    expect(copies.CopyJobs?.map((job) => job.CopyJobId)).toEqual([copy.CopyJobId]);
    await startRestore(aws.backup, first.RecoveryPointArn ?? '', { targetTableName: 'again' });
    expect((await aws.backup.send(new ListRestoreJobsCommand({ ByStatus: 'PENDING' }))).RestoreJobs).toHaveLength(1);
    expect((await aws.backup.send(new ListRestoreJobsCommand({ ByStatus: 'COMPLETED' }))).RestoreJobs).toEqual([]);
    const resources = await aws.backup.send(new ListProtectedResourcesCommand({}));
    expect(resources.Results?.map((entry) => entry.ResourceArn)).toEqual([arnOf('airlines'), arnOf('airports')]);
    await emulator.clock.advance(31 * DAY);
    expect(await ids({})).toEqual([]);
    expect((await backupJob(aws.backup, first.BackupJobId)).State).toBe('COMPLETED');
    expect((await copyJob(aws.backup, copy.CopyJobId)).State).toBe('COMPLETED');
  });

  test('are read by following the token until there is none, empty last page included', async () => {
    for (let at = 0; at < 5; at += 1) await backedUp(emulator, aws.backup);
    const pagesOf = async (MaxResults: number | undefined) => {
      const sizes: number[] = [];
      let NextToken: string | undefined;
      do {
        const page = await aws.backup.send(
          new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'Default', MaxResults, NextToken }),
        );
        sizes.push(page.RecoveryPoints?.length ?? -1);
        ({ NextToken } = page);
      } while (NextToken !== undefined);
      return sizes;
    };
    expect(await pagesOf(2)).toEqual([2, 2, 1]);
    expect(await pagesOf(undefined)).toEqual([5, 0]);
    emulator.setBehaviour({ tokenOnLastPage: false });
    expect(await pagesOf(undefined)).toEqual([5]);
    const forged = aws.backup.send(new ListBackupJobsCommand({ NextToken: 'forged' }));
    expect((await failure(forged)).name).toBe('InvalidParameterValueException');
  });
});
