import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThan } from 'typeorm';
import { MissedSlotsEntity, type MissedSlotsRow } from './alert-entities.ts';

const LONGEST_REASON = 500;

/** In the transaction that announces the late run. Slots missed before, and not made up for yet, stay in the sum. */
export async function noteMissed(db: Database, tx: Tx, missed: MissedSlotsRow): Promise<void> {
  const row = { ...missed, reason: missed.reason.slice(0, LONGEST_REASON) };
  if (await db.insertOnce(tx, MissedSlotsEntity, row)) return;
  const { policyId, since: _since, count, ...last } = row;
  const before = await tx.findOneByOrFail(MissedSlotsEntity, { policyId });
  await tx.update(MissedSlotsEntity, { policyId }, { ...last, count: before.count + count });
}

/** A run that ended after they were noted has made up for them. A second delivery finds nothing more. */
export async function noteMadeUp(tx: Tx, policyId: string, finishedAt: Date): Promise<void> {
  await tx.delete(MissedSlotsEntity, { policyId, notedAt: LessThan(finishedAt) });
}

export async function missedByPolicy(reader: Tx): Promise<ReadonlyMap<string, MissedSlotsRow>> {
  return new Map((await reader.find(MissedSlotsEntity)).map((row) => [row.policyId, row]));
}
