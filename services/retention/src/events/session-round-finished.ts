import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planOrWait } from '../plan-next-round.ts';
import { planReplacementRound } from '../plan-replacement.ts';

/** Plans the round after looks at vaults, or the replacements that a round has made safe. A second delivery is harmless: a round is claimed once by its key (session, round). */
export async function onRoundFinished(
  db: Database,
  clock: Clock,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.round.finished.v1'>,
): Promise<void> {
  if (event.data.request.type === 'REPLACEMENT') return planReplacementRound(db, clock, tx, event);
  await planOrWait(db, clock, tx, event.data);
}
