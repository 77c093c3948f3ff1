import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventEnvelope, SessionRequest } from '@tablekeep/schema/events';
import { inChunks } from '@tablekeep/schema/plan-chunks';
import { planRestores } from '../domain/plan-restore.ts';
import { resolveRestores } from '../domain/resolve-restore.ts';
import { planLooks } from '../plan-retention.ts';
import { PlannedRoundEntity } from '../store/entities.ts';
import { planDeletion } from './deletion-requested.ts';
import { noteTaken } from '../store/retained-accounts.ts';
import { planFirstLooks } from '../plan-import.ts';
import { findPoints, restorable } from '../store/restore-points.ts';

type OurRequest = Extract<SessionRequest, { type: 'RESTORE' | 'DELETION' | 'RETENTION' | 'IMPORT' }>;

const OURS: ReadonlySet<SessionRequest['type']> = new Set(['RESTORE', 'DELETION', 'RETENTION', 'IMPORT']);

function isPlannedHere(request: SessionRequest): request is OurRequest {
  return OURS.has(request.type);
}

/**
 * Plans a restore, a deletion or the first looks of an import. A restore's points are judged again: one may have gone since the session was asked for, and then the session is
 * refused with the reason. A second delivery is harmless: the round is claimed once by its key (session, round).
 */
export async function onSessionRequested(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
): Promise<void> {
  const { sessionId, request } = event.data;
  if (request.type === 'RETENTION') await noteTaken(tx, sessionId);
  if (!isPlannedHere(request)) return;
  if (!(await db.insertOnce(tx, PlannedRoundEntity, { sessionId, round: 1 }))) return;
  if (request.type === 'IMPORT') return planFirstLooks(db, tx, sessionId, request);
  if (request.type === 'DELETION') return planDeletion(db, tx, { sessionId, previewId: request.previewId });
  if (request.type === 'RETENTION') return planLooks(db, clock, tx, { sessionId, request });
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
