import { AwsError, accessDenied } from '../errors.ts';
import { covers, parsePolicy } from '../iam/policy.ts';
import { findKey, managedKey } from '../kms.ts';
import { number, text, textMap, texts } from '../wire/read.ts';
import { alreadyExists, invalidRequest, invalidValue, limitExceeded, missingValue, notFound } from './errors.ts';
import { byKey, page } from './paging.ts';
import { vaultArn } from './model.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { RecoveryPoint, Vault } from './model.ts';

const DAY = 86_400_000;
const MAX_VAULTS = 300;
const NAME = /^[a-zA-Z0-9\-_]{2,50}$/;

function addVault(
  world: World,
  scope: string,
  fields: Pick<Vault, 'name' | 'keyArn' | 'creatorRequestId' | 'tags'>,
): Vault {
  const [account = '', region = ''] = scope.split('/');
  return world.vaults.put(scope, fields.name, {
    ...fields,
    account,
    region,
    arn: vaultArn(region, account, fields.name),
    created: world.clock.now(),
    lock: null,
    policy: null,
    notifications: null,
  });
}

/** The vault "Default" is there in every account and Region. */
export function vaultIn(world: World, scope: string, name: string): Vault | null {
  const vault = world.vaults.get(scope, name);
  if (vault !== null || name !== 'Default') return vault;
  const keyArn = managedKey(world, scope, 'alias/aws/backup').arn;
  return addVault(world, scope, { name, keyArn, creatorRequestId: 'Default', tags: {} });
}

export function vaultByName(call: Call, name: string | null): Vault {
  if (name === null) throw missingValue('BackupVaultName is required');
  const vault = vaultIn(call.world, call.scope, name);
  if (vault === null) throw notFound(`Backup vault not found: ${name}`);
  return vault;
}

export const namedVault = (call: Call): Vault => vaultByName(call, text(call.input, 'backupVaultName'));

/** A vault policy's explicit Deny binds everyone, the account's root included; grants to other accounts are left out. */
export function obeyVaultPolicy(call: Call, vault: Vault, action: string, resource: string): void {
  if (vault.policy === null) return;
  const denied = parsePolicy(vault.policy).some(
    (statement) =>
      statement.effect === 'Deny' &&
      Object.keys(statement.conditions).length === 0 &&
      (statement.principals ?? []).some(
        ({ value }) =>
          value === '*' ||
          value === call.account ||
          value === call.caller.arn ||
          value === `arn:aws:iam::${call.account}:root`,
      ) &&
      covers(statement, action, resource),
  );
  if (denied) {
    throw accessDenied(
      `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${resource} with an explicit deny in a resource-based policy`,
    );
  }
}

export const pointsIn = (world: World, vault: Vault): RecoveryPoint[] =>
  world.points.list(`${vault.account}/${vault.region}`).filter((point) => point.vault === vault.name);

const show = (world: World, vault: Vault): Record<string, unknown> => ({
  BackupVaultName: vault.name,
  BackupVaultArn: vault.arn,
  VaultType: 'BACKUP_VAULT',
  VaultState: 'AVAILABLE',
  EncryptionKeyArn: vault.keyArn,
  EncryptionKeyType: null,
  CreationDate: new Date(vault.created),
  CreatorRequestId: vault.creatorRequestId,
  NumberOfRecoveryPoints: pointsIn(world, vault).length,
  Locked: vault.lock !== null,
  MinRetentionDays: vault.lock?.minDays ?? null,
  MaxRetentionDays: vault.lock?.maxDays ?? null,
  LockDate: vault.lock === null || vault.lock.lockDate === null ? null : new Date(vault.lock.lockDate),
});

export function createVault(call: Call): unknown {
  const name = text(call.input, 'backupVaultName') ?? '';
  if (!NAME.test(name)) throw invalidValue(`Backup vault name ${name} is invalid. It must match ${NAME.source}`);
  const creatorRequestId = text(call.input, 'CreatorRequestId');
  const existing = vaultIn(call.world, call.scope, name);
  if (existing !== null) {
    throw alreadyExists('Backup vault with the same name already exists', existing.arn, existing.creatorRequestId);
  }
  if (call.world.enforceLimits && call.world.vaults.count(call.scope) >= MAX_VAULTS) {
    throw limitExceeded(`The number of backup vaults exceeds the limit of ${MAX_VAULTS}`);
  }
  const given = text(call.input, 'EncryptionKeyArn');
  const key =
    given === null ? managedKey(call.world, call.scope, 'alias/aws/backup') : findKey(call.world, call.scope, given);
  if (key === null || key.state !== 'Enabled') throw invalidValue(`Given key ID is not accessible: ${given ?? ''}`);
  const tags = textMap(call.input, 'BackupVaultTags') ?? {};
  const vault = addVault(call.world, call.scope, { name, keyArn: key.arn, creatorRequestId, tags });
  return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, CreationDate: new Date(vault.created) };
}

