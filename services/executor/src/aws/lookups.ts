import { ListRegionsCommand } from '@aws-sdk/client-account';
import { ListBackupVaultsCommand } from '@aws-sdk/client-backup';
import { DescribeKeyCommand, ListAliasesCommand, ListKeysCommand, type KeyMetadata } from '@aws-sdk/client-kms';
import type { region as regionSchema, kmsKey, Vault } from '@tablekeep/schema/internal';
import type { z } from 'zod';
import { describeTable, replicasOf } from './read-settings.ts';
import type { CallOptions, RegionAws } from './region-aws.ts';

type KmsKey = z.infer<typeof kmsKey>;
type Region = z.infer<typeof regionSchema>;

/** All vaults of a Region. ListBackupVaults, because describing a missing vault answers "access denied". */
export async function lookupVaults(aws: RegionAws, options?: CallOptions): Promise<Vault[]> {
  const vaults: Vault[] = [];
  let token: string | undefined;
  do {
    const command = new ListBackupVaultsCommand({
      MaxResults: 1_000,
      ...(token !== undefined && { NextToken: token }),
    });
    const send = (abortSignal: AbortSignal) => aws.backup.send(command, { abortSignal });
    const page = await aws.call('backup:ListBackupVaults', send, options);
    for (const one of page.BackupVaultList ?? []) {
      vaults.push({
        name: one.BackupVaultName ?? '',
        arn: one.BackupVaultArn ?? '',
        encryptionKeyArn: one.EncryptionKeyArn ?? null,
        locked: one.Locked ?? false,
        minRetentionDays: one.MinRetentionDays ?? null,
        maxRetentionDays: one.MaxRetentionDays ?? null,
        recoveryPoints: one.NumberOfRecoveryPoints ?? 0,
      });
    }
    token = page.NextToken;
  } while (token);
  return vaults;
}

/** More keys than this are not offered: each costs a call. */
const MOST_KEYS = 200;
/**
 * An answer is due before AWS's rates let 200 keys be described, so what was described is remembered for a minute: whoever
 * asks again gets further.
 */
const described = new Map<string, Readonly<{ key: KeyMetadata | undefined; untilMs: number }>>();
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 10_000;

async function describeKey(aws: RegionAws, id: string, options: CallOptions): Promise<KeyMetadata | undefined> {
  const name = `${aws.account.awsAccountId}/${aws.region}/${id}`;
  const known = described.get(name);
  if (known && known.untilMs > performance.now()) return known.key;
  const send = (abortSignal: AbortSignal) => aws.kms.send(new DescribeKeyCommand({ KeyId: id }), { abortSignal });
  const key = (await aws.call('kms:DescribeKey', send, options)).KeyMetadata;
  if (described.size >= MOST_REMEMBERED) described.clear();
  described.set(name, { key, untilMs: performance.now() + REMEMBERED_MS });
  return key;
}

/** The keys a table or vault can be encrypted with, with their aliases; keys being deleted are left out. */
export async function lookupKmsKeys(aws: RegionAws, options: CallOptions): Promise<KmsKey[]> {
  const [ids, aliases] = await Promise.all([keyIds(aws, options), aliasesByKey(aws, options)]);
  const keys = await Promise.all(ids.slice(0, MOST_KEYS).map((id) => describeKey(aws, id, options)));
  return keys.flatMap((key) => {
    if (!key?.Arn || !key.KeyId || key.KeyState === 'PendingDeletion' || key.KeyUsage !== 'ENCRYPT_DECRYPT') return [];
    const manager = key.KeyManager === 'AWS' ? ('AWS' as const) : ('CUSTOMER' as const);
    return [
      { arn: key.Arn, keyId: key.KeyId, aliases: aliases.get(key.KeyId) ?? [], manager, enabled: key.Enabled ?? false },
    ];
  });
}

async function keyIds(aws: RegionAws, options: CallOptions): Promise<string[]> {
  const ids: string[] = [];
  let marker: string | undefined;
  do {
    const command = new ListKeysCommand({ Limit: 1_000, ...(marker !== undefined && { Marker: marker }) });
    const send = (abortSignal: AbortSignal) => aws.kms.send(command, { abortSignal });
    const page = await aws.call('kms:ListKeys', send, options);
    ids.push(...(page.Keys ?? []).flatMap((key) => key.KeyId ?? []));
    marker = page.Truncated ? page.NextMarker : undefined;
  } while (marker);
  return ids;
}

async function aliasesByKey(aws: RegionAws, options: CallOptions): Promise<Map<string, string[]>> {
  const aliases = new Map<string, string[]>();
  let marker: string | undefined;
  do {
    const command = new ListAliasesCommand({ Limit: 100, ...(marker !== undefined && { Marker: marker }) });
    const send = (abortSignal: AbortSignal) => aws.kms.send(command, { abortSignal });
    const page = await aws.call('kms:ListAliases', send, options);
    for (const alias of page.Aliases ?? []) {
      if (!alias.TargetKeyId || !alias.AliasName) continue;
      aliases.set(alias.TargetKeyId, [...(aliases.get(alias.TargetKeyId) ?? []), alias.AliasName]);
    }
    marker = page.Truncated ? page.NextMarker : undefined;
  } while (marker);
  return aliases;
}

/** Regions of the account, enabled or not. The call lives in the partition's home Region. */
export async function lookupRegions(aws: RegionAws, options: CallOptions): Promise<Region[]> {
  const regions: Region[] = [];
  let token: string | undefined;
  do {
    const command = new ListRegionsCommand({ MaxResults: 50, ...(token !== undefined && { NextToken: token }) });
    const send = (abortSignal: AbortSignal) => aws.accountApi.send(command, { abortSignal });
    const page = await aws.call('account:ListRegions', send, options);
    for (const one of page.Regions ?? []) {
      const enabled = one.RegionOptStatus === 'ENABLED' || one.RegionOptStatus === 'ENABLED_BY_DEFAULT';
      if (one.RegionName) regions.push({ name: one.RegionName, enabled });
    }
    token = page.NextToken;
  } while (token);
  return regions;
}

/** Where the account's own API lives: one Region per partition. */
export function homeRegion(roleArn: string): string {
  switch (roleArn.split(':')[1]) {
    case 'aws-cn':
      return 'cn-northwest-1';
    case 'aws-us-gov':
      return 'us-gov-west-1';
    default:
      return 'us-east-1';
  }
}

/** Whether a table exists, which one it is, and what speaks against deleting it. */
export async function lookupTable(
  aws: RegionAws,
  tableName: string,
): Promise<{
  exists: boolean;
  status: string | null;
  tableId: string | null;
  deletionProtection: boolean;
  replicas: string[];
}> {
  const table = await describeTable(aws, tableName);
  return {
    exists: table !== null,
    status: table?.TableStatus ?? null,
    tableId: table?.TableId ?? null,
    deletionProtection: table?.DeletionProtectionEnabled ?? false,
    replicas: replicasOf(table, aws.region),
  };
}
