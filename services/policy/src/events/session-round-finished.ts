import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { planOrWait } from '../plan-backups-round.ts';

/** Plans the round after scans. A second delivery is harmless: a round is claimed once by its key (session, round). */
export async function onRoundFinished(
  db: Database,
  tx: Tx,
  event: EventEnvelope<'dev.tablekeep.session.round.finished.v1'>,
  now: Date,
): Promise<void> {
  await planOrWait(db, tx, event.data, now);
}
