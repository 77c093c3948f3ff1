import {
  DescribeBackupJobCommand,
  DescribeBackupVaultCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { RUN_TAG } from './names.ts';
import type { Lab } from './lab.ts';

export type Job = Readonly<{ id: string; state: string; message: string | null }>;
export type BackupJob = Job & Readonly<{ pointArn: string | null }>;
export type RestoreJob = Job;

/** Every point expires by itself, should nobody come back to clean. */
export const BACKUP_DAYS = 1;
export const COPY_DAYS = 2;
const START_WINDOW_MINUTES = 60;
const COMPLETE_WINDOW_MINUTES = 480;

const LOOK_AGAIN_MS = 15_000;
/** AWS gives no promise; a restore of a tiny table takes up to an hour. */
const PATIENCE_MS = 4 * 3_600_000;

export const STILL_OPEN: ReadonlySet<string> = new Set(['CREATED', 'PENDING', 'RUNNING', 'ABORTING']);

/** StartBackupJob of the run's table; `days` only differs where another input is wanted. */
export async function startBackup(lab: Lab, o: { token: string; days?: number }): Promise<BackupJob> {
  const { BackupJobId, RecoveryPointArn } = await lab.aws.backup(lab.settings.home).send(
    new StartBackupJobCommand({
      BackupVaultName: lab.names.vault,
      ResourceArn: lab.tableArn,
      IamRoleArn: lab.settings.serviceRoleArn,
      IdempotencyToken: o.token,
      StartWindowMinutes: START_WINDOW_MINUTES,
      CompleteWindowMinutes: COMPLETE_WINDOW_MINUTES,
      Lifecycle: { DeleteAfterDays: o.days ?? BACKUP_DAYS },
      RecoveryPointTags: { [RUN_TAG]: lab.names.runId },
    }),
  );
  return { id: BackupJobId ?? '', state: 'CREATED', message: null, pointArn: RecoveryPointArn ?? null };
}

/** StartCopyJob of the main path's point, to where its copy went. */
export async function startCopy(lab: Lab, token: string): Promise<Job> {
  const { backup, copy } = lab.main;
  const { CopyJobId } = await lab.aws.backup(lab.settings.home).send(
    new StartCopyJobCommand({
      RecoveryPointArn: backup.recoveryPointArn,
      SourceBackupVaultName: backup.vaultName,
      DestinationBackupVaultArn: await vaultArn(lab, copy.region),
      IamRoleArn: lab.settings.serviceRoleArn,
      IdempotencyToken: token,
      Lifecycle: { DeleteAfterDays: COPY_DAYS },
    }),
  );
  return { id: CopyJobId ?? '', state: 'CREATED', message: null };
}

async function vaultArn(lab: Lab, region: string): Promise<string> {
  const command = new DescribeBackupVaultCommand({ BackupVaultName: lab.names.vault });
  const { BackupVaultArn } = await lab.aws.backup(region).send(command);
  if (BackupVaultArn === undefined) throw new Error(`AWS shows no ARN of the vault in ${region}`);
  return BackupVaultArn;
}

/** StartRestoreJob of the main path's point; gives the job's id. */
export async function startRestore(
  lab: Lab,
  o: { token: string; metadata: Readonly<Record<string, string>> },
): Promise<string> {
  const { RestoreJobId } = await lab.aws.backup(lab.settings.home).send(
    new StartRestoreJobCommand({
      RecoveryPointArn: lab.main.backup.recoveryPointArn,
      IamRoleArn: lab.settings.serviceRoleArn,
      ResourceType: 'DynamoDB',
      IdempotencyToken: o.token,
      Metadata: { ...o.metadata },
    }),
  );
  return RestoreJobId ?? '';
}

export async function describeBackup(lab: Lab, id: string): Promise<BackupJob> {
  const job = await lab.aws.backup(lab.settings.home).send(new DescribeBackupJobCommand({ BackupJobId: id }));
  const { State, StatusMessage, RecoveryPointArn } = job;
  return { id, state: State ?? 'unknown', message: StatusMessage ?? null, pointArn: RecoveryPointArn ?? null };
}

export async function describeCopy(lab: Lab, id: string): Promise<Job> {
  const { CopyJob } = await lab.aws.backup(lab.settings.home).send(new DescribeCopyJobCommand({ CopyJobId: id }));
  return { id, state: CopyJob?.State ?? 'unknown', message: CopyJob?.StatusMessage ?? null };
}

async function describeRestore(lab: Lab, id: string): Promise<RestoreJob> {
  const job = await lab.aws.backup(lab.settings.home).send(new DescribeRestoreJobCommand({ RestoreJobId: id }));
  return { id, state: job.Status ?? 'unknown', message: job.StatusMessage ?? null };
}

export function jobEnded(lab: Lab, kind: 'backup', id: string): Promise<BackupJob>;
export function jobEnded(lab: Lab, kind: 'restore', id: string): Promise<RestoreJob>;
export function jobEnded(lab: Lab, kind: 'backup' | 'restore', id: string): Promise<Job> {
  const describe = kind === 'backup' ? describeBackup : describeRestore;
  return seen(lab, `the end of ${kind} job ${id}`, async () => {
    const job = await describe(lab, id);
    return STILL_OPEN.has(job.state) ? null : job;
  });
}

/** Looks again and again until there is something to see; throws when the run is ended or patience is over. */
export async function seen<T>(
  lab: Pick<Lab, 'aws' | 'signal'>,
  what: string,
  look: () => Promise<T | null>,
  o: { everyMs?: number; patienceMs?: number } = {},
): Promise<T> {
  const { everyMs = LOOK_AGAIN_MS, patienceMs = PATIENCE_MS } = o;
  const until = lab.aws.elapsedMs() + patienceMs;
  for (;;) {
    lab.signal.throwIfAborted();
    const found = await look();
    if (found !== null) return found;
    if (lab.aws.elapsedMs() > until) throw new Error(`waited ${patienceMs / 60_000} minutes in vain for ${what}`);
    await lab.aws.wait(everyMs, lab.signal);
  }
}
