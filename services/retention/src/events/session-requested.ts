import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { planRestores } from '../domain/plan-restore.ts';
import { resolveRestores } from '../domain/resolve-restore.ts';
import { PlannedRoundEntity } from '../store/entities.ts';
import { planReplacement } from '../plan-replacement.ts';
import { planPoints } from '../plan-verification.ts';
import { planDeletion } from './deletion-requested.ts';
import { findPoints, restorable } from '../store/restore-points.ts';

const OURS: ReadonlySet<string> = new Set(['RESTORE', 'REPLACEMENT', 'DELETION', 'VERIFICATION']);

/**
 * Plans a restore, the first round of a replacement, a deletion, or a verification of points. A restore's points are judged again: one may have gone since the session was asked for, and then the session is
 * refused with the reason. A second delivery is harmless: the round is claimed once by its key (session, round).
 */
export async function onSessionRequested(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
): Promise<void> {
  const { sessionId, request } = event.data;
  if (!OURS.has(request.type)) return;
  // Policy tells which tables these are, and the round is planned then.
  if (request.type === 'VERIFICATION' && request.policyId !== null) return;
  if (!(await db.insertOnce(tx, PlannedRoundEntity, { sessionId, round: 1 }))) return;
  if (request.type === 'VERIFICATION') {
    const { countItems, restorePointIds } = request;
    return planPoints(db, tx, { sessionId, countItems }, restorePointIds);
  }
  if (request.type === 'DELETION') return planDeletion(db, tx, { sessionId, previewId: request.previewId });
  if (request.type === 'REPLACEMENT') {
    return planReplacement(db, tx, { sessionId, request, now: clock.now() });
  }
  if (request.type !== 'RESTORE') return;
  const rows = await findPoints(
    tx,
    request.items.map((item) => item.restorePointId),
  );
  const { restores, problems } = resolveRestores(
    request.items,
    new Map(rows.map((row) => [row.id, restorable(row)])),
    clock.now(),
  );
  if (problems.length > 0) {
    const reasons = problems.map((problem) => problem.message);
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.session.rejected.v1',
      subject: sessionId,
      data: { sessionId, reasons },
    });
    return;
  }
  for (const data of inChunks({ sessionId, round: 1, final: true, notes: [] }, planRestores(restores))) {
    await recordEvent(db, tx, { type: 'dev.tablekeep.session.tasks.planned.v1', subject: sessionId, data });
  }
}
