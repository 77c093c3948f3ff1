import { databaseTime, type Database, type Tx } from '@tablekeep/platform/database';
import { OneTimeKeysEntity, type OneTimeKeysRow } from './entities.ts';

/** The first that came for the session stay: a second delivery changes nothing. */
export async function storeOneTimeKeys(db: Database, row: OneTimeKeysRow): Promise<void> {
  await db.transaction((tx) => db.insertOnce(tx, OneTimeKeysEntity, row));
}

export async function findOneTimeKeys(db: Database, sessionId: string): Promise<OneTimeKeysRow | null> {
  return db.reader.findOneBy(OneTimeKeysEntity, { sessionId });
}

export async function eraseOneTimeKeys(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(OneTimeKeysEntity, { sessionId });
}

/** Those whose time is up by the database's clock. Safe to run anywhere, any number of times. */
export async function eraseExpiredKeys(db: Database): Promise<void> {
  await db.transaction((tx) =>
    db.execute(tx, `DELETE FROM one_time_keys WHERE expires_at <= ${databaseTime(db.dialect)}`),
  );
}
