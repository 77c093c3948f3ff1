import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { noteNewerPoint, notePoints } from '../store/table-points.ts';

type Change = 'dev.tablekeep.restore-point.catalogued.v1' | 'dev.tablekeep.restore-point.deleted.v1';

/**
 * Notes what a table has in the catalog. A second delivery, or one that comes late, is harmless: only a higher revision
 * changes anything.
 */
export async function onCatalogChanged(db: Database, tx: Tx, { data }: EventEnvelope<Change>): Promise<void> {
  const { tableArn, createdAt, ofTable } = data;
  const table = { tableArn, tableId: data.tableId ?? '' };
  if (ofTable === null) return noteNewerPoint(db, tx, { ...table, newestAt: new Date(createdAt) });
  const newestAt = ofTable.newestAt === null ? null : new Date(ofTable.newestAt);
  await notePoints(db, tx, { ...table, revision: ofTable.revision, points: ofTable.points, newestAt });
}
