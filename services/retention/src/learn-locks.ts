import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { askVaultLocks } from './ask-vault-locks.ts';
import { vaultKey } from './domain/judge-deletion.ts';
import { noteLocks } from './store/vault-locks.ts';
import { sweep } from './sweep.ts';

/**
 * Asks AWS which vaults of the account's due points are locked, and remembers the answers. A vault that could not be asked
 * about stays as it was known: AWS itself refuses to delete from a locked one.
 */
export async function learnLocks(db: Database, deps: ServiceDeps, accountId: string, withinMs: number): Promise<void> {
  const now = deps.clock.now();
  const { doomed, staying } = await sweep(db, db.reader, { accountId, now, lockedVaults: new Set() });
  const due = [...doomed, ...staying.map(({ row }) => row)];
  const vaults = [...new Map(due.map((row) => [vaultKey(row), row])).values()];
  if (vaults.length === 0) return;
  const locks = await askVaultLocks(deps, accountId, vaults, withinMs);
  const seen = vaults.flatMap(({ region, vaultName }) => {
    const lock = locks.get(vaultKey({ region, vaultName }));
    return lock?.state === 'known' ? [{ region, vaultName, locked: lock.value, askedAt: now }] : [];
  });
  await db.transaction((tx) => noteLocks(db, tx, accountId, seen));
}
