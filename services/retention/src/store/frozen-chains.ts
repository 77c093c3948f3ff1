import { MOST_IN, type Database, type Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import type { Key } from '@tablekeep/platform/subgraph';
import { In, IsNull, LessThan, Not, type FindOptionsWhere } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import { FrozenChainEntity, type FrozenChainRow } from './retention-entities.ts';

export function chainId({ tableArn, tableId }: Readonly<{ tableArn: string; tableId: string | null }>): string {
  return derivedId('chain', tableArn, tableId ?? '');
}

/** The freezes of these chains that nobody has acknowledged, by chain id. */
export async function standingFreezes(reader: Tx, ids: readonly string[]): Promise<Map<string, FrozenChainRow>> {
  const found = new Map<string, FrozenChainRow>();
  for (const piece of pieces([...new Set(ids)], MOST_IN)) {
    const rows = await reader.find(FrozenChainEntity, { where: { id: In(piece), acknowledgedAt: IsNull() } });
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}

/** How many nobody has acknowledged. */
export async function countFreezes(reader: Tx): Promise<number> {
  return reader.countBy(FrozenChainEntity, { acknowledgedAt: IsNull() });
}

export async function findFreeze(reader: Tx, id: string): Promise<FrozenChainRow | null> {
  return reader.findOneBy(FrozenChainEntity, { id });
}

type Freezing = Omit<FrozenChainRow, 'acknowledgedAt' | 'acknowledgedBy' | 'reason'>;

/**
 * Freezes the chain; true where that is news. A chain that was replaced stays so: acknowledged once, it is not frozen for
 * that again, unless nobody acknowledged and the freeze only ended with its last point. One that collapses again after a
 * person acknowledged is frozen again.
 */
export async function freezeChain(db: Database, tx: Tx, freezing: Freezing): Promise<boolean> {
  const fresh = { acknowledgedAt: null, acknowledgedBy: null, reason: null };
  if (await db.insertOnce(tx, FrozenChainEntity, { ...freezing, ...fresh })) return true;
  const { id, because, detail, frozenAt } = freezing;
  if (because === 'REPLACED') {
    // A collapse that was acknowledged says nothing about this.
    const { affected } = await tx.update(
      FrozenChainEntity,
      [
        { id, because: 'COLLAPSED', acknowledgedAt: Not(IsNull()) },
        { id, acknowledgedAt: Not(IsNull()), acknowledgedBy: IsNull() },
      ],
      { because, detail, frozenAt, ...fresh },
    );
    return affected === 1;
  }
  const { affected } = await tx.update(
    FrozenChainEntity,
    { id, because, acknowledgedAt: LessThan(frozenAt) },
    { detail, frozenAt, ...fresh },
  );
  return affected === 1;
}

/** A freeze that ended for want of points, and by nobody's word, stands again; true where that is news. */
export async function reinstateFreeze(tx: Tx, id: string, frozenAt: Date): Promise<boolean> {
  const { affected } = await tx.update(
    FrozenChainEntity,
    { id, acknowledgedAt: Not(IsNull()), acknowledgedBy: IsNull() },
    { acknowledgedAt: null, frozenAt },
  );
  return affected === 1;
}

/** False where it is not frozen (any more). */
export async function acknowledgeFreeze(
  tx: Tx,
  id: string,
  said: Readonly<{ by: string | null; reason: string | null; at: Date }>,
): Promise<boolean> {
  const { affected } = await tx.update(
    FrozenChainEntity,
    { id, acknowledgedAt: IsNull() },
    { acknowledgedAt: said.at, acknowledgedBy: said.by, reason: said.reason },
  );
  return affected === 1;
}

export const keyOfFreeze = (row: FrozenChainRow): Key => [row.frozenAt.getTime(), row.id];

/** The latest freeze first. */
export async function pageOfFreezes(
  reader: Tx,
  filter: Readonly<{ accountId: string | null; includeAcknowledged: boolean }>,
  after: Key | null,
  limit: number,
): Promise<FrozenChainRow[]> {
  const where: FindOptionsWhere<FrozenChainRow> = {
    ...(filter.accountId !== null && { accountId: filter.accountId }),
    ...(!filter.includeAcknowledged && { acknowledgedAt: IsNull() }),
  };
  const [at, id] = after ?? [];
  const frozenAt = new Date(Number(at));
  return reader.find(FrozenChainEntity, {
    where:
      after === null
        ? where
        : [
            { ...where, frozenAt: LessThan(frozenAt) },
            { ...where, frozenAt, id: LessThan(String(id)) },
          ],
    order: { frozenAt: 'DESC', id: 'DESC' },
    take: limit,
  });
}
