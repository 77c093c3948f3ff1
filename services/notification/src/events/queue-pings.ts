import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import type { PingContent, PingPhase } from '../domain/content.ts';
import { pingOf } from '../domain/ping.ts';
import { ChannelEntity } from '../store/channel-entities.ts';
import { channelsThatHear, lockChannel } from '../store/channels.ts';
import { calledOffBy, callOff, channelDeliveryId, hasDelivery, queueForChannel } from '../store/deliveries.ts';
import { DeliveryEntity } from '../store/entities.ts';

type Deps = Readonly<{ db: Database; clock: Clock }>;
/** `endedAt` null: it has just begun. */
type Run = Readonly<{
  sessionId: string;
  policyId: string | null;
  type: string;
  status: string;
  endedAt: Date | null;
}>;

/**
 * Calls a policy's dead-man's switches as its run starts. Told with every change of the session: one start is queued, and none
 * once the end is.
 */
export async function onSessionChanged(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.changed.v1'>,
): Promise<void> {
  if (event.data.status === 'RUNNING') await queuePings(deps, tx, event.id, { ...event.data, endedAt: null }, 'start');
}

/** And as it ends. A session ends once; a second event of its end queues nothing more. */
export async function onRunFinished(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
): Promise<void> {
  const endedAt = new Date(event.data.finishedAt);
  await queuePings(deps, tx, event.id, { ...event.data, endedAt }, pingOf(event.data.status));
}

async function queuePings(
  { db, clock }: Deps,
  tx: Tx,
  eventId: string,
  { sessionId, policyId, type, status, endedAt }: Run,
  phase: PingPhase,
): Promise<void> {
  if (policyId === null || type !== 'POLICY_BACKUP') return;
  const now = clock.now();
  for (const { id: channelId } of await channelsThatHear(tx, ['PING'], { severity: null, policyId })) {
    // A start that is handled anew, long after or at the same time, meets the end or waits for it; so does one end another.
    const channel = await lockChannel(db, tx, channelId);
    if (!channel) continue;
    const startId = channelDeliveryId(aboutOf(sessionId, false), channelId);
    const endId = channelDeliveryId(aboutOf(sessionId, true), channelId);
    const text = `Tablekeep session ${sessionId} ${status}`;
    const content = { subject: `${phase}: ${status}`, channelName: channel.name, phase, runId: sessionId, text };
    const queue = (due: Date) => {
      const of = { about: aboutOf(sessionId, endedAt !== null), eventId, severity: null, policyId };
      return queueForChannel(db, tx, of, channel, content, { now, due });
    };
    const overtake = (isOver: (ping: Waiting) => boolean, because: string) =>
      callOffPings(db, tx, channelId, isOver, { because, now });

    if (endedAt === null) {
      if (!(await hasDelivery(db, tx, endId))) await queue(now);
      continue;
    }
    const due = await overtake(({ id }) => id === startId, ENDED);
    if (channel.lastEndAt !== null && endedAt < channel.lastEndAt) {
      // Kept nevertheless: the list shows why it was not said, and a start that comes even later finds it.
      await queue(now);
      await overtake(({ id }) => id === endId, OLDER);
      continue;
    }
    await tx.update(ChannelEntity, { id: channelId }, { lastEndAt: endedAt });
    const free = await overtake(({ id, content: { phase: its } }) => its !== 'start' && id !== endId, OLDER);
    await queue(new Date(Math.max(due.getTime(), free.getTime())));
  }
}

/** Longer than a call may take. */
const ON_ITS_WAY_MS = 30_000;
const ENDED = 'the run ended first';
const OLDER = 'a run that ended later was told first';

const aboutOf = (sessionId: string, isEnd: boolean) => `${sessionId} ${isEnd ? 'end' : 'start'}`;

type Waiting = Readonly<{ id: string; content: PingContent }>;

/**
 * A start that arrives after the end would read as a run that never ends, and an older run's success after a failure as if all
 * were well again. What waits is not tried any more; what may be on its way right now is waited for. Gives until when.
 */
async function callOffPings(
  db: Database,
  tx: Tx,
  channelId: string,
  isOver: (ping: Waiting) => boolean,
  { because, now }: Readonly<{ because: string; now: Date }>,
): Promise<Date> {
  const waiting = await tx.find(DeliveryEntity, {
    select: { ...calledOffBy, content: true },
    where: { channelId, status: 'PENDING' },
    ...db.forUpdate(),
  });
  const over = waiting.filter(({ id, content }) => isOver({ id, content: content as PingContent }));
  const onTheirWay = await callOff(db, tx, over, { because, now, mostMs: ON_ITS_WAY_MS });
  return new Date(Math.max(now.getTime(), ...[...onTheirWay.values()].map((until) => until.getTime())));
}
