import type { Tx } from '@tablekeep/platform/database';
import { IsNull, Not } from 'typeorm';
import { RestorePointEntity } from './entities.ts';

const awaiting = (accountId: string) => ({ accountId, awaitsReviewSince: Not(IsNull()), deletedAt: IsNull() });

/** How many of the account's points wait for a person. */
export async function countAwaiting(reader: Tx, accountId: string): Promise<number> {
  return reader.countBy(RestorePointEntity, awaiting(accountId));
}

/** Retention looks at them anew. How many there were. */
export async function releaseAwaiting(tx: Tx, accountId: string): Promise<number> {
  const { affected } = await tx.update(RestorePointEntity, awaiting(accountId), {
    awaitsReviewSince: null,
    nextLookAt: () => 'expires_at',
  });
  return affected ?? 0;
}
