import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventData } from '@tablekeep/schema/events';
import { isDeepStrictEqual } from 'node:util';
import { protectionOf, type CoverableTable } from './domain/protection-status.ts';
import { PolicyEntity, type AccountRow, type AppliedScanRow } from './store/entities.ts';
import type { SeenTable } from './store/inventory.ts';

type Told = EventData<'dev.tablekeep.tables.unprotected.v1'>['tables'][number];

const MOST_TOLD = 100;
/** Nobody backs them up unless somebody acts; an exclusion is somebody's decision. */
const UNPROTECTED = new Set(['UNPROTECTED', 'POLICY_DISABLED']);

/**
 * Tells of tables that no enabled policy covers and that a scan sees for the first time, or that were covered as the former
 * scan saw them: once for each scan. What a change of the policies uncovers is not news to who changed them.
 */
export async function tellUnprotected(
  db: Database,
  tx: Tx,
  account: AccountRow,
  { scanId, region, startedAt }: AppliedScanRow,
  seen: readonly SeenTable[],
): Promise<void> {
  const policies = await tx.find(PolicyEntity, {
    where: { accountId: account.id },
    order: { priority: 'ASC', id: 'ASC' },
  });
  const judged = (table: CoverableTable) => protectionOf(table, policies, null, startedAt);
  const unprotected = seen.flatMap(({ row, former }): Told[] => {
    const { arn, name, tags, since } = row;
    const isNew = former === null || former.vanishedAt !== null;
    if (!isNew && isDeepStrictEqual(former.tags, tags)) return [];
    const { status, reason } = judged({ arn, name, region, tags: tags ?? row.settings.tags, since });
    if (!UNPROTECTED.has(status)) return [];
    if (isNew) return [{ arn, name, reason, why: 'NEW' }];
    return judged(former).processedBy === null ? [] : [{ arn, name, reason, why: 'LOST_COVER' }];
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
