import type { DriftKind } from '@tablekeep/schema/catalog-events';

/** What tells whether a point differs from what its vault shows. */
export type DriftingPoint = Readonly<{
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  deletedAt: Date | null;
  missingSince: Date | null;
  adoptedAt: Date | null;
  awsStatus: string | null;
  awsStatusSince: Date | null;
  awsSizeBytes: number | null;
  sourceVaultArn: string | null;
  sourceRecoveryPointArn: string | null;
}>;

const DAY_MS = 86_400_000;
/** So long a point that was found in its vault is shown as found. */
export const FOUND_MS = 7 * DAY_MS;
/** AWS may take hours to delete a point; longer, and something is wrong. */
export const STUCK_MS = DAY_MS;
/** Whatever else AWS says of a point, it cannot be restored. CREATING is on its way. */
export const FINE = ['COMPLETED', 'AVAILABLE', 'CREATING', 'EXPIRED', 'DELETING'] as const;

/** In which ways the point differs from what its vault shows; none for one that is gone. */
export function driftOf(point: DriftingPoint, sourceIsThere: boolean, now: Date): DriftKind[] {
  if (point.deletedAt !== null) return [];
  const { awsStatus, awsStatusSince, adoptedAt } = point;
  const since = (moment: Date | null) => (moment === null ? 0 : now.getTime() - moment.getTime());
  const found: Readonly<Record<DriftKind, boolean>> = {
    MISSING: point.missingSince !== null,
    FOUND: adoptedAt !== null && since(adoptedAt) < FOUND_MS,
    EXPIRED: awsStatus === 'EXPIRED',
    STUCK_DELETING: awsStatus === 'DELETING' && since(awsStatusSince) > STUCK_MS,
    UNUSABLE: awsStatus !== null && !FINE.some((one) => one === awsStatus),
    SIZE_DIFFERS: point.awsSizeBytes !== null,
    ORPHANED: isCopy(point) && !sourceIsThere,
  };
  return (Object.keys(found) as DriftKind[]).filter((kind) => found[kind]);
}

/** A point made by hand in another Region is copied from one that is removed again: nothing is wrong with it. */
function isCopy({ kind, sourceVaultArn, sourceRecoveryPointArn }: DriftingPoint): boolean {
  return kind === 'COPY' && (sourceVaultArn !== null || sourceRecoveryPointArn !== null);
}
