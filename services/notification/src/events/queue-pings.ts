import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { PingPhase } from '../domain/content.ts';
import { pingOf } from '../domain/ping.ts';
import { channelsThatHear, lockChannel } from '../store/channels.ts';
import { channelDeliveryId, hasDelivery, queueForChannel } from '../store/deliveries.ts';
import { DeliveryEntity } from '../store/entities.ts';

type Deps = Readonly<{ db: Database; clock: Clock }>;
type Run = Readonly<{ sessionId: string; policyId: string | null; type: string; status: string }>;

/**
 * Calls a policy's dead-man's switches as its run starts. Told with every change of the session: one start is queued, and none
 * once the end is.
 */
export async function onSessionChanged(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.changed.v1'>,
): Promise<void> {
  if (event.data.status === 'RUNNING') await queuePings(deps, tx, event.id, event.data, 'start');
}

/** And as it ends. A session ends once; a second event of its end queues nothing more. */
export async function onRunFinished(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
): Promise<void> {
  await queuePings(deps, tx, event.id, event.data, pingOf(event.data.status));
}

async function queuePings(
  { db, clock }: Deps,
  tx: Tx,
  eventId: string,
  { sessionId, policyId, type, status }: Run,
  phase: PingPhase,
): Promise<void> {
  if (policyId === null || type !== 'POLICY_BACKUP') return;
  const now = clock.now();
  for (const channel of await channelsThatHear(tx, ['PING'], { severity: null, policyId })) {
    const isEnd = phase !== 'start';
    // A start that is handled anew, long after or at the same time, meets the end or waits for it.
    await lockChannel(db, tx, channel.id);
    if (!isEnd && (await hasDelivery(tx, channelDeliveryId(aboutOf(sessionId, true), channel.id)))) continue;
    const of = { about: aboutOf(sessionId, isEnd), eventId, severity: null, policyId };
    const text = `Tablekeep session ${sessionId} ${status}`;
    const content = { subject: `${phase}: ${status}`, channelName: channel.name, phase, runId: sessionId, text };
    const due = isEnd ? await overtakeStart(db, tx, { sessionId, channelId: channel.id, now }) : now;
    await queueForChannel(db, tx, of, channel, content, { now, due });
  }
}

/** Longer than a call may take. */
const ON_ITS_WAY_MS = 30_000;

const aboutOf = (sessionId: string, isEnd: boolean) => `${sessionId} ${isEnd ? 'end' : 'start'}`;

/**
 * A start that arrives after the end would read as a run that never ends. One that waits is not tried any more; one that may
 * be on its way right now is waited for.
 */
async function overtakeStart(
  db: Database,
  tx: Tx,
  o: Readonly<{ sessionId: string; channelId: string; now: Date }>,
): Promise<Date> {
  const id = channelDeliveryId(aboutOf(o.sessionId, false), o.channelId);
  const start = await tx.findOne(DeliveryEntity, { where: { id }, ...db.forUpdate() });
  if (start?.status !== 'PENDING') return o.now;
  const over = { status: 'CANCELED' as const, nextTryAt: null, lastError: 'the run ended first' };
  await tx.update(DeliveryEntity, { id, status: 'PENDING' }, over);
  if (start.attempts === 0 || !start.nextTryAt || start.nextTryAt <= o.now) return o.now;
  return new Date(Math.min(start.nextTryAt.getTime(), o.now.getTime() + ON_ITS_WAY_MS));
}
