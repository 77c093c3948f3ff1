import { MOST_IN, type Tx } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import { In, IsNull, LessThan, Not } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import { RestorePointEntity, type SeenInVault } from './entities.ts';
import { seenBefore } from './safety-nets.ts';

type Shown = Pick<SeenInVault, 'awsStatus'> & Partial<Pick<SeenInVault, 'awsStorageClass'>>;

/**
 * Notes on the catalog's points what AWS shows of them. Points that AWS shows alike are written together, so that a listing
 * of ten thousand costs a few statements. A look that began before the last one noted changes nothing.
 */
export async function noteSeen(tx: Tx, points: readonly VaultPoint[], startedAt: Date): Promise<void> {
  const alike = Map.groupBy(points, (point) => JSON.stringify([point.status, point.storageClass, point.deleteAt]));
  for (const group of alike.values()) {
    const [first] = group;
    if (!first) continue;
    const shown: Shown = {
      awsStatus: first.status,
      // A vault's listing does not say it: what a description said before still stands.
      ...(first.storageClass !== null && { awsStorageClass: first.storageClass }),
    };
    const awsDeleteAt = first.deleteAt === null ? null : new Date(first.deleteAt);
    for (const piece of pieces(
      group.map((point) => restorePointIdOf(point.recoveryPointArn)),
      MOST_IN,
    )) {
      const id = In(piece);
      const earlier = [
        { id, lastSeenAt: IsNull() },
        { id, lastSeenAt: LessThan(startedAt) },
      ];
      const other = earlier.flatMap((where) => [
        { ...where, awsStatus: IsNull() },
        { ...where, awsStatus: Not(first.status) },
      ]);
      await tx.update(RestorePointEntity, other, { awsStatusSince: startedAt });
      // It may have been put off since this look began.
      const lifecycle = { awsDeleteAt, awsDeleteAtAsOf: startedAt };
      await tx.update(RestorePointEntity, seenBefore({ id }, startedAt), lifecycle);
      await tx.update(RestorePointEntity, earlier, { ...shown, lastSeenAt: startedAt, missingSince: null });
    }
  }
}

/** Sizes never change: where AWS names another one than the catalog has, that is noted until it no longer does. */
export async function noteSizes(tx: Tx, points: readonly VaultPoint[]): Promise<void> {
  const usable = points.filter(({ status }) => status === 'COMPLETED' || status === 'AVAILABLE');
  for (const piece of pieces(usable, MOST_IN)) {
    const sizes = new Map(piece.map((point) => [restorePointIdOf(point.recoveryPointArn), point.sizeBytes]));
    const rows = await tx.find(RestorePointEntity, {
      select: { id: true, sizeBytes: true, awsSizeBytes: true },
      where: { id: In([...sizes.keys()]) },
    });
    for (const row of rows) {
      const shown = sizes.get(row.id) ?? row.sizeBytes;
      const awsSizeBytes = shown === row.sizeBytes ? null : shown;
      if (awsSizeBytes !== row.awsSizeBytes) await tx.update(RestorePointEntity, { id: row.id }, { awsSizeBytes });
    }
  }
}
