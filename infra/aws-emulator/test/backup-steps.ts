import {
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { ACCOUNT, AWAY, BACKUP_ROLE, HOUR, MINUTE, arnOf } from './clients.ts';
import type {
  BackupClient,
  DescribeBackupJobCommandOutput,
  DescribeRestoreJobCommandOutput,
  CopyJob,
  StartBackupJobCommandInput,
  StartCopyJobCommandInput,
  StartRestoreJobCommandInput,
} from '@aws-sdk/client-backup';
import type { Emulator } from '@tablekeep/aws-emulator';

export const vaultArnIn = (region: string, name: string): string =>
  `arn:aws:backup:${region}:${ACCOUNT}:backup-vault:${name}`;

export const startBackup = (backup: BackupClient, more: Partial<StartBackupJobCommandInput> = {}) =>
  backup.send(
    new StartBackupJobCommand({
      BackupVaultName: 'Default',
      ResourceArn: arnOf('airports'),
      IamRoleArn: BACKUP_ROLE,
      ...more,
    }),
  );

export const startCopy = (backup: BackupClient, point: string, more: Partial<StartCopyJobCommandInput> = {}) =>
  backup.send(
    new StartCopyJobCommand({
      RecoveryPointArn: point,
      SourceBackupVaultName: 'Default',
      DestinationBackupVaultArn: vaultArnIn(AWAY, 'Default'),
      IamRoleArn: BACKUP_ROLE,
      ...more,
    }),
  );

export const startRestore = (
  backup: BackupClient,
  point: string,
  metadata: Record<string, string>,
  more: Partial<StartRestoreJobCommandInput> = {},
) =>
  backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: point,
      Metadata: metadata,
      IamRoleArn: BACKUP_ROLE,
      ResourceType: 'DynamoDB',
      ...more,
    }),
  );

export const backupJob = (backup: BackupClient, id: string | undefined): Promise<DescribeBackupJobCommandOutput> =>
  backup.send(new DescribeBackupJobCommand({ BackupJobId: id }));

export const copyJob = async (backup: BackupClient, id: string | undefined): Promise<CopyJob> =>
  (await backup.send(new DescribeCopyJobCommand({ CopyJobId: id }))).CopyJob ?? {};

export const restoreJob = (backup: BackupClient, id: string | undefined): Promise<DescribeRestoreJobCommandOutput> =>
  backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id }));

/** Backs up and waits; the finished job. */
export async function backedUp(
  emulator: Emulator,
  backup: BackupClient,
  more: Partial<StartBackupJobCommandInput> = {},
) {
  const { BackupJobId } = await startBackup(backup, more);
  await emulator.clock.advance(10 * MINUTE);
  return backupJob(backup, BackupJobId);
}

export async function copied(
  emulator: Emulator,
  backup: BackupClient,
  point: string,
  more: Partial<StartCopyJobCommandInput> = {},
) {
  const { CopyJobId } = await startCopy(backup, point, more);
  await emulator.clock.advance(10 * MINUTE);
  return copyJob(backup, CopyJobId);
}

export async function restored(
  emulator: Emulator,
  backup: BackupClient,
  point: string,
  metadata: Record<string, string>,
  more: Partial<StartRestoreJobCommandInput> = {},
) {
  const { RestoreJobId } = await startRestore(backup, point, metadata, more);
  await emulator.clock.advance(HOUR);
  return restoreJob(backup, RestoreJobId);
}
