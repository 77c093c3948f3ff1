import { noteTaken } from '@tablekeep/platform/alerts';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planRestores, remarksOf } from '../domain/plan-restore.ts';
import { resolveRestores } from '../domain/resolve-restore.ts';
import { temporaryVaultName } from '../domain/temporary-copies.ts';
import { planLooks } from '../plan-retention.ts';
import { claimRound } from '../store/finished-sessions.ts';
import { planReplacement } from '../plan-replacement.ts';
import { planPoints } from '../plan-verification.ts';
import { planDeletion } from './deletion-requested.ts';
import { planFirstLooks } from '../plan-import.ts';
import { noteDayTaken } from '../store/retained-accounts.ts';
import { findPoints, restorable } from '../store/restore-points.ts';

const VAULT_NAMESPACE = '5d7d6f0a-8a6f-4f7e-9b5b-2f0c6f1f7a31';

const OURS: ReadonlySet<string> = new Set([
  'RESTORE',
  'REPLACEMENT',
  'DELETION',
  'VERIFICATION',
  'IMPORT',
  'RETENTION',
]);

/**
 * Plans a restore, the first round of a replacement, a deletion, the first looks of an import or of retention, or a verification
 * of points. A restore's points are judged again: one may have gone since the session was asked for, and then the session is
 * refused with the reason. A second delivery is harmless: the round is claimed once by its key (session, round), and never
 * once the session is over.
 */
export async function onSessionRequested(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.requested.v1'>,
): Promise<void> {
  const { sessionId, request } = event.data;
  if (request.type === 'RETENTION') await noteDayTaken(tx, sessionId);
  if (request.type === 'IMPORT') await noteTaken(tx, sessionId);
  if (!OURS.has(request.type)) return;
  // Policy tells which tables these are, and the round is planned then.
  if (request.type === 'VERIFICATION' && request.policyId !== null) return;
  if (!(await claimRound(db, tx, sessionId, 1))) return;
  if (request.type === 'VERIFICATION') {
    const { countItems, restorePointIds } = request;
    return planPoints(db, tx, { sessionId, countItems }, restorePointIds);
  }
  if (request.type === 'IMPORT') return planFirstLooks(db, tx, sessionId, request);
  if (request.type === 'DELETION') {
    return planDeletion(db, tx, { sessionId, previewId: request.previewId, now: clock.now() });
  }
  if (request.type === 'RETENTION') return planLooks(db, clock, tx, { sessionId, request });
  if (request.type === 'REPLACEMENT') {
    return planReplacement(db, tx, { sessionId, request, now: clock.now() });
  }
  if (request.type !== 'RESTORE') return;
  const rows = await findPoints(
    tx,
    request.items.flatMap((item) => item.restorePointId ?? []),
  );
  const { restores, problems } = resolveRestores(
    request.items,
    new Map(rows.map((row) => [row.id, restorable(row)])),
    clock.now(),
  );
  if (problems.length > 0) {
    const reasons = problems.map((problem) => problem.message);
    return recordRejection(db, tx, sessionId, reasons);
  }
  const remarks = remarksOf(restores, clock.now());
  const tasks = planRestores(restores, clock.now(), (key) =>
    temporaryVaultName(derivedId(VAULT_NAMESPACE, sessionId, key)),
  );
  await recordPlan(db, tx, { sessionId, round: 1, final: true, notes: [], remarks }, tasks);
}
