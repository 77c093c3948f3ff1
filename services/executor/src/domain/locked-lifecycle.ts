import type { ParametersOf } from '@tablekeep/schema/work-items';

export type Lifecycle = ParametersOf<'BACKUP'>['lifecycle'];

/** AWS Backup Vault Lock; days, null: no bound. */
export type VaultLock = Readonly<{ minRetentionDays: number | null; maxRetentionDays: number | null }>;

export type LifecycleThere = Readonly<{ fits: true; lifecycle: Lifecycle } | { fits: false; reason: string }>;

/**
 * The lifecycle of a point in its vault. Without a lock it is as planned: Tablekeep deletes the point, and AWS only much
 * later where there is a safety net. In a locked vault
 * nobody but AWS may, by the lifecycle that is fixed when the point is made: then it carries the point's whole retention,
 * and a retention outside the lock's bounds is refused before AWS is asked to start.
 * @param lock null: the vault is not locked
 * @param retentionDays null: for ever
 * @param safetyNetDays null: without a lock AWS deletes nothing by itself
 */
export function lifecycleIn(
  vault: Readonly<{ name: string; lock: VaultLock | null }>,
  planned: Lifecycle,
  retentionDays: number | null,
  safetyNetDays: number | null = null,
): LifecycleThere {
  const { name, lock } = vault;
  if (lock === null) return { fits: true, lifecycle: withNet(planned, retentionDays, safetyNetDays) };
  const { minRetentionDays: min, maxRetentionDays: max } = lock;
  const refuse = (bound: string): LifecycleThere => {
    const asked = retentionDays === null ? 'is kept for ever' : `is kept for ${retentionDays} days`;
    return { fits: false, reason: `Vault ${name} is locked and takes points of ${bound}; this one ${asked}.` };
  };
  if (max !== null && (retentionDays === null || retentionDays > max)) return refuse(`at most ${max} days`);
  if (min !== null && retentionDays !== null && retentionDays < min) return refuse(`at least ${min} days`);
  return { fits: true, lifecycle: { ...planned, deleteAfterDays: retentionDays } };
}

/** AWS Backup Developer Guide, "Lifecycle": a point stays in cold storage for at least 90 days, and 36,500 days in all. */
export const LEAST_DAYS_COLD = 90;
export const MOST_DAYS = 36_500;

/** What is kept for ever, or longer than AWS can count, has no net. */
function withNet(planned: Lifecycle, retentionDays: number | null, safetyNetDays: number | null): Lifecycle {
  if (retentionDays === null || safetyNetDays === null) return planned;
  const cold = planned.moveToColdStorageAfterDays;
  const days = Math.max(retentionDays + safetyNetDays, cold === null ? 0 : cold + LEAST_DAYS_COLD);
  return days > MOST_DAYS ? planned : { ...planned, deleteAfterDays: days };
}
