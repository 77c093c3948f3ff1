import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { currentTraceparent } from '@tablekeep/platform/tracing';
import { And, Equal, In, IsNull, LessThan, LessThanOrEqual, Not, Raw } from 'typeorm';
import type { Content, DeliveryKind } from '../domain/content.ts';
import type { Message, NotifyOn } from '../domain/message.ts';
import type { Tried } from '../domain/tried.ts';
import { DeliveryAttemptEntity, type ChannelRow } from './channel-entities.ts';
import { countDelivery } from './delivery-counts.ts';
import { DeliveryEntity, type DeliveryRow } from './entities.ts';

export const EMAIL_LANE = 'EMAIL';

export type Queued = Readonly<{
  /** What it is about: a recipient has one delivery of that. */
  about: string;
  eventId: string;
  severity: NotifyOn | null;
  policyId: string | null;
  /** The alert whose beginning it tells. */
  alertId?: string | null;
}>;

/** `due`: when it is tried first; absent: now. */
type Times = Readonly<{ now: Date; due?: Date }>;

/** One delivery for each recipient of what a mail is about, whatever the number of times its event comes. */
export async function queueMail(
  db: Database,
  tx: Tx,
  of: Queued,
  recipients: readonly string[],
  mail: Content,
  times: Times,
): Promise<void> {
  const { now, due = now } = times;
  for (const recipient of recipients) {
    const id = derivedId('delivery', of.about, recipient);
    const row = newDelivery(of, { id, kind: 'EMAIL', recipient, content: mail, now });
    await db.insertOnce(tx, DeliveryEntity, { ...row, nextTryAt: due });
  }
}

/** The same for a channel. False where it is queued already. */
export async function queueForChannel(
  db: Database,
  tx: Tx,
  of: Queued,
  channel: Pick<ChannelRow, 'id' | 'kind'>,
  content: Content,
  times: Times,
): Promise<boolean> {
  const id = channelDeliveryId(of.about, channel.id);
  const row = newDelivery(of, { id, kind: channel.kind, recipient: channel.id, content, now: times.now });
  const due = { nextTryAt: times.due ?? times.now };
  return db.insertOnce(tx, DeliveryEntity, { ...row, ...due, channelId: channel.id, lane: channel.id });
}

export const channelDeliveryId = (about: string, channelId: string): string =>
  derivedId('delivery', about, `channel ${channelId}`);

/** As it stands now, and not as it did when the transaction began. */
export async function hasDelivery(db: Database, tx: Tx, id: string): Promise<boolean> {
  return (await tx.findOne(DeliveryEntity, { select: { id: true }, where: { id }, ...db.forUpdate() })) !== null;
}

function newDelivery(
  { eventId, severity, policyId, alertId = null }: Queued,
  o: Readonly<{ id: string; kind: DeliveryKind; recipient: string; content: Content; now: Date }>,
): DeliveryRow {
  return {
    id: o.id,
    eventId,
    kind: o.kind,
    channelId: null,
    lane: EMAIL_LANE,
    recipient: o.recipient,
    content: o.content,
    severity,
    policyId,
    status: 'PENDING',
    alertId,
    attempts: 0,
    triesFrom: 0,
    traceparent: currentTraceparent(),
    lastError: null,
    createdAt: o.now,
    nextTryAt: o.now,
    deliveredAt: null,
  };
}

export const queuedOf = ({ about, eventId, severity, policyId, begins }: Message): Queued => ({
  about,
  eventId,
  severity,
  policyId,
  ...(begins !== undefined && { alertId: begins }),
});

/** What a claim leaves alone. */
export type Passed = Readonly<{
  lanes?: readonly string[];
  allChannels?: boolean;
  /** Deliveries that the caller has in hand already, whatever became of their leases. */
  ids?: readonly string[];
}>;

/**
 * Takes one delivery that is due and is not passed over: its next try is moved out by the lease and its attempts are counted
 * before it goes out, so that a second replica does not take it, and whoever claims it can see one that ends the process
 * each time.
 */
export async function claimDue(
  db: Database,
  now: Date,
  leaseMs: number,
  { lanes = [], allChannels = false, ids = [] }: Passed = {},
): Promise<DeliveryRow | null> {
  const lane = [...(lanes.length > 0 ? [Not(In([...lanes]))] : []), ...(allChannels ? [Equal(EMAIL_LANE)] : [])];
  return db.transaction(async (tx) => {
    const [found] = await tx.find(DeliveryEntity, {
      select: { id: true },
      where: {
        nextTryAt: LessThanOrEqual(now),
        ...(lane.length > 0 && { lane: And(...lane) }),
        ...(ids.length > 0 && { id: Not(In([...ids])) }),
      },
      order: { nextTryAt: 'ASC' },
      take: 1,
      ...db.forUpdate(),
    });
    if (!found) return null;
    const due = await tx.findOne(DeliveryEntity, { where: { id: found.id }, ...db.forUpdate() });
    if (!due?.nextTryAt || due.nextTryAt > now) return null;
    const claimed = { attempts: due.attempts + 1, nextTryAt: new Date(now.getTime() + leaseMs) };
    await tx.update(DeliveryEntity, { id: due.id }, claimed);
    await db.insertOnce(tx, DeliveryAttemptEntity, {
      deliveryId: due.id,
      number: claimed.attempts,
      at: now,
      durationMs: null,
      answerCode: null,
      answer: null,
      error: null,
    });
    return { ...due, ...claimed };
  });
}

