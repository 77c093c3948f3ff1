import { number, structure, text, textMap } from '../wire/read.ts';
import { packItems } from '../state/contents.ts';
import { shapeOf } from '../dynamodb/model.ts';
import { keyIsLost } from '../dynamodb/describe.ts';
import { findKey } from '../kms.ts';
import { beginAfter, isBusy, RETRY_MS } from './busy.ts';
import { invalidRequest, invalidValue, missingValue, notFound } from './errors.ts';
import { earlierJob, rememberJob } from './idempotency.ts';
import { readLifecycle } from './lifecycle.ts';
import { isOpen } from './model.ts';
import { dropPoint, jitter, lockRefusal, savePoint, scheduleLifecycle, startWindow } from './points.ts';
import { isAdvanced } from './region-settings.ts';
import { checkPassedRole, roleFailure } from './service-role.ts';
import { obeyVaultPolicy, vaultByName, vaultIn } from './vaults.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { Table } from '../dynamodb/model.ts';
import type { BackupJob, RecoveryPoint, Vault } from './model.ts';

const MAX_TAGS = 50;

const tableOf = (world: World, scope: string, arn: string): Table | null => {
  const table = world.tables.get(scope, arn.slice(arn.indexOf('table/') + 'table/'.length));
  return table !== null && table.arn === arn && table.status !== 'DELETING' ? table : null;
};

const answer = (job: BackupJob): unknown => ({
  BackupJobId: job.id,
  RecoveryPointArn: job.advanced ? job.pointArn : null,
  CreationDate: new Date(job.created),
  IsParent: false,
});

/** Reads the table's items and settings as they are now: what the recovery point will hold. */
async function takeContent(world: World, job: BackupJob, table: Table): Promise<void> {
  const shape = shapeOf(table);
  const { items, bytes } = await world.items.snapshot(table);
  const packed = await packItems(items);
  const contentId = world.random.uuid();
  world.documents.putContent(contentId, packed);
  job.contentId = contentId;
  job.shape = shape;
  job.size = bytes;
}

/** API Reference, StartBackupJob. */
export async function startBackup(call: Call): Promise<unknown> {
  const { world, scope, input } = call;
  const vault = vaultByName(call, text(input, 'BackupVaultName'));
  const resourceArn = text(input, 'ResourceArn');
  if (resourceArn === null) throw missingValue('ResourceArn is required');
  if (!resourceArn.startsWith(`arn:aws:dynamodb:${call.region}:${call.account}:table/`)) {
    throw invalidValue(`Invalid ResourceArn: ${resourceArn}. It must be a DynamoDB table of this account and Region`);
  }
  if (text(input, 'LogicallyAirGappedBackupVaultArn') !== null)
    throw invalidRequest('Logically air-gapped vaults are not supported for this resource');
  const lifecycle = readLifecycle(input);
  const window = startWindow(call);
  const options = structure(input, 'BackupOptions');
  if (options !== null && Object.keys(options).length > 0)
    throw invalidValue('BackupOptions are not supported for DynamoDB');
  const completeMinutes = number(input, 'CompleteWindowMinutes');
  const roleArn = checkPassedRole(call, text(input, 'IamRoleArn'));
  obeyVaultPolicy(call, vault, 'backup:StartBackupJob', vault.arn);

  const known = (): BackupJob | null => {
    const id = earlierJob(call);
    return id === null ? null : world.backupJobs.get(scope, id);
  };
  const earlier = known();
  if (earlier !== null) return answer(earlier);

  const advanced = isAdvanced(world, scope);
  const job: BackupJob = {
    id: world.random.uuid(),
    account: call.account,
    region: call.region,
    created: call.now,
    completed: null,
    message: null,
    roleArn,
    resourceArn,
    size: null,
    fate: call.fate,
    state: 'CREATED',
    vault: vault.name,
    advanced,
    pointArn: advanced
      ? `arn:aws:backup:${call.region}:${call.account}:recovery-point:${world.random.uuid()}`
      : `${resourceArn}/backup/${String(call.now)}-${world.random.hex(8)}`,
    contentId: null,
    shape: null,
    lifecycle,
    pointTags: textMap(input, 'RecoveryPointTags') ?? {},
    startBy: call.now + window,
    completeBy: completeMinutes === null ? null : call.now + completeMinutes * 60_000,
    begun: null,
  };
  const table = tableOf(world, scope, resourceArn);
  // AWS: consistent as of about the start. Taken before the answer, so that what is written afterwards is never in it.
  if (table !== null && !isBusy(world, scope, resourceArn, job)) await takeContent(world, job, table);

  const meanwhile = known();
  if (meanwhile !== null) {
    if (job.contentId !== null) world.documents.dropContent(job.contentId);
    return answer(meanwhile);
  }
  world.backupJobs.put(scope, job.id, job);
  rememberJob(call, job.id);
  if (job.fate?.kind !== 'jobStuck') {
    world.agenda.schedule(call.now + beginAfter(world.durations.backup), 'backup.begin', scope, job.id);
  }
  world.agenda.schedule(job.startBy, 'backup.windowOver', scope, job.id);
  return answer(job);
}

