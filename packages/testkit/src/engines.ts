import type { DatabaseConfig } from '@tablekeep/platform/database';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshMariaDb } from './mariadb.ts';

/** A database engine that this machine can run the tests on. */
export type Engine = Readonly<{
  name: 'SQLite' | 'MariaDB';
  freshDatabase(): Promise<DatabaseConfig>;
  toString(): string;
}>;

/** Set by the set-up of the test run where there is a server: one for the whole run. */
export const MARIADB_URL = 'TABLEKEEP_TEST_MYSQL_URL';

/** The authority of that server's certificate, where the run has started it. */
export const MARIADB_CA = 'TABLEKEEP_TEST_MYSQL_CA';

let count = 0;

/** SQLite always; MariaDB where the run has a server. In CI it always has: see tools/test/start-engines.mjs. */
export async function availableEngines(): Promise<Engine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-sqlite-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const sqlite: Engine = {
    name: 'SQLite',
    freshDatabase: async () => ({ kind: 'sqlite', file: join(folder, `${++count}.sqlite`) }),
    toString: () => 'SQLite',
  };
  const url = process.env[MARIADB_URL];
  if (url === undefined) return [sqlite];
  return [sqlite, { name: 'MariaDB', freshDatabase: () => freshMariaDb(url), toString: () => 'MariaDB' }];
}
