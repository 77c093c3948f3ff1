import { MOST_NAMED } from '@tablekeep/schema/alert-events';
import { plural } from '@tablekeep/schema/brief';
import type { ServiceName } from '@tablekeep/schema/events';
import type { Database } from '../database/index.ts';
import { countDeadEvents, listDeadEvents, oldestDeadEvent } from '../inbox/dead-events.ts';
import type { AlertWatch } from './settle-alerts.ts';

/** Events that this service could not handle, once the oldest has waited longer than this. */
export function watchDeadEvents(db: Database, service: ServiceName, afterMs: number): AlertWatch {
  return {
    kind: 'DEAD_EVENTS',
    look: async () => {
      const oldest = await oldestDeadEvent(db);
      if (oldest === null || oldest.ageMs < afterMs) return [];
      return [{ subject: service, describe: () => describe(db, service, oldest.diedAt) }];
    },
  };
}

async function describe(db: Database, service: ServiceName, oldestAt: Date) {
  const count = await countDeadEvents(db);
  const events = await listDeadEvents(db, MOST_NAMED);
  return {
    severity: 'ERROR' as const,
    accountId: null,
    region: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    summary: `The ${service} service could not handle ${plural(count, 'event')}`,
    cause:
      'Each was tried several times and set aside, so that it does not hold up the others. Sessions may wait for it.',
    nextTry: null,
    remedy: `Mend the cause, then have them handled again: npm run dead-events -- replay --database (that of the ${service} service)`,
    count,
    about: events.map(({ type, eventId, reason }) => ({
      name: `${type} ${eventId}`,
      arn: null,
      region: null,
      cause: reason.slice(0, 500),
    })),
    since: oldestAt.toISOString(),
  };
}
