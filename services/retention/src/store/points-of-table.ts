import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { IsNull } from 'typeorm';
import { RestorePointEntity, TableRevisionEntity } from './entities.ts';

type PointsOfTable = EventData<'dev.tablekeep.restore-point.deleted.v1'>['ofTable'];

/**
 * What the catalog has of the table, points of others apart, this transaction's change included, under the table's next revision. The revision's row
 * is locked until the commit: who changes the table's points next counts after us, and sees ours.
 */
export async function nextPointsOfTable(db: Database, tx: Tx, tableArn: string): Promise<PointsOfTable> {
  await lockTable(db, tx, tableArn);
  await tx.increment(TableRevisionEntity, { tableArn }, 'revision', 1);
  const { revision } = await tx.findOneByOrFail(TableRevisionEntity, { tableArn });
  const ours = { tableArn, deletedAt: IsNull(), foreignBecause: IsNull() };
  const points = await tx.count(RestorePointEntity, { where: ours });
  const newest = await tx.findOne(RestorePointEntity, {
    select: { id: true, createdAt: true },
    where: ours,
    order: { createdAt: 'DESC', id: 'DESC' },
  });
  return { revision, points, newestAt: newest?.createdAt.toISOString() ?? null };
}

/** Whoever changes which points a table has, or decides by which it has, waits here for the others, whatever the replica. */
export async function lockTable(db: Database, tx: Tx, tableArn: string): Promise<void> {
  const locked = () => tx.findOne(TableRevisionEntity, { where: { tableArn }, ...db.forUpdate() });
  if ((await locked()) !== null) return;
  await db.insertOnce(tx, TableRevisionEntity, { tableArn, revision: 0 });
  await locked();
}
