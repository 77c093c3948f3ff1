import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import { openSpan } from '@tablekeep/platform/tracing';
import type { Mail } from './domain/compose-mail.ts';
import { mostTries, nextTry } from './domain/delivery-schedule.ts';
import { failed, type Tried } from './domain/tried.ts';
import type { AccessTokens } from './senders/access-token.ts';
import { sendMail, type MailDeps } from './senders/send-mail.ts';
import { sendToChannel, type ChannelPorts } from './senders/send-to-channel.ts';
import { ChannelEntity, type ChannelRow } from './store/channel-entities.ts';
import { disableChannel } from './store/channels.ts';
import { settle, settleIn, type Settlement } from './store/deliveries.ts';
import { SettingsEntity, type DeliveryRow } from './store/entities.ts';
import { refreshTurns } from './store/refresh-turns.ts';

export type DeliverDeps = ChannelPorts &
  Readonly<{ db: Database; clock: Clock; log: Logger; tokens: AccessTokens; chance: () => number }>;

const HELD_UP_MS = 2_000;

/**
 * One try of a delivery that is claimed. Once the receiver has taken it, that is written down again and again until it is
 * written. It is sent a second time only where we do not get to write: the process ends between the receiver's answer and
 * our record, stopping cuts off a try whose answer is not here yet, or the database was away for longer than the lease and
 * another replica is there first when it is back. The receiver sees the same id then (Message-ID, webhook-id), so it can tell
 * that it is the same one.
 */
export async function deliver(deps: DeliverDeps, delivery: DeliveryRow, cut: AbortSignal): Promise<void> {
  const { db, clock, log } = deps;
  const tries = delivery.attempts - delivery.triesFrom;
  if (tries > mostTries(delivery.kind)) {
    // Claimed for the last time and never settled: each of those tries ended with its process.
    const lastError = delivery.lastError ?? 'given up: the process ended during the last try';
    await settle(db, delivery, { status: 'FAILED', ...untried(delivery), lastError });
    return;
  }
  const channel = delivery.channelId === null ? null : await findChannel(db, delivery.channelId);
  if (delivery.channelId !== null && !channel?.enabled) {
    const lastError = channel ? 'the channel is disabled' : 'the channel was removed';
    await settle(db, delivery, { status: 'CANCELED', ...untried(delivery), lastError });
    return;
  }
  const began = performance.now();
  const tried = await traced(delivery, () =>
    channel ? sendToChannel(deps, channel, delivery, { cut }) : mail(deps, delivery, cut),
  );
  const attempt = { tried, durationMs: performance.now() - began };
  if (tried.outcome === 'TAKEN') {
    const taken = { status: 'DELIVERED', deliveredAt: clock.now(), nextTryAt: null, lastError: null } as const;
    await untilSettled(deps, delivery, { change: taken, attempt }, cut);
    return;
  }
  const again = tried.final
    ? null
    : nextTry(delivery.kind, tries, { now: clock.now(), chance: deps.chance(), wishMs: tried.retryAfterMs });
  const change = { status: again ? 'PENDING' : 'FAILED', nextTryAt: again, lastError: tried.error } as const;
  const { id: deliveryId, attempts } = delivery;
  log.warn({ deliveryId, attempts, kind: delivery.kind, error: tried.error, again }, 'a message was not delivered');
  if (tried.outcome === 'GONE' && channel) await disable(deps, channel, delivery, { change, attempt });
  else await settle(db, delivery, change, attempt);
}

/** A try is a span of the trace in which the message was queued. */
async function traced({ id, kind, attempts, traceparent }: DeliveryRow, send: () => Promise<Tried>): Promise<Tried> {
  const attributes = { 'tablekeep.delivery.id': id, 'tablekeep.delivery.attempt': attempts };
  const of = { service: 'notification', name: `${kind} delivering`, kind: 'client', attributes } as const;
  const span = openSpan({ ...of, parent: traceparent, neverFirst: true });
  try {
    const tried = await span.run(send);
    if (tried.outcome === 'TAKEN') span.end();
    else span.fail(String(tried.code ?? tried.outcome));
    return tried;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

type Outcome = Readonly<{ change: Settlement; attempt: Readonly<{ tried: Tried; durationMs: number }> }>;

/** Claimed, and then not tried. */
const untried = ({ attempts }: DeliveryRow) => ({ attempts: attempts - 1, nextTryAt: null });

function findChannel(db: Database, id: string): Promise<ChannelRow | null> {
  return db.reader.findOne(ChannelEntity, { where: { id } });
}

/** What mail needs beside what is set: whose turn it is to renew its access token. */
export function mailDeps(deps: Pick<DeliverDeps, 'db' | 'clock' | 'keyring' | 'tokens'>): MailDeps {
  return { keyring: deps.keyring, tokens: deps.tokens, refreshes: refreshTurns(deps) };
}

async function mail(deps: DeliverDeps, delivery: DeliveryRow, cut: AbortSignal): Promise<Tried> {
  const settings = await deps.db.reader.findOne(SettingsEntity, { where: { id: 1 } });
  if (!settings?.enabled) return failed('mail is switched off');
  const messageId = `<${delivery.id}@tablekeep>`;
  return sendMail(
    settings,
    mailDeps(deps),
    { ...(delivery.content as Mail), to: delivery.recipient, messageId },
    { cut },
  );
}

/** The delivery ends, and with it its channel: in one transaction, or a crash would leave one without the other. */
async function disable(
  { db, clock }: DeliverDeps,
  channel: ChannelRow,
  delivery: DeliveryRow,
  { change, attempt }: Outcome,
): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await settleIn(db, tx, delivery, change, attempt))) return;
    const because = attempt.tried.error ?? 'answered 410 Gone';
    await disableChannel(db, tx, { channel, because, now: clock.now() });
  });
}

/** Anything but writing it down would send it again. Only the end of the process, or of stopping, ends the tries. */
async function untilSettled(
  { db, clock, log }: DeliverDeps,
  delivery: DeliveryRow,
  { change, attempt }: Outcome,
  cut: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await settle(db, delivery, change, attempt);
      return;
    } catch (error) {
      log.warn({ err: error, deliveryId: delivery.id }, 'a delivered message could not be written down yet');
      if (cut.aborted) throw error;
      await clock.sleep(HELD_UP_MS, cut);
    }
  }
}
