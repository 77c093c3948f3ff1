import type { Database } from '@tablekeep/platform/database';
import { connection, type Connection, type Key, type PageArguments } from '@tablekeep/platform/subgraph';
import { IsNull, MoreThan, Raw, type FindOptionsWhere } from 'typeorm';
import { TableEntity, type TableRow } from '../store/entities.ts';
import type { Loaders } from './loaders.ts';
import type { TableFilter } from './resolver-types.ts';

/** Rows read at a time while looking for those that a computed condition lets through. */
const READ = 500;

/** The inventory by ARN. Protection is computed, so filtering by it reads on until the page is full. */
export function listTables(
  db: Database,
  loaders: Loaders,
  filter: TableFilter,
  page: PageArguments,
  also: (table: TableRow) => boolean = () => true,
): Promise<Connection<TableRow>> {
  const wanted = async (table: TableRow): Promise<boolean> => {
    if (!also(table)) return false;
    return filter.protection == null || (await loaders.protection(table)).status === filter.protection;
  };
  return connection(
    page,
    (table) => [table.arn],
    async (after: Key | null, limit) => {
      const found: TableRow[] = [];
      let from = after === null ? '' : String(after[0]);
      for (;;) {
        const rows = await db.reader.find(TableEntity, {
          where: { ...conditions(filter), arn: MoreThan(from) },
          order: { arn: 'ASC' },
          take: READ,
        });
        // Asked together, so that what they need of the database is loaded in one query.
        const fits = await Promise.all(rows.map(wanted));
        found.push(...rows.filter((_row, i) => fits[i]));
        const last = rows.at(-1);
        if (!last || rows.length < READ || found.length >= limit) return found.slice(0, limit);
        from = last.arn;
      }
    },
  );
}

function conditions(filter: TableFilter): FindOptionsWhere<TableRow> {
  return {
    ...(filter.accountId != null && { accountId: filter.accountId }),
    ...(filter.region != null && { region: filter.region }),
    ...(filter.nameContains != null && { name: containing(filter.nameContains) }),
    ...(filter.includeVanished !== true && { vanishedAt: IsNull() }),
  };
}

/** Whatever the case. Not LIKE: its wildcard _ is in many table names, and the engines differ in letter case. */
function containing(text: string) {
  return Raw((name) => `INSTR(LOWER(${name}), LOWER(:text)) > 0`, { text });
}
