import { forgetAnnounced } from '@tablekeep/platform/alerts';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { TransientError } from '@tablekeep/platform/errors';
import type { Logger } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import { briefly } from '@tablekeep/schema/brief';
import { announceSlot } from './announce-slot.ts';
import { lookAtSlots, type Look } from './domain/schedules/plan-slots.ts';
import type { Schedules } from './domain/schedules/schedule.ts';
import { pullBack } from './pull-back.ts';
import type { PolicyRow } from './store/entities.ts';
import {
  announcedBefore,
  claimAlert,
  claimLook,
  notePlanning,
  noteSlotTaken,
  openRunOf,
  policiesToLookAt,
} from './store/slots.ts';

/**
 * So many policies a pass. A thousand that come due in the same minute start over some minutes, and the first ones' scans are
 * shared by the others.
 */
const MOST_AT_ONCE = 20;
const UNTAKEN_MS = 10 * 60 * 1000;
/** A session that is not there after a day never comes: it must not hold up the policy's next slots for ever. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
/** After which a policy that could not be looked at is looked at again: it must not stand in front of the others each time. */
const HELD_UP_MS = 60_000;
const LONGEST_MESSAGE = 255;

type Deps = Readonly<{ db: Database; clock: Clock; log: Logger }>;

/**
 * One pass of the planner. Nobody leads: each policy is claimed by its row in the transaction that announces its slot and
 * moves it on, so a slot fires once whatever the number of replicas, and a process that dies here leaves it due.
 */
export async function fireDueSlots({ db, clock, log }: Deps): Promise<void> {
  await pullBack({ db, clock }, 'BACKUP');
  for (const due of await policiesToLookAt(db, clock.now(), MOST_AT_ONCE)) {
    try {
      await db.transaction((tx) => lookAtPolicy(db, tx, { due, now: clock.now() }));
    } catch (error) {
      // The database is away: nothing is wrong with the policy, and nothing can be noted of it.
      if (error instanceof TransientError) throw error;
      log.error({ err: error, policyId: due.id }, 'the slots of a policy could not be looked at; they stay owed');
      const now = clock.now();
      const because = briefly(`It could not be planned: ${String(error)}`, LONGEST_MESSAGE);
      const lookAt = new Date(now.getTime() + HELD_UP_MS);
      await db.transaction(async (tx) => {
        const policy = await claimLook(db, tx, due);
        if (policy) await giveUp(db, tx, policy, { because, lookAt });
      });
    }
  }
}

async function lookAtPolicy(
  db: Database,
  tx: Tx,
  { due, now }: Readonly<{ due: Readonly<{ id: string; lookAt: Date }>; now: Date }>,
): Promise<void> {
  const policy = await claimLook(db, tx, due);
  if (policy === null) return;
  const { schedules } = policy.document;
  if (!schedules || !policy.enabled) {
    return notePlanning(tx, policy.id, { lookAt: null, scheduleState: 'NONE', scheduleMessage: null });
  }
  const openRun = await openRunOf(tx, policy.id);
  const { slotsAfter: after, scheduleState: state } = policy;
  const look = lookAtSlots(schedules, { now, after, runOpen: openRun !== null, state });
  await carryOut(db, tx, { policy, schedules, look, openRun, now });
}

type Looked = Readonly<{ policy: PolicyRow; schedules: Schedules; look: Look; openRun: string | null; now: Date }>;

async function carryOut(db: Database, tx: Tx, { policy, schedules, look, openRun, now }: Looked): Promise<void> {
  const { lookAt } = look;
  switch (look.then) {
    case 'wait':
      return notePlanning(tx, policy.id, { lookAt, scheduleState: 'PLANNED', scheduleMessage: null });
    case 'wait-for-run':
      return waitForRun(db, tx, policy, { ...look, sessionId: openRun ?? '' });
    case 'give-up':
      return giveUp(db, tx, policy, look);
    case 'run':
      await notePlanning(tx, policy.id, { slotsAfter: now, lookAt, scheduleState: 'PLANNED', scheduleMessage: null });
      await announceSlot(db, tx, policy, { schedules, slot: look.slot, missed: look.missed, now });
  }
}

/** A run that never ends must not stop a policy in silence: once the wait is long it is said, in an event and on the policy. */
async function waitForRun(
  db: Database,
  tx: Tx,
  policy: PolicyRow,
  look: Extract<Look, { then: 'wait-for-run' }> & Readonly<{ sessionId: string }>,
): Promise<void> {
  const since = look.owed[0].at.toISOString();
  const isTold = policy.scheduleState === 'WAITING' && policy.scheduleMessage !== null;
  const scheduleMessage = look.isLong
    ? `The slot of ${since} waits: the policy's run before it, session ${look.sessionId}, is still under way.`
    : null;
  await notePlanning(tx, policy.id, { lookAt: look.lookAt, scheduleState: 'WAITING', scheduleMessage });
  if (!look.isLong || isTold) return;
  const { sessionId } = look;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.slots.waiting.v1',
    subject: policy.id,
    data: { policyId: policy.id, policyName: policy.name, since, count: look.owed.length, sessionId },
  });
}

/** Said once: as long as it stays so there is nothing new to say. */
async function giveUp(
  db: Database,
  tx: Tx,
  policy: PolicyRow,
  { because, lookAt }: Omit<Extract<Look, { then: 'give-up' }>, 'then'>,
): Promise<void> {
  await notePlanning(tx, policy.id, { lookAt, scheduleState: 'UNPLANNABLE', scheduleMessage: because });
  if (policy.scheduleState === 'UNPLANNABLE' && policy.scheduleMessage === because) return;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.unplannable.v1',
    subject: policy.id,
    data: { policyId: policy.id, policyName: policy.name, reason: because },
  });
}

/** Slots whose session nobody has heard of: told once, and after a day no longer waited for. */
export async function watchAnnouncedSlots({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const before = (ms: number) => new Date(clock.now().getTime() - ms);
  for (const slot of await announcedBefore(db, before(UNTAKEN_MS), false, MOST_AT_ONCE)) {
    await db.transaction(async (tx) => {
      if (!(await claimAlert(tx, slot.sessionId))) return;
      await recordEvent(db, tx, {
        type: 'dev.tablekeep.policy.slot.untaken.v1',
        subject: slot.policyId,
        data: {
          policyId: slot.policyId,
          slot: slot.slotAt.toISOString(),
          sessionId: slot.sessionId,
          announcedAt: slot.announcedAt.toISOString(),
        },
      });
    });
  }
  for (const slot of await announcedBefore(db, before(FORGOTTEN_MS), true, MOST_AT_ONCE)) {
    await db.transaction((tx) => noteSlotTaken(tx, slot.sessionId));
  }
  await forgetAnnounced(db, before(FORGOTTEN_MS));
}