/** API Reference, StopBackupJob. The DynamoDB guide says a table's backup cannot be cancelled once it runs. */
export function stopBackup(call: Call): unknown {
  const { world, scope } = call;
  const id = text(call.input, 'backupJobId') ?? '';
  const job = world.backupJobs.get(scope, id);
  if (job === null) throw notFound(`Backup job not found: ${id}`);
  if (!isOpen(job.state)) throw invalidRequest(`Backup job ${id} cannot be stopped: it is ${job.state}`);
  if (world.behaviour.stopBackup === 'refuse') {
    throw invalidRequest(`Stopping a backup job is not supported for the resource type DynamoDB`);
  }
  job.state = 'ABORTING';
  world.backupJobs.put(scope, id, job);
  world.agenda.cancel('backup.begin', scope, id);
  world.agenda.cancel('backup.complete', scope, id);
  world.agenda.schedule(call.now + 10_000, 'backup.aborted', scope, id);
  return null;
}

function end(
  world: World,
  scope: string,
  job: BackupJob,
  state: BackupJob['state'],
  message: string,
  at: number,
): void {
  job.state = state;
  job.message = message;
  job.completed = at;
  world.backupJobs.put(scope, job.id, job);
  for (const what of ['backup.begin', 'backup.complete', 'backup.windowOver']) world.agenda.cancel(what, scope, job.id);
  const point = world.points.get(scope, job.pointArn);
  if (point !== null) dropPoint(world, point);
  else if (job.contentId !== null) world.documents.dropContent(job.contentId);
}

function tagsFor(world: World, job: BackupJob, table: Table): Record<string, string> | null {
  if (!job.advanced) return {};
  const tags = { ...table.tags, ...job.pointTags };
  if (Object.keys(tags).length <= MAX_TAGS) return tags;
  if (world.behaviour.tagOverflow === 'fail') return null;
  const inherited = Object.entries(table.tags).filter(([key]) => !(key in job.pointTags));
  const room = MAX_TAGS - Object.keys(job.pointTags).length;
  return { ...Object.fromEntries(inherited.slice(0, Math.max(0, room))), ...job.pointTags };
}

/** Why the job fails when its turn comes; null when nothing is in the way. */
function obstacle(
  world: World,
  scope: string,
  job: BackupJob,
  table: Table | null,
  vault: Vault | null,
): string | null {
  if (table === null) return 'Table not found.';
  if (vault === null) return `Backup vault not found: ${job.vault}`;
  const locked = lockRefusal(vault, job.lifecycle, 'Backup');
  if (locked !== null) return locked;
  const role = roleFailure(world, job.account, job.roleArn, 'dynamodb:StartAwsBackupJob', job.resourceArn);
  if (role !== null) return role;
  const vaultKey = findKey(world, scope, vault.keyArn);
  if (keyIsLost(world, table) || (vaultKey !== null && vaultKey.state !== 'Enabled'))
    return 'Given key ID is not accessible';
  const running = world.backupJobs.list(scope).filter((other) => other.state === 'RUNNING').length;
  const { backupsAtOnce } = world.behaviour;
  if (world.enforceLimits && running >= backupsAtOnce) {
    return `Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is ${backupsAtOnce}.`;
  }
  return tagsFor(world, job, table) === null ? `The recovery point would have more than ${MAX_TAGS} tags` : null;
}

