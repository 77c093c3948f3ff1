import { StartRestoreJobCommand } from '@aws-sdk/client-backup';
import type { RestoreChanges } from '@tablekeep/schema/settings';
import type { RegionAws } from './region-aws.ts';

/** Which point becomes which table. */
export type Restored = Readonly<{
  recoveryPointArn: string;
  targetTableName: string;
  changes: Pick<RestoreChanges, 'encryption'>;
}>;

/**
 * StartRestoreJob with the only metadata AWS takes for DynamoDB: target name and encryption. Source tags are never
 * copied by AWS here: that makes a DynamoDB restore fail.
 */
export async function startRestore(aws: RegionAws, parameters: Restored, token: string): Promise<{ jobId: string }> {
  const command = new StartRestoreJobCommand({
    RecoveryPointArn: parameters.recoveryPointArn,
    Metadata: { targetTableName: parameters.targetTableName, ...encryptionMetadata(parameters) },
    IamRoleArn: aws.account.serviceRoleArn,
    IdempotencyToken: token,
    ResourceType: 'DynamoDB',
  });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  const answer = await aws.call('backup:StartRestoreJob', send, { changes: true });
  return { jobId: answer.RestoreJobId ?? '' };
}

/** Nothing asked: AWS reuses the key of the original table. */
function encryptionMetadata({ changes }: Restored): Record<string, string> {
  switch (changes.encryption?.type) {
    case undefined:
      return {};
    case 'AWS_OWNED':
      return { encryptionType: 'Default' };
    case 'AWS_MANAGED':
      return { encryptionType: 'KMS' };
    case 'CUSTOMER_MANAGED':
      return {
        encryptionType: 'KMS',
        ...(changes.encryption.kmsKeyArn !== null && { kmsMasterKeyArn: changes.encryption.kmsKeyArn }),
      };
  }
}
