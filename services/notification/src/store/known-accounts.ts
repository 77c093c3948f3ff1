import type { Database, Tx } from '@tablekeep/platform/database';
import { KnownAccountEntity, type KnownAccountRow } from './entities.ts';

/** What an account is called, for the words of messages; null: nobody has announced it. */
export function knownAccount(tx: Tx, accountId: string): Promise<KnownAccountRow | null> {
  return tx.findOne(KnownAccountEntity, { where: { accountId } });
}

export function knownAccounts(db: Database): Promise<KnownAccountRow[]> {
  return db.reader.find(KnownAccountEntity);
}
