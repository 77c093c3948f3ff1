import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planWaiting } from '../plan-backups-round.ts';
import { storeScanChunk } from '../store/inventory.ts';

/**
 * Takes a chunk of a scan into the inventory; with the last one, the runs that waited for it are planned. A second delivery
 * is harmless: chunks, scans and rounds are stored by their keys.
 */
export async function onInventoryScanned(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.inventory.scanned.v1'>,
  now: Date,
): Promise<void> {
  if (await storeScanChunk(db, tx, event.data, now)) await planWaiting(db, tx, event.data.accountId, now);
}
