import { inPieces, timeOf, type Database, type Dialect, type Tx } from '@tablekeep/platform/database';
import type { TableSettings } from '@tablekeep/schema/settings';
import type { CoverableTable } from '../domain/protection-status.ts';
import { memberIn, readJson, textIn } from './json-member.ts';

/** What of a table decides on its protection, without the settings, which are twenty times as much. */
export type JudgedTable = CoverableTable &
  Readonly<{ accountId: string; tableId: string; newestAt: Date | null; vanishedAt: Date | null }>;

/** So many rows at a time: SQLite is read in one go, during which nothing else happens in the process. */
const PAGE = 5_000;

/** Every table that is there, by account and page. */
export async function* judgedTables(db: Database): AsyncGenerator<readonly JudgedTable[]> {
  let after = '';
  for (;;) {
    const where = 't.vanished_at IS NULL AND t.arn > ? ORDER BY t.arn LIMIT ?';
    const page = await read(db, db.reader, where, [after, PAGE]);
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.arn;
  }
}

/** Those of these tables that the inventory has, vanished ones too. */
export async function judgedByArn(db: Database, tx: Tx, arns: readonly string[]): Promise<JudgedTable[]> {
  return inPieces(arns, (piece) => read(db, tx, `t.arn IN (${piece.map(() => '?').join(', ')})`, piece));
}

type Raw = Readonly<{
  arn: string;
  name: string;
  region: string;
  account_id: string;
  table_id: string;
  tags: unknown;
  since_at: string | Date;
  vanished_at: string | Date | null;
  newest_at: string | Date | null;
}>;

/** The id of table `t` in SQL; a row of a former release has it in the settings only. */
export function tableIdOf(dialect: Dialect): string {
  return `COALESCE(NULLIF(t.table_id, ''), ${textIn(dialect, 't.settings', 'tableId')})`;
}

/** Plain rows, because TypeORM takes a second to make 40,000 entities. Rows of a former release have it all in the settings. */
async function read(db: Database, reader: Tx, where: string, parameters: readonly unknown[]): Promise<JudgedTable[]> {
  const tableId = tableIdOf(db.dialect);
  const rows = await reader.query<Raw[]>(
    `SELECT t.arn, t.name, t.region, t.account_id, ${tableId} AS table_id,
       COALESCE(t.tags, ${memberIn(db.dialect, 't.settings', 'tags')}) AS tags,
       COALESCE(t.since_at, t.scan_started_at) AS since_at, t.vanished_at, p.newest_at
     FROM protected_table AS t
     LEFT JOIN points_of_table AS p ON p.table_arn = t.arn AND p.table_id = ${tableId}
     WHERE ${where}`,
    [...parameters],
  );
  return rows.map(({ arn, name, region, ...row }) => ({
    arn,
    name,
    region,
    accountId: row.account_id,
    tableId: row.table_id,
    tags: readJson<TableSettings['tags']>(row.tags),
    since: timeOf(row.since_at),
    vanishedAt: row.vanished_at === null ? null : timeOf(row.vanished_at),
    newestAt: row.newest_at === null ? null : timeOf(row.newest_at),
  }));
}
