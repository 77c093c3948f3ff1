import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startEmulator } from '@tablekeep/aws-emulator';
import { ACCOUNT, AWAY, BACKUP_ROLE, HOME, HOUR, MINUTE, arnOf } from './clients.ts';
import type { Emulator } from '@tablekeep/aws-emulator';

/**
 * The main path with the AWS CLI, a client built from another code base than the SDK's. Its name keeps it out of the
 * ordinary run, which must not need the CLI; run it with `--testMatch '**\/awscli.ci-test.ts'` where `aws` is installed.
 */
const run = promisify(execFile);
let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
});
afterEach(() => emulator.stop());

const configuration = {
  AWS_ACCESS_KEY_ID: `AKIA${ACCOUNT}CLI`,
  AWS_SECRET_ACCESS_KEY: 'not-verified',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

async function aws<T>(region: string, ...args: string[]): Promise<T> {
  const common = ['--endpoint-url', emulator.endpoint, '--region', region, '--output', 'json'];
  const { stdout } = await run('aws', [...common, ...args], { env: { ...process.env, ...configuration } });
  return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as T;
}

const role = ['--iam-role-arn', BACKUP_ROLE];

test('a table is created, filled, backed up, copied and restored in another Region', async () => {
  const attribute = [
    '--attribute-definitions',
    'AttributeName=iata,AttributeType=S',
    '--key-schema',
    'AttributeName=iata,KeyType=HASH',
  ];
  await aws(
    HOME,
    'dynamodb',
    'create-table',
    '--table-name',
    'airports',
    '--billing-mode',
    'PAY_PER_REQUEST',
    ...attribute,
    '--tags',
    'Key=team,Value=routes',
  );
  await emulator.clock.advance(MINUTE);
  for (const iata of ['AKL', 'ARN', 'GRU']) {
    await aws(
      HOME,
      'dynamodb',
      'put-item',
      '--table-name',
      'airports',
      '--item',
      JSON.stringify({ iata: { S: iata } }),
    );
  }

  const started = await aws<{ BackupJobId: string; RecoveryPointArn: string }>(
    HOME,
    'backup',
    'start-backup-job',
    '--backup-vault-name',
    'Default',
    '--resource-arn',
    arnOf('airports'),
    ...role,
  );
  await emulator.clock.advance(10 * MINUTE);
  const backup = await aws<{ State: string; CompletionDate: string | number }>(
    HOME,
    'backup',
    'describe-backup-job',
    '--backup-job-id',
    started.BackupJobId,
  );
  expect(backup.State).toBe('COMPLETED');
  // Version 1 of the CLI prints epoch seconds, version 2 ISO-8601.
  const completed =
    typeof backup.CompletionDate === 'number' ? backup.CompletionDate * 1_000 : Date.parse(backup.CompletionDate);
  expect(Math.abs(completed - emulator.clock.now())).toBeLessThan(10 * MINUTE);
  const jobs = await aws<{ BackupJobs: { BackupJobId: string }[] }>(
    HOME,
    'backup',
    'list-backup-jobs',
    '--by-state',
    'COMPLETED',
  );
  expect(jobs.BackupJobs.map((job) => job.BackupJobId)).toEqual([started.BackupJobId]);
  const tags = await aws<{ Tags: Record<string, string> }>(
    HOME,
    'backup',
    'list-tags',
    '--resource-arn',
    started.RecoveryPointArn,
  );
  expect(tags.Tags).toEqual({ team: 'routes' });

  const vault = await aws<{ BackupVaultArn: string }>(
    AWAY,
    'backup',
    'create-backup-vault',
    '--backup-vault-name',
    'copies',
  );
  const copying = await aws<{ CopyJobId: string }>(
    HOME,
    'backup',
    'start-copy-job',
    '--recovery-point-arn',
    started.RecoveryPointArn,
    '--source-backup-vault-name',
    'Default',
    '--destination-backup-vault-arn',
    vault.BackupVaultArn,
    ...role,
  );
  await emulator.clock.advance(10 * MINUTE);
  const { CopyJob } = await aws<{ CopyJob: { State: string; DestinationRecoveryPointArn: string } }>(
    HOME,
    'backup',
    'describe-copy-job',
    '--copy-job-id',
    copying.CopyJobId,
  );
  expect(CopyJob.State).toBe('COMPLETED');
  const point = await aws<{ Status: string }>(
    AWAY,
    'backup',
    'describe-recovery-point',
    '--backup-vault-name',
    'copies',
    '--recovery-point-arn',
    CopyJob.DestinationRecoveryPointArn,
  );
  expect(point.Status).toBe('COMPLETED');

  const restoring = await aws<{ RestoreJobId: string }>(
    AWAY,
    'backup',
    'start-restore-job',
    '--recovery-point-arn',
    CopyJob.DestinationRecoveryPointArn,
    '--metadata',
    'targetTableName=airports,encryptionType=Default',
    ...role,
  );
  await emulator.clock.advance(HOUR);
  const restore = await aws<{ Status: string; CreatedResourceArn: string }>(
    AWAY,
    'backup',
    'describe-restore-job',
    '--restore-job-id',
    restoring.RestoreJobId,
  );
  expect(restore).toMatchObject({ Status: 'COMPLETED', CreatedResourceArn: arnOf('airports', AWAY) });
  const scan = await aws<{ Items: { iata: { S: string } }[] }>(AWAY, 'dynamodb', 'scan', '--table-name', 'airports');
  expect(scan.Items.map((item) => item.iata.S).sort()).toEqual(['AKL', 'ARN', 'GRU']);
}, 300_000);

test('roles are made and assumed, keys and Regions listed', async () => {
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'tenant-1' } },
      },
    ],
  });
  const { Role } = await aws<{ Role: { Arn: string } }>(
    HOME,
    'iam',
    'create-role',
    '--role-name',
    'Tablekeep',
    '--assume-role-policy-document',
    trust,
  );
  const assume = ['sts', 'assume-role', '--role-arn', Role.Arn, '--role-session-name', 'cli'];
  const session = await aws<{ Credentials: { AccessKeyId: string } }>(HOME, ...assume, '--external-id', 'tenant-1');
  expect(session.Credentials.AccessKeyId).toMatch(/^ASIA/);
  await expect(aws(HOME, ...assume)).rejects.toMatchObject({ stderr: expect.stringContaining('AccessDenied') });
  const { Account } = await aws<{ Account: string }>(HOME, 'sts', 'get-caller-identity');
  expect(Account).toBe(ACCOUNT);
  const { Aliases } = await aws<{ Aliases: { AliasName: string }[] }>(HOME, 'kms', 'list-aliases');
  expect(Aliases.map((alias) => alias.AliasName)).toEqual(['alias/aws/backup', 'alias/aws/dynamodb']);
  const { Regions } = await aws<{ Regions: { RegionName: string }[] }>(HOME, 'ec2', 'describe-regions');
  expect(Regions).toHaveLength(17);
}, 300_000);
