import { inPieces, timeOf, type Database, type Tx } from '@tablekeep/platform/database';
import type { EventData, UnreadableTable } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { Equal, In, IsNull, MoreThan, Not } from 'typeorm';
import { tellUnprotected } from '../tell-unprotected.ts';
import { CLOCK_MS } from '../domain/schedules/plan-slots.ts';
import { CONNECTED } from '../domain/account-connection.ts';
import type { SelectableTable } from '../domain/select-tables.ts';
import { lockAccount } from './accounts.ts';
import { judgedByArn, type JudgedTable } from './judged-tables.ts';
import {
  AccountEntity,
  AppliedScanEntity,
  ScanChunkEntity,
  TableEntity,
  UnreadableTableEntity,
  type AccountRow,
  type AppliedScanRow,
  type TableRow,
  type UnreadableTableRow,
} from './entities.ts';

type Scanned = EventData<'dev.tablekeep.inventory.scanned.v1'>;
const LOOKUP = 500;
/** Everything that is kept by account and Region. */
const INVENTORY = [TableEntity, UnreadableTableEntity, ScanChunkEntity, AppliedScanEntity] as const;

/** `tableId` null: it could not be read. */
export type RunnableTable = SelectableTable & Readonly<{ tableId: string | null; sizeBytes: number }>;

/** A table of a scan; `former`: as the inventory had it, under the same id. */
export type SeenTable = Readonly<{ row: TableRow & { since: Date }; former: JudgedTable | null }>;

/**
 * Keeps one chunk of a scan; with the last one the whole scan is applied. Chunks may come in any order and more than once:
 * a chunk is stored once by its key, and an applied scan is remembered. A scan of a Region that the account no longer has is
 * not kept: nobody would ever scan its tables again. True where the scan is whole now.
 */
export async function storeScanChunk(db: Database, tx: Tx, chunk: Scanned, now: Date): Promise<boolean> {
  const { scanId, accountId, region, tables, unreadable = [] } = chunk;
  // The account's row is the lock, taken before any look: two chunks that arrive at once must not each miss the other.
  const account = await lockAccount(db, tx, accountId);
  if (!account?.regions.includes(region)) return false;
  if (await tx.exists(AppliedScanEntity, { where: { scanId } })) return false;
  await forgetTimesAhead(tx, accountId, now);
  // By a clock that runs ahead it would begin later than those to come, which would be dropped as older.
  const startedAt = new Date(Math.min(Date.parse(chunk.startedAt), now.getTime()));
  await db.insertOnce(tx, ScanChunkEntity, {
    scanId,
    chunk: chunk.chunk,
    chunks: chunk.chunks,
    accountId,
    region,
    startedAt,
    tables,
    unreadable,
  });
  const chunks = await tx.find(ScanChunkEntity, { where: { scanId } });
  if (chunks.length < chunk.chunks) return false;
  await applyScan(
    db,
    tx,
    account,
    { scanId, accountId, region, startedAt, appliedAt: now },
    {
      tables: chunks.flatMap((one) => one.tables),
      unreadable: chunks.flatMap((one) => one.unreadable ?? []),
    },
  );
  await tx.delete(ScanChunkEntity, { scanId });
  return true;
}

/** When a scan began whose time is not known: every other is newer, and its Region is due for one. */
const NOBODY_KNOWS = new Date(0);

/**
 * Scans from before a clock was put right would pass for the newest of their Regions until their time comes: whatever is
 * scanned meanwhile would be dropped as older. What they saw counts, their time does not. The caller holds the account's row.
 */
export async function forgetTimesAhead(tx: Tx, accountId: string, now: Date): Promise<void> {
  const ahead = MoreThan(new Date(now.getTime() + CLOCK_MS));
  const forgotten = { startedAt: NOBODY_KNOWS, appliedAt: null };
  await tx.update(AppliedScanEntity, { accountId, startedAt: ahead }, forgotten);
  await tx.update(AppliedScanEntity, { accountId, appliedAt: ahead }, forgotten);
}

/** A scan that began before the one that is in the inventory changes nothing: it knows less. */
async function applyScan(
  db: Database,
  tx: Tx,
  account: AccountRow,
  scan: AppliedScanRow,
  { tables, unreadable }: Readonly<{ tables: readonly TableSettings[]; unreadable: readonly UnreadableTable[] }>,
): Promise<void> {
  const { accountId, region, startedAt } = scan;
  const newer = await tx.exists(AppliedScanEntity, { where: { accountId, region, startedAt: MoreThan(startedAt) } });
  await tx.insert(AppliedScanEntity, scan);
  if (newer) return;
  await tx.update(AccountEntity, { id: accountId }, CONNECTED);
  const arns = tables.map((settings) => settings.tableArn);
  const known = new Map((await judgedByArn(db, tx, arns)).map((table) => [table.arn, table]));
  const rows = tables.map((settings): SeenTable => {
    const before = known.get(settings.tableArn) ?? null;
    const former = before?.tableId === settings.tableId ? before : null;
    return { row: rowOf(settings, scan, former), former };
  });
  await tellUnprotected(db, tx, account, scan, rows);
  for (let i = 0; i < arns.length; i += LOOKUP) await tx.delete(TableEntity, { arn: In(arns.slice(i, i + LOOKUP)) });
  await db.insertMany(
    tx,
    TableEntity,
    rows.map(({ row }) => row),
  );
  // Later ones too: they were seen by a scan whose time was ahead.
  await tx.update(
    TableEntity,
    { accountId, region, scanStartedAt: Not(Equal(startedAt)), vanishedAt: IsNull() },
    { vanishedAt: startedAt },
  );
  await noteUnreadable(db, tx, scan, unreadable);
}

