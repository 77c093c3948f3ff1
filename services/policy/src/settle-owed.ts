import type { Database, Tx } from '@tablekeep/platform/database';
import { announceSlot, tellDropped } from './announce-slot.ts';
import { announceVerification } from './announce-verification.ts';
import { lookAtSlots, owedSlots } from './domain/schedules/plan-slots.ts';
import { unknownTimeZone } from './domain/schedules/validate-schedules.ts';
import type { PolicyRow, SlotPurpose } from './store/entities.ts';
import { KEPT_IN, openRunOf } from './store/slots.ts';
import { isVerificationOpen } from './store/verification-slots.ts';

type Change = Readonly<{ before: PolicyRow; after: PolicyRow | null; now: Date }>;

/**
 * Settles what a policy owes under its schedules as they stood, before a change makes slots count from now: what has come
 * is run, with the rules of then. Where that cannot be (a run is under way, or the policy shall not run any more), it is
 * told. In the transaction of the change, so that neither the one nor the other is lost.
 * @param after the policy as it will be; null: deleted
 */
export async function settleOwed(
  db: Database,
  tx: Tx,
  purpose: SlotPurpose,
  { before, after, now }: Change,
): Promise<void> {
  const { verification } = before.document;
  const schedules = purpose === 'BACKUP' ? before.document.schedules : verification?.schedule;
  if (!before.enabled || !schedules || unknownTimeZone(schedules) !== null) return;
  const takenUntil = before[KEPT_IN[purpose].after];
  const slots = owedSlots(schedules, takenUntil, now);
  if (slots === null) return;
  const dropped = (because: 'EDITED' | 'DISABLED' | 'DELETED') =>
    tellDropped(db, tx, before, { because, purpose, slots });
  if (!after?.enabled) return dropped(after ? 'DISABLED' : 'DELETED');
  const { runOpen, state } = await standing(tx, purpose, before);
  const look = lookAtSlots(schedules, { now, after: takenUntil, runOpen, state });
  if (look.then !== 'run') return dropped('EDITED');
  const { slot, missed } = look;
  if (purpose === 'BACKUP') return announceSlot(db, tx, after, { schedules, slot, missed, now });
  if (verification) await announceVerification(db, tx, after, { verification, slot, missed, now });
}

async function standing(tx: Tx, purpose: SlotPurpose, { id, scheduleState, verificationState }: PolicyRow) {
  if (purpose === 'VERIFICATION') return { runOpen: await isVerificationOpen(tx, id), state: verificationState };
  return { runOpen: (await openRunOf(tx, id)) !== null, state: scheduleState };
}

/** Both what it owes of backups and of verifications. */
export async function settleAllOwed(db: Database, tx: Tx, change: Change): Promise<void> {
  await settleOwed(db, tx, 'BACKUP', change);
  await settleOwed(db, tx, 'VERIFICATION', change);
}
