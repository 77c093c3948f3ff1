import { number, text, textMap, texts } from '../wire/read.ts';
import { invalidRequest, invalidState, invalidValue, notFound } from './errors.ts';
import { byKey, newestFirst, page, queryDate } from './paging.ts';
import {
  EXPIRY_WINDOW,
  coldAt,
  deleteAt,
  fitsLock,
  readLifecycle,
  showCalculated,
  showLifecycle,
} from './lifecycle.ts';
import { namedVault, obeyVaultPolicy, pointsIn, vaultIn } from './vaults.ts';
import { isOpen, vaultArn } from './model.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { RecoveryPoint, Vault } from './model.ts';

const scopeOfPoint = (point: RecoveryPoint): string => `${point.account}/${point.region}`;
export const savePoint = (world: World, point: RecoveryPoint): RecoveryPoint =>
  world.points.put(scopeOfPoint(point), point.arn, point);

/** Removes a point, and its content once no copy shares it. */
export function dropPoint(world: World, point: RecoveryPoint): void {
  world.points.delete(scopeOfPoint(point), point.arn);
  for (const what of ['point.expire', 'point.cold', 'point.gone'])
    world.agenda.cancel(what, scopeOfPoint(point), point.arn);
  for (const [, , other] of world.points.all()) if (other.contentId === point.contentId) return;
  world.documents.dropContent(point.contentId);
}

/** Puts the lifecycle's dates on the agenda; called whenever the point completes or its lifecycle changes. */
export function scheduleLifecycle(world: World, point: RecoveryPoint): void {
  const scope = scopeOfPoint(point);
  const gone = deleteAt(point);
  const cold = coldAt(point);
  if (gone === null) world.agenda.cancel('point.expire', scope, point.arn);
  else world.agenda.schedule(gone + point.expiryJitter, 'point.expire', scope, point.arn);
  if (cold === null || point.cold) world.agenda.cancel('point.cold', scope, point.arn);
  else world.agenda.schedule(cold, 'point.cold', scope, point.arn);
}

export const jitter = (world: World): number => Math.floor(world.random.below(EXPIRY_WINDOW));

function findPoint(call: Call): { vault: Vault; point: RecoveryPoint } {
  const vault = namedVault(call);
  const arn = text(call.input, 'recoveryPointArn') ?? '';
  const point = call.world.points.get(call.scope, arn);
  if (point === null || point.vault !== vault.name) throw notFound(`Recovery point not found: ${arn}`);
  return { vault, point };
}

const date = (at: number | null): Date | null => (at === null ? null : new Date(at));

const common = (point: RecoveryPoint): Record<string, unknown> => ({
  RecoveryPointArn: point.arn,
  BackupVaultName: point.vault,
  BackupVaultArn: vaultArn(point.region, point.account, point.vault),
  SourceBackupVaultArn: point.sourceVaultArn,
  ResourceArn: point.resourceArn,
  ResourceName: point.resourceName,
  ResourceType: 'DynamoDB',
  CreatedBy: null,
  IamRoleArn: point.roleArn,
  Status: point.status,
  StatusMessage: point.statusMessage,
  CreationDate: new Date(point.created),
  InitiationDate: new Date(point.initiated),
  CompletionDate: date(point.completed),
  BackupSizeInBytes: point.status === 'CREATING' ? null : point.size,
  CalculatedLifecycle: showCalculated(point),
  Lifecycle: showLifecycle(point.lifecycle),
  EncryptionKeyArn: point.keyArn,
  EncryptionKeyType: null,
  IsEncrypted: true,
  LastRestoreTime: date(point.lastRestore),
  ParentRecoveryPointArn: null,
  CompositeMemberIdentifier: null,
  IsParent: false,
  VaultType: 'BACKUP_VAULT',
  IndexStatus: null,
  IndexStatusMessage: null,
});

export function describePoint(call: Call): unknown {
  const { point } = findPoint(call);
  return { ...common(point), StorageClass: point.cold ? 'COLD' : 'WARM', BackupType: null, ScanResults: null };
}

const keyOf = (point: RecoveryPoint): string => newestFirst(point.created, point.arn);

