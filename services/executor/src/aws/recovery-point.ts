import {
  DescribeRecoveryPointCommand,
  ListRecoveryPointsByResourceCommand,
  ListTagsCommand,
  type DescribeRecoveryPointCommandOutput,
} from '@aws-sdk/client-backup';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

export type PointSeen = Readonly<{
  arn: string;
  status: string;
  statusMessage: string | null;
  storageClass: string | null;
  createdAt: string;
  completedAt: string | null;
  sizeBytes: number;
  /** Without which it is worth nothing. */
  encryptionKeyArn: string | null;
  lifecycle: PointLifecycle;
}>;

/** AWS's own plan for a point. Days null: it says nothing, or never (−1). */
export type PointLifecycle = Readonly<{
  moveToColdStorageAfterDays: number | null;
  deleteAfterDays: number | null;
  optInToArchive: boolean | null;
  /** As AWS counts it out; null: never. */
  deleteAt: string | null;
}>;

/** DescribeRecoveryPoint in the vault's Region; null when there is no such point. Sizes in bytes. */
export async function describePoint(aws: RegionAws, vaultName: string, arn: string): Promise<PointSeen | null> {
  try {
    const point = await aws.call('backup:DescribeRecoveryPoint', (abortSignal) =>
      aws.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName: vaultName, RecoveryPointArn: arn }), {
        abortSignal,
      }),
    );
    return {
      arn: point.RecoveryPointArn ?? arn,
      status: point.Status ?? 'UNKNOWN',
      statusMessage: point.StatusMessage ?? null,
      storageClass: point.StorageClass ?? null,
      createdAt: point.CreationDate?.toISOString() ?? '',
      completedAt: point.CompletionDate?.toISOString() ?? null,
      sizeBytes: point.BackupSizeInBytes ?? 0,
      encryptionKeyArn: point.EncryptionKeyArn ?? null,
      lifecycle: lifecycleOf(point),
    };
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function lifecycleOf({ Lifecycle, CalculatedLifecycle }: DescribeRecoveryPointCommandOutput): PointLifecycle {
  const days = (value: number | undefined) => (value === undefined || value < 1 ? null : value);
  return {
    moveToColdStorageAfterDays: days(Lifecycle?.MoveToColdStorageAfterDays),
    deleteAfterDays: days(Lifecycle?.DeleteAfterDays),
    optInToArchive: Lifecycle?.OptInToArchiveForSupportedResources ?? null,
    deleteAt: CalculatedLifecycle?.DeleteAt?.toISOString() ?? null,
  };
}

/** COMPLETED is what advanced points were recorded as; AVAILABLE is restorable too. */
export function isUsable(point: PointSeen): boolean {
  return point.status === 'COMPLETED' || point.status === 'AVAILABLE';
}

/** All tags of a point that AWS Backup manages (`arn:aws:backup…`). */
export async function pointTags(aws: RegionAws, arn: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let token: string | undefined;
  do {
    const page = await aws.call('backup:ListTags', (abortSignal) =>
      aws.backup.send(new ListTagsCommand({ ResourceArn: arn, ...(token !== undefined && { NextToken: token }) }), {
        abortSignal,
      }),
    );
    Object.assign(tags, page.Tags ?? {});
    token = page.NextToken;
  } while (token);
  return tags;
}

/** ARNs and vaults of a table's points made since a moment, newest first. */
export async function pointsOfTable(
  aws: RegionAws,
  tableArn: string,
  since: Date,
): Promise<readonly { arn: string; vaultName: string }[]> {
  const points: { arn: string; vaultName: string }[] = [];
  let token: string | undefined;
  do {
    const page = await aws.call('backup:ListRecoveryPointsByResource', (abortSignal) =>
      aws.backup.send(
        new ListRecoveryPointsByResourceCommand({
          ResourceArn: tableArn,
          MaxResults: 100,
          ...(token !== undefined && { NextToken: token }),
        }),
        { abortSignal },
      ),
    );
    const found = page.RecoveryPoints ?? [];
    for (const point of found) {
      if (!point.RecoveryPointArn || !point.BackupVaultName) continue;
      if (point.CreationDate && point.CreationDate < since) return points;
      points.push({ arn: point.RecoveryPointArn, vaultName: point.BackupVaultName });
    }
    token = page.NextToken;
  } while (token);
  return points;
}
