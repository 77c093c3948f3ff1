import type { Database, Tx } from '@tablekeep/platform/database';

/** An aggregate of times comes as the engine keeps it: SQLite has text, in UTC. */
export function databaseTimeOf(raw: Date | string): Date {
  return raw instanceof Date ? raw : new Date(`${raw.replace(' ', 'T')}Z`);
}

/** The time by the database's clock. */
export async function databaseNow(db: Database, reader: Tx): Promise<Date> {
  const now = db.dialect.kind === 'sqlite' ? "strftime('%Y-%m-%d %H:%M:%f','now')" : 'UTC_TIMESTAMP(3)';
  const [row] = await reader.query<{ at: Date | string }[]>(`SELECT ${now} AS at`);
  return databaseTimeOf(row?.at ?? '');
}
