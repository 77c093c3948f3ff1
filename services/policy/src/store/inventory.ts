import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { In, IsNull, LessThan, LessThanOrEqual, Not } from 'typeorm';
import type { SelectableTable } from '../domain/select-tables.ts';
import { lockAccount } from './accounts.ts';
import {
  AccountEntity,
  AppliedScanEntity,
  LastBackupEntity,
  ScanChunkEntity,
  TableEntity,
  type TableRow,
} from './entities.ts';

type Scanned = EventData<'dev.tablekeep.inventory.scanned.v1'>;
const LOOKUP = 500;

/**
 * Keeps one chunk of a scan; with the last one the whole scan is applied. Chunks may come in any order and more than once:
 * a chunk is stored once by its key, and an applied scan is remembered. True where the scan is whole now.
 */
export async function storeScanChunk(db: Database, tx: Tx, chunk: Scanned): Promise<boolean> {
  if (await tx.exists(AppliedScanEntity, { where: { scanId: chunk.scanId } })) return false;
  const startedAt = new Date(chunk.startedAt);
  const { scanId, accountId, region, tables } = chunk;
  // The account's row is the lock: two chunks that arrive at once must not each miss the other.
  await lockAccount(db, tx, accountId);
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
    { scanId, accountId, region, startedAt },
    chunks.flatMap((one) => one.tables),
  );
  await tx.delete(ScanChunkEntity, { scanId });
  return true;
}

type Scan = Readonly<{ scanId: string; accountId: string; region: string; startedAt: Date }>;

/** A scan that began before the one that is in the inventory changes nothing: it knows less. */
async function applyScan(db: Database, tx: Tx, scan: Scan, tables: readonly TableSettings[]): Promise<void> {
  const { accountId, region, startedAt } = scan;
  if (!(await db.insertOnce(tx, AppliedScanEntity, scan))) return;
  await tx.update(AccountEntity, { id: accountId }, { connection: 'CONNECTED', connectionMessage: null });
  const newer = await tx.exists(AppliedScanEntity, {
    where: { accountId, region, startedAt: Not(LessThanOrEqual(startedAt)) },
  });
  if (newer) return;
  const rows = tables.map((settings): TableRow => ({
    arn: settings.tableArn,
    accountId,
    region,
    name: settings.tableName,
    settings,
    scanStartedAt: startedAt,
    vanishedAt: null,
  }));
  for (let i = 0; i < rows.length; i += LOOKUP)
    await tx.delete(TableEntity, { arn: In(rows.slice(i, i + LOOKUP).map((row) => row.arn)) });
  await db.insertMany(tx, TableEntity, rows);
  await tx.update(
    TableEntity,
    { accountId, region, scanStartedAt: LessThan(startedAt), vanishedAt: IsNull() },
    { vanishedAt: startedAt },
  );
}

/** True where the inventory holds all of these scans, or newer ones of the same Regions. */
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

export function selectable(row: TableRow): SelectableTable & { tableId: string } {
  return { arn: row.arn, name: row.name, region: row.region, tags: row.settings.tags, tableId: row.settings.tableId };
}

/** The newest backup counts, whatever the order in which they are told. */
export async function noteBackup(db: Database, tx: Tx, tableArn: string, at: Date): Promise<void> {
  if (await db.insertOnce(tx, LastBackupEntity, { tableArn, lastBackupAt: at })) return;
  await tx.update(LastBackupEntity, { tableArn, lastBackupAt: LessThan(at) }, { lastBackupAt: at });
}

export async function lastBackups(reader: Tx, arns: readonly string[]): Promise<Map<string, Date>> {
  const rows = await reader.find(LastBackupEntity, { where: { tableArn: In([...arns]) } });
  return new Map(rows.map((row) => [row.tableArn, row.lastBackupAt]));
}
