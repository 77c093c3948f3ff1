import { paginateListBackupJobs, paginateListCopyJobs, paginateListRestoreJobs } from '@aws-sdk/client-backup';
import { HOME, type Owner } from '@tablekeep/embedded/demo/aws-account';

export type AwsJobKind = 'backup' | 'copy' | 'restore';
/** `tableName`: of the table backed up, copied from, or made. */
export type AwsJob = Readonly<{ jobId: string; tableName: string; state: string }>;

/** AWS's jobs of one kind in the home Region, whatever became of them. */
export async function awsJobs(owner: Owner, kind: AwsJobKind): Promise<AwsJob[]> {
  const client = owner.backup(HOME);
  const found: AwsJob[] = [];
  const add = (jobId: string | undefined, arn: string | undefined, state: string | undefined) =>
    found.push({ jobId: jobId ?? '', tableName: arn?.split('/').at(-1) ?? '', state: state ?? '' });
  const config = { client, pageSize: 1_000 };
  switch (kind) {
    case 'backup':
      for await (const page of paginateListBackupJobs(config, {}))
        for (const job of page.BackupJobs ?? []) add(job.BackupJobId, job.ResourceArn, job.State);
      break;
    case 'copy':
      for await (const page of paginateListCopyJobs(config, {}))
        for (const job of page.CopyJobs ?? []) add(job.CopyJobId, job.ResourceArn, job.State);
      break;
    case 'restore':
      for await (const page of paginateListRestoreJobs(config, {}))
        for (const job of page.RestoreJobs ?? []) add(job.RestoreJobId, job.CreatedResourceArn, job.Status);
  }
  return found;
}