/** They are there, so the inventory keeps what it knew of them. */
async function noteUnreadable(
  db: Database,
  tx: Tx,
  { accountId, region, startedAt }: AppliedScanRow,
  unreadable: readonly UnreadableTable[],
): Promise<void> {
  await tx.delete(UnreadableTableEntity, { accountId, region });
  await db.insertMany(
    tx,
    UnreadableTableEntity,
    unreadable.map((table) => ({ ...table, accountId, region })),
  );
  for (let i = 0; i < unreadable.length; i += LOOKUP) {
    const arns = unreadable.slice(i, i + LOOKUP).map(({ arn }) => arn);
    await tx.update(TableEntity, { arn: In(arns), vanishedAt: startedAt }, { vanishedAt: null });
  }
}

function rowOf(
  settings: TableSettings,
  { accountId, region, startedAt }: AppliedScanRow,
  former: JudgedTable | null,
): TableRow & { since: Date } {
  const { tableArn: arn, tableName: name, tableId, tags } = settings;
  const since = former && sameTags(former.tags, tags) ? former.since : startedAt;
  const seen = { scanStartedAt: startedAt, vanishedAt: null, since };
  return { arn, accountId, region, name, settings, tableId, tags, ...seen };
}

/** Tags that could not be read are no others, for all that is known. */
function sameTags(before: JudgedTable['tags'], after: JudgedTable['tags']): boolean {
  if (before.state === 'unknown' || after.state === 'unknown') return true;
  const sorted = ({ value }: typeof before) => value.map(({ key, value: text }) => JSON.stringify([key, text])).sort();
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
}

/** Whether a scan of the account that began after this moment has reached the inventory. */
export async function scannedSince(tx: Tx, accountId: string, moment: Date): Promise<boolean> {
  return tx.exists(AppliedScanEntity, { where: { accountId, startedAt: MoreThan(moment) } });
}

/** Forgets what scans have told of Regions that the account does not have (any more): put back, they are scanned anew. */
export async function forgetOtherRegions(tx: Tx, accountId: string, regions: readonly string[]): Promise<void> {
  const where = { accountId, region: Not(In([...regions])) };
  for (const entity of INVENTORY) await tx.delete(entity, where);
}

/** Forgets everything that scans have told of an account. */
export async function forgetInventory(tx: Tx, accountId: string): Promise<void> {
  for (const entity of INVENTORY) await tx.delete(entity, { accountId });
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

/** Tables of an account that the last scans could not read; of these Regions, or of all. */
export async function unreadableTables(
  reader: Tx,
  accountId: string,
  regions: readonly string[] | null,
): Promise<UnreadableTableRow[]> {
  const where = { accountId, ...(regions && { region: In([...regions]) }) };
  return reader.find(UnreadableTableEntity, { where, order: { name: 'ASC', arn: 'ASC' } });
}

/**
 * What a run chooses from: the tables of these Regions as the inventory holds them. One that could not be read is known by its
 * name alone: what it was when it was read decides nothing.
 */
export async function runnableTables(
  reader: Tx,
  accountId: string,
  regions: readonly string[],
): Promise<RunnableTable[]> {
  const unreadable = await unreadableTables(reader, accountId, regions);
  const blind = new Set(unreadable.map(({ arn }) => arn));
  const read = (await tablesOfRegions(reader, accountId, regions)).filter(({ arn }) => !blind.has(arn));
  return [
    ...read.map(selectable),
    ...unreadable.map(({ arn, name, region, reason }) => ({
      arn,
      name,
      region,
      tags: { state: 'unknown' as const, because: reason },
      tableId: null,
      sizeBytes: 0,
    })),
  ];
}

/** Regions of which the inventory holds a scan that began after this moment. */
export async function regionsScannedSince(reader: Tx, accountId: string, since: Date): Promise<ReadonlySet<string>> {
  const scans = await reader.find(AppliedScanEntity, { where: { accountId, startedAt: MoreThan(since) } });
  return new Set(scans.map((scan) => scan.region));
}

/** When the last scan of each Region that the inventory holds began. */
export async function lastScans(reader: Tx, accountId: string): Promise<ReadonlyMap<string, Date>> {
  const rows = await reader
    .createQueryBuilder(AppliedScanEntity, 'scan')
    .select('scan.region', 'region')
    .addSelect('MAX(scan.startedAt)', 'at')
    .where({ accountId })
    .groupBy('scan.region')
    .getRawMany<{ region: string; at: string | Date }>();
  return new Map(rows.map(({ region, at }) => [region, timeOf(at)]));
}

export async function tablesByArn(reader: Tx, arns: readonly string[]): Promise<TableRow[]> {
  return inPieces([...new Set(arns)].sort(), (piece) =>
    reader.find(TableEntity, { where: { arn: In([...piece]) }, order: { arn: 'ASC' } }),
  );
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
