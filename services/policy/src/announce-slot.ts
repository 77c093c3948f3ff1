import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import { recordEvent } from '@tablekeep/platform/outbox';
import { sayMissed, type Missed } from './domain/schedules/plan-slots.ts';
import { rulesOfSlot } from './domain/schedules/rules-of-slot.ts';
import type { Schedules, Slot } from './domain/schedules/schedule.ts';
import { nextSlot } from './domain/schedules/slots.ts';
import type { PolicyRow, SlotPurpose } from './store/entities.ts';
import { isSessionKnown } from './store/in-use.ts';
import { noteMissed } from './store/missed-slots.ts';
import { noteAnnounced } from './store/slots.ts';

const MOST_SLOTS_TOLD = 100;

type Policy = Pick<PolicyRow, 'id' | 'name' | 'accountId' | 'document'>;
/** `schedules`: those that the slot is of. `missed` null: it runs in its time. */
type Due = Readonly<{ schedules: Schedules; slot: Slot; missed: Missed | null; now: Date }>;

/** Announces the run of a slot, and what it makes up for. The caller moves the policy on in the same transaction. */
export async function announceSlot(db: Database, tx: Tx, policy: Policy, due: Due): Promise<void> {
  const { schedules, slot, missed, now } = due;
  const sessionId = await idOfRun(tx, 'policy-slot', { policyId: policy.id, slotAt: slot.at, now });
  await noteAnnounced(db, tx, {
    sessionId,
    policyId: policy.id,
    slotAt: slot.at,
    announcedAt: now,
    alerted: false,
    purpose: 'BACKUP',
  });
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
  if (!missed) return;
  const reason = sayMissed(missed);
  await noteMissed(db, tx, {
    policyId: policy.id,
    since: missed.slots[0]?.at ?? slot.at,
    count: missed.slots.length,
    reason,
    sessionId,
    notedAt: now,
  });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.slots.missed.v1',
    subject: policy.id,
    data: {
      policyId: policy.id,
      policyName: policy.name,
      because: missed.because === 'RUN_OPEN' ? 'RUN_OPEN' : 'NOT_RUNNING',
      sessionId,
      reason,
      ...counted(missed.slots),
    },
  });
}

/** One for each slot, unless a clock that ran ahead has had the slot run before its time: then it is run again. */
export async function idOfRun(
  tx: Tx,
  what: 'policy-slot' | 'policy-verification',
  { policyId, slotAt, now }: Readonly<{ policyId: string; slotAt: Date; now: Date }>,
): Promise<string> {
  const id = derivedId(what, policyId, slotAt.toISOString());
  return (await isSessionKnown(tx, id)) ? derivedId(what, policyId, slotAt.toISOString(), now.toISOString()) : id;
}

type Dropped = Readonly<{
  because: 'EDITED' | 'DISABLED' | 'DELETED';
  purpose: SlotPurpose;
  slots: readonly Slot[];
}>;

/** As events say it: of backups where they say nothing. */
export function ofPurpose(purpose: SlotPurpose): { purpose?: SlotPurpose } {
  return purpose === 'BACKUP' ? {} : { purpose };
}

/** Tells of slots that have come and will never be run, because somebody has changed the policy. */
export async function tellDropped(
  db: Database,
  tx: Tx,
  { id, name }: Pick<PolicyRow, 'id' | 'name'>,
  { because, purpose, slots }: Dropped,
): Promise<void> {
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.slots.dropped.v1',
    subject: id,
    data: { policyId: id, policyName: name, because, ...counted(slots), ...ofPurpose(purpose) },
  });
}

function counted(slots: readonly Slot[]): { count: number; slots: string[] } {
  return { count: slots.length, slots: slots.slice(0, MOST_SLOTS_TOLD).map(({ at }) => at.toISOString()) };
}
