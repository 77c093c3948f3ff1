import type { DatabaseConfig } from '@tablekeep/platform/database';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMariaDb, startMariaDb } from './mariadb.ts';

/** A database engine that this machine can run the tests on. */
export type Engine = Readonly<{
  name: 'SQLite' | 'MariaDB';
  freshDatabase(): Promise<DatabaseConfig>;
  toString(): string;
}>;

let count = 0;

/**
 * SQLite always; MariaDB where its server is installed, and in CI in any case: there its absence is a failure, so that
 * the tests cannot quietly run on one engine only.
 */
export async function availableEngines(): Promise<Engine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-sqlite-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const sqlite: Engine = {
    name: 'SQLite',
    freshDatabase: async () => ({ kind: 'sqlite', file: join(folder, `${++count}.sqlite`) }),
    toString: () => 'SQLite',
  };
  if (findMariaDb() === null) {
    if (process.env['CI'] === 'true') throw new Error('in CI the tests need MariaDB: apt-get install mariadb-server');
    return [sqlite];
  }
  const mariadb: Engine = {
    name: 'MariaDB',
    freshDatabase: async () => (await startMariaDb()).freshDatabase(),
    toString: () => 'MariaDB',
  };
  return [sqlite, mariadb];
}
