// Jest's global set-up: one temporary folder for the whole run, for a killed worker leaves its own behind; and one
// MariaDB server where the tests are to run on that, which ends with this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARIADB_CA, MARIADB_URL } from '../../packages/testkit/src/engines.ts';
import { startMariaDb } from '../../packages/testkit/src/mariadb.ts';

export default async function startEngines() {
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  process.env.TMPDIR = folder;
  if (process.env.TABLEKEEP_TEST_ENGINE !== 'mariadb' || process.env[MARIADB_URL] !== undefined) return;
  const { url, ca } = await startMariaDb();
  process.env[MARIADB_URL] = url;
  process.env[MARIADB_CA] = ca;
}
