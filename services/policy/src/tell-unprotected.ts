import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventData } from '@tablekeep/schema/events';
import { isDeepStrictEqual } from 'node:util';
import { isUnprotected, protectionOf, type CoverableTable } from './domain/protection-status.ts';
import { PolicyEntity, type AccountRow, type AppliedScanRow } from './store/entities.ts';
import type { SeenTable } from './store/inventory.ts';
import { noteUnprotected } from './store/unprotected-tables.ts';

type Told = EventData<'dev.tablekeep.tables.unprotected.v1'>['tables'][number];

const MOST_TOLD = 100;

/**
 * Tells of tables that no enabled policy covers and that a scan sees for the first time, or that were covered as the former
 * scan saw them: once for each scan. The alert about them stays until they are protected. What a change of the policies uncovers is not news to who changed them.
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
    if (!isUnprotected(status)) return [];
    if (isNew) return [{ arn, name, reason, why: 'NEW' }];
    return judged(former).processedBy === null ? [] : [{ arn, name, reason, why: 'LOST_COVER' }];
  });
  if (unprotected.length === 0) return;
  const { id: accountId } = account;
  await noteUnprotected(
    db,
    tx,
    unprotected.map(({ arn }) => ({ tableArn: arn, scanId, accountId, region, since: startedAt })),
  );
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
