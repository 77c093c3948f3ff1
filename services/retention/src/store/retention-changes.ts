import type { Database, Tx } from '@tablekeep/platform/database';
import { IsNull, LessThan } from 'typeorm';
import { RestorePointEntity } from './entities.ts';
import { withoutPermit } from './fate.ts';
import { RetentionChangeEntity, type RetentionChangeRow } from './retention-entities.ts';
import { lightPoints, type LightRow } from './retained-points.ts';

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_FORGOTTEN_AT_ONCE = 100;

/** The policy's points that are there and ours, newest first. */
export async function pointsOfPolicy(
  reader: Tx,
  { policyId, tableArn, limit }: Readonly<{ policyId: string; tableArn: string | null; limit: number }>,
): Promise<LightRow[]> {
  const found = await reader.find(RestorePointEntity, {
    select: { id: true },
    where: { policyId, deletedAt: IsNull(), foreignBecause: IsNull(), ...(tableArn !== null && { tableArn }) },
    order: { createdAt: 'DESC', id: 'DESC' },
    take: limit,
  });
  const rows = new Map(
    (
      await lightPoints(
        reader,
        found.map(({ id }) => id),
      )
    ).map((row) => [row.id, row]),
  );
  return found.flatMap(({ id }) => rows.get(id) ?? []);
}

/** Stores it, and forgets some of those that nobody can use any more. */
export async function storeChange(tx: Tx, change: RetentionChangeRow, now: Date): Promise<void> {
  await tx.insert(RetentionChangeEntity, change);
  const old = await tx.find(RetentionChangeEntity, {
    select: { id: true },
    where: { expiresAt: LessThan(new Date(now.getTime() - KEPT_MS)) },
    take: MOST_FORGOTTEN_AT_ONCE,
  });
  for (const { id } of old) await tx.delete(RetentionChangeEntity, { id });
}

/** Held by this transaction: it is applied once. */
export async function claimChange(db: Database, tx: Tx, id: string): Promise<RetentionChangeRow | null> {
  return tx.findOne(RetentionChangeEntity, { where: { id }, ...db.forUpdate() });
}

/**
 * Gives each point its new end, and so revokes every wish to delete it that was made before; gives how many no longer stand
 * as they were shown, or are on their way out. What ends before `grace` stays until then.
 */
export async function applyChange(
  tx: Tx,
  { id: previewId, changes }: RetentionChangeRow,
  { now, grace, forgotten }: Readonly<{ now: Date; grace: Date; forgotten: Date }>,
): Promise<number> {
  let stale = 0;
  for (const { id, version, flags, expiresAt: end, keepNewest } of changes) {
    const expiresAt = end === null ? null : new Date(end);
    const graceUntil = expiresAt !== null && expiresAt < grace ? grace : null;
    const { affected } = await tx.update(
      RestorePointEntity,
      withoutPermit({ id, version, deletedAt: IsNull() }, forgotten),
      {
        flags: [...flags],
        expiresAt,
        keepNewest,
        graceUntil,
        nextLookAt: graceUntil ?? expiresAt,
        version: () => 'version + 1',
      },
    );
    if (affected !== 1) stale += 1;
  }
  await tx.update(RetentionChangeEntity, { id: previewId }, { appliedAt: now });
  return stale;
}
