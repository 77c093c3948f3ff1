import { StartCopyJobCommand } from '@aws-sdk/client-backup';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import type { RegionAws } from './region-aws.ts';
import type { StartedJob } from './start-backup.ts';

/** AWS's longest retention; "-1" on a copy would not outlive a source that expires. */
const FOR_EVER_DAYS = 36_500;

/** StartCopyJob, in the source Region. Without an explicit lifecycle a copy inherits its source's. */
export async function startCopy(
  aws: RegionAws,
  parameters: ParametersOf<'COPY'>,
  recoveryPointArn: string,
  token: string,
): Promise<StartedJob> {
  const { moveToColdStorageAfterDays, deleteAfterDays } = parameters.lifecycle;
  const command = new StartCopyJobCommand({
    RecoveryPointArn: recoveryPointArn,
    SourceBackupVaultName: parameters.sourceVaultName,
    DestinationBackupVaultArn: vaultArn(aws, parameters.destinationRegion, parameters.destinationVaultName),
    IamRoleArn: aws.account.serviceRoleArn,
    IdempotencyToken: token,
    Lifecycle: {
      ...(moveToColdStorageAfterDays !== null && { MoveToColdStorageAfterDays: moveToColdStorageAfterDays }),
      DeleteAfterDays: deleteAfterDays ?? FOR_EVER_DAYS,
    },
  });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  const answer = await aws.call('backup:StartCopyJob', send, { changes: true });
  return {
    jobId: answer.CopyJobId ?? '',
    createdAt: answer.CreationDate?.toISOString() ?? null,
    recoveryPointArn: null,
  };
}

/** The ARN of a vault of the same account, in the account's own partition. */
export function vaultArn(aws: RegionAws, region: string, vaultName: string): string {
  const partition = aws.account.roleArn.split(':')[1] ?? 'aws';
  return `arn:${partition}:backup:${region}:${aws.account.awsAccountId}:backup-vault:${vaultName}`;
}
