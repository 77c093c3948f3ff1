import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planWaiting } from '../plan-next-round.ts';
import { compareListing } from '../compare-listing.ts';
import { noteSeen, noteSizes } from '../store/seen-points.ts';
import { takeInPoints } from '../take-in-points.ts';
import { lockVaultGate, storeVaultChunk } from '../store/vault-scans.ts';

/**
 * Keeps a chunk of what a vault shows, and takes points that were described into the catalog. With the last one, a complete
 * listing is held against the catalog, and the rounds that waited for the look are planned. A second delivery
 * is harmless: chunks, scans and rounds are stored by their keys.
 */
export async function onVaultScanned(
  db: Database,
  clock: Clock,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.vault.scanned.v1'>,
): Promise<void> {
  await lockVaultGate(db, tx, data.accountId);
  const scan = await storeVaultChunk(db, tx, data, clock.now());
  if (scan === null) return;
  if (!scan.complete) await takeInPoints(db, clock, tx, data);
  await noteSeen(tx, data.points, scan.startedAt);
  await noteSizes(tx, data.points);
  if (scan.wholeAt === null) return;
  if (scan.complete) await compareListing(db, clock, tx, scan);
  await planWaiting(db, clock, tx, data.accountId);
}
