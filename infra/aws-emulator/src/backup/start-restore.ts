import { flag, text, textMap } from '../wire/read.ts';
import { unpackItems } from '../state/contents.ts';
import { freshThroughput, tableArn } from '../dynamodb/model.ts';
import { newTable } from '../dynamodb/create-table.ts';
import { findKey, managedKey } from '../kms.ts';
import { beginAfter } from './busy.ts';
import { invalidRequest, invalidValue, limitExceeded, missingValue, notFound } from './errors.ts';
import { earlierJob, rememberJob } from './idempotency.ts';
import { isOpen } from './model.ts';
import { savePoint } from './points.ts';
import { checkPassedRole, roleFailure } from './service-role.ts';
import { obeyVaultPolicy, vaultIn } from './vaults.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { Table } from '../dynamodb/model.ts';
import type { RecoveryPoint, RestoreJob } from './model.ts';

/** Concurrent restores of DynamoDB tables per account and Region. */
const MAX_RUNNING = 50;

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

interface Metadata {
  readonly tableName: string;
  readonly encryption: RestoreJob['encryption'];
}

/** Developer Guide, "Restore a DynamoDB table": four keys, whose names may be written in any case. */
function readMetadata(call: Call): Metadata {
  const given = textMap(call.input, 'Metadata');
  if (given === null) throw missingValue('Metadata is required');
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    const lower = key.toLowerCase();
    if (!['targettablename', 'encryptiontype', 'kmsmasterkeyarn', 'aws:backup:request-id'].includes(lower)) {
      throw invalidValue(`Invalid restore metadata. Unknown key: ${key}`);
    }
    values.set(lower, value);
  }
  const tableName = values.get('targettablename');
  if (tableName === undefined || !/^[a-zA-Z0-9_.-]{3,255}$/.test(tableName)) {
    throw invalidValue(`Invalid restore metadata. targetTableName: ${tableName ?? 'missing'}`);
  }
  const type = values.get('encryptiontype');
  const keyArn = values.get('kmsmasterkeyarn') ?? null;
  if (type === undefined) {
    if (keyArn !== null) throw invalidValue('Invalid restore metadata. kmsMasterKeyArn requires encryptionType KMS');
    return { tableName, encryption: null };
  }
  if (type !== 'Default' && type !== 'KMS') throw invalidValue(`Invalid restore metadata. encryptionType: ${type}`);
  if (type === 'Default' && keyArn !== null)
    throw invalidValue('Invalid restore metadata. kmsMasterKeyArn requires encryptionType KMS');
  return { tableName, encryption: { type, keyArn } };
}

function restorablePoint(call: Call, arn: string): RecoveryPoint {
  const { world, scope } = call;
  const point = world.points.get(scope, arn);
  if (point === null) throw notFound(`Recovery point not found: ${arn}`);
  if (point.status !== 'COMPLETED') {
    throw invalidRequest(`Recovery point ${arn} cannot be restored: its status is ${point.status}`);
  }
  const vault = vaultIn(world, scope, point.vault);
  if (vault !== null) obeyVaultPolicy(call, vault, 'backup:StartRestoreJob', arn);
  return point;
}

/** What is refused at once; with the other choice of each behaviour the job finds it out. */
function checkTarget(call: Call, point: RecoveryPoint, { tableName, encryption }: Metadata): void {
  const { world, scope } = call;
  if (world.behaviour.existingTarget === 'sync' && world.tables.get(scope, tableName) !== null) {
    throw invalidValue(`Table already exists: ${tableName}`);
  }
  if (world.behaviour.missingEncryption === 'sync' && encryption === null && needsEncryption(point)) {
    throw invalidValue(ENCRYPTION_MISSING);
  }
  const running = world.restoreJobs.list(scope).filter((job) => isOpen(job.status)).length;
  if (world.enforceLimits && running >= MAX_RUNNING) {
    throw limitExceeded(`There are ${MAX_RUNNING} concurrent restores of DynamoDB tables already`);
  }
}

/** API Reference, StartRestoreJob: always into a new table. */
export function startRestore(call: Call): unknown {
  const { world, scope, input } = call;
  const arn = text(input, 'RecoveryPointArn');
  if (arn === null) throw missingValue('RecoveryPointArn is required');
  const { tableName, encryption } = readMetadata(call);
  const type = text(input, 'ResourceType');
  if (type !== null && type !== 'DynamoDB') throw invalidValue(`Invalid ResourceType: ${type}`);
  const roleArn = checkPassedRole(call, text(input, 'IamRoleArn'));

  const earlierId = earlierJob(call);
  const earlier = earlierId === null ? null : world.restoreJobs.get(scope, earlierId);
  if (earlier !== null) {
    if (!isOpen(earlier.status)) throw invalidValue(`Restore job ${earlier.id} already finished`);
    return { RestoreJobId: earlier.id };
  }
  const point = restorablePoint(call, arn);
  checkTarget(call, point, { tableName, encryption });

  const job: RestoreJob = {
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
    status: 'PENDING',
    pointArn: arn,
    vault: point.vault,
    pointCreated: point.created,
    tableName,
    encryption,
    copySourceTags: flag(input, 'CopySourceTagsToRestoredResource') ?? false,
    duration: world.durations.restore + (point.cold ? world.durations.coldRestore : 0),
    createdArn: null,
  };
  world.restoreJobs.put(scope, job.id, job);
  rememberJob(call, job.id);
  if (job.fate?.kind !== 'jobStuck')
    world.agenda.schedule(call.now + beginAfter(job.duration), 'restore.begin', scope, job.id);
  return { RestoreJobId: job.id };
}

const ENCRYPTION_MISSING = 'Encryption settings must be specified when restoring to a different Region';

