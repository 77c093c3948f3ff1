import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { EventData } from '@tablekeep/schema/events';
import type { RestorePointRow } from './store/entities.ts';

type Catalogued = EventData<'dev.tablekeep.restore-point.catalogued.v1'>;
type Deleted = EventData<'dev.tablekeep.restore-point.deleted.v1'>;

/** Tells the house that the point is in the catalog. */
export async function sayCatalogued(
  db: Database,
  tx: Tx,
  row: RestorePointRow,
  by: Pick<Catalogued, 'sessionId' | 'taskId' | 'ofTable'>,
): Promise<void> {
  const foreign = row.foreignBecause === null ? {} : { foreign: true };
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.restore-point.catalogued.v1',
    subject: row.id,
    data: { ...identityOf(row), sizeBytes: row.sizeBytes, ...foreign, ...by },
  });
}

/** Tells the house that the point is gone from its vault. */
export async function sayDeleted(
  db: Database,
  tx: Tx,
  row: RestorePointRow,
  by: Pick<Deleted, 'sessionId' | 'taskId' | 'ofTable'> & Readonly<{ deletedAt: Date; because?: string }>,
): Promise<void> {
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.restore-point.deleted.v1',
    subject: row.id,
    data: { ...identityOf(row), ...by, deletedAt: by.deletedAt.toISOString() },
  });
}

function identityOf(row: RestorePointRow) {
  return {
    restorePointId: row.id,
    kind: row.kind,
    accountId: row.accountId,
    tableArn: row.tableArn,
    tableId: row.tableId,
    policyId: row.policyId,
    region: row.region,
    vaultName: row.vaultName,
    recoveryPointArn: row.recoveryPointArn,
    createdAt: row.createdAt.toISOString(),
  };
}
