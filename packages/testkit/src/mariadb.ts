import type { DatabaseConfig } from '@tablekeep/platform/database';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { generate } from 'selfsigned';
import { eventually } from './eventually.ts';

/** Servers are kept in folders that a user's PATH often lacks. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/**
 * Where the server program is, or null where it is not installed. Not `mysqld`: that may be MySQL's, whose data folder is
 * made by another program.
 */
export function findMariaDb(path = process.env['PATH'] ?? ''): string | null {
  const folders = [...path.split(delimiter).filter(Boolean), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, 'mariadbd')).find((file) => existsSync(file)) ?? null;
}

/** The kernel's AIO is scarce and shared by everything on the machine; throw-away data does not need it. */
const WITHOUT_AIO = '--innodb-use-native-aio=0';

/** An empty database of its own on the server at `url`. */
export async function freshMariaDb(url: string): Promise<DatabaseConfig> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const connection = await createConnection(url);
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.end();
  return { kind: 'mysql', url: `${url}/${name}`, poolSize: 5 };
}

/**
 * Starts a private server in a temporary folder on a free port; it ends with this process. It speaks TLS to whoever asks,
 * with a certificate for `localhost` by the authority `ca`.
 */
export async function startMariaDb(): Promise<{ url: string; ca: string }> {
  const server = findMariaDb();
  if (server === null) throw new Error('MariaDB is not installed: apt-get install mariadb-server');
  const folder = mkdtempSync(join(tmpdir(), 'tablekeep-mariadb-'));
  const data = join(folder, 'data');
  const user = userInfo().username;
  execFileSync(
    'mariadb-install-db',
    [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', `--user=${user}`, WITHOUT_AIO],
    { stdio: 'pipe' },
  );
  const port = await freePort();
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }]);
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  writeFileSync(key, certificate.private, { mode: 0o600 });
  writeFileSync(cert, certificate.cert);
  startTiedToThisProcess(folder, [
    server,
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 'socket')}`,
    `--user=${user}`,
    // Throw-away data: durability would only cost time.
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=64M',
    '--skip-log-bin',
    `--ssl-key=${key}`,
    `--ssl-cert=${cert}`,
    WITHOUT_AIO,
  ]);
  const url = `mysql://root@127.0.0.1:${port}`;
  await eventually(async () => (await createConnection(url)).end(), { timeoutMs: 30_000, what: 'MariaDB' });
  return { url, ca: certificate.cert };
}

/**
 * A test worker may be killed without a word, and servers left behind use up the kernel's AIO until no new one starts. So a
 * shell holds the server and waits for the end of its input, which comes with the end of this process, however it ends.
 */
function startTiedToThisProcess(folder: string, command: readonly string[]): void {
  const untilInputEnds = 'folder=$1; shift; "$@" & cat >/dev/null; kill -9 $!; wait; rm -rf "$folder"';
  const shell = spawn('sh', ['-c', untilInputEnds, 'sh', folder, ...command], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Signals to the test run's group must not stop the shell before it has cleaned up.
    detached: true,
  });
  shell.unref();
  (shell.stdin as Socket).unref();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
