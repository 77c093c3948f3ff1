import type { AlertFacts, AlertKind } from '@tablekeep/schema/alert-events';
import { In } from 'typeorm';
import type { Clock } from '../clock/index.ts';
import type { Database, Tx } from '../database/index.ts';
import { AlertWatchEntity, RaisedAlertEntity, type AlertWatchRow } from '../database/platform-entities.ts';
import { newId } from '../ids/index.ts';
import { recordEvent } from '../outbox/index.ts';

/** Something that is not as it should be right now. */
export type Condition = Readonly<{
  /** What it is about: one alert of a kind is open for it at a time. At most 255 characters. */
  subject: string;
  /** Asked only where the alert is new. */
  describe: () => AlertFacts | Promise<AlertFacts>;
}>;

export type Look = Readonly<{
  now: Date;
  /** Time before this had nobody to watch it: what was due then is due from now on. */
  watchedSince: Date;
}>;

/** One kind of alert, and how its owner finds what holds now: all of it, or an error. */
export type AlertWatch = Readonly<{ kind: AlertKind; look: (look: Look) => Promise<readonly Condition[]> }>;

/** A longer time without a look is one in which nobody was there. */
const AWAY_MS = 10 * 60 * 1000;

/**
 * Raises what holds and is not raised, clears what is raised and holds no more; each once, whatever the number of replicas
 * and wherever a process dies: the alert and its event are one transaction, and a look counts only where no other look
 * has counted since it began. Looks that count so follow each other, and each has seen all that the one before it saw. One that
 * does not count is none: the next pass looks again.
 */
export async function settleAlerts(
  db: Database,
  clock: Pick<Clock, 'now'>,
  { kind, look }: AlertWatch,
): Promise<'SETTLED' | 'OVERTAKEN'> {
  const watch = await watchOf(db, kind, clock.now());
  const open = await db.reader.find(RaisedAlertEntity, { where: { kind } });
  const now = clock.now();
  const watchedSince = sinceWhen(watch, now);
  const holding = new Map((await look({ now, watchedSince })).map((one) => [one.subject, one]));
  const known = new Set(open.map(({ subject }) => subject));
  const raised = await Promise.all(
    [...holding.values()]
      .filter(({ subject }) => !known.has(subject))
      .map(async ({ subject, describe }) => ({
        kind,
        subject,
        alertId: newId(),
        facts: await describe(),
        raisedAt: now,
      })),
  );
  const over = open.filter(({ subject }) => !holding.has(subject));
  return db.transaction(async (tx) => {
    const { version } = watch;
    const counted = { version: version + 1, lookedAt: now, watchedSince };
    const { affected } = await tx.update(AlertWatchEntity, { kind, version }, counted);
    if (affected !== 1) return 'OVERTAKEN';
    await db.insertMany(tx, RaisedAlertEntity, raised);
    for (const { alertId, subject, facts } of raised) {
      await recordEvent(db, tx, {
        type: 'dev.tablekeep.alert.raised.v1',
        subject: alertId,
        data: { ...facts, alertId, kind, subject, raisedAt: now.toISOString() },
      });
    }
    await clear(db, tx, over, now);
    return 'SETTLED';
  });
}

type Open = Readonly<{ kind: AlertKind; subject: string; alertId: string; facts: AlertFacts; raisedAt: Date }>;

const CLEARED_AT_ONCE = 500;

async function clear(db: Database, tx: Tx, over: readonly Open[], now: Date): Promise<void> {
  for (let i = 0; i < over.length; i += CLEARED_AT_ONCE) {
    const some = over.slice(i, i + CLEARED_AT_ONCE);
    const kind = In([...new Set(some.map((one) => one.kind))]);
    await tx.delete(RaisedAlertEntity, { kind, subject: In(some.map(({ subject }) => subject)) });
  }
  for (const { alertId, kind, subject, facts, raisedAt } of over) {
    await recordEvent(db, tx, {
      type: 'dev.tablekeep.alert.cleared.v1',
      subject: alertId,
      data: { ...facts, alertId, kind, subject, raisedAt: raisedAt.toISOString(), clearedAt: now.toISOString() },
    });
  }
}

async function watchOf(db: Database, kind: AlertKind, now: Date): Promise<AlertWatchRow> {
  const found = await db.reader.findOne(AlertWatchEntity, { where: { kind } });
  if (found) return found;
  const first: AlertWatchRow = { kind, version: 0, lookedAt: now, watchedSince: now };
  await db.transaction((tx) => db.insertOnce(tx, AlertWatchEntity, first));
  return (await db.reader.findOne(AlertWatchEntity, { where: { kind } })) ?? first;
}

/** A clock that ran ahead has put it where no look ever comes: then it begins again. */
function sinceWhen({ lookedAt, watchedSince }: AlertWatchRow, now: Date): Date {
  const wasAway = now.getTime() - lookedAt.getTime() > AWAY_MS;
  return wasAway || watchedSince > now ? now : watchedSince;
}
