import type { AlertWatch } from '@tablekeep/platform/alerts';
import type { Database } from '@tablekeep/platform/database';
import { MOST_NAMED, type AlertFacts } from '@tablekeep/schema/alert-events';
import { plural } from '@tablekeep/schema/brief';
import { countDeadWorkItems, listDeadWorkItems, oldestDeadWorkItem } from './store/dead-work-items.ts';

const SUBJECT = 'executor';
const MOST_CAUSE = 500;

/** Messages of the work queue that were set aside, once the oldest has waited longer than this for a person. */
export function watchDeadWorkItems(db: Database, afterMs: number): AlertWatch {
  return {
    kind: 'DEAD_WORK_ITEMS',
    look: async ({ now }) => {
      const oldest = await oldestDeadWorkItem(db);
      if (oldest === null || now.getTime() - oldest.at.getTime() < afterMs) return [];
      return [{ subject: SUBJECT, describe: () => describe(db, oldest.at) }];
    },
  };
}

async function describe(db: Database, since: Date): Promise<AlertFacts> {
  const count = await countDeadWorkItems(db);
  const items = await listDeadWorkItems(db, null, MOST_NAMED);
  return {
    severity: 'WARNING',
    accountId: null,
    region: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    summary: `${plural(count, 'message')} of the work queue ${count === 1 ? 'waits' : 'wait'} for a person`,
    cause: 'They could not be read, were not signed by this installation, or came ten times and were never stored.',
    nextTry: 'what was lost with them is sent again by itself',
    remedy:
      'Look at deadLetters: redriveDeadLetters takes those that are ours, discardDeadLetters deletes them. If others send to the queue, see to its access policy.',
    count,
    about: items.map(({ id, reason }) => ({ name: id, arn: null, region: null, cause: reason.slice(0, MOST_CAUSE) })),
    since: since.toISOString(),
  };
}
