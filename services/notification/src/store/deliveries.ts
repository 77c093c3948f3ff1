import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import type { Mail } from '../domain/compose-mail.ts';
import { DeliveryEntity, type DeliveryRow } from './entities.ts';

/** One delivery for each recipient of what a mail is about, whatever the number of times its event comes. */
export async function queueMail(
  db: Database,
  tx: Tx,
  of: Readonly<{ about: string; eventId: string }>,
  recipients: readonly string[],
  mail: Mail,
  now: Date,
): Promise<void> {
  for (const recipient of recipients) {
    await db.insertOnce(tx, DeliveryEntity, {
      id: derivedId('delivery', of.about, recipient),
      eventId: of.eventId,
      recipient,
      mail,
      status: 'PENDING',
      attempts: 0,
      lastError: null,
      createdAt: now,
      nextTryAt: now,
      deliveredAt: null,
    });
  }
}

/**
 * Takes one delivery that is due: its next try is moved out by the lease and its attempts are counted before the mail goes
 * out, so that a second replica does not take it, and whoever claims it can see a mail that ends the process each time.
 */
export async function claimDue(db: Database, now: Date, leaseMs: number): Promise<DeliveryRow | null> {
  return db.transaction(async (tx) => {
    const [due] = await tx.find(DeliveryEntity, {
      where: { nextTryAt: LessThanOrEqual(now) },
      order: { nextTryAt: 'ASC' },
      take: 1,
      ...db.forUpdate(),
    });
    if (!due) return null;
    const claimed = { attempts: due.attempts + 1, nextTryAt: new Date(now.getTime() + leaseMs) };
    await tx.update(DeliveryEntity, { id: due.id }, claimed);
    return { ...due, ...claimed };
  });
}

/** When the next one is due, or null. */
export async function nextDue(db: Database): Promise<Date | null> {
  const [first] = await db.reader.find(DeliveryEntity, {
    where: { nextTryAt: Not(IsNull()) },
    order: { nextTryAt: 'ASC' },
    take: 1,
  });
  return first?.nextTryAt ?? null;
}

export type Settlement = Partial<DeliveryRow> & Pick<DeliveryRow, 'status'>;

/**
 * Writes down what came of a try and, where the delivery is over, tells it. Only for whoever has the delivery: a worker
 * that comes after its lease, when the next try has been claimed or the delivery is over, changes nothing and gets false.
 */
export async function settle(db: Database, claimed: DeliveryRow, change: Settlement): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { id, attempts } = claimed;
    const { affected } = await tx.update(DeliveryEntity, { id, attempts, status: 'PENDING' }, change);
    if (affected === 0) return false;
    if (change.status === 'PENDING') return true;
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.notification.delivered.v1',
      subject: id,
      data: {
        deliveryId: id,
        channel: 'smtp',
        recipient: claimed.recipient,
        eventId: claimed.eventId,
        outcome: change.status,
        reason: change.lastError ?? null,
      },
    });
    return true;
  });
}