function newPoint(world: World, job: BackupJob, table: Table, vault: Vault, at: number): RecoveryPoint | null {
  if (job.contentId === null || job.shape === null) return null;
  return {
    arn: job.pointArn,
    account: job.account,
    region: job.region,
    vault: job.vault,
    advanced: job.advanced,
    status: 'CREATING',
    statusMessage: null,
    created: job.created,
    initiated: at,
    completed: null,
    resourceArn: job.resourceArn,
    resourceName: table.name,
    size: job.size ?? 0,
    lifecycle: job.lifecycle,
    expiryJitter: jitter(world),
    cold: false,
    tags: tagsFor(world, job, table) ?? {},
    keyArn: job.advanced ? vault.keyArn : (table.encryption?.keyArn ?? vault.keyArn),
    roleArn: job.roleArn,
    sourceVaultArn: null,
    lastRestore: null,
    contentId: job.contentId,
    shape: job.shape,
  };
}

/** How a backup job goes on. */
export function onBackupAppointments(world: World): void {
  world.agenda.on('backup.begin', async ({ at, scope, subject }) => {
    const job = world.backupJobs.get(scope, subject);
    if (job?.state !== 'CREATED') return;
    const table = tableOf(world, scope, job.resourceArn);
    if (isBusy(world, scope, job.resourceArn, job)) {
      if (world.behaviour.busyTable === 'queue') world.agenda.schedule(at + RETRY_MS, 'backup.begin', scope, subject);
      else
        end(world, scope, job, 'FAILED', 'Backup job failed because there was a running job for the same resource', at);
      return;
    }
    const vault = vaultIn(world, scope, job.vault);
    const reason = obstacle(world, scope, job, table, vault);
    if (reason !== null || table === null || vault === null) {
      end(world, scope, job, 'FAILED', reason ?? 'Table not found.', at);
      return;
    }
    if (job.contentId === null) await takeContent(world, job, table);
    const point = newPoint(world, job, table, vault, at);
    if (point !== null) savePoint(world, point);
    job.state = 'RUNNING';
    job.begun = at;
    world.backupJobs.put(scope, subject, job);
    world.agenda.cancel('backup.windowOver', scope, subject);
    const { backup } = world.durations;
    world.agenda.schedule(at + backup - beginAfter(backup), 'backup.complete', scope, subject);
  });

  world.agenda.on('backup.complete', ({ at, scope, subject }) => {
    const job = world.backupJobs.get(scope, subject);
    const point = job === null ? null : world.points.get(scope, job.pointArn);
    if (job?.state !== 'RUNNING' || point === null) return;
    if (job.fate?.kind === 'jobFailed') {
      end(world, scope, job, 'FAILED', job.fate.message ?? 'Access Denied trying to call AWS Backup service', at);
      return;
    }
    point.status = 'COMPLETED';
    point.completed = at;
    // As recorded: about half of the time is over before the point's InitiationDate.
    point.initiated = Math.round(job.created + (at - job.created) * 0.53);
    savePoint(world, point);
    scheduleLifecycle(world, point);
    job.state = 'COMPLETED';
    job.completed = at;
    world.backupJobs.put(scope, subject, job);
  });

  world.agenda.on('backup.windowOver', ({ at, scope, subject }) => {
    const job = world.backupJobs.get(scope, subject);
    if (job?.state === 'CREATED') end(world, scope, job, 'EXPIRED', 'Backup job expired before completion.', at);
  });

  world.agenda.on('backup.aborted', ({ at, scope, subject }) => {
    const job = world.backupJobs.get(scope, subject);
    if (job?.state === 'ABORTING') end(world, scope, job, 'ABORTED', 'Backup job was stopped by the user', at);
  });
}
