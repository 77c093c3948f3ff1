import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { KnownAccountEntity } from '../store/entities.ts';

/** Keeps what accounts are called. The newest announcement stands, in whatever order they come. */
export async function onAccountChanged(
  db: Database,
  tx: Tx,
  { data, time }: EventEnvelope<'dev.tablekeep.account.changed.v1'>,
): Promise<void> {
  // The name stays after a deletion: runs that end then still say whose they were.
  if (data.deleted) return;
  const { id: accountId, name, awsAccountId } = data.account;
  const row = { accountId, name: name.slice(0, 255), awsAccountId, announcedAt: new Date(time) };
  if (await db.insertOnce(tx, KnownAccountEntity, row)) return;
  const known = await tx.findOne(KnownAccountEntity, { where: { accountId }, ...db.forUpdate() });
  if (known && known.announcedAt < row.announcedAt) await tx.update(KnownAccountEntity, { accountId }, row);
}
