import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData, EventEnvelope } from '@tablekeep/schema/events';
import { notePointVerified } from './point-verified.ts';
import { markDeleted, withdrawPermit } from '../store/fate.ts';
import { sayDeleted } from '../say-point.ts';
import { releaseIfEmpty } from '../watch-chains.ts';
import { nextPointsOfTable } from '../store/points-of-table.ts';
import { findPoints } from '../store/restore-points.ts';
import { count } from '../store/retention-counts.ts';

type Succeeded = EventData<'dev.tablekeep.task.succeeded.v1'>;

/**
 * The point is gone, or was kept. A second delivery is harmless: a point is marked once. That it is gone is said each time,
 * for this task: its session waits to hear that the catalog knows.
 */
export async function onDeletionSucceeded(
  db: Database,
  clock: Clock,
  tx: Tx,
  { deleted, sessionId, taskId, attempt }: Succeeded & { deleted: NonNullable<Succeeded['deleted']> },
): Promise<void> {
  const [before] = await findPoints(tx, [deleted.restorePointId]);
  await withdrawPermit(tx, { taskId, attempt });
  if (deleted.outcome === 'KEPT') return;
  const isNews = await markDeleted(tx, deleted.restorePointId, clock.now());
  if (isNews && before?.permitTaskId === taskId && before.permitDecidedBy === 'RULES') {
    await count(db, tx, 'deleted', before.kind);
  }
  const [row] = await findPoints(tx, [deleted.restorePointId]);
  if (!row?.deletedAt) throw new Error(`The catalog has no restore point ${deleted.restorePointId}`);
  const ofTable = await nextPointsOfTable(db, tx, row);
  await sayDeleted(db, tx, row, { sessionId, taskId, ofTable, deletedAt: row.deletedAt });
  if (isNews) await releaseIfEmpty(db, tx, row, clock.now());
}

/** An attempt failed: of a deletion, or of a verification that says so of its point. */
export async function onTaskFailed(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.task.failed.v1'>,
): Promise<void> {
  const { verification, sessionId, taskId } = event.data;
  if (verification) return notePointVerified(db, tx, { verification, sessionId, taskId });
  return onDeletionEnded(tx, event);
}

/** An attempt of the deletion ended without the point's end: it may be held again. A second delivery finds nothing to withdraw. */
export async function onDeletionEnded(
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.task.failed.v1'> | EventEnvelope<'dev.tablekeep.task.canceled.v1'>,
): Promise<void> {
  if (data.kind === 'DELETE') await withdrawPermit(tx, data);
}
