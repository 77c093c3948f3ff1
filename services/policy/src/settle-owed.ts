import type { Database, Tx } from '@tablekeep/platform/database';
import { announceSlot, tellDropped } from './announce-slot.ts';
import { lookAtSlots, owedSlots } from './domain/schedules/plan-slots.ts';
import { unknownTimeZone } from './domain/schedules/validate-schedules.ts';
import type { PolicyRow } from './store/entities.ts';
import { openRunOf } from './store/slots.ts';

/**
 * Settles what a policy owes under its schedules as they stood, before a change makes slots count from now: what has come
 * is run, with the rules of then. Where that cannot be (a run is under way, or the policy shall not run any more), it is
 * told. In the transaction of the change, so that neither the one nor the other is lost.
 * @param after the policy as it will be; null: deleted
 */
export async function settleOwed(
  db: Database,
  tx: Tx,
  { before, after, now }: Readonly<{ before: PolicyRow; after: PolicyRow | null; now: Date }>,
): Promise<void> {
  const { schedules } = before.document;
  if (!before.enabled || !schedules || unknownTimeZone(schedules) !== null) return;
  const owed = owedSlots(schedules, before.slotsAfter, now);
  if (owed === null) return;
  if (!after?.enabled) return tellDropped(db, tx, before, after ? 'DISABLED' : 'DELETED', owed);
  const runOpen = (await openRunOf(tx, before.id)) !== null;
  const look = lookAtSlots(schedules, { now, after: before.slotsAfter, runOpen, state: before.scheduleState });
  if (look.then !== 'run') return tellDropped(db, tx, before, 'EDITED', owed);
  await announceSlot(db, tx, after, { schedules, slot: look.slot, missed: look.missed, now });
}
