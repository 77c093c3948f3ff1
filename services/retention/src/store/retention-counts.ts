import type { Database, Tx } from '@tablekeep/platform/database';
import { RetentionCountEntity } from './retention-entities.ts';

export type Counted = 'deleted' | 'refused';

/** Counts in the transaction of what is counted: what metrics show has happened, whatever became of the process. */
export async function count(db: Database, tx: Tx, name: Counted, label: string, by = 1): Promise<void> {
  await db.insertOnce(tx, RetentionCountEntity, { name, label, count: 0 });
  await tx.increment(RetentionCountEntity, { name, label }, 'count', by);
}

export async function countsOf(reader: Tx, name: Counted): Promise<{ label: string; count: number }[]> {
  return reader.find(RetentionCountEntity, { select: { name: true, label: true, count: true }, where: { name } });
}
