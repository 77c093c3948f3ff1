import type { Database, Tx } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import { recordEvent } from '@tablekeep/platform/outbox';
import type { AccountRef } from '@tablekeep/schema/events';
import { In, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import type { ConnectionSeen } from '../domain/account-connection.ts';
import { AccountEntity, type AccountRow, type AccountUse } from './entities.ts';

export async function findAccount(reader: Tx, id: string): Promise<AccountRow | null> {
  return reader.findOne(AccountEntity, { where: { id } });
}

export async function allAccounts(reader: Tx): Promise<AccountRow[]> {
  return reader.find(AccountEntity, { order: { id: 'ASC' } });
}

/** The account's row is the lock of its inventory. */
export async function lockAccount(db: Database, tx: Tx, id: string): Promise<AccountRow | null> {
  return tx.findOne(AccountEntity, { where: { id }, ...db.forUpdate() });
}

export async function findAccounts(reader: Tx, ids: readonly string[]): Promise<AccountRow[]> {
  return reader.find(AccountEntity, { where: { id: In([...ids]) } });
}

/** What the account's roles are marked for. */
export function usesOf({ uses }: Pick<AccountRow, 'uses'>): AccountUse[] {
  return uses ?? ['BACKUP', 'RESTORE'];
}

export function notForBackup({ name }: Pick<AccountRow, 'name'>): string {
  return `The roles of account "${name}" are not marked for BACKUP; updateAccount marks them.`;
}

/** Why a policy cannot back up with the account's roles. */
export function notMarked(account: AccountRow): UserError[] {
  if (usesOf(account).includes('BACKUP')) return [];
  return [{ code: 'NOT_FOR_BACKUP', message: notForBackup(account), path: ['accountId'] }];
}

export function accountRef(row: AccountRow): AccountRef {
  const { id, name, awsAccountId, roleArn, externalId, serviceRoleArn, regions } = row;
  return { id, name, awsAccountId, roleArn, externalId, serviceRoleArn, regions, uses: usesOf(row) };
}

type ScanLook = Pick<AccountRow, 'id' | 'scanAt'>;

/**
 * Accounts whose inventory is to be looked at by now.
 * @param o.until nobody's next look is further away, unless a clock ran ahead
 */
export async function accountsToScan(
  db: Database,
  { now, until }: Readonly<{ now: Date; until: Date }>,
  limit: number,
): Promise<ScanLook[]> {
  return db.reader.find(AccountEntity, {
    select: { id: true, scanAt: true },
    where: [{ scanAt: LessThanOrEqual(now) }, { scanAt: IsNull() }, { scanAt: MoreThan(until) }],
    order: { id: 'ASC' },
    take: limit,
  });
}

export async function noteScanLook(tx: Tx, id: string, scanAt: Date): Promise<void> {
  await tx.update(AccountEntity, { id }, { scanAt });
}

/** Tells everybody who keeps a projection of accounts. */
export async function announceAccount(db: Database, tx: Tx, row: AccountRow, deleted: boolean): Promise<void> {
  await recordEvent(db, tx, {
    type: 'dev.tablekeep.account.changed.v1',
    subject: row.id,
    data: { account: accountRef(row), deleted },
  });
}

/** Keeps what a call with this role has shown; says nothing of a role that was put in its place meanwhile. */
export async function noteConnection(db: Database, account: AccountRow, seen: ConnectionSeen | null): Promise<void> {
  if (!seen) return;
  if (seen.connection === account.connection && seen.connectionMessage === account.connectionMessage) return;
  const { id, roleArn } = account;
  await db.transaction((tx) => tx.update(AccountEntity, { id, roleArn }, seen));
}
