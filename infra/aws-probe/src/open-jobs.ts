import {
  paginateListBackupJobs,
  paginateListCopyJobs,
  paginateListRestoreJobs,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import type { Aws } from './aws.ts';
import { seen, STILL_OPEN } from './jobs.ts';
import type { Lab } from './lab.ts';

/** The backups into the vault that have not ended. */
async function openBackups(aws: Aws, region: string, vault: string): Promise<string[]> {
  const open: string[] = [];
  for await (const page of paginateListBackupJobs({ client: aws.backup(region) }, { ByBackupVaultName: vault })) {
    for (const job of page.BackupJobs ?? []) {
      if (STILL_OPEN.has(job.State ?? '')) open.push(`backup job ${String(job.BackupJobId)}`);
    }
  }
  return open;
}

async function openCopies(aws: Aws, region: string, vault: string): Promise<string[]> {
  const open: string[] = [];
  for (const ByState of ['CREATED', 'RUNNING'] as const) {
    for await (const page of paginateListCopyJobs({ client: aws.backup(region) }, { ByState })) {
      for (const job of page.CopyJobs ?? []) {
        if (job.SourceBackupVaultArn?.endsWith(`:${vault}`)) open.push(`copy job ${String(job.CopyJobId)}`);
      }
    }
  }
  return open;
}

/** Restores name no vault before they end, only their point. */
async function openRestores(aws: Aws, region: string, points: ReadonlySet<string>): Promise<string[]> {
  const open: string[] = [];
  for (const ByStatus of ['PENDING', 'RUNNING'] as const) {
    for await (const page of paginateListRestoreJobs({ client: aws.backup(region) }, { ByStatus })) {
      for (const job of page.RestoreJobs ?? []) {
        if (points.has(job.RecoveryPointArn ?? '')) open.push(`restore job ${String(job.RestoreJobId)}`);
      }
    }
  }
  return open;
}

export async function pointsIn(aws: Aws, region: string, vault: string): Promise<RecoveryPointByBackupVault[]> {
  const points: RecoveryPointByBackupVault[] = [];
  const client = aws.backup(region);
  for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: vault })) {
    points.push(...(page.RecoveryPoints ?? []));
  }
  return points;
}

/** Every job of the Region that makes or reads something of the run's vault. */
export async function openJobs(aws: Aws, region: string, vault: string): Promise<string[]> {
  const points = new Set((await pointsIn(aws, region, vault)).map((point) => point.RecoveryPointArn ?? ''));
  return [
    ...(await openBackups(aws, region, vault)),
    ...(await openCopies(aws, region, vault)),
    ...(await openRestores(aws, region, points)),
  ];
}

/** Waits until no job of the run is open, so that another may begin. */
export async function tableIdle(lab: Lab): Promise<void> {
  const { aws, names, settings } = lab;
  await seen(lab, 'the table to be idle', async () => {
    const open = await openJobs(aws, settings.home, names.vault);
    return open.length === 0 ? 'idle' : null;
  });
}
