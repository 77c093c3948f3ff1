import type { Database, Tx } from '@tablekeep/platform/database';
import type { AccountRef } from '@tablekeep/schema/events';
import { AccountEntity } from './entities.ts';

/** Keeps the newest announcement: an older one that arrives late changes nothing. */
export async function storeAccount(
  db: Database,
  tx: Tx,
  account: AccountRef,
  deleted: boolean,
  announcedAt: string,
): Promise<void> {
  const row = { id: account.id, account, deleted, announcedAt };
  if (await db.insertOnce(tx, AccountEntity, row)) return;
  const known = await tx.findOne(AccountEntity, { where: { id: account.id }, ...db.forUpdate() });
  if (known && known.announcedAt > announcedAt) return;
  await tx.update(AccountEntity, { id: account.id }, { account, deleted, announcedAt });
}

/** As announced; null where nothing was announced of it yet. */
export async function findAccount(db: Database, id: string): Promise<AccountRef | 'deleted' | null> {
  const row = await db.reader.findOneBy(AccountEntity, { id });
  if (!row) return null;
  return row.deleted ? 'deleted' : row.account;
}
