import type { AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { MOST_NAMED, type AlertFacts } from '@tablekeep/schema/alert-events';
import { plural } from '@tablekeep/schema/brief';
import { PolicyEntity, type PolicyRow } from '../store/entities.ts';
import type { PolicyCopiesRow } from '../store/alert-entities.ts';
import { copiesBehind } from '../store/policy-copies.ts';
import { factsOfPolicy, sayNextRun } from './policy-facts.ts';

/** Enabled policies that ask for copies, and whose last run that made any has left some out. */
export function watchCopies(db: Database): AlertWatch {
  return {
    kind: 'COPIES_BEHIND',
    look: async ({ now }) => {
      const behind = new Map((await copiesBehind(db.reader)).map((row) => [row.policyId, row]));
      if (behind.size === 0) return [];
      const policies = await db.reader.find(PolicyEntity, { where: { enabled: true } });
      return policies.flatMap((policy) => {
        const row = behind.get(policy.id);
        if (!row || policy.document.copies.length === 0) return [];
        return [{ subject: policy.id, describe: () => describe(policy, row, now) }];
      });
    },
  };
}

function describe(
  policy: PolicyRow,
  { behind, missing, sessionId, since, asOf }: PolicyCopiesRow,
  now: Date,
): AlertFacts {
  return {
    ...factsOfPolicy(policy),
    severity: 'WARNING',
    sessionId,
    summary: `${plural(behind, 'copy', 'copies')} of policy “${policy.name}” ${behind === 1 ? 'is' : 'are'} missing behind good backups`,
    cause:
      'The backups were made and their copies were not: what happens to the Region or account of the backups happens to all there is.',
    nextTry: sayNextRun(policy, now),
    remedy: 'Mend what the copies failed of, and run the policy with runPolicy.',
    count: behind,
    about: missing.slice(0, MOST_NAMED),
    since: (since ?? asOf).toISOString(),
  };
}
