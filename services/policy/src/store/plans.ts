import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventData, PlannedTask } from '@tablekeep/schema/events';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { PlannedRoundEntity } from './entities.ts';

/** True where nobody has planned this round of the session yet; then it is the caller's to plan, in this transaction. */
export async function claimRound(db: Database, tx: Tx, sessionId: string, round: number): Promise<boolean> {
  return db.insertOnce(tx, PlannedRoundEntity, { sessionId, round });
}

export async function isPlanned(tx: Tx, sessionId: string, round: number): Promise<boolean> {
  return tx.exists(PlannedRoundEntity, { where: { sessionId, round } });
}

export async function emitPlan(
  db: Database,
  tx: Tx,
  round: Readonly<{
    sessionId: string;
    round: number;
    final: boolean;
    notes: readonly string[];
    remarks?: readonly string[];
    left?: EventData<'dev.tablekeep.session.tasks.planned.v1'>['left'];
  }>,
  tasks: readonly PlannedTask[],
): Promise<void> {
  for (const data of inChunks(round, tasks)) {
    await recordEvent(db, tx, { type: 'dev.tablekeep.session.tasks.planned.v1', subject: round.sessionId, data });
  }
}

export async function rejectSession(db: Database, tx: Tx, sessionId: string, reasons: string[]): Promise<void> {
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.session.rejected.v1',
    subject: sessionId,
    data: { sessionId, reasons },
  });
}
