import type { Database } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import { DeadWorkItemEntity, type DeadWorkItemRow } from './entities.ts';

const LONGEST_REASON = 1_000;

export async function storeDeadWorkItem(db: Database, body: string, reason: string, at: Date): Promise<void> {
  const row = { id: newId(), at, reason: reason.slice(0, LONGEST_REASON), body };
  await db.transaction(async (tx) => {
    await db.insertMany(tx, DeadWorkItemEntity, [row]);
  });
}

export async function countDeadWorkItems(db: Database): Promise<number> {
  return db.reader.count(DeadWorkItemEntity);
}

/** Newest first: ids grow with time. */
export async function listDeadWorkItems(
  db: Database,
  beforeId: string | null,
  limit: number,
): Promise<readonly DeadWorkItemRow[]> {
  const query = db.reader.createQueryBuilder(DeadWorkItemEntity, 'item').orderBy('item.id', 'DESC').limit(limit);
  if (beforeId !== null) query.where('item.id < :beforeId', { beforeId });
  return query.getMany();
}
