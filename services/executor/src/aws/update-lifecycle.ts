import { UpdateRecoveryPointLifecycleCommand, type Lifecycle } from '@aws-sdk/client-backup';
import { isOfLock } from '../domain/fault.ts';
import { AwsCallError } from './explain-fault.ts';
import type { PointLifecycle } from './recovery-point.ts';
import type { RegionAws } from './region-aws.ts';

/**
 * UpdateRecoveryPointLifecycle in the vault's Region. AWS replaces the whole structure: what is not sent again is cleared, and
 * what was said of cold storage cannot be changed any more once the point is there. So all that was read is sent as it was,
 * but for the days. Source: AWS Backup API, UpdateRecoveryPointLifecycle.
 * @returns null, or AWS's words where the vault is locked
 * @throws AwsCallError
 */
export async function updateDeleteAfter(
  aws: RegionAws,
  point: Readonly<{ vaultName: string; arn: string }>,
  was: PointLifecycle,
  deleteAfterDays: number,
): Promise<string | null> {
  const lifecycle: Lifecycle = {
    DeleteAfterDays: deleteAfterDays,
    ...(was.moveToColdStorageAfterDays !== null && { MoveToColdStorageAfterDays: was.moveToColdStorageAfterDays }),
    ...(was.optInToArchive !== null && { OptInToArchiveForSupportedResources: was.optInToArchive }),
  };
  const command = new UpdateRecoveryPointLifecycleCommand({
    BackupVaultName: point.vaultName,
    RecoveryPointArn: point.arn,
    Lifecycle: lifecycle,
  });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  try {
    await aws.call('backup:UpdateRecoveryPointLifecycle', send, { changes: true });
    return null;
  } catch (error) {
    if (error instanceof AwsCallError && isOfLock(error.fault)) return error.fault.reason;
    throw error;
  }
}
