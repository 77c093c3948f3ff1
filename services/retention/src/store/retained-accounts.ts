import type { Database, Tx } from '@tablekeep/platform/database';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import {
  AnnouncedRetentionEntity,
  RetainedAccountEntity,
  type AnnouncedRetentionRow,
  type RetainedAccountRow,
} from './retention-entities.ts';

/** From its first point on an account has retention. */
export async function retainAccount(
  db: Database,
  tx: Tx,
  { accountId, awsAccountId }: Pick<RetainedAccountRow, 'accountId' | 'awsAccountId'>,
  now: Date,
): Promise<void> {
  if (await tx.existsBy(RetainedAccountEntity, { accountId })) return;
  await db.insertOnce(tx, RetainedAccountEntity, { accountId, awsAccountId, lookAt: now, lastDay: null });
}

export async function findRetained(reader: Tx, accountId: string): Promise<RetainedAccountRow | null> {
  return reader.findOneBy(RetainedAccountEntity, { accountId });
}

/** The twelve digits of each account that has points. */
export async function awsIdsOf(reader: Tx, accountIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.findBy(RetainedAccountEntity, { accountId: In([...accountIds]) });
  return new Map(rows.map(({ accountId, awsAccountId }) => [accountId, awsAccountId]));
}

/** The longest waiting first. */
export async function accountsToLookAt(db: Database, now: Date, limit: number): Promise<RetainedAccountRow[]> {
  return db.reader.find(RetainedAccountEntity, {
    where: { lookAt: LessThanOrEqual(now) },
    order: { lookAt: 'ASC', accountId: 'ASC' },
    take: limit,
  });
}

/** The account, locked, if nobody has looked at it since; a second replica that waited for the lock finds it moved on. */
export async function claimAccount(
  db: Database,
  tx: Tx,
  { accountId, lookAt }: Pick<RetainedAccountRow, 'accountId' | 'lookAt'>,
): Promise<RetainedAccountRow | null> {
  const row = await tx.findOne(RetainedAccountEntity, { where: { accountId }, ...db.forUpdate() });
  return row?.lookAt.getTime() === lookAt.getTime() ? row : null;
}

export async function noteLooked(
  tx: Tx,
  accountId: string,
  looked: Pick<RetainedAccountRow, 'lookAt' | 'lastDay'>,
): Promise<void> {
  await tx.update(RetainedAccountEntity, { accountId }, looked);
}

/** After a change of the settings every account's day is another one. */
export async function lookAtAll(tx: Tx, now: Date): Promise<void> {
  await tx.update(RetainedAccountEntity, { lookAt: MoreThan(now) }, { lookAt: now });
}

export async function retainedAccounts(reader: Tx, limit: number): Promise<RetainedAccountRow[]> {
  return reader.find(RetainedAccountEntity, { order: { accountId: 'ASC' }, take: limit });
}

export async function noteAnnounced(db: Database, tx: Tx, row: AnnouncedRetentionRow): Promise<void> {
  await db.insertOnce(tx, AnnouncedRetentionEntity, row);
}

/** Its session has been heard of. A second time there is nothing to forget. */
export async function noteDayTaken(tx: Tx, sessionId: string): Promise<void> {
  await tx.delete(AnnouncedRetentionEntity, { sessionId });
}

/** Days announced until then whose session nobody has heard of yet, the oldest first. `alerted`: told of, or not yet. */
export async function announcedBefore(
  db: Database,
  before: Date,
  alerted: boolean,
  limit: number,
): Promise<AnnouncedRetentionRow[]> {
  return db.reader.find(AnnouncedRetentionEntity, {
    where: { alerted, announcedAt: LessThanOrEqual(before) },
    order: { announcedAt: 'ASC' },
    take: limit,
  });
}

/** Told of or not, the longest waiting first. */
export async function daysAnnouncedBefore(db: Database, before: Date): Promise<AnnouncedRetentionRow[]> {
  return db.reader.find(AnnouncedRetentionEntity, {
    where: { announcedAt: LessThanOrEqual(before) },
    order: { announcedAt: 'ASC' },
  });
}

/** True for whoever is first to tell. */
export async function claimAlert(tx: Tx, sessionId: string): Promise<boolean> {
  const { affected } = await tx.update(AnnouncedRetentionEntity, { sessionId, alerted: false }, { alerted: true });
  return affected === 1;
}
