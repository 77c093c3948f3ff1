import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThanOrEqual } from 'typeorm';
import { AnnouncedSlotEntity, OpenSessionEntity, PolicyEntity, type PolicyRow } from './entities.ts';

type Due = Readonly<{ id: string; verifyAt: Date }>;

/** Policies whose verification the planner should look at by now, the longest waiting first. */
export async function verificationsToLookAt(db: Database, now: Date, limit: number): Promise<Due[]> {
  const rows = await db.reader.find(PolicyEntity, {
    select: { id: true, verifyAt: true },
    where: { verifyAt: LessThanOrEqual(now) },
    order: { verifyAt: 'ASC', id: 'ASC' },
    take: limit,
  });
  return rows.flatMap(({ id, verifyAt }) => (verifyAt === null ? [] : [{ id, verifyAt }]));
}

/** The policy, locked, if nobody has looked at it since; a second replica that waited for the lock finds it moved on. */
export async function claimVerification(db: Database, tx: Tx, { id, verifyAt }: Due): Promise<PolicyRow | null> {
  const policy = await tx.findOne(PolicyEntity, { where: { id }, ...db.forUpdate() });
  return policy?.verifyAt?.getTime() === verifyAt.getTime() ? policy : null;
}

export type VerificationPlanning = Pick<PolicyRow, 'verifiedAfter' | 'verifyAt' | 'verificationState'>;

export async function noteVerificationPlanning(
  tx: Tx,
  policyId: string,
  planning: Partial<VerificationPlanning>,
): Promise<void> {
  await tx.update(PolicyEntity, { id: policyId }, planning);
}

/** Whether a verification of the policy's tables is under way, or announced and not yet heard of. */
export async function isVerificationOpen(tx: Tx, policyId: string): Promise<boolean> {
  return (
    (await tx.exists(OpenSessionEntity, { where: { verifiesPolicyId: policyId } })) ||
    (await tx.exists(AnnouncedSlotEntity, { where: { policyId, purpose: 'VERIFICATION' } }))
  );
}
