import { text } from '../wire/read.ts';
import { notFound } from './errors.ts';
import { showLifecycle } from './lifecycle.ts';
import { isOpen, vaultArn } from './model.ts';
import { byKey, newestFirst, page, queryDate } from './paging.ts';
import { vaultIn } from './vaults.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { BackupJob, CopyJob, RestoreJob } from './model.ts';

/** Lists reach back 30 days; Describe knows every job. */
const LISTED_FOR = 30 * 86_400_000;

const date = (at: number | null): Date | null => (at === null ? null : new Date(at));
const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

function category(state: string, message: string | null): string | null {
  if (state === 'COMPLETED') return 'SUCCESS';
  return message !== null && message.includes('Access Denied') ? 'AccessDenied' : null;
}

/** Between 0 and 100, by the time gone. */
function percent(
  job: { created: number; completed: number | null },
  state: string,
  duration: number,
  now: number,
): number {
  if (state === 'COMPLETED') return 100;
  if (state !== 'RUNNING') return 0;
  return Math.min(99, Math.max(0, Math.floor(((now - job.created) / duration) * 100)));
}

function showBackup(world: World, job: BackupJob, now: number): Record<string, unknown> {
  const vault = vaultIn(world, `${job.account}/${job.region}`, job.vault);
  const visible = job.advanced || job.state === 'COMPLETED';
  return {
    AccountId: job.account,
    BackupJobId: job.id,
    BackupVaultName: job.vault,
    BackupVaultArn: vaultArn(job.region, job.account, job.vault),
    VaultType: 'BACKUP_VAULT',
    VaultLockState:
      vault?.lock === null || vault === null ? null : vault.lock.lockDate === null ? 'GOVERNANCE' : 'COMPLIANCE',
    RecoveryPointArn: visible && !['FAILED', 'EXPIRED', 'ABORTED'].includes(job.state) ? job.pointArn : null,
    RecoveryPointLifecycle: showLifecycle(job.lifecycle),
    EncryptionKeyArn: vault?.keyArn ?? null,
    IsEncrypted: true,
    ResourceArn: job.resourceArn,
    ResourceName: nameIn(job.resourceArn),
    ResourceType: 'DynamoDB',
    CreationDate: new Date(job.created),
    InitiationDate: date(job.begun),
    CompletionDate: date(job.completed),
    ExpectedCompletionDate: null,
    StartBy: new Date(job.startBy),
    State: job.state,
    StatusMessage: job.message,
    MessageCategory: category(job.state, job.message),
    PercentDone: percent(job, job.state, world.durations.backup, now).toFixed(1),
    BackupSizeInBytes: job.state === 'COMPLETED' ? job.size : null,
    BytesTransferred: job.state === 'COMPLETED' ? 0 : null,
    IamRoleArn: job.roleArn,
    CreatedBy: null,
    BackupOptions: null,
    BackupType: null,
    IsParent: false,
    ParentJobId: null,
    NumberOfChildJobs: null,
    ChildJobsInState: null,
  };
}

function showCopy(world: World, job: CopyJob): Record<string, unknown> {
  const [, , , region = '', account = '', , name = ''] = job.destinationVaultArn.split(':');
  const vault = vaultIn(world, `${account}/${region}`, name);
  return {
    AccountId: job.account,
    CopyJobId: job.id,
    SourceBackupVaultArn: vaultArn(job.region, job.account, job.sourceVault),
    SourceRecoveryPointArn: job.sourcePointArn,
    DestinationBackupVaultArn: job.destinationVaultArn,
    DestinationVaultType: 'BACKUP_VAULT',
    DestinationVaultLockState: null,
    DestinationRecoveryPointArn: job.destinationPointArn,
    DestinationRecoveryPointLifecycle: showLifecycle(job.lifecycle),
    DestinationEncryptionKeyArn: vault?.keyArn ?? null,
    ResourceArn: job.resourceArn,
    ResourceName: nameIn(job.resourceArn),
    ResourceType: 'DynamoDB',
    CreationDate: new Date(job.created),
    CompletionDate: date(job.completed),
    State: job.state,
    StatusMessage: job.message,
    MessageCategory: category(job.state, job.message),
    BackupSizeInBytes: job.size,
    IamRoleArn: job.roleArn,
    CreatedBy: null,
    CreatedByBackupJobId: null,
    ParentJobId: null,
    IsParent: false,
    CompositeMemberIdentifier: null,
    NumberOfChildJobs: null,
    ChildJobsInState: null,
  };
}

