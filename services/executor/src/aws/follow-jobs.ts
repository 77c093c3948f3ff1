import {
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  ListRestoreJobsCommand,
  type BackupJob,
  type CopyJob,
  type Lifecycle as AwsLifecycle,
  type RestoreJobsListMember,
} from '@aws-sdk/client-backup';
import type { AwsJobKind } from '../domain/job-faults.ts';
import type { Lifecycle } from '../domain/locked-lifecycle.ts';
import { readPercent } from '../domain/progress.ts';
import { AwsCallError } from './explain-fault.ts';
import type { RegionAws } from './region-aws.ts';

/** One AWS Backup job of any kind, as a list or a description shows it. */
export type JobSeen = Readonly<{
  jobId: string;
  state: string;
  message: string | null;
  percent: number | null;
  createdAt: Date | null;
  /** Of a restore. */
  completedAt: Date | null;
  resourceArn: string | null;
  /** Of a backup or a restore. */
  recoveryPointArn: string | null;
  /** Of a backup. */
  vaultName: string | null;
  roleArn: string | null;
  /** Of a copy. */
  sourceRecoveryPointArn: string | null;
  destinationVaultArn: string | null;
  destinationRecoveryPointArn: string | null;
  /** Of a copy: what its point was asked to have; null: AWS does not say. */
  lifecycle: Lifecycle | null;
  /** Of a restore. */
  createdResourceArn: string | null;
}>;

export type JobFilter = Readonly<{
  createdAfter?: Date;
  resourceArn?: string;
  sourceRecoveryPointArn?: string;
  destinationVaultArn?: string;
}>;

const MAX_RESULTS = 1_000;
const RESOURCE_TYPE = 'DynamoDB';

/**
 * All DynamoDB jobs of one kind that fit, over all pages: a NextToken may come with what looks like the last page, and
 * pages may be empty. AWS lists the last 30 days. A restore list knows no filter but the date.
 */
export async function listJobs(aws: RegionAws, kind: AwsJobKind, filter: JobFilter): Promise<readonly JobSeen[]> {
  const jobs: JobSeen[] = [];
  let token: string | undefined;
  do {
    const page = await listPage(aws, kind, filter, token);
    jobs.push(...page.jobs);
    token = page.next;
  } while (token);
  return jobs;
}

async function listPage(
  aws: RegionAws,
  kind: AwsJobKind,
  filter: JobFilter,
  token: string | undefined,
): Promise<{ jobs: JobSeen[]; next: string | undefined }> {
  const page = {
    MaxResults: MAX_RESULTS,
    ByResourceType: RESOURCE_TYPE,
    ...(token !== undefined && { NextToken: token }),
    ...(filter.createdAfter && { ByCreatedAfter: filter.createdAfter }),
  };
  switch (kind) {
    case 'BACKUP': {
      const input = { ...page, ...(filter.resourceArn && { ByResourceArn: filter.resourceArn }) };
      const answer = await aws.call('backup:ListBackupJobs', (abortSignal) =>
        aws.backup.send(new ListBackupJobsCommand(input), { abortSignal }),
      );
      return { jobs: (answer.BackupJobs ?? []).map(backupSeen), next: answer.NextToken };
    }
    case 'COPY': {
      const input = {
        ...page,
        ...(filter.sourceRecoveryPointArn && { BySourceRecoveryPointArn: filter.sourceRecoveryPointArn }),
        ...(filter.destinationVaultArn && { ByDestinationVaultArn: filter.destinationVaultArn }),
      };
      const answer = await aws.call('backup:ListCopyJobs', (abortSignal) =>
        aws.backup.send(new ListCopyJobsCommand(input), { abortSignal }),
      );
      return { jobs: (answer.CopyJobs ?? []).map(copySeen), next: answer.NextToken };
    }
    case 'RESTORE': {
      const answer = await aws.call('backup:ListRestoreJobs', (abortSignal) =>
        aws.backup.send(new ListRestoreJobsCommand(page), { abortSignal }),
      );
      return { jobs: (answer.RestoreJobs ?? []).map(restoreSeen), next: answer.NextToken };
    }
  }
}

/** One job by id; null when AWS knows no such job (a new one may lag). */
export async function describeJob(aws: RegionAws, kind: AwsJobKind, jobId: string): Promise<JobSeen | null> {
  try {
    switch (kind) {
      case 'BACKUP': {
        const command = new DescribeBackupJobCommand({ BackupJobId: jobId });
        const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
        return backupSeen(await aws.call('backup:DescribeBackupJob', send));
      }
      case 'COPY': {
        const command = new DescribeCopyJobCommand({ CopyJobId: jobId });
        const answer = await aws.call('backup:DescribeCopyJob', (abortSignal) =>
          aws.backup.send(command, { abortSignal }),
        );
        return answer.CopyJob ? copySeen(answer.CopyJob) : null;
      }
      case 'RESTORE': {
        const command = new DescribeRestoreJobCommand({ RestoreJobId: jobId });
        const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
        return restoreSeen(await aws.call('backup:DescribeRestoreJob', send));
      }
    }
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

const nothing = {
  completedAt: null,
  resourceArn: null,
  recoveryPointArn: null,
  vaultName: null,
  roleArn: null,
  sourceRecoveryPointArn: null,
  destinationVaultArn: null,
  destinationRecoveryPointArn: null,
  lifecycle: null,
  createdResourceArn: null,
} as const;

function backupSeen(job: BackupJob): JobSeen {
  return {
    ...nothing,
    jobId: job.BackupJobId ?? '',
    state: job.State ?? 'UNKNOWN',
    message: job.StatusMessage ?? null,
    percent: readPercent(job.PercentDone),
    createdAt: job.CreationDate ?? null,
    resourceArn: job.ResourceArn ?? null,
    recoveryPointArn: job.RecoveryPointArn ?? null,
    vaultName: job.BackupVaultName ?? null,
    roleArn: job.IamRoleArn ?? null,
  };
}

function copySeen(job: CopyJob): JobSeen {
  return {
    ...nothing,
    jobId: job.CopyJobId ?? '',
    state: job.State ?? 'UNKNOWN',
    message: job.StatusMessage ?? null,
    percent: null,
    createdAt: job.CreationDate ?? null,
    resourceArn: job.ResourceArn ?? null,
    sourceRecoveryPointArn: job.SourceRecoveryPointArn ?? null,
    destinationVaultArn: job.DestinationBackupVaultArn ?? null,
    destinationRecoveryPointArn: job.DestinationRecoveryPointArn ?? null,
    lifecycle: job.DestinationRecoveryPointLifecycle ? lifecycleSeen(job.DestinationRecoveryPointLifecycle) : null,
  };
}

/** AWS leaves out what there is none of, or says -1. */
function lifecycleSeen({ MoveToColdStorageAfterDays: cold = -1, DeleteAfterDays: end = -1 }: AwsLifecycle): Lifecycle {
  return { moveToColdStorageAfterDays: cold < 0 ? null : cold, deleteAfterDays: end < 0 ? null : end };
}

/** Restores say `Status` where the others say `State`. */
function restoreSeen(job: RestoreJobsListMember): JobSeen {
  return {
    ...nothing,
    jobId: job.RestoreJobId ?? '',
    state: job.Status ?? 'UNKNOWN',
    message: job.StatusMessage ?? null,
    percent: readPercent(job.PercentDone),
    createdAt: job.CreationDate ?? null,
    completedAt: job.CompletionDate ?? null,
    recoveryPointArn: job.RecoveryPointArn ?? null,
    createdResourceArn: job.CreatedResourceArn ?? null,
  };
}
