import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { ofPurpose } from './announce-slot.ts';
import { CLOCK_MS, LOOK_EVERY_MS } from './domain/schedules/plan-slots.ts';
import { PolicyEntity, type SlotPurpose } from './store/entities.ts';
import { KEPT_IN, policiesAhead } from './store/slots.ts';

const MOST_AT_ONCE = 20;

/**
 * A clock that ran ahead has moved policies to a time that is still to come, and they would be silent until then. Once it is
 * right again they are looked at at once, and slots count from now.
 */
export async function pullBack(
  { db, clock }: Readonly<{ db: Database; clock: Clock }>,
  purpose: SlotPurpose,
): Promise<void> {
  const kept = KEPT_IN[purpose];
  const far = (now: Date) => ({
    after: new Date(now.getTime() + CLOCK_MS),
    lookAt: new Date(now.getTime() + LOOK_EVERY_MS + CLOCK_MS),
  });
  for (const { id } of await policiesAhead(db, purpose, far(clock.now()), MOST_AT_ONCE)) {
    await db.transaction(async (tx) => {
      const policy = await tx.findOne(PolicyEntity, { where: { id }, ...db.forUpdate() });
      const now = clock.now();
      const sound = far(now);
      if (!policy) return;
      const { [kept.lookAt]: lookAt, [kept.after]: takenUntil } = policy;
      if (lookAt !== null && lookAt > sound.lookAt) await tx.update(PolicyEntity, { id }, { [kept.lookAt]: now });
      if (takenUntil <= sound.after) return;
      await tx.update(PolicyEntity, { id }, { [kept.after]: now, ...(lookAt !== null && { [kept.lookAt]: now }) });
      const { schedules, verification } = policy.document;
      if (!policy.enabled || !(purpose === 'BACKUP' ? schedules : verification)) return;
      await recordEvent(db, tx, {
        type: 'dev.tablekeep.policy.slots.reset.v1',
        subject: id,
        data: {
          policyId: id,
          policyName: policy.name,
          takenUntil: takenUntil.toISOString(),
          slotsAfter: now.toISOString(),
          ...ofPurpose(purpose),
        },
      });
    });
  }
}
