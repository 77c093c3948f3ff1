import type { Database } from '@tablekeep/platform/database';

/** How the server carries out one part of a statement: EXPLAIN's columns that matter. */
export type Access = Readonly<{ sql: string; table: string; type: string; key: string | null; rows: number }>;

type Logger = { logQuery(sql: string, parameters?: unknown[]): void };

/**
 * Runs `work` and gives what MariaDB says of each SELECT, UPDATE and DELETE that it sent. The optimizer looks at sizes, so
 * the tables must be filled and analysed before.
 */
export async function explain(db: Database, work: () => Promise<unknown>): Promise<Access[]> {
  const source = db.reader.connection as unknown as { logger: Logger };
  const quiet = source.logger;
  const sent: { sql: string; parameters: unknown[] }[] = [];
  source.logger = new Proxy(quiet, {
    get: (target, name) =>
      name === 'logQuery'
        ? (sql: string, parameters: unknown[] = []) => void sent.push({ sql, parameters })
        : (Reflect.get(target, name) as unknown),
  });
  try {
    await work();
  } finally {
    source.logger = quiet;
  }
  const found: Access[] = [];
  for (const { sql, parameters } of sent.filter((one) => /^\s*(?:SELECT|UPDATE|DELETE)/iu.test(one.sql))) {
    type Row = { table: string | null; type: string | null; key: string | null; rows: unknown };
    for (const row of await db.reader.query<Row[]>(`EXPLAIN ${sql}`, parameters)) {
      // Rows without a table are said of constants: "Impossible WHERE", "no matching row in const table".
      if (row.table === null) continue;
      found.push({ sql, table: row.table, type: row.type ?? '', key: row.key, rows: Number(row.rows) });
    }
  }
  return found;
}
