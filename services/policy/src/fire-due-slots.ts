import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import type { Logger } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import { lookAtSlots, sayMissed, type Look, type Missed } from './domain/schedules/plan-slots.ts';
import { rulesOfSlot } from './domain/schedules/rules-of-slot.ts';
import type { Schedules } from './domain/schedules/schedule.ts';
import { nextSlot } from './domain/schedules/slots.ts';
import type { PolicyRow } from './store/entities.ts';
import {
  announcedBefore,
  claimAlert,
  claimLook,
  isRunOpen,
  noteAnnounced,
  notePlanning,
  noteTaken,
  policiesToLookAt,
} from './store/slots.ts';

/**
 * So many policies a pass. A thousand that come due in the same minute start over some minutes, and the first ones' scans are
 * fresh enough for the others.
 */
const MOST_AT_ONCE = 20;
const UNTAKEN_MS = 10 * 60 * 1000;
/** A session that is not there after a day never comes: it must not hold up the policy's next slots for ever. */
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
const MOST_SLOTS_TOLD = 100;

const HELD_UP_MS = 60_000;

type Deps = Readonly<{ db: Database; clock: Clock; log: Logger }>;

/**
 * One pass of the planner. Nobody leads: each policy is claimed by its row in the transaction that announces its slot and
 * moves it on, so a slot fires once whatever the number of replicas, and a process that dies here leaves it due.
 */
export async function fireDueSlots({ db, clock, log }: Deps): Promise<void> {
  for (const due of await policiesToLookAt(db, clock.now(), MOST_AT_ONCE)) {
    try {
      await db.transaction((tx) => lookAtPolicy(db, tx, { due, now: clock.now() }));
    } catch (error) {
      log.error({ err: error, policyId: due.id }, 'the slots of a policy could not be looked at; they stay owed');
      // It must not stand in front of the others each time.
      const lookAt = new Date(clock.now().getTime() + HELD_UP_MS);
      await db.transaction((tx) => notePlanning(tx, due.id, { lookAt }));
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
  const runOpen = await isRunOpen(tx, policy.id);
  const waiting = policy.scheduleState === 'WAITING';
  const look = lookAtSlots(schedules, { now, after: policy.slotsAfter, runOpen, waiting });
  await carryOut(db, tx, { policy, schedules, look, now });
}

async function carryOut(
  db: Database,
  tx: Tx,
  { policy, schedules, look, now }: Readonly<{ policy: PolicyRow; schedules: Schedules; look: Look; now: Date }>,
): Promise<void> {
  switch (look.then) {
    case 'wait':
      return notePlanning(tx, policy.id, { lookAt: look.lookAt, scheduleState: look.state, scheduleMessage: null });
    case 'give-up':
      return giveUp(db, tx, policy, look);
    case 'run': {
      const { slot, missed } = look;
      const sessionId = derivedId('policy-slot', policy.id, slot.at.toISOString());
      const planning = { slotsAfter: now, lookAt: look.lookAt, scheduleMessage: null };
      await notePlanning(tx, policy.id, { ...planning, scheduleState: 'PLANNED' });
      await noteAnnounced(tx, { sessionId, policyId: policy.id, slotAt: slot.at, announcedAt: now, alerted: false });
      const { retryCount, retryDelaySeconds } = policy.document;
      await recordEvent(db, tx, {
        type: 'dev.tablekeep.policy.due.v1',
        subject: policy.id,
        data: {
          policyId: policy.id,
          policyName: policy.name,
          accountId: policy.accountId,
          sessionId,
          slot: { at: slot.at.toISOString(), rules: rulesOfSlot(schedules, slot) },
          lateBecause: missed && sayMissed(missed),
          retryCount,
          retryDelaySeconds,
          nextRunAt: nextSlot(schedules, now)?.at.toISOString() ?? null,
        },
      });
      if (missed) await tellMissed(db, tx, policy, { sessionId, missed });
    }
  }
}

async function tellMissed(
  db: Database,
  tx: Tx,
  policy: PolicyRow,
  { sessionId, missed }: Readonly<{ sessionId: string; missed: Missed }>,
): Promise<void> {
  const slots = missed.slots.slice(0, MOST_SLOTS_TOLD).map(({ at }) => at.toISOString());
  const told = { policyId: policy.id, policyName: policy.name, because: missed.because, sessionId };
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.slots.missed.v1',
    subject: policy.id,
    data: { ...told, count: missed.slots.length, slots },
  });
}

/** Said once: as long as it stays so there is nothing new to say. */
async function giveUp(
  db: Database,
  tx: Tx,
  policy: PolicyRow,
  { because, lookAt }: Extract<Look, { then: 'give-up' }>,
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
    await db.transaction((tx) => noteTaken(tx, slot.sessionId));
  }
}
