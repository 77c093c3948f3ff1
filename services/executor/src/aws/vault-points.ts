import {
  DescribeRecoveryPointCommand,
  ListRecoveryPointsByBackupVaultCommand,
  type DescribeRecoveryPointCommandOutput,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

/**
 * All points of DynamoDB tables in a vault, page by page. AWS may hand out a token with the last page, and a page that is
 * empty: only a page without a token is the last. Throws AwsCallError, also where there is no such vault.
 */
export async function listVaultPoints(aws: RegionAws, vaultName: string): Promise<VaultPoint[]> {
  const points: VaultPoint[] = [];
  let token: string | undefined;
  do {
    const command = new ListRecoveryPointsByBackupVaultCommand({
      BackupVaultName: vaultName,
      ByResourceType: 'DynamoDB',
      MaxResults: 1_000,
      ...(token !== undefined && { NextToken: token }),
    });
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    const page = await aws.call('backup:ListRecoveryPointsByBackupVault', send);
    for (const point of page.RecoveryPoints ?? []) {
      // Points that AWS is only beginning to make have no name yet.
      if (point.RecoveryPointArn) points.push({ ...seenPoint(point), recoveryPointArn: point.RecoveryPointArn });
    }
    token = page.NextToken;
  } while (token);
  return points;
}

/** One point with its storage class, which the vault's listing does not say; null where it is not there. */
export async function describeVaultPoint(aws: RegionAws, vaultName: string, arn: string): Promise<VaultPoint | null> {
  const command = new DescribeRecoveryPointCommand({ BackupVaultName: vaultName, RecoveryPointArn: arn });
  const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
  try {
    const point = await aws.call('backup:DescribeRecoveryPoint', send);
    return { ...seenPoint(point), recoveryPointArn: arn, storageClass: point.StorageClass ?? null };
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function seenPoint(
  point: RecoveryPointByBackupVault | DescribeRecoveryPointCommandOutput,
): Omit<VaultPoint, 'recoveryPointArn'> {
  return {
    status: point.Status ?? 'UNKNOWN',
    tableArn: point.ResourceArn ?? '',
    createdAt: point.CreationDate?.toISOString() ?? '',
    completedAt: point.CompletionDate?.toISOString() ?? null,
    sizeBytes: point.BackupSizeInBytes ?? 0,
    storageClass: null,
    deleteAt: point.CalculatedLifecycle?.DeleteAt?.toISOString() ?? null,
    movesToColdAt: point.CalculatedLifecycle?.MoveToColdStorageAt?.toISOString() ?? null,
    encryptionKeyArn: point.EncryptionKeyArn ?? null,
    sourceVaultArn: point.SourceBackupVaultArn ?? null,
    tags: null,
  };
}
