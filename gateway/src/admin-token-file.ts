import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { tokenHash, tokenSecret } from './domain/api-token.ts';
import { insertToken } from './store/api-tokens.ts';

/**
 * The embedded profile's way in: a file only its owner can read, holding an ADMIN token. Made at first start.
 * The file comes before the row and each start makes good a missing row, so a crash in between loses nothing;
 * a token revoked through the API stays revoked (its row is there).
 */
export async function ensureAdminToken(db: Database, clock: Clock, file: string): Promise<void> {
  const secret = (await readSecret(file)) ?? (await writeSecret(file));
  await db.transaction((tx) =>
    insertToken(db, tx, {
      id: newId(),
      name: 'admin token file',
      role: 'ADMIN',
      secretHash: tokenHash(secret),
      createdAt: clock.now(),
    }).then(() => undefined),
  );
}

async function readSecret(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function writeSecret(file: string): Promise<string> {
  const secret = tokenSecret(randomBytes(32));
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  return secret;
}
