import type { DataSource, QueryRunner } from 'typeorm';
import { InvariantError } from '../errors/index.ts';
import type { Dialect } from './dialect.ts';
import type { Migration } from './model.ts';

const LOCK = 'tablekeep-migrate';
const LOCK_SECONDS = 60;

/**
 * Brings the schema forward, one statement at a time, each recorded once done. MySQL commits on DDL, so a crash can come
 * between a statement and its record: statements are safe to run twice, and "exists already" counts as done.
 * Two migrators wait for each other.
 */
export async function runMigrations(
  source: DataSource,
  dialect: Dialect,
  migrations: readonly Migration[],
): Promise<string[]> {
  const runner = source.createQueryRunner();
  await runner.connect();
  try {
    await lock(runner, dialect);
    await runner.query(
      `CREATE TABLE IF NOT EXISTS tablekeep_migration (id ${dialect.varchar(80)} NOT NULL PRIMARY KEY, applied_at ${dialect.time} NOT NULL DEFAULT ${dialect.nowDefault}) ${dialect.tableOptions}`,
    );
    const applied: string[] = [];
    for (const migration of await pending(runner, migrations)) {
      for (const statement of [migration.up(dialect)].flat()) await tolerant(runner, statement);
      await runner.query('INSERT INTO tablekeep_migration (id) VALUES (?)', [migration.id]);
      applied.push(migration.id);
    }
    if (dialect.kind === 'sqlite') await runner.query('COMMIT');
    return applied;
  } catch (error) {
    if (dialect.kind === 'sqlite') await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    if (dialect.kind === 'mysql') await runner.query('SELECT RELEASE_LOCK(?)', [LOCK]);
    await runner.release();
  }
}

/** Ids of migrations that the database has not seen. */
export async function missingMigrations(source: DataSource, migrations: readonly Migration[]): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    return (await pending(runner, migrations)).map((migration) => migration.id);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    // No table of migrations: nothing was ever applied.
    return migrations.map((migration) => migration.id);
  } finally {
    await runner.release();
  }
}

function isMissingTable(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === 'ER_NO_SUCH_TABLE' || (message ?? '').includes('no such table');
}

async function pending(runner: QueryRunner, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = (await runner.query('SELECT id FROM tablekeep_migration')) as { id: string }[];
  const done = new Set(rows.map((row) => row.id));
  return migrations.filter((migration) => !done.has(migration.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function lock(runner: QueryRunner, dialect: Dialect): Promise<void> {
  if (dialect.kind === 'sqlite') return void (await runner.query('BEGIN IMMEDIATE'));
  const [row] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [LOCK, LOCK_SECONDS])) as { got: unknown }[];
  if (Number(row?.got) !== 1) throw new InvariantError(`another process has been migrating for ${LOCK_SECONDS} s`);
}

/** MySQL has no IF NOT EXISTS for an index or a column: "exists already" is what a second run finds. */
async function tolerant(runner: QueryRunner, statement: string): Promise<void> {
  try {
    await runner.query(statement);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ER_DUP_KEYNAME' && code !== 'ER_DUP_FIELDNAME' && code !== 'ER_TRG_ALREADY_EXISTS') throw error;
  }
}
