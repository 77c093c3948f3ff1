import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { protectionOf } from './domain/protection-status.ts';
import { PolicyEntity, type AccountRow, type AppliedScanRow, type TableRow } from './store/entities.ts';

const MOST_TOLD = 100;
/** Nobody backs them up unless somebody acts; an exclusion is somebody's decision. */
const UNPROTECTED = new Set(['UNPROTECTED', 'POLICY_DISABLED']);

/** Tells of tables that a scan sees for the first time and that no enabled policy covers: once for each scan. */
export async function tellUnprotected(
  db: Database,
  tx: Tx,
  account: AccountRow,
  { scanId, region, startedAt }: AppliedScanRow,
  fresh: readonly TableRow[],
): Promise<void> {
  if (fresh.length === 0) return;
  const policies = await tx.find(PolicyEntity, {
    where: { accountId: account.id },
    order: { priority: 'ASC', id: 'ASC' },
  });
  const unprotected = fresh.flatMap((table) => {
    const { arn, name, settings } = table;
    const { status, reason } = protectionOf({ arn, name, region, tags: settings.tags }, policies, null, startedAt);
    return UNPROTECTED.has(status) ? [{ arn, name, reason }] : [];
  });
  if (unprotected.length === 0) return;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.tables.unprotected.v1',
    subject: account.id,
    data: {
      accountId: account.id,
      accountName: account.name,
      region,
      scanId,
      count: unprotected.length,
      tables: unprotected.slice(0, MOST_TOLD),
    },
  });
}
