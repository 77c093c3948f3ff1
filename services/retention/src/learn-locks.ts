import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { askRegionLocks } from './ask-vault-locks.ts';
import { vaultKey } from './domain/judge-deletion.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { regionsOfNets } from './store/safety-nets.ts';
import { lockedVaults, noteLocks } from './store/vault-locks.ts';
import { sweep, type Sweep } from './sweep.ts';

/**
 * Asks AWS which vaults are locked in the Regions where the account's due points lie, the points that would stand for their
 * tables once those are gone, and those that AWS deletes soon, and remembers the answers. Where a lock is news another point
 * may have to stand, so that is asked about as well. A vault that could not be asked about stays as it was known: retention
 * judges how old that is.
 */
export async function learnLocks(db: Database, deps: ServiceDeps, accountId: string, withinMs: number): Promise<void> {
  const { clock } = deps;
  const endsAt = clock.monotonicMs() + withinMs;
  const asked = new Set<string>();
  for (;;) {
    const now = clock.now();
    const locked = await lockedVaults(db.reader, accountId);
    const seen = await sweep(db, db.reader, { accountId, now, lockedVaults: locked });
    const until = new Date(now.getTime() + SAFETY.netAheadMs);
    const nets = await regionsOfNets(db.reader, { accountId, until });
    const regions = new Set([...placesOf(seen).map(({ region }) => region), ...nets].filter((one) => !asked.has(one)));
    const leftMs = Math.ceil(endsAt - clock.monotonicMs());
    if (regions.size === 0 || leftMs <= 0) return;
    const answers = await askRegionLocks(deps, accountId, regions, leftMs);
    const told = [...answers].flatMap(([region, vaults]) =>
      vaults.state === 'unknown'
        ? []
        : [...vaults.value.locked].map(([vaultName, isLocked]) => ({
            ...{ region, vaultName, locked: isLocked },
            askedAt: vaults.value.asOf,
          })),
    );
    await db.transaction((tx) => noteLocks(db, tx, accountId, told));
    if (!told.some((vault) => vault.locked && !locked.has(vaultKey(vault)))) return;
    for (const region of regions) asked.add(region);
  }
}

function placesOf({ doomed, staying, chains }: Sweep) {
  const standing = [...chains.values()].flatMap(({ newest, kept }) => [newest, kept].filter((row) => row !== null));
  return [...doomed, ...staying.map(({ row }) => row), ...standing];
}
