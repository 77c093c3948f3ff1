import type { Database, Tx } from '@tablekeep/platform/database';
import { recordEvent } from '@tablekeep/platform/outbox';
import { collapseOf, formerChains, sayCollapsed, sayReplaced, type TableSeen } from './domain/retention/watch-chain.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { chainsOfName, hasPoints, sizesOfChain } from './store/chain-points.ts';
import type { RestorePointRow } from './store/entities.ts';
import { acknowledgeFreeze, chainId, findFreeze, freezeChain, reinstateFreeze } from './store/frozen-chains.ts';
import { lockTable } from './store/points-of-table.ts';
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
 * The same of points that were found in vaults, all of them older: no size among them is news. A freeze that ended because no
 * point was left stands again: they are back, and nobody has acknowledged. Called once their tables are locked.
 */
export async function welcomeFound(db: Database, tx: Tx, points: readonly Chained[], now: Date): Promise<void> {
  const tables = new Map(points.map((point) => [`${point.tableArn} ${point.tableId ?? ''}`, point]));
  for (const point of tables.values()) {
    await retainAccount(db, tx, point, now);
    await wakeChain(tx, point, now);
    const id = chainId(point);
    if (await reinstateFreeze(tx, id, now)) await sayFrozen(db, tx, id);
    await watchReplaced(db, tx, point, now);
  }
}

/**
 * What it means for a name's points that a scan of AWS has found this table under it: where it is another one than theirs they
 * are frozen, whether it will ever have points of its own or not. Said twice, or late, it changes nothing.
 */
export async function watchSeen(
  db: Database,
  tx: Tx,
  table: NameOfTable & Readonly<{ seen: TableSeen }>,
  now: Date,
): Promise<void> {
  await lockTable(db, tx, table.tableArn);
  await watchReplaced(db, tx, table, now);
}

type NameOfTable = Pick<Chained, 'accountId' | 'tableArn' | 'tableName'>;

/** Points whose table's id nobody recorded say nothing of whether the table is another one. */
async function watchReplaced(
  db: Database,
  tx: Tx,
  { accountId, tableArn, tableName, seen }: NameOfTable & Readonly<{ seen?: TableSeen }>,
  now: Date,
): Promise<void> {
  const { former, present } = formerChains(await chainsOfName(tx, tableArn), seen ?? null);
  for (const { tableId } of former) {
    const chain = { accountId, tableArn, tableName, tableId };
    const detail = sayReplaced(tableName, present ?? '');
    await freeze(db, tx, { ...chain, because: 'REPLACED', detail, frozenAt: now });
  }
}

async function watchCollapsed(db: Database, tx: Tx, point: Chained, now: Date): Promise<void> {
  const { tableArn, tableId, tableName, accountId, createdAt, sizeBytes } = point;
  // What was usual before a person said that the small size is right is usual no more.
  const after = (await findFreeze(tx, chainId(point)))?.acknowledgedAt ?? null;
  const before = await sizesOfChain(tx, point, { before: createdAt, after, limit: SAFETY.collapseOfLast });
  const collapse = collapseOf(sizeBytes, before);
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
  if (await freezeChain(db, tx, { id, ...freezing })) await sayFrozen(db, tx, id);
}

async function sayFrozen(db: Database, tx: Tx, id: string): Promise<void> {
  const row = await findFreeze(tx, id);
  if (row === null) return;
  const { accountId, tableArn, tableName, tableId, because, detail, frozenAt } = row;
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.chain.frozen.v1',
    subject: id,
    data: {
      ...{ chainId: id, accountId, tableArn, tableName, tableId, because, detail },
      frozenAt: frozenAt.toISOString(),
    },
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
  if (await hasPoints(tx, chain)) return;
  await releaseChain(db, tx, chainId(chain), { how: 'NO_POINTS_LEFT', by: null, reason: null, at });
}
