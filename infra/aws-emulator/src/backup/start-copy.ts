import { text } from '../wire/read.ts';
import { findKey } from '../kms.ts';
import { beginAfter, isBusy, RETRY_MS } from './busy.ts';
import { invalidRequest, invalidValue, limitExceeded, missingValue, notFound } from './errors.ts';
import { earlierJob, rememberJob } from './idempotency.ts';
import { readLifecycle } from './lifecycle.ts';
import { isOpen } from './model.ts';
import { jitter, lockRefusal, savePoint, scheduleLifecycle } from './points.ts';
import { isEnabledRegion } from '../regions.ts';
import { checkPassedRole, roleFailure } from './service-role.ts';
import { obeyVaultPolicy, vaultByName, vaultIn } from './vaults.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { CopyJob, RecoveryPoint } from './model.ts';

/** Concurrent copies to one destination Region of an account. */
const MAX_TO_REGION = 100;

const VAULT_ARN = /^arn:aws:backup:([a-z0-9-]+):(\d{12}):backup-vault:([a-zA-Z0-9\-_]{2,50})$/;

interface Destination {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

function parseVaultArn(arn: string): Destination | null {
  const match = VAULT_ARN.exec(arn);
  return match === null ? null : { region: match[1] ?? '', account: match[2] ?? '', name: match[3] ?? '' };
}

const answer = (job: CopyJob): unknown => ({ CopyJobId: job.id, CreationDate: new Date(job.created), IsParent: false });

function sourcePoint(call: Call, vaultName: string, arn: string): RecoveryPoint {
  const point = call.world.points.get(call.scope, arn);
  if (point === null || point.vault !== vaultName) throw notFound(`Recovery point not found: ${arn}`);
  if (!point.advanced) {
    throw invalidRequest(
      `Recovery point ${arn} cannot be copied: copying is supported only for backups made with advanced DynamoDB backup enabled`,
    );
  }
  if (point.cold) throw invalidRequest(`Recovery point ${arn} cannot be copied: it is in cold storage`);
  if (point.status !== 'COMPLETED')
    throw invalidRequest(`Recovery point ${arn} cannot be copied: its status is ${point.status}`);
  return point;
}

/** API Reference, StartCopyJob: called in the source Region. */
export function startCopy(call: Call): unknown {
  const { world, scope, input } = call;
  const arn = text(input, 'RecoveryPointArn');
  const destinationArn = text(input, 'DestinationBackupVaultArn');
  if (arn === null) throw missingValue('RecoveryPointArn is required');
  if (destinationArn === null) throw missingValue('DestinationBackupVaultArn is required');
  const source = vaultByName(call, text(input, 'SourceBackupVaultName'));
  const destination = parseVaultArn(destinationArn);
  if (destination === null || !isEnabledRegion(destination.region)) {
    throw invalidValue(`Invalid destination backup vault ARN: ${destinationArn}`);
  }
  const lifecycle = readLifecycle(input);
  const roleArn = checkPassedRole(call, text(input, 'IamRoleArn'));
  obeyVaultPolicy(call, source, 'backup:StartCopyJob', arn);

  const earlierId = earlierJob(call);
  const earlier = earlierId === null ? null : world.copyJobs.get(scope, earlierId);
  if (earlier !== null) return answer(earlier);

  const point = sourcePoint(call, source.name, arn);
  if (destinationArn === source.arn) throw invalidRequest('The source and the destination backup vault are the same');
  const toRegion = world.copyJobs
    .list(scope)
    .filter((job) => isOpen(job.state) && parseVaultArn(job.destinationVaultArn)?.region === destination.region).length;
  if (world.enforceLimits && toRegion >= MAX_TO_REGION) {
    throw limitExceeded(`There are ${MAX_TO_REGION} concurrent copy jobs to ${destination.region} already`);
  }
  const job: CopyJob = {
    id: world.random.uuid(),
    account: call.account,
    region: call.region,
    created: call.now,
    completed: null,
    message: null,
    roleArn,
    resourceArn: point.resourceArn,
    size: point.size,
    fate: call.fate,
    state: 'CREATED',
    sourceVault: source.name,
    sourcePointArn: arn,
    destinationVaultArn: destinationArn,
    destinationPointArn: null,
    lifecycle: lifecycle ?? point.lifecycle,
  };
  world.copyJobs.put(scope, job.id, job);
  rememberJob(call, job.id);
  if (job.fate?.kind !== 'jobStuck') {
    world.agenda.schedule(call.now + beginAfter(world.durations.copy), 'copy.begin', scope, job.id);
  }
  return answer(job);
}

function fail(world: World, scope: string, job: CopyJob, message: string, at: number): void {
  job.state = 'FAILED';
  job.message = message;
  job.completed = at;
  world.copyJobs.put(scope, job.id, job);
}

function obstacle(world: World, job: CopyJob, point: RecoveryPoint | null): string | null {
  const destination = parseVaultArn(job.destinationVaultArn);
  if (point === null || destination === null) return 'Copy job failed. The source recovery point was not found.';
  if (destination.account !== job.account) {
    return 'Copy job failed. Both source and destination account must be a member of the same organization.';
  }
  const scope = `${destination.account}/${destination.region}`;
  const vault = vaultIn(world, scope, destination.name);
  if (vault === null) return `Copy job failed. The destination Backup vault was not found.`;
  const locked = lockRefusal(vault, job.lifecycle, 'Copy');
  if (locked !== null) return locked;
  const role = roleFailure(world, job.account, job.roleArn, 'backup:CopyIntoBackupVault', vault.arn);
  if (role !== null) return role;
  const keys = [findKey(world, `${point.account}/${point.region}`, point.keyArn), findKey(world, scope, vault.keyArn)];
  return keys.some((key) => key !== null && key.state !== 'Enabled') ? 'Given key ID is not accessible' : null;
}

/** How a copy job goes on: the copy appears in the destination vault when the job completes. */
export function onCopyAppointments(world: World): void {
  world.agenda.on('copy.begin', ({ at, scope, subject }) => {
    const job = world.copyJobs.get(scope, subject);
    if (job?.state !== 'CREATED') return;
    if (isBusy(world, scope, job.resourceArn, job)) {
      if (world.behaviour.busyTable === 'queue') world.agenda.schedule(at + RETRY_MS, 'copy.begin', scope, subject);
      else fail(world, scope, job, 'There are too many copy jobs running for resource.', at);
      return;
    }
    const reason = obstacle(world, job, world.points.get(scope, job.sourcePointArn));
    if (reason !== null) {
      fail(world, scope, job, reason, at);
      return;
    }
    job.state = 'RUNNING';
    world.copyJobs.put(scope, subject, job);
    const { copy } = world.durations;
    world.agenda.schedule(at + copy - beginAfter(copy), 'copy.complete', scope, subject);
  });

  world.agenda.on('copy.complete', ({ at, scope, subject }) => {
    const job = world.copyJobs.get(scope, subject);
    if (job?.state !== 'RUNNING') return;
    const source = world.points.get(scope, job.sourcePointArn);
    const reason =
      job.fate?.kind === 'jobFailed'
        ? (job.fate.message ?? 'Access Denied trying to call AWS Backup service')
        : obstacle(world, job, source);
    const destination = parseVaultArn(job.destinationVaultArn);
    const vault =
      destination === null ? null : vaultIn(world, `${destination.account}/${destination.region}`, destination.name);
    if (reason !== null || source === null || vault === null) {
      fail(world, scope, job, reason ?? 'Copy job failed.', at);
      return;
    }
    const copy: RecoveryPoint = {
      ...source,
      arn: `arn:aws:backup:${vault.region}:${vault.account}:recovery-point:${world.random.uuid()}`,
      account: vault.account,
      region: vault.region,
      vault: vault.name,
      initiated: job.created,
      completed: at,
      lifecycle: job.lifecycle,
      expiryJitter: jitter(world),
      tags: { ...source.tags },
      keyArn: vault.keyArn,
      roleArn: job.roleArn,
      sourceVaultArn: `arn:aws:backup:${source.region}:${source.account}:backup-vault:${source.vault}`,
      lastRestore: null,
    };
    savePoint(world, copy);
    scheduleLifecycle(world, copy);
    job.state = 'COMPLETED';
    job.completed = at;
    job.destinationPointArn = copy.arn;
    world.copyJobs.put(scope, subject, job);
  });
}
