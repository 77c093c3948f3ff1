import type { Database, Tx } from '@tablekeep/platform/database';
import type { PerformItem } from '@tablekeep/schema/work-items';
import { IsNull, MoreThanOrEqual, Not } from 'typeorm';
import type { JobLimits } from '../domain/api-limits.ts';
import { JobEntity, SlotGateEntity, type JobRow } from './entities.ts';

/** The semaphore a job counts in: what AWS limits across lanes. */
export function slotOf(item: PerformItem): string | null {
  switch (item.parameters.kind) {
    case 'SCAN':
    case 'DELETE':
    case 'IMPORT':
    case 'LIFECYCLE':
      return null;
    case 'BACKUP':
      return `backups/${item.accountId}/${item.region}`;
    case 'COPY':
      return `copies/${item.accountId}/${item.parameters.destinationRegion}`;
    case 'RESTORE':
      if (item.parameters.settingsOf) return null;
      return `restores/${item.accountId}/${item.region}`;
    case 'VERIFY':
      return `restores/${item.accountId}/${item.region}`;
  }
}

/** Backups of tables from here on take hours. Together they leave a fifth of the places to the others. */
const BIG_BYTES = 50 * 2 ** 30;
const ROOM_OF_BIG = 0.8;
/** Nobody waits for a verification; somebody waits for a restore. */
const ROOM_OF_VERIFICATIONS = 0.2;

/** How many jobs may hold a place in it at once: the part of AWS's limit that is ours. */
export function roomOf(slot: string, { share, jobLimits }: Readonly<{ share: number; jobLimits: JobLimits }>): number {
  const limit = slot.slice(0, slot.indexOf('/')) as keyof JobLimits;
  return Math.max(1, Math.floor(jobLimits[limit] * share));
}

/**
 * Whether there is room for one more, decided under the semaphore's own row lock: two lanes never take the last place
 * both. `share` is the part of AWS's limits that is ours.
 */
export async function hasRoom(
  db: Database,
  tx: Tx,
  { slot, sizeBytes, kind }: Readonly<{ slot: string; sizeBytes: number; kind: JobRow['kind'] }>,
  { share, jobLimits }: Readonly<{ share: number; jobLimits: JobLimits }>,
): Promise<boolean> {
  await db.insertOnce(tx, SlotGateEntity, { name: slot });
  await tx.findOne(SlotGateEntity, { where: { name: slot }, ...db.forUpdate() });
  const taken = await tx.countBy(JobEntity, { slot, heldSince: Not(IsNull()), finishedAt: IsNull() });
  const room = roomOf(slot, { share, jobLimits });
  if (taken >= room) return false;
  if (kind === 'VERIFY') {
    const held = { slot, kind, heldSince: Not(IsNull()), finishedAt: IsNull() };
    return (await tx.countBy(JobEntity, held)) < Math.max(1, Math.floor(room * ROOM_OF_VERIFICATIONS));
  }
  if (sizeBytes < BIG_BYTES) return true;
  const held = { slot, heldSince: Not(IsNull()), finishedAt: IsNull(), sizeBytes: MoreThanOrEqual(BIG_BYTES) };
  return (await tx.countBy(JobEntity, held)) < Math.max(1, Math.floor(room * ROOM_OF_BIG));
}
