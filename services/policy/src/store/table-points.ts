import type { Database, Tx } from '@tablekeep/platform/database';
import { LessThan } from 'typeorm';
import { TablePointsEntity, type TablePointsRow } from './entities.ts';

/** The highest revision counts, whatever the order in which they are told. */
export async function notePoints(db: Database, tx: Tx, told: TablePointsRow): Promise<void> {
  if (await db.insertOnce(tx, TablePointsEntity, told)) return;
  const { tableArn, revision } = told;
  await tx.update(TablePointsEntity, { tableArn, revision: LessThan(revision) }, told);
}

/**
 * A new point of a release whose catalog does not count revisions yet: the newer time counts. The catalog's first counted
 * word puts the number right.
 */
export async function noteNewerPoint(db: Database, tx: Tx, tableArn: string, newestAt: Date): Promise<void> {
  if (await db.insertOnce(tx, TablePointsEntity, { tableArn, revision: 0, points: 1, newestAt })) return;
  await tx.update(TablePointsEntity, { tableArn, newestAt: LessThan(newestAt) }, { newestAt });
}
