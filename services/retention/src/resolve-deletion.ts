import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { SessionRequest } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { chainOf, isLessThanSaid, whyKept } from './domain/judge-deletion.ts';
import { findPreview, saidRemaining } from './store/deletion-previews.ts';
import { remainingBeside } from './store/fate.ts';
import { findPoints } from './store/restore-points.ts';
import { forgottenBefore } from './store/retained-points.ts';

type Resolved = InternalOutput<'resolveTargets'>;

/**
 * Whether what a person saw in a preview may still be deleted as a whole. Whoever confirms must have seen what is: after any
 * change of the points, or where less of their tables is left than was said, another look is asked for.
 */
export async function resolveDeletion(
  db: Database,
  clock: Clock,
  request: Extract<SessionRequest, { type: 'DELETION' }>,
): Promise<Resolved> {
  const preview = await findPreview(db.reader, request.previewId);
  if (preview === null) return refused('NOT_FOUND', `There is no preview ${request.previewId}; make one.`);
  if (preview.sessionId !== null) {
    return refused('PREVIEW_USED', `Session ${preview.sessionId} deletes what this preview showed; make another one.`);
  }
  if (preview.expiresAt <= clock.now()) {
    return refused('PREVIEW_EXPIRED', `The preview expired at ${preview.expiresAt.toISOString()}; make another one.`);
  }
  if (preview.points.length === 0) {
    return refused('NOTHING_TO_DELETE', 'Every point of the preview is kept; it says why.');
  }
  const ids = preview.points.map(({ id }) => id);
  const now = new Map((await findPoints(db.reader, ids)).map((point) => [point.id, point]));
  const changed = preview.points.filter(({ id, version }) => {
    const point = now.get(id);
    return point?.version !== version || whyKept(point) !== null;
  });
  if (changed.length > 0) {
    const message = `${changed.length} of ${ids.length} points have changed since the preview; make another one.`;
    return refused('PREVIEW_OUTDATED', message);
  }
  const said = saidRemaining(preview);
  const left = await remainingBeside(db.reader, [...now.values()], forgottenBefore(clock.now()));
  const less = [...now.values()].find((point) => isLessThanSaid(said.get(chainOf(point)), left.get(chainOf(point))));
  if (less) {
    const message = `Less is left of ${less.tableName} than the preview said; make another one.`;
    return refused('PREVIEW_OUTDATED', message);
  }
  return { ok: true, accountId: preview.accountId, policy: null, request };
}

function refused(code: string, message: string): Resolved {
  return { ok: false, userErrors: [{ code, message, path: ['previewId'] }] };
}
