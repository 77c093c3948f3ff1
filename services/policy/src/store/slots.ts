import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import {
  AnnouncedSlotEntity,
  OpenSessionEntity,
  PolicyEntity,
  type AnnouncedSlotRow,
  type PolicyRow,
  type SlotPurpose,
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

/** Where a policy keeps which of its slots have been taken, and when it is looked at for the next. */
export const KEPT_IN = {
  BACKUP: { after: 'slotsAfter', lookAt: 'lookAt' },
  VERIFICATION: { after: 'verifiedAfter', lookAt: 'verifyAt' },
} as const;

/** Policies whose planning lies further ahead than a sound clock puts it: a clock that has been put right put it there. */
export async function policiesAhead(
  db: Database,
  purpose: SlotPurpose,
  { after, lookAt }: Readonly<{ after: Date; lookAt: Date }>,
  limit: number,
): Promise<Pick<PolicyRow, 'id'>[]> {
  const kept = KEPT_IN[purpose];
  return db.reader.find(PolicyEntity, {
    select: { id: true },
    where: [{ [kept.after]: MoreThan(after) }, { [kept.lookAt]: MoreThan(lookAt) }],
    order: { id: 'ASC' },
    take: limit,
  });
}

type Planning = Pick<PolicyRow, 'slotsAfter' | 'lookAt' | 'scheduleState' | 'scheduleMessage'>;

export async function notePlanning(tx: Tx, policyId: string, planning: Partial<Planning>): Promise<void> {
  await tx.update(PolicyEntity, { id: policyId }, planning);
}

/** The session of a run of the policy that is under way, or announced and not yet heard of; null: there is none. */
export async function openRunOf(tx: Tx, policyId: string): Promise<string | null> {
  const open =
    (await tx.findOne(OpenSessionEntity, { where: { policyId }, order: { requestedAt: 'ASC' } })) ??
    (await tx.findOne(AnnouncedSlotEntity, {
      where: { policyId, purpose: 'BACKUP' },
      order: { announcedAt: 'ASC' },
    }));
  return open?.sessionId ?? null;
}

export async function noteAnnounced(db: Database, tx: Tx, slot: AnnouncedSlotRow): Promise<void> {
  await db.insertOnce(tx, AnnouncedSlotEntity, slot);
}

/** Its session has been heard of. A second time there is nothing to forget. */
export async function noteSlotTaken(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(AnnouncedSlotEntity, { sessionId });
}

/** Slots announced until then whose session nobody has heard of yet, the oldest first. `alerted`: told of, or not yet. */
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

/** Told of or not, the longest waiting first. */
export async function slotsAnnouncedBefore(db: Database, before: Date): Promise<AnnouncedSlotRow[]> {
  return db.reader.find(AnnouncedSlotEntity, {
    where: { announcedAt: LessThanOrEqual(before) },
    order: { announcedAt: 'ASC' },
  });
}

/** True for whoever is first to tell. */
export async function claimAlert(tx: Tx, sessionId: string): Promise<boolean> {
  const { affected } = await tx.update(AnnouncedSlotEntity, { sessionId, alerted: false }, { alerted: true });
  return affected === 1;
}
