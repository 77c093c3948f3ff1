import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { noteVerification } from '../store/table-verifications.ts';

/** Notes how the test restore of a table's point went. A second delivery, or one that comes late, is harmless: the latest counts. */
export async function onPointVerified(
  db: Database,
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.restore-point.verified.v1'>,
): Promise<void> {
  const { tableArn, outcome, verifiedAt, restoreSeconds } = data;
  await noteVerification(db, tx, {
    tableArn,
    outcome,
    verifiedAt: new Date(verifiedAt),
    restoreSeconds: restoreSeconds === null ? null : Math.round(restoreSeconds),
  });
}
