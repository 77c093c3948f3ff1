// Jest's global set-up: one MariaDB server for the whole run, where one is given or installed. In CI its absence is a failure,
// so that the tests cannot quietly run on one engine only. The server ends with this process.
import { MARIADB_URL } from '../../packages/testkit/src/engines.ts';
import { findMariaDb, startMariaDb } from '../../packages/testkit/src/mariadb.ts';

export default async function startEngines() {
  if (process.env[MARIADB_URL] !== undefined) return;
  if (findMariaDb() !== null) {
    process.env[MARIADB_URL] = await startMariaDb();
  } else if (process.env.CI === 'true') {
    throw new Error('in CI the tests need MariaDB: apt-get install mariadb-server');
  }
}
