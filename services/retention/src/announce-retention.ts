import { forgetAnnounced } from '@tablekeep/platform/alerts';
import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { slotsAround } from './domain/retention/retention-day.ts';
import { learnLocks } from './learn-locks.ts';
import {
  accountsToLookAt,
  announcedBefore,
  claimAccount,
  claimAlert,
  noteAnnounced,
  noteLooked,
  noteDayTaken,
} from './store/retained-accounts.ts';
import type { RetainedAccountRow } from './store/retention-entities.ts';
import { readSettings } from './store/retention-settings.ts';

const MOST_AT_ONCE = 20;
const UNTAKEN_MS = 10 * 60 * 1000;
/** A session that is not there after a day never comes; the next day has its own. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
const LOCKS_WITHIN_MS = 5_000;

/**
 * One pass over the accounts whose day may have come. Nobody leads: an account is claimed by its row in the transaction that
 * announces its day and moves it on, so a day is announced once whatever the number of replicas, and a process that dies
 * here leaves it due. Days that were missed while nobody was there make one run: what was due then is due now.
 */
export async function announceRetention(db: Database, deps: ServiceDeps): Promise<void> {
  const { clock, log } = deps;
  for (const due of await accountsToLookAt(db, clock.now(), MOST_AT_ONCE)) {
    // Asked before the day is announced, and outside of every transaction: AWS takes its time.
    await learnLocks(db, deps, due.accountId, LOCKS_WITHIN_MS).catch((error: unknown) => {
      log.warn({ err: error, accountId: due.accountId }, 'whether vaults are locked could not be asked');
    });
    await db.transaction((tx) => lookAtDay(db, tx, due, clock.now()));
  }
}

async function lookAtDay(db: Database, tx: Tx, due: RetainedAccountRow, now: Date): Promise<void> {
  const account = await claimAccount(db, tx, due);
  if (account === null) return;
  const { accountId, lastDay } = account;
  const { last, next } = slotsAround(await readSettings(tx), accountId, now);
  // A day that came before the account had any point is nobody's.
  const isDue = lastDay !== null && last.day > lastDay;
  const day = lastDay !== null && lastDay > last.day ? lastDay : last.day;
  await noteLooked(tx, accountId, { lookAt: next.at, lastDay: day });
  if (!isDue) return;
  const sessionId = derivedId('retention', accountId, day);
  await noteAnnounced(db, tx, { sessionId, accountId, day, announcedAt: now, alerted: false });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.retention.due.v1',
    subject: accountId,
    data: { accountId, sessionId, day },
  });
}

/** Days whose session nobody has heard of: told once, and after a day no longer waited for. */
export async function watchAnnouncedRetention(db: Database, { clock }: Pick<ServiceDeps, 'clock'>): Promise<void> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  for (const { sessionId, accountId, day, announcedAt } of await announcedBefore(
    db,
    before(UNTAKEN_MS),
    false,
    MOST_AT_ONCE,
  )) {
    await db.transaction(async (tx) => {
      if (!(await claimAlert(tx, sessionId))) return;
      await recordEvent(db, tx, {
        type: 'dev.tablekeep.retention.untaken.v1',
        subject: accountId,
        data: { accountId, sessionId, day, announcedAt: announcedAt.toISOString() },
      });
    });
  }
  for (const { sessionId } of await announcedBefore(db, before(FORGOTTEN_MS), true, MOST_AT_ONCE)) {
    await db.transaction((tx) => noteDayTaken(tx, sessionId));
  }
  await forgetAnnounced(db, before(FORGOTTEN_MS));
}