/** An advanced point restored away from its table's Region; native points fall back to the key AWS owns. */
const needsEncryption = (point: RecoveryPoint): boolean =>
  point.advanced && regionOf(point.resourceArn) !== point.region;

function fail(world: World, scope: string, job: RestoreJob, message: string, at: number): void {
  job.status = 'FAILED';
  job.message = message;
  job.completed = at;
  world.restoreJobs.put(scope, job.id, job);
}

/** The key of the restored table: `keyArn` null for the key AWS owns, or why there is none. */
function chooseKey(
  world: World,
  scope: string,
  job: RestoreJob,
  point: RecoveryPoint,
): { keyArn: string | null } | { reason: string } {
  const { encryption } = job;
  if (encryption === null) {
    if (needsEncryption(point)) return { reason: ENCRYPTION_MISSING };
    if (!point.advanced || point.shape.keyArn === null) return { keyArn: null };
  } else if (encryption.type === 'Default') return { keyArn: null };
  else if (encryption.keyArn === null) return { keyArn: managedKey(world, scope, 'alias/aws/dynamodb').arn };
  const wanted = encryption?.keyArn ?? point.shape.keyArn ?? '';
  const key = findKey(world, scope, wanted);
  return key === null || key.state !== 'Enabled' ? { reason: 'Given key ID is not accessible' } : { keyArn: key.arn };
}

function obstacle(world: World, scope: string, job: RestoreJob, point: RecoveryPoint | null): string | null {
  if (point === null) return 'Recovery point not found.';
  if (job.copySourceTags)
    return 'Copying tags to the restored resource is not supported for the resource type DynamoDB';
  if (world.tables.get(scope, job.tableName) !== null) return `Table already exists: ${job.tableName}`;
  const pointKey = findKey(world, scope, point.keyArn);
  if (pointKey !== null && pointKey.state !== 'Enabled') return 'Given key ID is not accessible';
  return roleFailure(
    world,
    job.account,
    job.roleArn,
    'dynamodb:RestoreTableFromAwsBackup',
    tableArn(job.region, job.account, job.tableName),
  );
}

/** What a restore brings back: keys, indexes, billing and capacity, on-demand maximum. Everything else starts as in a new table. */
function restoredTable(world: World, job: RestoreJob, point: RecoveryPoint, keyArn: string | null, at: number): Table {
  const { shape } = point;
  return newTable(world, {
    account: job.account,
    region: job.region,
    name: job.tableName,
    created: at,
    keys: shape.keys,
    attributes: shape.attributes,
    globalIndexes: shape.globalIndexes.map(({ read, write, ...index }) => ({
      ...index,
      status: 'CREATING',
      backfilling: false,
      throughput: freshThroughput(read, write),
    })),
    localIndexes: shape.localIndexes,
    billing: shape.billing,
    throughput: freshThroughput(shape.read, shape.write),
    onDemand: shape.onDemand,
    encryption: keyArn === null ? null : { keyArn, status: 'ENABLED' },
    restoredFrom: { backupArn: point.arn, tableArn: point.resourceArn, at, inProgress: true },
  });
}

/** How a restore job goes on: the table is CREATING, its items loaded, until the job completes. */
export function onRestoreAppointments(world: World): void {
  world.agenda.on('restore.begin', async ({ at, scope, subject }) => {
    const job = world.restoreJobs.get(scope, subject);
    if (job?.status !== 'PENDING') return;
    const point = world.points.get(scope, job.pointArn);
    const reason = obstacle(world, scope, job, point);
    if (reason !== null || point === null) {
      fail(world, scope, job, reason ?? 'Recovery point not found.', at);
      return;
    }
    const key = chooseKey(world, scope, job, point);
    const packed = world.documents.readContent(point.contentId);
    if ('reason' in key || packed === null) {
      fail(world, scope, job, 'reason' in key ? key.reason : 'The recovery point has no content', at);
      return;
    }
    // Under a physical name nobody uses yet: a process killed here leaves nothing that could be seen, and begins again.
    const table = restoredTable(world, job, point, key.keyArn, at);
    await world.items.define(table);
    await world.items.load(table, await unpackItems(packed));
    if (world.tables.get(scope, job.tableName) !== null) {
      await world.items.drop(table);
      fail(world, scope, job, `Table already exists: ${job.tableName}`, at);
      return;
    }
    world.tables.put(scope, table.name, table);
    job.status = 'RUNNING';
    world.restoreJobs.put(scope, subject, job);
    world.agenda.schedule(at + job.duration - beginAfter(job.duration), 'restore.complete', scope, subject);
  });

  world.agenda.on('restore.complete', async ({ at, scope, subject }) => {
    const job = world.restoreJobs.get(scope, subject);
    const table = job === null ? null : world.tables.get(scope, job.tableName);
    if (job?.status !== 'RUNNING' || table === null) return;
    if (job.fate?.kind === 'jobFailed') {
      await world.items.drop(table);
      world.tables.delete(scope, table.name);
      fail(world, scope, job, job.fate.message ?? 'Access Denied trying to call AWS Backup service', at);
      return;
    }
    const { items, bytes } = await world.items.count(table);
    table.itemCount = items;
    table.sizeBytes = bytes;
    table.countedAt = at;
    table.status = 'ACTIVE';
    for (const index of table.globalIndexes) index.status = 'ACTIVE';
    if (table.restoredFrom !== null) table.restoredFrom.inProgress = false;
    world.tables.put(scope, table.name, table);
    job.status = 'COMPLETED';
    job.completed = at;
    job.createdArn = table.arn;
    world.restoreJobs.put(scope, subject, job);
    const point = world.points.get(scope, job.pointArn);
    if (point !== null) {
      point.lastRestore = at;
      savePoint(world, point);
    }
  });
}
