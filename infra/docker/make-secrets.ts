/** `npm run secrets [-- FOLDER]`: what the compose file mounts as secrets, made once, each readable by its owner only. */
import { openKeyring } from '@tablekeep/platform/keyring';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const DATABASES = ['policy', 'session', 'executor', 'retention', 'notification', 'gateway'] as const;

/** Files that exist stay as they are; a new one that depends on another follows it. */
export async function makeSecrets(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ensure = async (name: string, make: () => string): Promise<string> => {
    const file = join(folder, name);
    if (!existsSync(file)) await writeFile(file, `${make()}\n`, { mode: 0o600 });
    return (await readFile(file, 'utf8')).trim();
  };
  const chance = () => randomBytes(32).toString('base64url');
  await ensure('internal-secret', chance);
  await ensure('admin-token', () => `tk_${chance()}`);
  await ensure('read-only-token', () => `tk_${chance()}`);
  await ensure('grafana-password', chance);
  await ensure('mysql-root-password', chance);
  const password = await ensure('mysql-password', chance);
  for (const name of DATABASES) {
    await ensure(`database-${name}`, () => `mysql://tablekeep:${password}@mysql:3306/tablekeep_${name}`);
  }
  await openKeyring(join(folder, 'keyring.json'));
}

if (import.meta.main) {
  const folder = process.argv[2] ?? './secrets';
  await makeSecrets(folder);
  process.stdout.write(
    `The secrets are in ${folder}. Keep keyring.json safe: without it backups' metadata cannot be read.\n`,
  );
}
