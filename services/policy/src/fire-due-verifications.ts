import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import { TransientError } from '@tablekeep/platform/errors';
import type { Logger } from '@tablekeep/platform/logging';
import { recordEvent } from '@tablekeep/platform/outbox';
import { briefly } from '@tablekeep/schema/brief';
import { announceVerification } from './announce-verification.ts';
import { lookAtSlots } from './domain/schedules/plan-slots.ts';
import { pullBack } from './pull-back.ts';
import type { PolicyRow } from './store/entities.ts';
import {
  claimVerification,
  isVerificationOpen,
  noteVerificationPlanning,
  verificationsToLookAt,
} from './store/verification-slots.ts';

const MOST_AT_ONCE = 20;
const HELD_UP_MS = 60_000;
const LONGEST_MESSAGE = 255;

type Deps = Readonly<{ db: Database; clock: Clock; log: Logger }>;

/**
 * One pass of the planner of verifications, as of runs: nobody leads, a policy is claimed by its row in the transaction that
 * announces its slot and moves it on. Neither holds up the other.
 */
export async function fireDueVerifications({ db, clock, log }: Deps): Promise<void> {
  await pullBack({ db, clock }, 'VERIFICATION');
  for (const due of await verificationsToLookAt(db, clock.now(), MOST_AT_ONCE)) {
    try {
      await db.transaction((tx) => lookAtVerification(db, tx, { due, now: clock.now() }));
    } catch (error) {
      // The database is away: nothing is wrong with the policy, and nothing can be noted of it.
      if (error instanceof TransientError) throw error;
      log.error({ err: error, policyId: due.id }, 'the verification of a policy could not be looked at; it stays owed');
      const lookAt = new Date(clock.now().getTime() + HELD_UP_MS);
      const because = briefly(`It could not be planned: ${String(error)}`, LONGEST_MESSAGE);
      await db.transaction(async (tx) => {
        const policy = await claimVerification(db, tx, due);
        if (policy) await giveUp(db, tx, policy, { because, lookAt });
      });
    }
  }
}

async function lookAtVerification(
  db: Database,
  tx: Tx,
  { due, now }: Readonly<{ due: Readonly<{ id: string; verifyAt: Date }>; now: Date }>,
): Promise<void> {
  const policy = await claimVerification(db, tx, due);
  if (policy === null) return;
  const { verification } = policy.document;
  if (!verification || !policy.enabled) {
    return noteVerificationPlanning(tx, policy.id, { verifyAt: null, verificationState: 'NONE' });
  }
  const runOpen = await isVerificationOpen(tx, policy.id);
  const { verifiedAfter: after, verificationState: state } = policy;
  const look = lookAtSlots(verification.schedule, { now, after, runOpen, state });
  if (look.then === 'wait' || look.then === 'wait-for-run') {
    const verificationState = look.then === 'wait' ? 'PLANNED' : 'WAITING';
    return noteVerificationPlanning(tx, policy.id, { verifyAt: look.lookAt, verificationState });
  }
  if (look.then === 'give-up') return giveUp(db, tx, policy, look);
  const planning = { verifiedAfter: now, verifyAt: look.lookAt, verificationState: 'PLANNED' } as const;
  await noteVerificationPlanning(tx, policy.id, planning);
  await announceVerification(db, tx, policy, { verification, slot: look.slot, missed: look.missed, now });
}

/** Said once: as long as it stays so there is nothing new to say. */
async function giveUp(
  db: Database,
  tx: Tx,
  policy: PolicyRow,
  { because, lookAt }: Readonly<{ because: string; lookAt: Date }>,
): Promise<void> {
  await noteVerificationPlanning(tx, policy.id, { verifyAt: lookAt, verificationState: 'UNPLANNABLE' });
  if (policy.verificationState === 'UNPLANNABLE') return;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.policy.unplannable.v1',
    subject: policy.id,
    data: { policyId: policy.id, policyName: policy.name, reason: `Its verification: ${because}` },
  });
}
