import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { judgeAbsence } from './domain/judge-absence.ts';
import { chainOf } from './domain/judge-deletion.ts';
import { sayDeleted } from './say-point.ts';
import type { RestorePointRow } from './store/entities.ts';
import { markMissing, markVanished, missingFrom } from './store/missing-points.ts';
import { nextPointsOfTable } from './store/points-of-table.ts';
import type { VaultScanRow } from './store/vault-entities.ts';
import { releaseIfEmpty } from './watch-chains.ts';

type Listing = Pick<VaultScanRow, 'scanId' | 'accountId' | 'region' | 'vaultName' | 'startedAt'>;

/**
 * Holds the catalog's points of a vault against a complete listing of it: what is missing is marked, and what was missing
 * before and still is, is gone. Nothing is deleted by it: a point that shows up again comes back.
 */
export async function compareListing(db: Database, clock: Clock, tx: Tx, listing: Listing): Promise<void> {
  const missing: string[] = [];
  const gone: { row: RestorePointRow; because: string }[] = [];
  for (const row of await missingFrom(tx, listing)) {
    const absence = judgeAbsence(row, listing.startedAt);
    if (absence.verdict === 'MARK') missing.push(row.id);
    if (absence.verdict === 'GONE') gone.push({ row, because: absence.because });
  }
  await markMissing(tx, missing, listing.startedAt);
  const deletedAt = clock.now();
  for (const { row, because } of gone) await markVanished(tx, row.id, deletedAt, because);
  for (const ofOne of Map.groupBy(gone, ({ row }) => chainOf(row)).values()) {
    const [any] = ofOne;
    if (!any) continue;
    const ofTable = await nextPointsOfTable(db, tx, any.row);
    for (const { row, because } of ofOne) {
      await sayDeleted(db, tx, row, { sessionId: null, taskId: null, ofTable, deletedAt, because });
      await releaseIfEmpty(db, tx, row, deletedAt);
    }
  }
}