/** When the next one is due, or null. */
export async function nextDue(db: Database): Promise<Date | null> {
  const [first] = await db.reader.find(DeliveryEntity, {
    select: { id: true, nextTryAt: true },
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
 * What a receiver has taken is delivered, also where it was called off meanwhile.
 */
export async function settle(
  db: Database,
  claimed: DeliveryRow,
  change: Settlement,
  attempt: Readonly<{ tried: Tried; durationMs: number }> | null = null,
): Promise<boolean> {
  return db.transaction(async (tx) => settleIn(db, tx, claimed, change, attempt));
}

export async function settleIn(
  db: Database,
  tx: Tx,
  claimed: DeliveryRow,
  change: Settlement,
  attempt: Readonly<{ tried: Tried; durationMs: number }> | null,
): Promise<boolean> {
  const { id, attempts } = claimed;
  const from = change.status === 'DELIVERED' ? In(['PENDING', 'CANCELED']) : 'PENDING';
  const { affected } = await tx.update(DeliveryEntity, { id, attempts, status: from }, change);
  if (affected === 0) return false;
  // Claimed, and then not tried.
  if (change.attempts !== undefined) await tx.delete(DeliveryAttemptEntity, { deliveryId: id, number: attempts });
  if (attempt) {
    const { code, answer, error } = attempt.tried;
    const durationMs = Math.round(attempt.durationMs);
    await tx.update(
      DeliveryAttemptEntity,
      { deliveryId: id, number: attempts },
      { durationMs, answerCode: code, answer, error },
    );
  }
  if (change.status !== 'DELIVERED' && change.status !== 'FAILED') return true;
  await countDelivery(db, tx, { kind: claimed.kind, outcome: change.status });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.notification.delivered.v1',
    subject: id,
    data: {
      deliveryId: id,
      channel: claimed.kind === 'EMAIL' ? 'smtp' : claimed.kind.toLowerCase(),
      recipient: recipientOf(claimed),
      eventId: claimed.eventId,
      outcome: change.status,
      reason: change.lastError ?? null,
      ...(claimed.channelId !== null && { channelId: claimed.channelId }),
    },
  });
  return true;
}

/** An address, or the name its channel had. */
export function recipientOf({ recipient, content }: Pick<DeliveryRow, 'recipient' | 'content'>): string {
  return 'channelName' in content ? content.channelName : recipient;
}

/** What of a delivery has to be locked to call it off. */
export const calledOffBy = { id: true, status: true, attempts: true, nextTryAt: true } as const;

/**
 * Calls off those that wait, so that they are not tried any more. Gives those of which a try may be on its way, and until when
 * at the longest, `mostMs` from now at most: what is to come after one has to wait for so long.
 * @param locked as they stand until the transaction ends
 */
export async function callOff(
  db: Database,
  tx: Tx,
  locked: readonly Pick<DeliveryRow, keyof typeof calledOffBy>[],
  o: Readonly<{ because: string; now: Date; mostMs: number }>,
): Promise<ReadonlyMap<string, Date>> {
  const onTheirWay = new Map<string, Date>();
  for (const { id, attempts: number, nextTryAt } of locked.filter(({ status }) => status === 'PENDING')) {
    await tx.update(DeliveryEntity, { id }, { status: 'CANCELED', nextTryAt: null, lastError: o.because });
    if (!nextTryAt || nextTryAt <= o.now) continue;
    const last = await tx.findOne(DeliveryAttemptEntity, { where: { deliveryId: id, number }, ...db.forUpdate() });
    if (last?.durationMs === null)
      onTheirWay.set(id, new Date(Math.min(nextTryAt.getTime(), o.now.getTime() + o.mostMs)));
  }
  return onTheirWay;
}

/** Nothing of a channel that is gone or disabled is tried any more. */
export async function cancelWaiting(tx: Tx, channelId: string, because: string): Promise<void> {
  const waiting = { channelId, status: 'PENDING' as const };
  await tx.update(DeliveryEntity, waiting, { status: 'CANCELED', nextTryAt: null, lastError: because });
}

const PRUNED_AT_ONCE = 500;

/** Those that tell of an alert which is open: whoever got one is told when it is over. */
const ofNoOpenAlert = (alertId: string) =>
  `(${alertId} IS NULL OR NOT EXISTS (SELECT 1 FROM alert WHERE alert.id = ${alertId} AND alert.cleared_at IS NULL))`;

/** Forgets deliveries that are over and older than this, so many at a time; gives how many. */
export async function forgetDeliveries(db: Database, before: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const old = await tx.find(DeliveryEntity, {
      select: { id: true },
      where: { createdAt: LessThan(before), nextTryAt: IsNull(), alertId: Raw(ofNoOpenAlert) },
      order: { createdAt: 'ASC' },
      take: PRUNED_AT_ONCE,
    });
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    await tx.delete(DeliveryAttemptEntity, { deliveryId: In(ids) });
    await tx.delete(DeliveryEntity, { id: In(ids) });
    return ids.length;
  });
}
