import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { storeScanChunk } from '../store/inventory.ts';

/** Takes a chunk of a scan into the inventory. A second delivery is harmless: chunks and scans are stored by their keys. */
export async function onInventoryScanned(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.inventory.scanned.v1'>,
): Promise<void> {
  await storeScanChunk(db, tx, event.data);
}
