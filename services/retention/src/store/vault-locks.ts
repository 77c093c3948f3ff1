import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { vaultKey } from '../domain/judge-deletion.ts';
import { VaultLockEntity } from './retention-entities.ts';

type Place = Readonly<{ region: string; vaultName: string }>;

/** By vault key: the account's vaults that were locked when AWS was last asked. */
export async function lockedVaults(reader: Tx, accountId: string): Promise<ReadonlySet<string>> {
  const rows = await reader.find(VaultLockEntity, { where: { accountId, locked: true } });
  return new Set(rows.map(vaultKey));
}

/** By vault key: the account's vaults of which AWS has said since then whether they are locked. */
export async function toldVaults(reader: Tx, accountId: string, since: Date): Promise<ReadonlySet<string>> {
  const rows = await reader.find(VaultLockEntity, { where: { accountId, askedAt: MoreThanOrEqual(since) } });
  return new Set(rows.map(vaultKey));
}

/** Keeps the latest answer for each vault. */
export async function noteLocks(
  db: Database,
  tx: Tx,
  accountId: string,
  seen: readonly (Place & Readonly<{ locked: boolean; askedAt: Date }>)[],
): Promise<void> {
  for (const { region, vaultName, locked, askedAt } of seen) {
    const key = { accountId, region, vaultName };
    if (await db.insertOnce(tx, VaultLockEntity, { ...key, locked, askedAt })) continue;
    await tx.update(VaultLockEntity, { ...key, askedAt: LessThanOrEqual(askedAt) }, { locked, askedAt });
  }
}
