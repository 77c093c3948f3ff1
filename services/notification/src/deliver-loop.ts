import type { Database } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { Loop, ServiceDeps } from '@tablekeep/platform/service';
import { nextTry } from './domain/delivery-schedule.ts';
import { sendMail } from './send-mail.ts';
import { claimDue, nextDue } from './store/deliveries.ts';
import { DeliveryEntity, SettingsEntity, type DeliveryRow } from './store/entities.ts';

/** Longer than a mail server may take: a lease that runs out means that the sender died. */
const LEASE_MS = 120_000;
const IDLE_MS = 500;

/**
 * Sends what is due until stopped. A crash between the server's answer and our record sends the mail again after the
 * lease; its Message-ID is derived from the delivery, so mail systems can tell it is the same one (RFC 5322 §3.6.4).
 */
export function startDeliveries(db: Database, deps: Pick<ServiceDeps, 'clock' | 'keyring' | 'log'>): Loop {
  const { clock, log } = deps;
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const due = await nextDue(db);
        const delivery = due && due <= clock.now() ? await claimDue(db, clock.now(), LEASE_MS) : null;
        if (delivery) await deliver(db, deps, delivery);
        else await clock.sleep(IDLE_MS, stopping.signal);
      } catch (error) {
        log.warn({ err: error }, 'deliveries are held up');
        await clock.sleep(IDLE_MS * 4, stopping.signal);
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

async function deliver(
  db: Database,
  deps: Pick<ServiceDeps, 'clock' | 'keyring' | 'log'>,
  delivery: DeliveryRow,
): Promise<void> {
  const { clock, log } = deps;
  const settings = await db.reader.findOne(SettingsEntity, { where: { id: 1 } });
  try {
    if (!settings?.enabled) throw new Error('mail is switched off');
    const messageId = `<${delivery.id}@tablekeep>`;
    await sendMail(settings, deps.keyring, { ...delivery.mail, to: delivery.recipient, messageId });
    await settle(db, delivery, { status: 'DELIVERED', deliveredAt: clock.now(), nextTryAt: null, lastError: null });
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
    const again = nextTry(delivery.attempts, clock.now());
    log.warn({ err: error, deliveryId: delivery.id, attempts: delivery.attempts, again }, 'mail was not delivered');
    await settle(db, delivery, { status: again ? 'PENDING' : 'FAILED', nextTryAt: again, lastError: reason });
  }
}

async function settle(
  db: Database,
  delivery: DeliveryRow,
  change: Partial<DeliveryRow> & Pick<DeliveryRow, 'status'>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.update(DeliveryEntity, { id: delivery.id }, change);
    if (change.status === 'PENDING') return;
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.notification.delivered.v1',
      subject: delivery.id,
      data: {
        deliveryId: delivery.id,
        channel: 'smtp',
        recipient: delivery.recipient,
        eventId: delivery.eventId,
        outcome: change.status,
        reason: change.lastError ?? null,
      },
    });
  });
}
