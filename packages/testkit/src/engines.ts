import type { DatabaseConfig } from '@tablekeep/platform/database';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshMariaDb } from './mariadb.ts';

/** A database engine that tests run on. */
export type Engine = Readonly<{
  name: 'SQLite' | 'MariaDB';
  freshDatabase(): Promise<DatabaseConfig>;
  toString(): string;
}>;

/** Address of the server that the tests of this run use; set by its set-up, unless it is given. */
export const MARIADB_URL = 'TABLEKEEP_TEST_MYSQL_URL';

/** The authority of that server's certificate, where the run has started it. */
export const MARIADB_CA = 'TABLEKEEP_TEST_MYSQL_CA';

let count = 0;

/**
 * The engines that this run tests: MariaDB where it has a server (tools/test/start-engines.mjs), else SQLite. A test that
 * needs any one database takes the first.
 */
export async function availableEngines(): Promise<Engine[]> {
  const url = process.env[MARIADB_URL];
  if (url !== undefined) {
    return [{ name: 'MariaDB', freshDatabase: () => freshMariaDb(url), toString: () => 'MariaDB' }];
  }
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-sqlite-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return [
    {
      name: 'SQLite',
      freshDatabase: async () => ({ kind: 'sqlite', file: join(folder, `${++count}.sqlite`) }),
      toString: () => 'SQLite',
    },
  ];
}
