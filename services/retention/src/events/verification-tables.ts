import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planTables } from '../plan-verification.ts';
import { PlannedRoundEntity, VerificationPlanEntity } from '../store/entities.ts';
import { claimRound, isSessionOver } from '../store/finished-sessions.ts';

/**
 * Collects the tables that a policy's verification is about; with the last chunk it is planned. A second delivery is harmless:
 * a chunk has its place, and the round is claimed once. The plan's row is the lock, so that two chunks at once do not each
 * miss the other.
 */
export async function onVerificationTables(
  db: Database,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.verification.tables.v1'>,
): Promise<void> {
  const { sessionId, countItems, chunk, chunks, tableArns } = data;
  if (await tx.exists(PlannedRoundEntity, { where: { sessionId, round: 1 } })) return;
  await db.insertOnce(tx, VerificationPlanEntity, { sessionId, parts: {} });
  if (await isSessionOver(db, tx, sessionId)) {
    await tx.delete(VerificationPlanEntity, { sessionId });
    return;
  }
  const plan = await tx.findOneOrFail(VerificationPlanEntity, { where: { sessionId }, ...db.forUpdate() });
  const parts: Record<string, readonly string[]> = { ...plan.parts, [chunk]: tableArns };
  if (Object.keys(parts).length < chunks) {
    await tx.update(VerificationPlanEntity, { sessionId }, { parts });
    return;
  }
  await tx.delete(VerificationPlanEntity, { sessionId });
  if (!(await claimRound(db, tx, sessionId, 1))) return;
  await planTables(db, tx, { sessionId, countItems }, Object.values(parts).flat());
}
