import { plural, sayTime, type AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import type { AlertFacts } from '@tablekeep/schema/alert-events';
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
  const facts = { ...factsOfPolicy(policy), severity: 'WARNING' } as const;
  const remedy =
    'Nothing, if the late run succeeds. If slots are missed again and again: give runs more time between them, and see that Tablekeep runs.';
  if (slots === null) {
    return {
      ...facts,
      sessionId: null,
      summary: `A slot of policy “${policy.name}” was not run in its time`,
      cause: policy.scheduleMessage ?? '',
      nextTry: 'as soon as the run before it is over',
      remedy,
      count: 1,
      about: [],
      since: now.toISOString(),
    };
  }
  const { since, count, reason, sessionId } = slots;
  return {
    ...facts,
    sessionId,
    summary: `${plural(count, `slot of policy “${policy.name}” was`, `slots of policy “${policy.name}” were`)} not run in time`,
    cause: reason,
    nextTry: `a late run makes up for ${count === 1 ? 'it' : 'them'} already; if it fails, ${sayNextRun(policy, now) ?? 'none'}`,
    remedy,
    count,
    about: [{ name: `slot of ${sayTime(since)}`, arn: null, region: null, cause: null }],
    since: since.toISOString(),
  };
}
