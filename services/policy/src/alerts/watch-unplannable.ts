import type { AlertWatch, Condition } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import type { AlertFacts } from '@tablekeep/schema/alert-events';
import { lookAtSlots } from '../domain/schedules/plan-slots.ts';
import type { Schedules } from '../domain/schedules/schedule.ts';
import { PolicyEntity, type PolicyRow } from '../store/entities.ts';
import { factsOfPolicy } from './policy-facts.ts';

/** Enabled policies that the planner has given up: they do not run, or are not verified, until somebody mends them. */
export function watchUnplannable(db: Database): AlertWatch {
  return {
    kind: 'POLICY_UNPLANNABLE',
    look: async ({ now }) => {
      const policies = await db.reader.find(PolicyEntity, {
        where: [
          { enabled: true, scheduleState: 'UNPLANNABLE' },
          { enabled: true, verificationState: 'UNPLANNABLE' },
        ],
      });
      return policies.flatMap((policy) => conditions(policy, now));
    },
  };
}

function conditions(policy: PolicyRow, now: Date): Condition[] {
  const { id, name, scheduleState, scheduleMessage, verificationState, document } = policy;
  const verification = document.verification?.schedule ?? null;
  const of = (subject: string, summary: string, cause: string | null) => ({
    subject,
    describe: () => ({ ...factsOf(policy, now), summary, cause: cause ?? 'No reason was given.' }),
  });
  return [
    ...(scheduleState === 'UNPLANNABLE'
      ? [of(id, `Policy “${name}” does not run: its schedules cannot be planned`, scheduleMessage)]
      : []),
    ...(verificationState === 'UNPLANNABLE' && verification !== null
      ? [of(`verification of ${id}`, `The verification of policy “${name}” cannot be planned`, why(verification, now))]
      : []),
  ];
}

function factsOf(policy: PolicyRow, now: Date): Omit<AlertFacts, 'summary' | 'cause'> {
  return {
    ...factsOfPolicy(policy),
    severity: 'ERROR',
    sessionId: null,
    nextTry: 'it is looked at again each hour, and what it owes is run then',
    remedy: 'Mend its schedules with updatePolicy.',
    count: 1,
    about: [],
    since: now.toISOString(),
  };
}

/** The planner keeps no word of it with the policy: it would say the same again. */
function why(schedule: Schedules, now: Date): string | null {
  const look = lookAtSlots(schedule, { now, after: now, runOpen: false, state: 'UNPLANNABLE' });
  return look.then === 'give-up' ? look.because : null;
}
