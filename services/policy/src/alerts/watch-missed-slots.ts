import type { AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import type { AlertFacts } from '@tablekeep/schema/alert-events';
import { plural, sayTime } from '@tablekeep/schema/brief';
import { owedSlots } from '../domain/schedules/plan-slots.ts';
import { PolicyEntity, type PolicyRow } from '../store/entities.ts';
import type { MissedSlotsRow } from '../store/alert-entities.ts';
import { missedByPolicy } from '../store/missed-slots.ts';
import { factsOfPolicy, sayNextRun } from './policy-facts.ts';

/**
 * Enabled policies whose slots were not run in their time: while they wait for the run before them, and until a late run has
 * succeeded. One for each policy, however many slots.
 */
export function watchMissedSlots(db: Database): AlertWatch {
  return {
    kind: 'SLOT_MISSED',
    look: async ({ now }) => {
      const policies = await db.reader.find(PolicyEntity, { where: { enabled: true } });
      const missed = await missedByPolicy(db.reader);
      return policies.flatMap((policy) => {
        const row = missed.get(policy.id);
        // What was missed under other schedules, or before it was switched off, is nobody's any more.
        const slots = row && row.notedAt >= (policy.scheduledSince ?? policy.createdAt) ? row : null;
        const isWaiting = policy.scheduleState === 'WAITING' && policy.scheduleMessage !== null;
        if (slots === null && !isWaiting) return [];
        return [{ subject: policy.id, describe: () => describe(policy, slots, now) }];
      });
    },
  };
}

function describe(policy: PolicyRow, slots: MissedSlotsRow | null, now: Date): AlertFacts {
  const { since, count, cause, nextTry, sessionId } = slots ? madeUpFor(slots, policy, now) : waiting(policy, now);
  const [one, many] = [`slot of policy “${policy.name}” was`, `slots of policy “${policy.name}” were`];
  return {
    ...factsOfPolicy(policy),
    severity: 'WARNING',
    sessionId,
    summary: `${plural(count, one, many)} not run in time`,
    cause,
    nextTry,
    remedy:
      'Nothing, if the late run succeeds. If slots are missed again and again: give runs more time between them, and see that Tablekeep runs.',
    count,
    about: [{ name: `slot of ${sayTime(since)}`, arn: null, region: null, cause: null }],
    since: since.toISOString(),
  };
}

type Told = Pick<AlertFacts, 'count' | 'cause' | 'nextTry' | 'sessionId'> & Readonly<{ since: Date }>;

/** Slots that have come and wait for the run before them. */
function waiting({ document: { schedules }, slotsAfter, scheduleMessage }: PolicyRow, now: Date): Told {
  const owed = (schedules && owedSlots(schedules, slotsAfter, now)) ?? [];
  return {
    since: owed[0]?.at ?? slotsAfter,
    count: Math.max(1, owed.length),
    cause: scheduleMessage ?? '',
    nextTry: 'as soon as the run before it is over',
    sessionId: null,
  };
}

function madeUpFor({ since, count, reason, sessionId }: MissedSlotsRow, policy: PolicyRow, now: Date): Told {
  const late = `a late run makes up for ${count === 1 ? 'it' : 'them'} already`;
  const next = sayNextRun(policy, now);
  return { since, count, cause: reason, nextTry: next === null ? late : `${late}; if it fails, ${next}`, sessionId };
}
