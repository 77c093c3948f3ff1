import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { Verification } from '@tablekeep/schema/verification';
import { LessThan } from 'typeorm';
import { RestorePointEntity, RestoreTimeEntity } from '../store/entities.ts';

type Made = Readonly<{ verification: Verification; sessionId: string; taskId: string }>;

/**
 * Notes how a test restore of a point went, and what it took, and says so. A second delivery, or one that comes after a later
 * verification's, changes nothing; that it is noted is said each time, for the session waits to hear it.
 */
export async function notePointVerified(
  db: Database,
  tx: Tx,
  { verification, sessionId, taskId }: Made,
): Promise<void> {
  const { restorePointId: id, recoveryPointArn: _arn, tableArn, ...result } = verification;
  const point = await tx.findOne(RestorePointEntity, { where: { id }, ...db.forUpdate() });
  const before = point?.verification?.verifiedAt;
  if (point && (before === undefined || before < verification.verifiedAt)) {
    const change = { verification: { ...result, sessionId }, verifiedOutcome: verification.outcome };
    await tx.update(RestorePointEntity, { id }, change);
  }
  await noteRestoreTime(db, tx, tableArn, verification);
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.restore-point.verified.v1',
    subject: id,
    data: {
      ...verification,
      sessionId,
      taskId,
      accountId: point?.accountId ?? null,
      policyId: point?.policyId ?? null,
    },
  });
}

/** The latest measure counts, in whatever order they are told. */
async function noteRestoreTime(
  db: Database,
  tx: Tx,
  tableArn: string,
  { restoreSeconds, verifiedAt }: Verification,
): Promise<void> {
  if (restoreSeconds === null) return;
  const measuredAt = new Date(verifiedAt);
  const row = { tableArn, restoreSeconds: Math.round(restoreSeconds), measuredAt };
  if (await db.insertOnce(tx, RestoreTimeEntity, row)) return;
  await tx.update(RestoreTimeEntity, { tableArn, measuredAt: LessThan(measuredAt) }, row);
}
