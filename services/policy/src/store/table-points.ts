import { inPieces, type Database, type Tx } from '@tablekeep/platform/database';
import { In, IsNull, LessThan, Not } from 'typeorm';
import { TablePointsEntity, type TablePointsRow } from './entities.ts';

/** The highest revision counts, whatever the order in which they are told. */
export async function notePoints(db: Database, tx: Tx, told: TablePointsRow): Promise<void> {
  if (await db.insertOnce(tx, TablePointsEntity, told)) return;
  const { tableArn, tableId, revision } = told;
  await tx.update(TablePointsEntity, { tableArn, tableId, revision: LessThan(revision) }, told);
}

/**
 * A new point of a release whose catalog does not count revisions yet: the newer time counts. The catalog's first counted
 * word puts the number right.
 */
export async function noteNewerPoint(
  db: Database,
  tx: Tx,
  { newestAt, ...table }: Readonly<{ tableArn: string; tableId: string; newestAt: Date }>,
): Promise<void> {
  if (await db.insertOnce(tx, TablePointsEntity, { ...table, revision: 0, points: 1, newestAt })) return;
  await tx.update(TablePointsEntity, { ...table, newestAt: LessThan(newestAt) }, { newestAt });
}

/** A table by its name and its id: what bears the name now may not be what was backed up under it. */
export type TableKey = Readonly<{ arn: string; tableId: string }>;
export const sayKey = ({ arn, tableId }: TableKey): string => `${arn} ${tableId}`;

/** When the newest restorable state of each of these tables is from, by `sayKey`. */
export async function newestStates(reader: Tx, tables: readonly TableKey[]): Promise<ReadonlyMap<string, Date>> {
  const rows = await inPieces([...new Set(tables.map(({ arn }) => arn))], (arns) =>
    reader.find(TablePointsEntity, { where: { tableArn: In([...arns]), newestAt: Not(IsNull()) } }),
  );
  return new Map(
    rows.flatMap(({ tableArn: arn, tableId, newestAt }) =>
      newestAt === null ? [] : [[sayKey({ arn, tableId }), newestAt] as const],
    ),
  );
}
