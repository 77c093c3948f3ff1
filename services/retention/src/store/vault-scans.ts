import { MOST_IN, type Database, type Tx } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import type { VaultPoint, VaultScanned } from '@tablekeep/schema/vault-points';
import { In, LessThan, MoreThan } from 'typeorm';
import { pieces } from '@tablekeep/platform/lists';
import {
  AdoptionEntity,
  VaultGateEntity,
  VaultScanChunkEntity,
  VaultScanEntity,
  VaultScanPointEntity,
  type VaultScanPointRow,
  type VaultScanRow,
} from './vault-entities.ts';

/** A session that needs a listing is planned within minutes of it; older ones are for people who ask what was seen. */
export const SCANS_KEPT_MS = 3 * 24 * 60 * 60 * 1000;
const MOST_FORGOTTEN_AT_ONCE = 20;

/** Taken before what vaults of the account show is stored, and before anybody decides to wait for it. */
export async function lockVaultGate(db: Database, tx: Tx, accountId: string): Promise<void> {
  const locked = () => tx.findOne(VaultGateEntity, { where: { accountId }, ...db.forUpdate() });
  if ((await locked()) !== null) return;
  await db.insertOnce(tx, VaultGateEntity, { accountId });
  await locked();
}

/**
 * Keeps one chunk of a look at a vault; under the account's gate. Chunks come in any order and more than once: null for one
 * that was stored before, or that is so late that its scan has been forgotten.
 */
export async function storeVaultChunk(
  db: Database,
  tx: Tx,
  { scanId, chunk, chunks, points, ...of }: VaultScanned,
  now: Date,
): Promise<VaultScanRow | null> {
  const startedAt = new Date(of.startedAt);
  if (startedAt.getTime() < now.getTime() - SCANS_KEPT_MS) return null;
  if (!(await db.insertOnce(tx, VaultScanChunkEntity, { scanId, chunk }))) return null;
  const { sessionId, accountId, region, vaultName, complete, awsAheadMs = null } = of;
  const header = { scanId, sessionId, accountId, region, vaultName, startedAt, complete, chunks, awsAheadMs };
  await db.insertOnce(tx, VaultScanEntity, { ...header, points: 0, wholeAt: null });
  // A listing that grew while it was read may show a point on two pages.
  const fresh = [...new Map(points.map((point) => [restorePointIdOf(point.recoveryPointArn), point]))];
  const twice = await storedIds(
    tx,
    scanId,
    fresh.map(([id]) => id),
  );
  const rows = fresh.flatMap(([pointId, point]) => {
    const { recoveryPointArn, status } = point;
    return twice.has(pointId) ? [] : [{ scanId, pointId, recoveryPointArn, status, point }];
  });
  await db.insertMany(tx, VaultScanPointEntity, rows);
  const arrived = await tx.count(VaultScanChunkEntity, { where: { scanId } });
  const whole = arrived >= chunks ? { wholeAt: now } : {};
  await tx.increment(VaultScanEntity, { scanId }, 'points', rows.length);
  if (arrived >= chunks) await tx.update(VaultScanEntity, { scanId }, whole);
  return tx.findOneByOrFail(VaultScanEntity, { scanId });
}

async function storedIds(tx: Tx, scanId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const piece of pieces(ids, MOST_IN)) {
    const rows = await tx.find(VaultScanPointEntity, {
      select: { scanId: true, pointId: true },
      where: { scanId, pointId: In(piece) },
    });
    for (const row of rows) found.add(row.pointId);
  }
  return found;
}

/** A look at a vault of which everything has arrived. */
export type WholeScan = Readonly<{
  scanId: string;
  accountId: string;
  region: string;
  vaultName: string;
  startedAt: Date;
  /** True: the whole vault was listed, so that a point which is not in it was not there. */
  complete: boolean;
  points: number;
  /** By how much AWS's clock was ahead of the executor's; null: it did not say. Milliseconds. */
  awsAheadMs: number | null;
  /** Those of the points that the look saw, by ARN, as AWS showed them. Asks for thousands at once. */
  find(recoveryPointArns: readonly string[]): Promise<ReadonlyMap<string, VaultPoint>>;
}>;

/** Null while not all of it is there: it is on its way, or was never made, or has been forgotten after three days. */
export async function wholeScan(reader: Tx, scanId: string): Promise<WholeScan | null> {
  const row = await reader.findOneBy(VaultScanEntity, { scanId });
  if (row?.wholeAt == null) return null;
  const { accountId, region, vaultName, startedAt, complete, points, awsAheadMs } = row;
  const find = (arns: readonly string[]) => pointsOfScan(reader, scanId, arns);
  return { scanId, accountId, region, vaultName, startedAt, complete, points, awsAheadMs, find };
}

async function pointsOfScan(
  reader: Tx,
  scanId: string,
  arns: readonly string[],
): Promise<ReadonlyMap<string, VaultPoint>> {
  const found = new Map<string, VaultPoint>();
  for (const piece of pieces([...new Set(arns)], MOST_IN)) {
    const rows = await reader.find(VaultScanPointEntity, {
      where: { scanId, pointId: In(piece.map(restorePointIdOf)) },
    });
    for (const { recoveryPointArn, point } of rows) found.set(recoveryPointArn, point);
  }
  return found;
}

/** All points of a look, so many at a time. */
export async function* pagesOfScan(
  reader: Tx,
  scanId: string,
  size = MOST_IN,
): AsyncGenerator<readonly VaultScanPointRow[]> {
  for (let after = ''; ;) {
    const page = await reader.find(VaultScanPointEntity, {
      where: { scanId, pointId: MoreThan(after) },
      order: { pointId: 'ASC' },
      take: size,
    });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1)?.pointId ?? '';
  }
}

/** Whether all of these looks have arrived whole. */
export async function holdsVaultScans(tx: Tx, scanIds: readonly string[]): Promise<boolean> {
  for (const piece of pieces(scanIds, MOST_IN)) {
    const rows = await tx.findBy(VaultScanEntity, { scanId: In(piece) });
    if (rows.filter((row) => row.wholeAt !== null).length < piece.length) return false;
  }
  return true;
}

/** Forgets some of the looks that nobody needs any more; each in a transaction of its own, since one may have a million points. */
export async function forgetOldScans(db: Database, now: Date): Promise<void> {
  const old = await db.reader.find(VaultScanEntity, {
    where: { startedAt: LessThan(new Date(now.getTime() - SCANS_KEPT_MS)) },
    order: { startedAt: 'ASC' },
    take: MOST_FORGOTTEN_AT_ONCE,
  });
  for (const { scanId } of old) {
    await db.transaction(async (tx) => {
      for (const entity of [VaultScanPointEntity, VaultScanChunkEntity, AdoptionEntity, VaultScanEntity]) {
        await tx.delete(entity, { scanId });
      }
    });
  }
}
