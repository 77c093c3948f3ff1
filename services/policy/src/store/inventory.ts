import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import { tellUnprotected } from '../tell-unprotected.ts';
import { CONNECTED } from '../domain/account-connection.ts';
import type { SelectableTable } from '../domain/select-tables.ts';
import { lockAccount } from './accounts.ts';
import {
  AccountEntity,
  AppliedScanEntity,
  ScanChunkEntity,
  TableEntity,
  TablePointsEntity,
  type AccountRow,
  type AppliedScanRow,
  type TableRow,
} from './entities.ts';

type Scanned = EventData<'dev.tablekeep.inventory.scanned.v1'>;
const LOOKUP = 500;

/**
 * Keeps one chunk of a scan; with the last one the whole scan is applied. Chunks may come in any order and more than once:
 * a chunk is stored once by its key, and an applied scan is remembered. True where the scan is whole now.
 */
export async function storeScanChunk(db: Database, tx: Tx, chunk: Scanned, now: Date): Promise<boolean> {
  const { scanId, accountId, region, tables } = chunk;
  // The account's row is the lock, taken before any look: two chunks that arrive at once must not each miss the other.
  const account = await lockAccount(db, tx, accountId);
  if (!account || (await tx.exists(AppliedScanEntity, { where: { scanId } }))) return false;
  const startedAt = new Date(chunk.startedAt);
  await db.insertOnce(tx, ScanChunkEntity, {
    scanId,
    chunk: chunk.chunk,
    chunks: chunk.chunks,
    accountId,
    region,
    startedAt,
    tables,
  });
  const chunks = await tx.find(ScanChunkEntity, { where: { scanId } });
  if (chunks.length < chunk.chunks) return false;
  await applyScan(
    db,
    tx,
    account,
    { scanId, accountId, region, startedAt, appliedAt: now },
    chunks.flatMap((one) => one.tables),
  );
  await tx.delete(ScanChunkEntity, { scanId });
  return true;
}

/**
 * A scan that began before the one that is in the inventory changes nothing: it knows less. Nor does one of a Region that
 * the account no longer has: nobody would ever scan its tables again.
 */
async function applyScan(
  db: Database,
  tx: Tx,
  account: AccountRow,
  scan: AppliedScanRow,
  tables: readonly TableSettings[],
): Promise<void> {
  const { accountId, region, startedAt } = scan;
  const newer = await tx.exists(AppliedScanEntity, { where: { accountId, region, startedAt: MoreThan(startedAt) } });
  await tx.insert(AppliedScanEntity, scan);
  if (newer) return;
  await tx.update(AccountEntity, { id: accountId }, CONNECTED);
  if (!account.regions.includes(region)) return;
  const rows = tables.map((settings): TableRow => ({
    arn: settings.tableArn,
    accountId,
    region,
    name: settings.tableName,
    settings,
    scanStartedAt: startedAt,
    vanishedAt: null,
  }));
  await tellUnprotected(db, tx, account, scan, await newTables(tx, rows));
  for (let i = 0; i < rows.length; i += LOOKUP)
    await tx.delete(TableEntity, { arn: In(rows.slice(i, i + LOOKUP).map((row) => row.arn)) });
  await db.insertMany(tx, TableEntity, rows);
  await tx.update(
    TableEntity,
    { accountId, region, scanStartedAt: LessThan(startedAt), vanishedAt: IsNull() },
    { vanishedAt: startedAt },
  );
}

/** Those that the inventory does not have, or has of another table of that name, or as vanished. */
async function newTables(tx: Tx, rows: readonly TableRow[]): Promise<TableRow[]> {
  const known = new Set<string>();
  for (let i = 0; i < rows.length; i += LOOKUP) {
    const arns = rows.slice(i, i + LOOKUP).map((row) => row.arn);
    for (const row of await tx.find(TableEntity, { where: { arn: In(arns), vanishedAt: IsNull() } }))
      known.add(`${row.arn} ${row.settings.tableId}`);
  }
  return rows.filter((row) => !known.has(`${row.arn} ${row.settings.tableId}`));
}

/** Whether a scan of the account that began after this moment has reached the inventory. */
export async function scannedSince(tx: Tx, accountId: string, moment: Date): Promise<boolean> {
  return tx.exists(AppliedScanEntity, { where: { accountId, startedAt: MoreThan(moment) } });
}

/** Forgets tables of Regions that the account does not have (any more). */
export async function forgetOtherRegions(tx: Tx, accountId: string, regions: readonly string[]): Promise<void> {
  await tx.delete(TableEntity, { accountId, region: Not(In([...regions])) });
}

/** Forgets everything that scans have told of an account. */
export async function forgetInventory(tx: Tx, accountId: string): Promise<void> {
  for (const entity of [TableEntity, ScanChunkEntity, AppliedScanEntity]) await tx.delete(entity, { accountId });
}

/** True where all of these scans have reached the inventory; where a newer one had come first, it holds that. */
export async function holdsScans(tx: Tx, scanIds: readonly string[]): Promise<boolean> {
  if (scanIds.length === 0) return true;
  return (await tx.count(AppliedScanEntity, { where: { scanId: In([...scanIds]) } })) === scanIds.length;
}

export async function tablesOfRegions(reader: Tx, accountId: string, regions: readonly string[]): Promise<TableRow[]> {
  return reader.find(TableEntity, {
    where: { accountId, region: In([...regions]), vanishedAt: IsNull() },
    order: { arn: 'ASC' },
  });
}

/** Regions of which the inventory holds a scan that began after this moment. */
export async function regionsScannedSince(reader: Tx, accountId: string, since: Date): Promise<ReadonlySet<string>> {
  const scans = await reader.find(AppliedScanEntity, { where: { accountId, startedAt: MoreThan(since) } });
  return new Set(scans.map((scan) => scan.region));
}

export async function tablesByArn(reader: Tx, arns: readonly string[]): Promise<TableRow[]> {
  return reader.find(TableEntity, { where: { arn: In([...new Set(arns)]) }, order: { arn: 'ASC' } });
}

export function selectable({
  arn,
  name,
  region,
  settings,
}: TableRow): SelectableTable & { tableId: string; sizeBytes: number } {
  const { tags, tableId, sizeBytes } = settings;
  return { arn, name, region, tags, tableId, sizeBytes };
}

export async function lastBackups(reader: Tx, arns: readonly string[]): Promise<Map<string, Date>> {
  const rows = await reader.find(TablePointsEntity, { where: { tableArn: In([...arns]), newestAt: Not(IsNull()) } });
  return new Map(rows.flatMap(({ tableArn, newestAt }) => (newestAt === null ? [] : [[tableArn, newestAt] as const])));
}
