import type { Database, Tx } from '@tablekeep/platform/database';
import type { Key } from '@tablekeep/platform/subgraph';
import { driftKinds, type DriftKind } from '@tablekeep/schema/catalog-events';
import type { SelectQueryBuilder } from 'typeorm';
import { FINE, FOUND_MS, STUCK_MS } from '../domain/drift-of-point.ts';
import { RestorePointEntity, type RestorePointRow } from './entities.ts';
import { timeParameter } from './restore-points.ts';
import { CatalogDriftEntity, type CatalogDriftRow } from './vault-entities.ts';

/** The conditions of `driftOf`, as the database decides them. */
const CONDITIONS: Readonly<Record<DriftKind, string>> = {
  MISSING: 'point.missingSince IS NOT NULL',
  FOUND: 'point.adoptedAt > :foundSince',
  EXPIRED: "point.awsStatus = 'EXPIRED'",
  STUCK_DELETING: "point.awsStatus = 'DELETING' AND point.awsStatusSince < :stuckSince",
  UNUSABLE: 'point.awsStatus NOT IN (:...fine)',
  SIZE_DIFFERS: 'point.awsSizeBytes IS NOT NULL',
  ORPHANED: `point.kind = 'COPY' AND (point.sourceVaultArn IS NOT NULL OR point.sourceRecoveryPointArn IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM restore_point source
      WHERE source.recovery_point_arn = point.sourceRecoveryPointArn AND source.deleted_at IS NULL)`,
};

function drifting(
  db: Database,
  reader: Tx,
  o: Readonly<{ accountId: string; kinds: readonly DriftKind[]; now: Date }>,
): SelectQueryBuilder<RestorePointRow> {
  const before = (ms: number) => timeParameter(db, new Date(o.now.getTime() - ms));
  const conditions = o.kinds.map((kind) => `(${CONDITIONS[kind]})`).join(' OR ');
  return reader
    .createQueryBuilder(RestorePointEntity, 'point')
    .where('point.accountId = :accountId AND point.deletedAt IS NULL', { accountId: o.accountId })
    .andWhere(`(${conditions})`, { foundSince: before(FOUND_MS), stuckSince: before(STUCK_MS), fine: [...FINE] });
}

/** Newest first. */
export async function pageOfDrift(
  db: Database,
  o: Readonly<{ accountId: string; kind: DriftKind | null; now: Date }>,
  after: Key | null,
  limit: number,
): Promise<RestorePointRow[]> {
  const query = drifting(db, db.reader, { ...o, kinds: o.kind === null ? driftKinds : [o.kind] })
    .orderBy('point.createdAt', 'DESC')
    .addOrderBy('point.id', 'DESC')
    .take(limit);
  if (after === null) return query.getMany();
  const [at, id] = after;
  return query
    .andWhere('(point.createdAt < :at OR (point.createdAt = :at AND point.id < :id))', {
      at: timeParameter(db, new Date(Number(at))),
      id,
    })
    .getMany();
}

/** How many points of the account differ in each way; kinds without any are left out. */
export async function countDrift(
  db: Database,
  tx: Tx,
  accountId: string,
  now: Date,
): Promise<Readonly<{ kind: DriftKind; points: number }>[]> {
  const counts = [];
  for (const kind of driftKinds) {
    const points = await drifting(db, tx, { accountId, kinds: [kind], now }).getCount();
    if (points > 0) counts.push({ kind, points });
  }
  return counts;
}

export async function countedDrift(reader: Tx, accountId?: string): Promise<CatalogDriftRow[]> {
  return reader.find(CatalogDriftEntity, {
    ...(accountId !== undefined && { where: { accountId } }),
    order: { accountId: 'ASC', kind: 'ASC' },
  });
}

/** In place of everything that was counted of the account before. */
export async function replaceCounts(
  db: Database,
  tx: Tx,
  accountId: string,
  rows: readonly CatalogDriftRow[],
): Promise<void> {
  await tx.delete(CatalogDriftEntity, { accountId });
  await db.insertMany(tx, CatalogDriftEntity, rows);
}
