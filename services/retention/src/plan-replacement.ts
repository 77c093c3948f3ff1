import { brief } from '@tablekeep/schema/brief';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { recordPlan, recordRejection } from '@tablekeep/platform/outbox';
import type { EventEnvelope, SessionRequest } from '@tablekeep/schema/events';
import { IsNull } from 'typeorm';
import { planProtection, planReplacements, resolveReplacements, type Protected } from './domain/plan-replacement.ts';
import { verifiable } from './plan-verification.ts';
import { OpenReplacementEntity, RestorePointEntity } from './store/entities.ts';
import { claimRound } from './store/finished-sessions.ts';
import { findPoints, restorable } from './store/restore-points.ts';

type Request = Extract<SessionRequest, { type: 'REPLACEMENT' }>;

/**
 * Plans the round that changes nothing: verification of the points, then protective backups. All or none: a point that has
 * gone, or a table that another session is replacing, refuses the whole session.
 */
export async function planReplacement(
  db: Database,
  tx: Tx,
  { sessionId, request, now }: Readonly<{ sessionId: string; request: Request; now: Date }>,
): Promise<void> {
  const rows = new Map(
    (
      await findPoints(
        tx,
        request.items.map((item) => item.restorePointId),
      )
    ).map((row) => [row.id, row]),
  );
  const points = new Map([...rows].map(([id, row]) => [id, restorable(row)]));
  const { problems } = resolveReplacements(request.items, points, now);
  const reasons = problems.map(({ message }) => message);
  for (const item of request.items) {
    const { restorePointId } = item;
    const tableArn = rows.get(restorePointId)?.tableArn;
    if (tableArn === undefined) continue;
    if (await db.insertOnce(tx, OpenReplacementEntity, { tableArn, sessionId, restorePointId })) continue;
    reasons.push(`Another session is replacing ${item.confirmTableName}; wait for its end.`);
  }
  if (reasons.length > 0) {
    await tx.delete(OpenReplacementEntity, { sessionId });
    return recordRejection(db, tx, sessionId, brief(reasons));
  }
  const replacements = request.items.flatMap((item) => {
    const row = rows.get(item.restorePointId);
    return row ? [{ item, point: verifiable(row) }] : [];
  });
  const round = { sessionId, round: 1, final: false, notes: [] };
  await recordPlan(db, tx, round, planProtection(replacements, sessionId));
}

/**
 * Plans the replacements themselves, for those tables whose point this very session has verified and whose present state it
 * has saved; everything is judged anew. A second delivery is harmless: the round is claimed once.
 */
export async function planReplacementRound(
  db: Database,
  clock: Clock,
  tx: Tx,
  { data: { sessionId, round, request } }: EventEnvelope<'dev.tablekeep.session.round.finished.v1'>,
): Promise<void> {
  if (request.type !== 'REPLACEMENT') return;
  if (!(await claimRound(db, tx, sessionId, round + 1))) return;
  const rows = new Map(
    (
      await findPoints(
        tx,
        request.items.map((item) => item.restorePointId),
      )
    ).map((row) => [row.id, row]),
  );
  const ready: Protected[] = [];
  const notes: string[] = [];
  for (const item of request.items) {
    const keep = (because: string) => notes.push(`${item.confirmTableName} stays as it is: ${because}`);
    const row = rows.get(item.restorePointId);
    const points = new Map(row ? [[row.id, restorable(row)]] : []);
    const { restores, problems } = resolveReplacements([item], points, clock.now());
    const [restore] = restores;
    if (!row || !restore) {
      keep(problems.map(({ message }) => message).join(' '));
      continue;
    }
    const { verification } = row;
    if (verification?.sessionId !== sessionId || verification.outcome !== 'VERIFIED') {
      keep('its point was not verified.');
      continue;
    }
    const where = { sessionId, tableArn: row.tableArn, kind: 'MANUAL' as const, deletedAt: IsNull() };
    const protective = await tx.findOne(RestorePointEntity, { where, order: { createdAt: 'DESC' } });
    if (!protective || protective.tableId !== item.tableId) keep('there is no protective backup of it.');
    else ready.push({ restore, item, protective });
  }
  const remarks = ready.map(
    ({ item, protective: { id, recoveryPointArn } }) =>
      `Protective backup of ${item.confirmTableName}: restore point ${id} (${recoveryPointArn}); it is kept until somebody deletes it.`,
  );
  const plan = { sessionId, round: round + 1, final: true, notes, remarks };
  await recordPlan(db, tx, plan, planReplacements(ready));
}