export function describeVault(call: Call): unknown {
  const name = text(call.input, 'backupVaultName') ?? '';
  const vault = vaultIn(call.world, call.scope, name);
  if (vault !== null) return show(call.world, vault);
  // AWS does not tell a missing vault from one the caller may not see.
  if (call.world.behaviour.missingVault === 'denied') throw new AwsError('AccessDeniedException', '', 403);
  throw notFound(`Backup vault not found: ${name}`);
}

export function listVaults(call: Call): unknown {
  vaultIn(call.world, call.scope, 'Default');
  const type = call.query.get('vaultType') ?? call.query.get('type');
  const vaults = type !== null && type !== 'BACKUP_VAULT' ? [] : call.world.vaults.list(call.scope);
  const keyOf = (vault: Vault): string => vault.name;
  const { items, NextToken } = page(call, vaults.sort(byKey(keyOf)), keyOf);
  return { BackupVaultList: items.map((vault) => show(call.world, vault)), NextToken };
}

export function deleteVault(call: Call): unknown {
  const vault = namedVault(call);
  obeyVaultPolicy(call, vault, 'backup:DeleteBackupVault', vault.arn);
  if (vault.name === 'Default') throw invalidRequest('The default backup vault cannot be deleted');
  if (pointsIn(call.world, vault).length > 0) {
    throw invalidRequest('Backup vault cannot be deleted because it contains recovery points');
  }
  call.world.vaults.delete(call.scope, vault.name);
  return null;
}

const immutable = (call: Call, vault: Vault): boolean => {
  const date = vault.lock?.lockDate ?? null;
  return date !== null && call.now >= date;
};

export function putLock(call: Call): unknown {
  const vault = namedVault(call);
  const minDays = number(call.input, 'MinRetentionDays');
  const maxDays = number(call.input, 'MaxRetentionDays');
  const changeable = number(call.input, 'ChangeableForDays');
  if (immutable(call, vault)) throw invalidRequest(`Backup vault lock of ${vault.name} is immutable`);
  if (minDays !== null && minDays < 1) throw invalidValue('MinRetentionDays must be at least 1');
  if (maxDays !== null && (maxDays > 36_500 || maxDays < (minDays ?? 1))) {
    throw invalidValue('MaxRetentionDays must be at most 36500 and not below MinRetentionDays');
  }
  if (changeable !== null && (changeable < 3 || changeable > 36_500))
    throw invalidValue('ChangeableForDays must be between 3 and 36500');
  vault.lock = { minDays, maxDays, lockDate: changeable === null ? null : call.now + changeable * DAY };
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}

export function deleteLock(call: Call): unknown {
  const vault = namedVault(call);
  if (immutable(call, vault)) throw invalidRequest(`Backup vault lock of ${vault.name} is immutable`);
  vault.lock = null;
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}

export function putAccessPolicy(call: Call): unknown {
  const vault = namedVault(call);
  const policy = text(call.input, 'Policy');
  if (policy === null) throw missingValue('Policy is required');
  try {
    parsePolicy(policy);
  } catch {
    throw invalidValue('The specified policy is not valid: malformed policy document');
  }
  if (
    parsePolicy(policy).some((statement) => statement.actions.includes('*') || statement.actions.includes('backup:*'))
  ) {
    throw invalidValue('The specified policy cannot be added to the vault due to a wildcard in Action');
  }
  vault.policy = policy;
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}

export function getAccessPolicy(call: Call): unknown {
  const vault = namedVault(call);
  if (vault.policy === null) throw notFound(`Backup vault access policy not found for ${vault.name}`);
  return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, Policy: vault.policy };
}

export function deleteAccessPolicy(call: Call): unknown {
  const vault = namedVault(call);
  vault.policy = null;
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}

export function putNotifications(call: Call): unknown {
  const vault = namedVault(call);
  const topic = text(call.input, 'SNSTopicArn');
  const events = texts(call.input, 'BackupVaultEvents');
  if (topic === null || events === null) throw missingValue('SNSTopicArn and BackupVaultEvents are required');
  vault.notifications = { topic, events };
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}

export function getNotifications(call: Call): unknown {
  const vault = namedVault(call);
  if (vault.notifications === null) throw notFound(`Notifications are not configured for ${vault.name}`);
  const { topic, events } = vault.notifications;
  return { BackupVaultName: vault.name, BackupVaultArn: vault.arn, SNSTopicArn: topic, BackupVaultEvents: events };
}

export function deleteNotifications(call: Call): unknown {
  const vault = namedVault(call);
  vault.notifications = null;
  call.world.vaults.put(call.scope, vault.name, vault);
  return null;
}
