import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import type { Mail } from '../domain/compose-mail.ts';
import { DeliveryEntity, type DeliveryRow } from './entities.ts';

/** One delivery for each recipient of an event, whatever the number of times the event comes. */
export async function queueMail(
  db: Database,
  tx: Tx,
  eventId: string,
  recipients: readonly string[],
  mail: Mail,
  now: Date,
): Promise<void> {
  for (const recipient of recipients) {
    await db.insertOnce(tx, DeliveryEntity, {
      id: derivedId('delivery', eventId, recipient),
      eventId,
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
 * out, so that a second replica does not take it and a mail that ends the process is not tried for ever.
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
