import type { Database, Tx } from '@tablekeep/platform/database';
import { PlannedRoundEntity } from './entities.ts';

/** True where nobody has planned this round of the session yet; then it is the caller's to plan, in this transaction. */
export async function claimRound(db: Database, tx: Tx, sessionId: string, round: number): Promise<boolean> {
  return db.insertOnce(tx, PlannedRoundEntity, { sessionId, round });
}

export async function isPlanned(tx: Tx, sessionId: string, round: number): Promise<boolean> {
  return tx.exists(PlannedRoundEntity, { where: { sessionId, round } });
}
