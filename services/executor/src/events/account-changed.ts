import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { storeAccount } from '../store/accounts.ts';

/**
 * Keeps the executor's copy of an account. A second delivery writes the same; an older announcement that comes late loses
 * against the time of the one that is stored.
 */
export function onAccountChanged(db: Database) {
  return async (tx: Tx, event: EventEnvelope<'dev.tablekeep.account.changed.v1'>): Promise<void> => {
    await storeAccount(db, tx, event.data.account, event.data.deleted, event.time);
  };
}
