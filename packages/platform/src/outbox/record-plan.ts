import type { PlannedTask } from '@tablekeep/schema/events';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import type { Database, Tx } from '../database/index.ts';
import { recordEvent } from './record.ts';

/** Which round of which session a plan is of; `final`: no round comes after it. */
export type PlanRound = Parameters<typeof inChunks>[0];

/** Tells the session its tasks, in as many events as they need, in the caller's transaction. */
export async function recordPlan(db: Database, tx: Tx, round: PlanRound, tasks: readonly PlannedTask[]): Promise<void> {
  for (const data of inChunks(round, tasks)) {
    await recordEvent(db, tx, { type: 'dev.tablekeep.session.tasks.planned.v1', subject: round.sessionId, data });
  }
}

/** Tells the session why nothing of it is planned, in sentences for its reader. */
export async function recordRejection(db: Database, tx: Tx, sessionId: string, reasons: string[]): Promise<void> {
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.session.rejected.v1',
    subject: sessionId,
    data: { sessionId, reasons },
  });
}
