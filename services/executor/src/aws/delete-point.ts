import { DeleteRecoveryPointCommand } from '@aws-sdk/client-backup';
import { isOfLock } from '../domain/fault.ts';
import { AwsCallError } from './explain-fault.ts';
import { NotSentError } from './not-sent.ts';
import { CHANGE_TIMEOUT_MS, type RegionAws } from './region-aws.ts';

export type DeleteAnswer = 'accepted' | 'gone' | Readonly<{ locked: string }>;

/**
 * DeleteRecoveryPoint in the vault's Region: one attempt, aborted at its deadline, sent only while lease and permit outlast
 * it by the monotonic clock. `accepted` proves nothing: AWS answers 200 even where it lacks the permission to delete.
 * Source: AWS Backup API, DeleteRecoveryPoint.
 * @param leftMs what is left of the permit
 * @throws NotSentError, AwsCallError
 */
export async function deleteRecoveryPoint(
  aws: RegionAws,
  point: Readonly<{ vaultName: string; arn: string }>,
  leftMs: () => number,
): Promise<DeleteAnswer> {
  const command = new DeleteRecoveryPointCommand({ BackupVaultName: point.vaultName, RecoveryPointArn: point.arn });
  try {
    await aws.call(
      'backup:DeleteRecoveryPoint',
      async (abortSignal) => {
        // The budget may have made it wait.
        if (leftMs() <= CHANGE_TIMEOUT_MS) throw new NotSentError('permit');
        await aws.backup.send(command, { abortSignal });
      },
      { changes: true },
    );
    return 'accepted';
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.cause instanceof NotSentError) throw error.cause;
    if (error.fault.code === 'NOT_FOUND') return 'gone';
    if (isOfLock(error.fault)) return { locked: error.fault.reason };
    throw error;
  }
}
