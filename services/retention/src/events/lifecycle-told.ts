import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import { findPoints } from '../store/restore-points.ts';
import { noteDeleteAt } from '../store/safety-nets.ts';
import { noteLocks } from '../store/vault-locks.ts';

type Lifecycle = NonNullable<EventData<'dev.tablekeep.task.succeeded.v1'>['lifecycle']>;

/**
 * When AWS deletes the point now. Where its vault is locked nobody can change that, and nobody asks for it again: the lock is
 * remembered. A second delivery, or one that comes after a later word, changes nothing.
 */
export async function noteLifecycle(db: Database, tx: Tx, lifecycle: Lifecycle, asOf: Date): Promise<void> {
  await noteDeleteAt(tx, lifecycle, asOf);
  if (lifecycle.lockedBecause === undefined) return;
  for (const { accountId, region, vaultName } of await findPoints(tx, [lifecycle.restorePointId])) {
    await noteLocks(db, tx, accountId, [{ region, vaultName, locked: true, askedAt: asOf }]);
  }
}
