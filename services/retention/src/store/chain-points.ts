import { MOST_IN, timeOf, type Tx } from '@tablekeep/platform/database';
import { pieces } from '@tablekeep/platform/lists';
import { And, In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';

type Chain = Pick<RestorePointRow, 'tableArn' | 'tableId'>;

/** The chains of the name that have points, and when the newest of each is of; those whose table's id nobody recorded apart. */
export async function chainsOfName(
  reader: Tx,
  tableArn: string,
): Promise<readonly Readonly<{ tableId: string; newestAt: Date }>[]> {
  const rows = await reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .select('point.tableId', 'tableId')
    .addSelect('MAX(point.createdAt)', 'newestAt')
    .where({ tableArn, deletedAt: IsNull(), foreignBecause: IsNull(), tableId: Not(IsNull()) })
    .groupBy('point.tableId')
    .getRawMany<{ tableId: string; newestAt: Date | string }>();
  return rows.map(({ tableId, newestAt }) => ({ tableId, newestAt: timeOf(newestAt) }));
}

/** Which of these names have points of another table than this one. */
export async function namesOfOtherTables(
  reader: Tx,
  tables: readonly Readonly<{ tableArn: string; tableId: string }>[],
): Promise<ReadonlySet<string>> {
  const idOf = new Map(tables.map(({ tableArn, tableId }) => [tableArn, tableId]));
  const others = new Set<string>();
  for (const piece of pieces([...idOf.keys()], MOST_IN)) {
    const rows = await reader
      .createQueryBuilder(RestorePointEntity, 'point')
      .select('point.tableArn', 'tableArn')
      .addSelect('point.tableId', 'tableId')
      .distinct()
      .where({ tableArn: In(piece), deletedAt: IsNull(), tableId: Not(IsNull()) })
      .getRawMany<{ tableArn: string; tableId: string }>();
    for (const { tableArn, tableId } of rows) if (tableId !== idOf.get(tableArn)) others.add(tableArn);
  }
  return others;
}

/**
 * Sizes of the chain's backups before a moment, newest first, also of those that are gone.
 * @param after null: since ever
 */
export async function sizesOfChain(
  reader: Tx,
  { tableArn, tableId }: Chain,
  o: Readonly<{ before: Date; after: Date | null; limit: number }>,
): Promise<number[]> {
  const rows = await reader.find(RestorePointEntity, {
    select: { id: true, sizeBytes: true },
    where: {
      tableArn,
      tableId: tableId ?? IsNull(),
      kind: Not('COPY'),
      foreignBecause: IsNull(),
      createdAt: o.after ? And(LessThan(o.before), MoreThan(o.after)) : LessThan(o.before),
    },
    order: { createdAt: 'DESC', id: 'DESC' },
    take: o.limit,
  });
  return rows.map(({ sizeBytes }) => sizeBytes);
}

export async function hasPoints(reader: Tx, { tableArn, tableId }: Chain): Promise<boolean> {
  return reader.existsBy(RestorePointEntity, { tableArn, tableId: tableId ?? IsNull(), deletedAt: IsNull() });
}
