import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { retentionRefused } from '../domain/incidents.ts';
import { queueMessage } from '../queue-message.ts';
import { knownAccount } from '../store/known-accounts.ts';

/**
 * Tells people that retention was in doubt. A second delivery is harmless: each hears of a session's doubt once, whatever the
 * number of tables it is about.
 */
export async function onRetentionRefused(
  deps: Readonly<{ db: Database; clock: Clock; publicUrl: string | null }>,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.retention.refused.v1'>,
): Promise<void> {
  const account = await knownAccount(tx, event.data.accountId);
  const message = retentionRefused(event, { account, publicUrl: deps.publicUrl });
  if (message) await queueMessage(deps, tx, message);
}
