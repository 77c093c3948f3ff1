import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { idOfRun } from './announce-slot.ts';
import type { Verification } from './domain/policy-document.ts';
import { sayMissed, type Missed } from './domain/schedules/plan-slots.ts';
import type { Slot } from './domain/schedules/schedule.ts';
import type { PolicyRow } from './store/entities.ts';
import { noteAnnounced } from './store/slots.ts';

type DueVerification = Readonly<{ verification: Verification; slot: Slot; missed: Missed | null; now: Date }>;

/** Announces the verification of a slot. The caller moves the policy on in the same transaction. */
export async function announceVerification(
  db: Database,
  tx: Tx,
  policy: Pick<PolicyRow, 'id' | 'name' | 'accountId' | 'document'>,
  { verification, slot, missed, now }: DueVerification,
): Promise<void> {
  const sessionId = await idOfRun(tx, 'policy-verification', { policyId: policy.id, slotAt: slot.at, now });
  const announced = { sessionId, policyId: policy.id, slotAt: slot.at, announcedAt: now, alerted: false };
  await noteAnnounced(db, tx, { ...announced, purpose: 'VERIFICATION' });
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.verification.due.v1',
    subject: policy.id,
    data: {
      policyId: policy.id,
      policyName: policy.name,
      accountId: policy.accountId,
      sessionId,
      slotAt: slot.at.toISOString(),
      countItems: verification.countItems,
      lateBecause: missed && sayMissed(missed),
      retryCount: policy.document.retryCount,
      retryDelaySeconds: policy.document.retryDelaySeconds,
    },
  });
}
