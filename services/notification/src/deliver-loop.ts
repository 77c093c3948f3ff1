import type { Database } from '@tablekeep/platform/database';
import type { Loop, ServiceDeps } from '@tablekeep/platform/service';
import { MAX_ATTEMPTS, nextTry } from './domain/delivery-schedule.ts';
import { sendMail } from './send-mail.ts';
import { claimDue, nextDue, settle, type Settlement } from './store/deliveries.ts';
import { SettingsEntity, type DeliveryRow } from './store/entities.ts';

/** Longer than a mail may take (see sendMail): a lease that runs out means that the sender died. */
const LEASE_MS = 120_000;
const IDLE_MS = 500;
const HELD_UP_MS = 2_000;
/** How long stopping waits for a mail that is on its way. */
const STOP_GRACE_MS = 3_000;

type Deps = Pick<ServiceDeps, 'clock' | 'keyring' | 'log'>;

/**
 * Sends what is due until stopped. Once the server has taken a mail, that is written down again and again until it is
 * written. A mail is sent a second time only where we do not get to write: the process ends between the server's answer
 * and our record, or stopping cuts off a mail whose answer is not here yet. Its Message-ID is derived from the delivery,
 * so mail systems can tell it is the same one (RFC 5322 §3.6.4).
 */
export function startDeliveries(db: Database, deps: Deps): Loop {
  const { clock, log } = deps;
  const stopping = new AbortController();
  const cut = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const due = await nextDue(db);
        const delivery = due && due <= clock.now() ? await claimDue(db, clock.now(), LEASE_MS) : null;
        if (delivery) await deliver(db, deps, delivery, cut.signal);
        else await clock.sleep(IDLE_MS, stopping.signal);
      } catch (error) {
        log.warn({ err: error }, 'deliveries are held up');
        await clock.sleep(HELD_UP_MS, stopping.signal);
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      const grace = setTimeout(() => cut.abort(), STOP_GRACE_MS);
      await loop;
      clearTimeout(grace);
    },
  };
}

async function deliver(db: Database, deps: Deps, delivery: DeliveryRow, cut: AbortSignal): Promise<void> {
  const { clock, log } = deps;
  if (delivery.attempts > MAX_ATTEMPTS) {
    // Claimed for the last time and never settled: each of those tries ended with its process.
    const lastError = delivery.lastError ?? 'given up: the process ended during the last try';
    await settle(db, delivery, { status: 'FAILED', attempts: MAX_ATTEMPTS, nextTryAt: null, lastError });
    return;
  }
  const settings = await db.reader.findOne(SettingsEntity, { where: { id: 1 } });
  try {
    if (!settings?.enabled) throw new Error('mail is switched off');
    const messageId = `<${delivery.id}@tablekeep>`;
    await sendMail(settings, deps.keyring, { ...delivery.mail, to: delivery.recipient, messageId }, { cut });
  } catch (error) {
    const lastError = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
    const again = nextTry(delivery.attempts, clock.now());
    log.warn({ err: error, deliveryId: delivery.id, attempts: delivery.attempts, again }, 'mail was not delivered');
    await settle(db, delivery, { status: again ? 'PENDING' : 'FAILED', nextTryAt: again, lastError });
    return;
  }
  const delivered = { status: 'DELIVERED', deliveredAt: clock.now(), nextTryAt: null, lastError: null } as const;
  await untilSettled(db, deps, delivery, delivered, cut);
}

/** Anything but writing it down would send the mail again. Only the end of the process, or of stopping, ends the tries. */
async function untilSettled(
  db: Database,
  { clock, log }: Deps,
  delivery: DeliveryRow,
  change: Settlement,
  cut: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await settle(db, delivery, change);
      return;
    } catch (error) {
      log.warn({ err: error, deliveryId: delivery.id }, 'a delivered mail could not be written down yet');
      if (cut.aborted) throw error;
      await clock.sleep(HELD_UP_MS, cut);
    }
  }
}
