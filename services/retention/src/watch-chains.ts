import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { IsNull, LessThan, MoreThan, Not, And } from 'typeorm';
import { collapseOf, formerChains, sayCollapsed, sayReplaced, type ChainSeen } from './domain/retention/watch-chain.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { RestorePointEntity, type RestorePointRow } from './store/entities.ts';
import { acknowledgeFreeze, chainId, findFreeze, freezeChain } from './store/frozen-chains.ts';
import { databaseTimeOf } from './store/database-clock.ts';
import { retainAccount } from './store/retained-accounts.ts';
import { wakeChain } from './store/retained-points.ts';
import type { FrozenChainRow } from './store/retention-entities.ts';

type Chained = Pick<RestorePointRow, 'id' | 'accountId' | 'awsAccountId' | 'tableArn' | 'tableName' | 'tableId'> &
  Pick<RestorePointRow, 'kind' | 'createdAt' | 'sizeBytes'>;

/**
 * What a point that is new in the catalog means for the others: its account has retention, older points of its chain are no
 * longer the newest, and the chain may have been replaced or have collapsed. Called in the transaction that stores it, once
 * the table is locked: of two replicas that store points of one table, the second sees the first one's.
 */
export async function welcomePoint(db: Database, tx: Tx, point: Chained, now: Date): Promise<void> {
  await retainAccount(db, tx, point, now);
  await wakeChain(tx, point, now);
  await watchReplaced(db, tx, point, now);
  if (point.kind !== 'COPY') await watchCollapsed(db, tx, point, now);
}

/**
 * The same of points that were found in vaults, all of them older: no size among them is news. Called once their tables are
 * locked.
 */
export async function welcomeFound(db: Database, tx: Tx, points: readonly Chained[], now: Date): Promise<void> {
  const tables = new Map(points.map((point) => [`${point.tableArn} ${point.tableId ?? ''}`, point]));
  for (const point of tables.values()) {
    await retainAccount(db, tx, point, now);
    await wakeChain(tx, point, now);
    await watchReplaced(db, tx, point, now);
  }
}

/** Points whose table's id nobody recorded say nothing of whether the table is another one. */
async function watchReplaced(db: Database, tx: Tx, point: Chained, now: Date): Promise<void> {
  const { tableArn, tableName, accountId } = point;
  const rows = await tx
    .createQueryBuilder(RestorePointEntity, 'point')
    .select('point.tableId', 'tableId')
    .addSelect('MAX(point.createdAt)', 'newestAt')
    .where({ tableArn, deletedAt: IsNull(), foreignBecause: IsNull(), tableId: Not(IsNull()) })
    .groupBy('point.tableId')
    .getRawMany<{ tableId: string; newestAt: Date | string }>();
  if (rows.length < 2) return;
  const chains = rows.map((row): ChainSeen => ({ tableId: row.tableId, newestAt: databaseTimeOf(row.newestAt) }));
  const former = formerChains(chains);
  const present = chains.find((chain) => !former.includes(chain))?.tableId ?? '';
  for (const { tableId } of former) {
    const chain = { accountId, tableArn, tableName, tableId };
    await freeze(db, tx, { ...chain, because: 'REPLACED', detail: sayReplaced(tableName, present), frozenAt: now });
  }
}

async function watchCollapsed(db: Database, tx: Tx, point: Chained, now: Date): Promise<void> {
  const { tableArn, tableId, tableName, accountId, createdAt, sizeBytes } = point;
  const acknowledgedAt = (await findFreeze(tx, chainId(point)))?.acknowledgedAt ?? null;
  const before = await tx.find(RestorePointEntity, {
    select: { id: true, sizeBytes: true },
    where: {
      tableArn,
      tableId: tableId ?? IsNull(),
      kind: Not('COPY'),
      foreignBecause: IsNull(),
      // What was usual before a person said that the small size is right is usual no more.
      createdAt: acknowledgedAt ? And(LessThan(createdAt), MoreThan(acknowledgedAt)) : LessThan(createdAt),
    },
    order: { createdAt: 'DESC', id: 'DESC' },
    take: SAFETY.collapseOfLast,
  });
  const collapse = collapseOf(
    sizeBytes,
    before.map((row) => row.sizeBytes),
  );
  if (collapse === null) return;
  const chain = { accountId, tableArn, tableName, tableId };
  await freeze(db, tx, { ...chain, because: 'COLLAPSED', detail: sayCollapsed(collapse), frozenAt: now });
}

async function freeze(
  db: Database,
  tx: Tx,
  freezing: Omit<FrozenChainRow, 'id' | 'acknowledgedAt' | 'acknowledgedBy' | 'reason'>,
): Promise<void> {
  const id = chainId(freezing);
  if (!(await freezeChain(db, tx, { id, ...freezing }))) return;
  const { frozenAt, ...chain } = freezing;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.chain.frozen.v1',
    subject: id,
    data: { chainId: id, ...chain, frozenAt: frozenAt.toISOString() },
  });
}

type Release = Readonly<{ how: 'ACKNOWLEDGED' | 'NO_POINTS_LEFT'; by: string | null; reason: string | null; at: Date }>;

/** Lets retention go on with the chain, and says so. False where it is not frozen. */
export async function releaseChain(db: Database, tx: Tx, id: string, release: Release): Promise<boolean> {
  if (!(await acknowledgeFreeze(tx, id, release))) return false;
  const row = await findFreeze(tx, id);
  if (row === null) return false;
  const { accountId, tableArn, tableName, tableId, because, detail } = row;
  const { how, by, reason, at } = release;
  await wakeChain(tx, row, at);
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.chain.released.v1',
    subject: id,
    data: {
      ...{ chainId: id, accountId, tableArn, tableName, tableId, because, detail },
      ...{ releasedAt: at.toISOString(), how, by, reason },
    },
  });
  return true;
}

/** A freeze of a chain without points is about nothing any more. */
export async function releaseIfEmpty(
  db: Database,
  tx: Tx,
  chain: Pick<RestorePointRow, 'tableArn' | 'tableId'>,
  at: Date,
): Promise<void> {
  const { tableArn, tableId } = chain;
  const there = { tableArn, tableId: tableId ?? IsNull(), deletedAt: IsNull() };
  if (await tx.existsBy(RestorePointEntity, there)) return;
  await releaseChain(db, tx, chainId(chain), { how: 'NO_POINTS_LEFT', by: null, reason: null, at });
}
