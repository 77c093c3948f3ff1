import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { chainFrozen, chainReleased } from '../domain/incidents.ts';
import { queueMessage } from '../queue-message.ts';
import { knownAccount } from '../store/known-accounts.ts';

type Deps = Readonly<{ db: Database; clock: Clock; publicUrl: string | null }>;

/** Tells people that a table may have lost its data. A second delivery is harmless: each hears of an event once. */
export async function onChainFrozen(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.chain.frozen.v1'>,
): Promise<void> {
  const account = await knownAccount(tx, event.data.accountId);
  await queueMessage(deps, tx, chainFrozen(event, { account, publicUrl: deps.publicUrl }));
}

/** And that somebody has seen to it. A second delivery is harmless too. */
export async function onChainReleased(
  deps: Deps,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.chain.released.v1'>,
): Promise<void> {
  const account = await knownAccount(tx, event.data.accountId);
  await queueMessage(deps, tx, chainReleased(event, { account, publicUrl: deps.publicUrl }));
}
