import { StartBackupJobCommand, StopBackupJobCommand } from '@aws-sdk/client-backup';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import type { RegionAws } from './region-aws.ts';

export type StartedJob = Readonly<{ jobId: string; createdAt: string | null; recoveryPointArn: string | null }>;

/** StartBackupJob with every choice made explicitly: nothing is left to AWS's defaults. Repeatable with its token. */
export async function startBackup(
  aws: RegionAws,
  parameters: ParametersOf<'BACKUP'>,
  token: string,
  tags: Readonly<Record<string, string>>,
): Promise<StartedJob> {
  const { moveToColdStorageAfterDays, deleteAfterDays } = parameters.lifecycle;
  const lifecycle = {
    ...(moveToColdStorageAfterDays !== null && { MoveToColdStorageAfterDays: moveToColdStorageAfterDays }),
    ...(deleteAfterDays !== null && { DeleteAfterDays: deleteAfterDays }),
  };
  const command = new StartBackupJobCommand({
    BackupVaultName: parameters.vaultName,
    ResourceArn: parameters.table.arn,
    IamRoleArn: aws.account.serviceRoleArn,
    IdempotencyToken: token,
    StartWindowMinutes: parameters.startWindowMinutes,
    CompleteWindowMinutes: parameters.completeWindowMinutes,
    RecoveryPointTags: { ...tags },
    // Without a lifecycle a point is kept until somebody deletes it.
    ...(Object.keys(lifecycle).length > 0 && { Lifecycle: lifecycle }),
  });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  const answer = await aws.call('backup:StartBackupJob', send, { changes: true });
  return {
    jobId: answer.BackupJobId ?? '',
    createdAt: answer.CreationDate?.toISOString() ?? null,
    recoveryPointArn: answer.RecoveryPointArn ?? null,
  };
}

/** Best effort: AWS may refuse to stop a table's backup. Throws AwsCallError. */
export async function stopBackup(aws: RegionAws, jobId: string): Promise<void> {
  const command = new StopBackupJobCommand({ BackupJobId: jobId });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  await aws.call('backup:StopBackupJob', send, { changes: true });
}