function showRestore(job: RestoreJob, now: number): Record<string, unknown> {
  return {
    AccountId: job.account,
    RestoreJobId: job.id,
    RecoveryPointArn: job.pointArn,
    RecoveryPointCreationDate: new Date(job.pointCreated),
    // Null until the job ends, as recorded.
    SourceResourceArn: isOpen(job.status) ? null : job.resourceArn,
    BackupVaultArn: isOpen(job.status) ? null : vaultArn(job.region, job.account, job.vault),
    CreationDate: new Date(job.created),
    CompletionDate: date(job.completed),
    Status: job.status,
    StatusMessage: job.message,
    PercentDone: `${percent(job, job.status, job.duration, now).toFixed(2)}%`,
    BackupSizeInBytes: job.size,
    ExpectedCompletionTimeMinutes: null,
    CreatedResourceArn: job.createdArn,
    ResourceType: 'DynamoDB',
    IamRoleArn: job.roleArn,
    CreatedBy: null,
    IsParent: false,
    ParentJobId: null,
    ValidationStatus: null,
    ValidationStatusMessage: null,
    ValidationCompletionDate: null,
    DeletionStatus: null,
    DeletionStatusMessage: null,
    DeletionCompletionDate: null,
  };
}

export function describeBackupJob(call: Call): unknown {
  const id = text(call.input, 'backupJobId') ?? '';
  const job = call.world.backupJobs.get(call.scope, id);
  if (job === null) throw notFound(`Backup job not found: ${id}`);
  return showBackup(call.world, job, call.now);
}

export function describeCopyJob(call: Call): unknown {
  const id = text(call.input, 'copyJobId') ?? '';
  const job = call.world.copyJobs.get(call.scope, id);
  if (job === null) throw notFound(`Copy job not found: ${id}`);
  return { CopyJob: showCopy(call.world, job) };
}

export function describeRestoreJob(call: Call): unknown {
  const id = text(call.input, 'restoreJobId') ?? '';
  const job = call.world.restoreJobs.get(call.scope, id);
  if (job === null) throw notFound(`Restore job not found: ${id}`);
  return showRestore(job, call.now);
}

interface Listed {
  readonly id: string;
  readonly account: string;
  readonly created: number;
  readonly completed: number | null;
  readonly message: string | null;
}

/** The filters all three lists share. `accountId=*` is the management account's way of asking for all. */
function visible<T extends Listed>(call: Call, jobs: readonly T[], stateOf: (job: T) => string): T[] {
  const { query } = call;
  const createdBefore = queryDate(call, 'createdBefore');
  const createdAfter = queryDate(call, 'createdAfter');
  const completeBefore = queryDate(call, 'completeBefore');
  const completeAfter = queryDate(call, 'completeAfter');
  const account = query.get('accountId');
  const type = query.get('resourceType');
  const messageCategory = query.get('messageCategory');
  if (query.get('parentJobId') !== null || (type !== null && type !== 'DynamoDB')) return [];
  return jobs.filter(
    (job) =>
      call.now - job.created < LISTED_FOR &&
      call.now - job.created >= call.world.behaviour.listLagMs &&
      (account === null || account === '*' || account === job.account) &&
      (createdBefore === null || job.created < createdBefore) &&
      (createdAfter === null || job.created > createdAfter) &&
      (completeBefore === null || (job.completed !== null && job.completed < completeBefore)) &&
      (completeAfter === null || (job.completed !== null && job.completed > completeAfter)) &&
      (messageCategory === null || category(stateOf(job), job.message) === messageCategory),
  );
}

const equal = (call: Call, name: string, value: string): boolean => (call.query.get(name) ?? value) === value;
const keyOf = (job: Listed): string => newestFirst(job.created, job.id);

export function listBackupJobs(call: Call): unknown {
  const jobs = visible(call, call.world.backupJobs.list(call.scope), (job) => job.state).filter(
    (job) =>
      equal(call, 'resourceArn', job.resourceArn) &&
      equal(call, 'state', job.state) &&
      equal(call, 'backupVaultName', job.vault),
  );
  const { items, NextToken } = page(call, jobs.sort(byKey(keyOf)), keyOf);
  return { BackupJobs: items.map((job) => showBackup(call.world, job, call.now)), NextToken };
}

export function listCopyJobs(call: Call): unknown {
  const jobs = visible(call, call.world.copyJobs.list(call.scope), (job) => job.state).filter(
    (job) =>
      equal(call, 'resourceArn', job.resourceArn) &&
      equal(call, 'state', job.state) &&
      equal(call, 'destinationVaultArn', job.destinationVaultArn) &&
      equal(call, 'sourceRecoveryPointArn', job.sourcePointArn),
  );
  const { items, NextToken } = page(call, jobs.sort(byKey(keyOf)), keyOf);
  return { CopyJobs: items.map((job) => showCopy(call.world, job)), NextToken };
}

export function listRestoreJobs(call: Call): unknown {
  const jobs =
    call.query.get('restoreTestingPlanArn') !== null
      ? []
      : visible(call, call.world.restoreJobs.list(call.scope), (job) => job.status).filter((job) =>
          equal(call, 'status', job.status),
        );
  const { items, NextToken } = page(call, jobs.sort(byKey(keyOf)), keyOf);
  return { RestoreJobs: items.map((job) => showRestore(job, call.now)), NextToken };
}
