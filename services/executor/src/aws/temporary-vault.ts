import { CreateBackupVaultCommand, DeleteBackupVaultCommand } from '@aws-sdk/client-backup';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

/** By it whoever finds such a vault knows whose it is. */
const TEMPORARY_TAG = 'tablekeep:temporary';

/** CreateBackupVault. One that is there already is the one an earlier call has made: nobody else uses such names. */
export async function ensureVault(aws: RegionAws, name: string, sessionId: string): Promise<void> {
  const command = new CreateBackupVaultCommand({
    BackupVaultName: name,
    BackupVaultTags: { [TEMPORARY_TAG]: sessionId },
    CreatorRequestId: name,
  });
  try {
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    await aws.call('backup:CreateBackupVault', send, { changes: true });
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'ALREADY_EXISTS') return;
    throw error;
  }
}

/** DeleteBackupVault: AWS itself refuses one that still holds a point. Null where it is gone, else why it is not. */
export async function removeVault(aws: RegionAws, name: string): Promise<string | null> {
  const command = new DeleteBackupVaultCommand({ BackupVaultName: name });
  try {
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    await aws.call('backup:DeleteBackupVault', send, { changes: true });
    return null;
  } catch (error) {
    if (!(error instanceof AwsCallError) || error.fault.transient) throw error;
    return error.fault.code === 'NOT_FOUND' ? null : error.fault.reason;
  }
}
