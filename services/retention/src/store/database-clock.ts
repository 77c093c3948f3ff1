import { timeOf, type Database, type Tx } from '@tablekeep/platform/database';

/** The time by the database's clock. */
export async function databaseNow(db: Database, reader: Tx): Promise<Date> {
  const now = db.dialect.kind === 'sqlite' ? "strftime('%Y-%m-%d %H:%M:%f','now')" : 'UTC_TIMESTAMP(3)';
  const [row] = await reader.query<{ at: Date | string }[]>(`SELECT ${now} AS at`);
  return timeOf(row?.at ?? '');
}
