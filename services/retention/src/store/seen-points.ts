import type { Tx } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import { In, IsNull, LessThan } from 'typeorm';
import { pieces } from '../domain/page-limits.ts';
import { RestorePointEntity, type SeenInVault } from './entities.ts';

const MOST_IN = 5_000;

type Shown = Pick<SeenInVault, 'awsStatus' | 'awsDeleteAt'> & Partial<Pick<SeenInVault, 'awsStorageClass'>>;

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
      awsDeleteAt: first.deleteAt === null ? null : new Date(first.deleteAt),
      // A vault's listing does not say it: what a description said before still stands.
      ...(first.storageClass !== null && { awsStorageClass: first.storageClass }),
    };
    for (const piece of pieces(
      group.map((point) => restorePointIdOf(point.recoveryPointArn)),
      MOST_IN,
    )) {
      const id = In(piece);
      await tx.update(
        RestorePointEntity,
        [
          { id, lastSeenAt: IsNull() },
          { id, lastSeenAt: LessThan(startedAt) },
        ],
        { ...shown, lastSeenAt: startedAt, missingSince: null },
      );
    }
  }
}
