import { lookupVaults } from '../aws/lookups.ts';
import type { RegionAws } from '../aws/region-aws.ts';
import type { VaultLock } from '../domain/locked-lifecycle.ts';
import type { Engine } from './engine.ts';

/** The locks of a Region's vaults, by name, and when they were read on the monotonic clock. */
export type LocksSeen = Readonly<{ at: number; locks: ReadonlyMap<string, VaultLock | null> }>;

/** AWS's time. One answer for all vaults of a Region: asked for each table it would cost a call of each. */
const LOCKS_HOLD_MS = 60_000;

/**
 * The lock of a vault, or null: not locked, or not there, which AWS says of the job that names it. A vault that was not in
 * the last answer is asked for anew. Throws AwsCallError.
 */
export async function vaultLock(engine: Engine, aws: RegionAws, vaultName: string): Promise<VaultLock | null> {
  const { clock, settings, locksSeen } = engine;
  const key = `${aws.account.awsAccountId}/${aws.region}`;
  const before = locksSeen.get(key);
  const now = clock.monotonicMs();
  const fresh = before !== undefined && (now - before.at) * settings.timeScale < LOCKS_HOLD_MS;
  if (fresh && before.locks.has(vaultName)) return before.locks.get(vaultName) ?? null;
  const vaults = await lookupVaults(aws);
  const locks = new Map(
    vaults.map(({ name, locked, minRetentionDays, maxRetentionDays }) => [
      name,
      locked ? { minRetentionDays, maxRetentionDays } : null,
    ]),
  );
  locksSeen.set(key, { at: now, locks });
  return locks.get(vaultName) ?? null;
}
