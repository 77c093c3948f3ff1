import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThanOrEqual } from 'typeorm';
import {
  AnnouncedSlotEntity,
  OpenSessionEntity,
  PolicyEntity,
  type AnnouncedSlotRow,
  type PolicyRow,
} from './entities.ts';

/** Policies that the planner should look at by now, the longest waiting first. */
export async function policiesToLookAt(
  db: Database,
  now: Date,
  limit: number,
): Promise<{ id: string; lookAt: Date }[]> {
  const rows = await db.reader.find(PolicyEntity, {
    select: { id: true, lookAt: true },
    where: { lookAt: LessThanOrEqual(now) },
    order: { lookAt: 'ASC', id: 'ASC' },
    take: limit,
  });
  return rows.flatMap(({ id, lookAt }) => (lookAt === null ? [] : [{ id, lookAt }]));
}

/** The policy, locked, if nobody has looked at it since; a second replica that waited for the lock finds it moved on. */
export async function claimLook(
  db: Database,
  tx: Tx,
  { id, lookAt }: Readonly<{ id: string; lookAt: Date }>,
): Promise<PolicyRow | null> {
  const policy = await tx.findOne(PolicyEntity, { where: { id }, ...db.forUpdate() });
  return policy?.lookAt?.getTime() === lookAt.getTime() ? policy : null;
}

type Planning = Pick<PolicyRow, 'slotsAfter' | 'lookAt' | 'scheduleState' | 'scheduleMessage'>;

export async function notePlanning(tx: Tx, policyId: string, planning: Partial<Planning>): Promise<void> {
  await tx.update(PolicyEntity, { id: policyId }, planning);
}

/** Whether a run of the policy is under way, or announced and not yet heard of. */
export async function isRunOpen(tx: Tx, policyId: string): Promise<boolean> {
  return (
    (await tx.exists(OpenSessionEntity, { where: { policyId } })) ||
    (await tx.exists(AnnouncedSlotEntity, { where: { policyId, purpose: 'BACKUP' } }))
  );
}

export async function noteAnnounced(tx: Tx, slot: AnnouncedSlotRow): Promise<void> {
  await tx.insert(AnnouncedSlotEntity, slot);
}

/** Its session has been heard of. A second time there is nothing to forget. */
export async function noteTaken(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(AnnouncedSlotEntity, { sessionId });
}

export async function announcedBefore(
  db: Database,
  before: Date,
  alerted: boolean,
  limit: number,
): Promise<AnnouncedSlotRow[]> {
  return db.reader.find(AnnouncedSlotEntity, {
    where: { alerted, announcedAt: LessThanOrEqual(before) },
    order: { announcedAt: 'ASC' },
    take: limit,
  });
}

/** True for whoever is first to tell. */
export async function claimAlert(tx: Tx, sessionId: string): Promise<boolean> {
  const { affected } = await tx.update(AnnouncedSlotEntity, { sessionId, alerted: false }, { alerted: true });
  return affected === 1;
}
