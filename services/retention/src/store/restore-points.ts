import { MOST_IN, type Database, type Tx } from '@tablekeep/platform/database';
import type { Key } from '@tablekeep/platform/subgraph';
import { In, IsNull, LessThanOrEqual, MoreThan, type FindOptionsWhere, type SelectQueryBuilder } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import type { RestorablePoint } from '../domain/resolve-restore.ts';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';

/** Newest first; those that are gone too. */
export async function findPoints(reader: Tx, ids: readonly string[]): Promise<RestorePointRow[]> {
  return findIn(reader, 'id', ids);
}

/** As they are now, and nobody changes them before this transaction ends; in one order, so that two of us never wait crosswise. */
export async function lockPoints(db: Database, tx: Tx, ids: readonly string[]): Promise<RestorePointRow[]> {
  const rows: RestorePointRow[] = [];
  for (const piece of pieces([...new Set(ids)].sort(), MOST_IN)) {
    rows.push(
      ...(await tx.find(RestorePointEntity, { where: { id: In(piece) }, order: { id: 'ASC' }, ...db.forUpdate() })),
    );
  }
  return rows;
}

/** Whether any point of the account, there or gone, was told by its maker: looks at vaults did not find all of them. */
export async function isTold(reader: Tx, accountId: string): Promise<boolean> {
  return reader.existsBy(RestorePointEntity, { accountId, adoptedAt: IsNull() });
}

/** Those that are there. */
export async function findByArn(reader: Tx, arns: readonly string[]): Promise<RestorePointRow[]> {
  return findIn(reader, 'recoveryPointArn', arns, { deletedAt: IsNull() });
}

/** Those that are there, newest first among the copies of one source. */
export async function findCopies(reader: Tx, sourceArns: readonly string[]): Promise<RestorePointRow[]> {
  return findIn(reader, 'sourceRecoveryPointArn', sourceArns, { deletedAt: IsNull() });
}

async function findIn(
  reader: Tx,
  field: 'id' | 'recoveryPointArn' | 'sourceRecoveryPointArn',
  values: readonly string[],
  where: FindOptionsWhere<RestorePointRow> = {},
): Promise<RestorePointRow[]> {
  const rows: RestorePointRow[] = [];
  for (const piece of pieces([...new Set(values)], MOST_IN)) {
    const found = await reader.find(RestorePointEntity, {
      where: { ...where, [field]: In(piece) },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
    rows.push(...found);
  }
  return rows;
}

/** Newest first; the id decides between points of the same moment (a copy has its source's). */
export async function pageOfPoints(
  db: Database,
  where: FindOptionsWhere<RestorePointRow>,
  after: Key | null,
  limit: number,
): Promise<RestorePointRow[]> {
  return newestFirst(db, where, after).take(limit).getMany();
}

export const keyOfPoint = (point: RestorePointRow): Key => [point.createdAt.getTime(), point.id];

function newestFirst(
  db: Database,
  where: FindOptionsWhere<RestorePointRow>,
  after: Key | null,
): SelectQueryBuilder<RestorePointRow> {
  const query = db.reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .where(where)
    .orderBy('point.createdAt', 'DESC')
    .addOrderBy('point.id', 'DESC');
  if (after === null) return query;
  const [at, id] = after;
  return query.andWhere('(point.createdAt < :at OR (point.createdAt = :at AND point.id < :id))', {
    at: timeParameter(db, new Date(Number(at))),
    id,
  });
}

/** A time as a raw parameter: in SQLite as TypeORM writes it there; a Date would be bound as something else. */
export function timeParameter(db: Database, date: Date): Date | string {
  return db.dialect.kind === 'sqlite' ? date.toISOString().replace('T', ' ').replace('Z', '') : date;
}

/**
 * The newest points that are there of many tables, each table's page limited: one UNION ALL of limited subqueries, 20 times faster than
 * numbering rows over all of them. `limit` rows for each table; the caller bounds the product.
 */
export async function newestOfTables(
  db: Database,
  tableArns: readonly string[],
  limit: number,
  reader: Tx = db.reader,
): Promise<Map<string, RestorePointRow[]>> {
  const term =
    'SELECT * FROM (SELECT id FROM restore_point WHERE table_arn = ? AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?) AS t';
  const ids: string[] = [];
  // SQLite allows 500 terms in a compound SELECT.
  for (const arns of pieces(tableArns, 400)) {
    const rows = await reader.query<{ id: string }[]>(
      arns.map(() => term).join(' UNION ALL '),
      arns.flatMap((arn) => [arn, limit]),
    );
    for (const row of rows) ids.push(row.id);
  }
  const found = Map.groupBy(await findPoints(reader, ids), (row) => row.tableArn);
  // A table's points may have come in several pieces.
  for (const rows of found.values()) rows.sort(newerFirst);
  return found;
}

function newerFirst(a: RestorePointRow, b: RestorePointRow): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (b.id > a.id ? 1 : -1);
}

export type Stored = Readonly<{ region: string; storageClass: 'WARM' | 'COLD'; points: number; sizeBytes: number }>;

/** What lies where, counted by the database; points that are gone do not count. */
export async function storedByRegion(db: Database, now: Date): Promise<Stored[]> {
  const counted = async (storageClass: Stored['storageClass'], where: FindOptionsWhere<RestorePointRow>[]) => {
    const rows = await db.reader
      .createQueryBuilder(RestorePointEntity, 'point')
      .select('point.region', 'region')
      .addSelect('COUNT(*)', 'points')
      .addSelect('SUM(point.sizeBytes)', 'sizeBytes')
      .where(where)
      .groupBy('point.region')
      .orderBy('point.region')
      .getRawMany<{ region: string; points: number | string; sizeBytes: number | string | null }>();
    return rows.map(({ region, points, sizeBytes }) => ({
      region,
      storageClass,
      points: Number(points),
      sizeBytes: Number(sizeBytes ?? 0),
    }));
  };
  const there = { deletedAt: IsNull() };
  const warm = await counted('WARM', [
    { ...there, coldAt: IsNull() },
    { ...there, coldAt: MoreThan(now) },
  ]);
  return [...warm, ...(await counted('COLD', [{ ...there, coldAt: LessThanOrEqual(now) }]))];
}

/** Points that are there, by how their last verification went. */
export async function countByVerification(db: Database): Promise<Record<'VERIFIED' | 'FAILED' | 'none', number>> {
  const rows = await db.reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .select('point.verifiedOutcome', 'outcome')
    .addSelect('COUNT(*)', 'points')
    .where({ deletedAt: IsNull() })
    .groupBy('point.verifiedOutcome')
    .getRawMany<{ outcome: 'VERIFIED' | 'FAILED' | null; points: number | string }>();
  const counts = { VERIFIED: 0, FAILED: 0, none: 0 };
  for (const { outcome, points } of rows) counts[outcome ?? 'none'] = Number(points);
  return counts;
}

export function restorable(row: RestorePointRow): RestorablePoint {
  const { id, accountId, awsAccountId, region, vaultName, recoveryPointArn, createdAt, settings } = row;
  const { coldAt, deletedAt } = row;
  const table = { arn: row.tableArn, name: row.tableName, region: row.tableRegion, tableId: row.tableId };
  return {
    id,
    accountId,
    awsAccountId,
    region,
    vaultName,
    recoveryPointArn,
    createdAt,
    table,
    settings,
    coldAt,
    deletedAt,
  };
}
