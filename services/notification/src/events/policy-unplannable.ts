import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { policyUnplannable } from '../domain/incidents.ts';
import { queueMessage } from '../queue-message.ts';

/** Tells people that a policy does not run. A second delivery is harmless: each hears of an event once. */
export function onPolicyUnplannable(
  deps: Readonly<{ db: Database; clock: Clock }>,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.policy.unplannable.v1'>,
): Promise<void> {
  return queueMessage(deps, tx, policyUnplannable(event));
}