export function listByVault(call: Call): unknown {
  const vault = namedVault(call);
  const { query } = call;
  const resourceArn = query.get('resourceArn');
  const resourceType = query.get('resourceType');
  const before = queryDate(call, 'createdBefore');
  const after = queryDate(call, 'createdAfter');
  // Points made by plans or as parts of composites do not exist here, so those filters leave nothing.
  const foreign = query.get('backupPlanId') ?? query.get('parentRecoveryPointArn');
  const points = pointsIn(call.world, vault).filter(
    (point) =>
      foreign === null &&
      (resourceArn === null || point.resourceArn === resourceArn) &&
      (resourceType === null || resourceType === 'DynamoDB') &&
      (before === null || point.created < before) &&
      (after === null || point.created > after),
  );
  const { items, NextToken } = page(call, points.sort(byKey(keyOf)), keyOf);
  return { RecoveryPoints: items.map(common), NextToken };
}

/** Another shape than the vault's list: the size has another name and there is no lifecycle. */
export function listByResource(call: Call): unknown {
  const arn = text(call.input, 'resourceArn') ?? '';
  const points = call.world.points.list(call.scope).filter((point) => point.resourceArn === arn);
  const { items, NextToken } = page(call, points.sort(byKey(keyOf)), keyOf);
  return {
    RecoveryPoints: items.map((point) => ({
      RecoveryPointArn: point.arn,
      CreationDate: new Date(point.created),
      Status: point.status,
      StatusMessage: point.statusMessage,
      EncryptionKeyArn: point.keyArn,
      EncryptionKeyType: null,
      BackupSizeBytes: point.status === 'CREATING' ? null : point.size,
      BackupVaultName: point.vault,
      IsParent: false,
      ParentRecoveryPointArn: null,
      ResourceName: point.resourceName,
      VaultType: 'BACKUP_VAULT',
      IndexStatus: null,
      IndexStatusMessage: null,
    })),
    NextToken,
  };
}

export function restoreMetadata(call: Call): unknown {
  const { vault, point } = findPoint(call);
  return {
    BackupVaultArn: vault.arn,
    RecoveryPointArn: point.arn,
    RestoreMetadata: {
      targetTableName: point.resourceName,
      encryptionType: 'Default',
      'aws:backup:request-id': point.contentId,
    },
    ResourceType: 'DynamoDB',
  };
}

function checkIdle(call: Call, point: RecoveryPoint): void {
  if (point.status === 'CREATING') throw invalidState(`Recovery point ${point.arn} is being created`);
  if (point.status === 'DELETING') throw invalidState(`Recovery point ${point.arn} is being deleted`);
  const copying = call.world.copyJobs
    .list(call.scope)
    .some((job) => isOpen(job.state) && job.sourcePointArn === point.arn);
  const restoring = call.world.restoreJobs
    .list(call.scope)
    .some((job) => isOpen(job.status) && job.pointArn === point.arn);
  if (copying || restoring) throw invalidState(`Recovery point ${point.arn} is in use by a running job`);
}

export function deletePoint(call: Call): unknown {
  const { vault, point } = findPoint(call);
  obeyVaultPolicy(call, vault, 'backup:DeleteRecoveryPoint', point.arn);
  if (vault.lock !== null)
    throw invalidRequest(`Recovery point ${point.arn} cannot be deleted: the backup vault ${vault.name} is locked`);
  checkIdle(call, point);
  if (call.fate?.kind === 'expiredAfterDelete') {
    point.status = 'EXPIRED';
    point.statusMessage =
      call.fate.message ?? 'AWS Backup could not delete the recovery point: insufficient permissions';
  } else {
    point.status = 'DELETING';
    call.world.agenda.schedule(
      call.now + call.world.durations.deleteRecoveryPoint,
      'point.gone',
      call.scope,
      point.arn,
    );
  }
  savePoint(call.world, point);
  return null;
}

export function updateLifecycle(call: Call): unknown {
  const { vault, point } = findPoint(call);
  if (vault.lock !== null)
    throw invalidRequest(`The lifecycle of ${point.arn} cannot be changed: the backup vault ${vault.name} is locked`);
  checkIdle(call, point);
  // The whole structure is replaced: a member left out is cleared.
  const next = readLifecycle(call.input);
  if (point.cold && (next?.moveToColdAfterDays ?? null) !== (point.lifecycle?.moveToColdAfterDays ?? null)) {
    throw invalidValue('The transition to cold storage cannot be changed once the recovery point is cold');
  }
  const cold = next?.moveToColdAfterDays ?? -1;
  const age = Math.floor((call.now - point.created) / 86_400_000);
  if (!point.cold && cold > 0 && cold < age + 1) {
    throw invalidValue(
      `MoveToColdStorageAfterDays must be at least one day after the recovery point's age of ${age} days`,
    );
  }
  if (!point.advanced && cold > 0) throw invalidRequest('The recovery point does not support cold storage');
  point.lifecycle = next;
  savePoint(call.world, point);
  scheduleLifecycle(call.world, point);
  return {
    BackupVaultArn: vault.arn,
    RecoveryPointArn: point.arn,
    Lifecycle: showLifecycle(point.lifecycle),
    CalculatedLifecycle: showCalculated(point),
  };
}

