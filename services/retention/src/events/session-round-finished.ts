import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planOrWait } from '../plan-next-round.ts';

/** Plans the round after looks at vaults. A second delivery is harmless: a round is claimed once by its key (session, round). */
export async function onRoundFinished(
  db: Database,
  clock: Clock,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.session.round.finished.v1'>,
): Promise<void> {
  await planOrWait(db, clock, tx, data);
}
