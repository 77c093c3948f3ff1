import type { Database, Tx } from '@tablekeep/platform/database';
import { derivedId } from '@tablekeep/platform/ids';
import type { SetAside } from '@tablekeep/platform/queue';
import { In } from 'typeorm';
import { DeadWorkItemEntity, type DeadWorkItemRow } from './entities.ts';

const LONGEST_REASON = 1_000;

/** Once, however often the same message is set aside: between this and its deletion from the queue the process may die. */
export async function storeDeadWorkItem(db: Database, message: SetAside, at: Date): Promise<void> {
  const { body, genuine } = message;
  const reason = message.reason.slice(0, LONGEST_REASON);
  const row = { id: derivedId('dead work item', body, String(genuine)), at, reason, body, genuine };
  await db.transaction((tx) => db.insertOnce(tx, DeadWorkItemEntity, row));
}

export async function countDeadWorkItems(db: Database): Promise<number> {
  return db.reader.count(DeadWorkItemEntity);
}

/** The one that has waited longest for a person; null: there is none. */
export async function oldestDeadWorkItem(db: Database): Promise<Pick<DeadWorkItemRow, 'id' | 'at'> | null> {
  const [oldest] = await db.reader.find(DeadWorkItemEntity, {
    select: { id: true, at: true },
    order: { at: 'ASC' },
    take: 1,
  });
  return oldest ?? null;
}

/** How long that one has waited; 0 where there is none. */
export async function oldestDeadWorkItemSeconds(db: Database, now: Date): Promise<number> {
  const oldest = await oldestDeadWorkItem(db);
  return oldest ? (now.getTime() - oldest.at.getTime()) / 1_000 : 0;
}

export type DeadWorkItemPlace = Readonly<{ at: Date; id: string }>;

/** Newest first. */
export async function listDeadWorkItems(
  db: Database,
  after: DeadWorkItemPlace | null,
  limit: number,
): Promise<readonly DeadWorkItemRow[]> {
  const query = db.reader.createQueryBuilder(DeadWorkItemEntity, 'item');
  if (after !== null) query.where('(item.at < :at OR (item.at = :at AND item.id < :id))', after);
  return query.orderBy('item.at', 'DESC').addOrderBy('item.id', 'DESC').limit(limit).getMany();
}

export async function findDeadWorkItems(db: Database, ids: readonly string[]): Promise<readonly DeadWorkItemRow[]> {
  return db.reader.findBy(DeadWorkItemEntity, { id: In([...ids]) });
}

export async function deleteDeadWorkItems(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.delete(DeadWorkItemEntity, { id: In([...ids]) });
}
