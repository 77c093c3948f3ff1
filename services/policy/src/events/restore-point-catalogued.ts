import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { noteBackup } from '../store/inventory.ts';

/** Notes when a table was last backed up. A second delivery is harmless: only a newer time changes anything. */
export async function onRestorePointCatalogued(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.restore-point.catalogued.v1'>,
): Promise<void> {
  if (event.data.kind === 'COPY') return;
  await noteBackup(db, tx, event.data.tableArn, new Date(event.data.createdAt));
}
