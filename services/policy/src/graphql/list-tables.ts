import type { Database } from '@tablekeep/platform/database';
import { connection, type Connection, type Key, type PageArguments } from '@tablekeep/platform/subgraph';
import { In } from 'typeorm';
import { TableEntity, type TableRow } from '../store/entities.ts';
import { tableIdOf } from '../store/judged-tables.ts';
import { notOfThisOrder } from './list-policies.ts';
import type { Loaders } from './loaders.ts';
import type { TableFilter, TableOrder } from './resolver-types.ts';

/** Rows read at a time while looking for those that a computed condition lets through. */
const READ = 500;

type Wanted = Readonly<{
  filter: TableFilter;
  orderBy?: TableOrder | null | undefined;
  /** What else a table must be. */
  also?: (table: TableRow) => boolean;
}>;

/** The inventory by a keyset. Protection is computed, so filtering by it reads on until the page is full. */
export function listTables(
  db: Database,
  loaders: Loaders,
  { filter, orderBy, also = () => true }: Wanted,
  page: PageArguments,
): Promise<Connection<TableRow>> {
  const order = { field: orderBy?.field ?? 'ARN', direction: orderBy?.direction ?? 'ASC' } as const;
  const wanted = async (table: TableRow): Promise<boolean> => {
    if (!also(table)) return false;
    return filter.protection == null || (await loaders.protection(table)).status === filter.protection;
  };
  const keys = new Map<string, Key>();
  return connection(
    page,
    ({ arn }) => keys.get(arn) ?? [arn],
    async (after: Key | null, limit) => {
      if (after && after.length !== 2) throw notOfThisOrder();
      const found: TableRow[] = [];
      let from = after;
      for (;;) {
        const places = await nextPlaces(db, filter, order, from);
        const rows = await db.reader.find(TableEntity, { where: { arn: In(places.map(({ arn }) => arn)) } });
        const byArn = new Map(rows.map((row) => [row.arn, row]));
        for (const { arn, place } of places) keys.set(arn, [place, arn]);
        const inOrder = places.flatMap(({ arn }) => byArn.get(arn) ?? []);
        // Asked together, so that what they need of the database is loaded in one query.
        const fits = await Promise.all(inOrder.map(wanted));
        found.push(...inOrder.filter((_row, i) => fits[i]));
        const last = places.at(-1);
        if (!last || places.length < READ || found.length >= limit) return found.slice(0, limit);
        from = [last.place, last.arn];
      }
    },
  );
}

/** What tables are put in order by; with the ARN beside it no two have the same place. */
const PLACE: Readonly<Record<TableOrder['field'], string>> = {
  ARN: "''",
  NAME: 't.name',
  REGION: 't.region',
  // JSON has numbers, and its text is compared as such only where it is reckoned with.
  SIZE: "JSON_EXTRACT(t.settings, '$.sizeBytes') + 0",
  LAST_BACKUP: "COALESCE(p.newest_at, '')",
};

async function nextPlaces(
  db: Database,
  filter: TableFilter,
  { field, direction }: Readonly<{ field: TableOrder['field']; direction: 'ASC' | 'DESC' }>,
  after: Key | null,
): Promise<{ arn: string; place: string | number }[]> {
  const place = PLACE[field];
  const past = direction === 'ASC' ? '>' : '<';
  const parts: { sql: string; values: (string | number)[] }[] = [];
  const add = (sql: string, ...values: (string | number)[]) => parts.push({ sql, values });
  if (filter.accountId != null) add('t.account_id = ?', filter.accountId);
  if (filter.region != null) add('t.region = ?', filter.region);
  // Whatever the case. Not LIKE: its wildcard _ is in many table names, and the engines differ in letter case.
  if (filter.nameContains != null) add('INSTR(LOWER(t.name), LOWER(?)) > 0', filter.nameContains);
  if (filter.includeVanished !== true) add('t.vanished_at IS NULL');
  const [from = '', fromArn = ''] = after ?? [];
  if (after && field === 'ARN') add(`t.arn ${past} ?`, fromArn);
  else if (after) add(`(${place} ${past} ? OR (${place} = ? AND t.arn ${past} ?))`, from, from, fromArn);
  const where = parts.length === 0 ? '' : `WHERE ${parts.map(({ sql }) => sql).join(' AND ')}`;
  const own = `p.table_arn = t.arn AND p.table_id = ${tableIdOf(db.dialect)}`;
  const points = field === 'LAST_BACKUP' ? `LEFT JOIN points_of_table p ON ${own}` : '';
  return db.reader.query<{ arn: string; place: string | number }[]>(
    `SELECT t.arn AS arn, ${place} AS place FROM protected_table t ${points} ${where}
     ORDER BY ${field === 'ARN' ? '' : `${place} ${direction}, `}t.arn ${direction} LIMIT ${READ}`,
    parts.flatMap(({ values }) => values),
  );
}
