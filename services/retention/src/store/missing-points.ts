import { MOST_IN, type Tx } from '@tablekeep/platform/database';
import { In, IsNull } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';
import { noPermit } from './fate.ts';
import { findPoints } from './restore-points.ts';
import type { VaultScanRow } from './vault-entities.ts';

/** The catalog's points of the vault that are there for all it knows, and that the listing does not show. */
export async function missingFrom(
  tx: Tx,
  { scanId, accountId, region, vaultName }: Pick<VaultScanRow, 'scanId' | 'accountId' | 'region' | 'vaultName'>,
): Promise<RestorePointRow[]> {
  const rows = await tx.query<{ id: string }[]>(
    `SELECT point.id AS id FROM restore_point point
     LEFT JOIN vault_scan_point seen ON seen.scan_id = ? AND seen.point_id = point.id
     WHERE point.account_id = ? AND point.region = ? AND point.vault_name = ?
       AND point.deleted_at IS NULL AND seen.point_id IS NULL`,
    [scanId, accountId, region, vaultName],
  );
  return findPoints(
    tx,
    rows.map((row) => row.id),
  );
}

/** A listing lacked them: since when stays as the first one said. */
export async function markMissing(tx: Tx, ids: readonly string[], since: Date): Promise<void> {
  for (const piece of pieces(ids, MOST_IN)) {
    await tx.update(RestorePointEntity, { id: In(piece), missingSince: IsNull() }, { missingSince: since });
  }
}

/** Every wish to delete it was about a point that was there. */
export async function markVanished(tx: Tx, id: string, at: Date, because: string): Promise<void> {
  await tx.update(
    RestorePointEntity,
    { id, deletedAt: IsNull() },
    { deletedAt: at, deletedBecause: because, ...noPermit, nextLookAt: null, version: () => 'version + 1' },
  );
}
