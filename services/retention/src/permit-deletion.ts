import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { TransientError } from '@tablekeep/platform/errors';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { whyKept } from './domain/judge-deletion.ts';
import { notePermit } from './store/fate.ts';
import { findPoints } from './store/restore-points.ts';

/** Longer than the executor's call may take, or no call would ever be sent; short, for a hold to wait out. */
const VALID_MS = 15_000;

/**
 * Permits the deletion of a point that still stands as the wish saw it. Given again to the same task as often as it asks:
 * a replica that was killed before its call asks once more.
 */
export async function permitDeletion(
  db: Database,
  clock: Clock,
  wish: InternalInput<'deletePermit'>,
): Promise<InternalOutput<'deletePermit'>> {
  const { taskId, restorePointId: pointId, recoveryPointArn, version } = wish;
  const until = new Date(clock.now().getTime() + VALID_MS);
  const permit = { taskId, pointId, recoveryPointArn, version, until };
  if (await db.transaction((tx) => notePermit(tx, permit))) return { granted: true, validMs: VALID_MS };
  const [point] = await findPoints(db.reader, [pointId]);
  // Its making may still be on its way to us: whoever asks hears "could not tell" and asks again.
  if (!point) throw new TransientError(`the catalog has no restore point ${pointId} yet`);
  if (point.recoveryPointArn !== recoveryPointArn) {
    return { granted: false, because: `Restore point ${pointId} is another recovery point.` };
  }
  const because = whyKept(point) ?? 'What may become of it was changed after the deletion was confirmed.';
  return { granted: false, because };
}
