import type { Database, Tx } from '@tablekeep/platform/database';
import type { Role } from '@tablekeep/platform/identity';
import { In, IsNull } from 'typeorm';
import { ApiTokenEntity, type ApiTokenRow } from './entities.ts';

/** How stale `lastUsedAt` may be: one write a minute for a token, not one a request. */
const LAST_USED_GRAIN_MS = 60_000;

export async function findLiveToken(db: Database, secretHash: string): Promise<ApiTokenRow | null> {
  return db.reader.findOne(ApiTokenEntity, { where: { secretHash, revokedAt: IsNull() } });
}

/** Which of them still open the door. */
export async function liveTokenIds(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.reader.find(ApiTokenEntity, {
    select: { id: true },
    where: { id: In([...ids]), revokedAt: IsNull() },
  });
  return new Set(rows.map(({ id }) => id));
}

export async function noteTokenUse(db: Database, token: ApiTokenRow, now: Date): Promise<void> {
  if (token.lastUsedAt !== null && now.getTime() - token.lastUsedAt.getTime() < LAST_USED_GRAIN_MS) return;
  await db.transaction((tx) => tx.update(ApiTokenEntity, { id: token.id }, { lastUsedAt: now }).then(() => undefined));
}

export async function listTokens(db: Database): Promise<ApiTokenRow[]> {
  return db.reader.find(ApiTokenEntity, { order: { createdAt: 'ASC', id: 'ASC' } });
}

/** True where the token is new; the same secret a second time is the same token. */
export async function insertToken(
  db: Database,
  tx: Tx,
  row: Readonly<{ id: string; name: string; role: Role; secretHash: string; createdAt: Date }>,
): Promise<boolean> {
  return db.insertOnce(tx, ApiTokenEntity, { ...row, lastUsedAt: null, revokedAt: null });
}

/** Revoking twice keeps the first time. Null where there is no such token. */
export async function revokeToken(db: Database, id: string, now: Date): Promise<ApiTokenRow | null> {
  return db.transaction(async (tx) => {
    await tx.update(ApiTokenEntity, { id, revokedAt: IsNull() }, { revokedAt: now });
    return tx.findOne(ApiTokenEntity, { where: { id } });
  });
}