/** Vaults and advanced points carry tags; a point with a DynamoDB ARN does not. */
function taggable(call: Call): { tags: Record<string, string>; save: (tags: Record<string, string>) => void } {
  const arn = text(call.input, 'resourceArn') ?? '';
  const point = call.world.points.get(call.scope, arn);
  if (point !== null) {
    if (!point.advanced) throw invalidValue(`Tagging is not supported for ${arn}`);
    return {
      tags: point.tags,
      save: (tags) => {
        point.tags = tags;
        savePoint(call.world, point);
      },
    };
  }
  const name = arn.startsWith(vaultArn(call.region, call.account, ''))
    ? arn.slice(vaultArn(call.region, call.account, '').length)
    : null;
  const vault = name === null ? null : vaultIn(call.world, call.scope, name);
  if (vault === null) throw notFound(`Resource not found: ${arn}`);
  return {
    tags: vault.tags,
    save: (tags) => {
      vault.tags = tags;
      call.world.vaults.put(call.scope, vault.name, vault);
    },
  };
}

export function tagResource(call: Call): unknown {
  const { tags, save } = taggable(call);
  const next = { ...tags, ...(textMap(call.input, 'Tags') ?? {}) };
  if (Object.keys(next).length > 50) throw invalidValue('A resource can have at most 50 tags');
  save(next);
  return null;
}

export function untagResource(call: Call): unknown {
  const { tags, save } = taggable(call);
  const keys = texts(call.input, 'TagKeyList') ?? [];
  save(Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  return null;
}

export function listTags(call: Call): unknown {
  const entries = Object.entries(taggable(call).tags);
  const { items, NextToken } = page(call, entries.sort(byKey(([key]) => key)), ([key]) => key);
  return { Tags: Object.fromEntries(items), NextToken };
}

export function listProtected(call: Call): unknown {
  const latest = new Map<string, RecoveryPoint>();
  for (const point of call.world.points.list(call.scope)) {
    const known = latest.get(point.resourceArn);
    if (known === undefined || point.created > known.created) latest.set(point.resourceArn, point);
  }
  const resourceKey = (point: RecoveryPoint): string => point.resourceArn;
  const { items, NextToken } = page(call, [...latest.values()].sort(byKey(resourceKey)), resourceKey);
  return {
    Results: items.map((point) => ({
      ResourceArn: point.resourceArn,
      ResourceType: 'DynamoDB',
      LastBackupTime: new Date(point.created),
      ResourceName: point.resourceName,
      LastBackupVaultArn: vaultArn(point.region, point.account, point.vault),
      LastRecoveryPointArn: point.arn,
    })),
    NextToken,
  };
}

/** What becomes of points as the clock goes on. */
export function onPointAppointments(world: World): void {
  world.agenda.on('point.gone', ({ scope, subject }) => {
    const point = world.points.get(scope, subject);
    if (point?.status === 'DELETING') dropPoint(world, point);
  });
  world.agenda.on('point.expire', ({ at, scope, subject }) => {
    const point = world.points.get(scope, subject);
    if (point === null || point.status === 'DELETING') return;
    const due = deleteAt(point);
    if (due === null || due > at) return;
    point.status = 'DELETING';
    savePoint(world, point);
    world.agenda.schedule(at + world.durations.deleteRecoveryPoint, 'point.gone', scope, subject);
  });
  world.agenda.on('point.cold', ({ at, scope, subject }) => {
    const point = world.points.get(scope, subject);
    const due = point === null ? null : coldAt(point);
    if (point === null || point.status !== 'COMPLETED' || due === null || due > at) return;
    point.cold = true;
    savePoint(world, point);
  });
}

export const lockRefusal = (
  vault: Vault,
  lifecycle: Parameters<typeof fitsLock>[1],
  kind: 'Backup' | 'Copy',
): string | null =>
  fitsLock(vault, lifecycle)
    ? null
    : `${kind} job failed. The retention specified in the job is not within the range specified for the target Backup Vault.`;

export const startWindow = (call: Call): number => {
  const minutes = number(call.input, 'StartWindowMinutes') ?? 480;
  if (minutes < 60) throw invalidValue('StartWindowMinutes must be at least 60 minutes');
  return minutes * 60_000;
};
