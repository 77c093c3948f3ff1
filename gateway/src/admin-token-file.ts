import type { Clock } from '@tablekeep/platform/clock';
import { InvalidConfigError } from '@tablekeep/platform/config';
import type { Database } from '@tablekeep/platform/database';
import type { Role } from '@tablekeep/platform/identity';
import { newId } from '@tablekeep/platform/ids';
import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { isToken, tokenHash, tokenSecret } from './domain/api-token.ts';
import { insertToken } from './store/api-tokens.ts';

/**
 * The cluster profile's way in: a file that whoever runs it has made. It is only read. Throws InvalidConfigError where it
 * cannot be read or holds no token, and never says what it holds.
 */
export async function readGivenToken(file: string, variable = 'ADMIN_TOKEN_FILE'): Promise<string> {
  const problem = (what: string) =>
    new InvalidConfigError(
      `${variable}: ${file} ${what}; it must hold a token, "tk_" and 43 characters of base64url ` +
        `(for example: echo "tk_$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')"). Nothing was started.`,
    );
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw problem(code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(error)})`);
  }
  if (!isToken(text)) throw problem('holds something else');
  return text;
}

/** The embedded profile's way in: a file only its owner can read, holding an ADMIN token. Made at first start. */
export async function readOrMakeToken(file: string): Promise<string> {
  return (await readSecret(file)) ?? writeSecret(file);
}

/**
 * Lets the token in. The file comes before the row and each start makes good a missing row, so a crash in between loses
 * nothing; a token revoked through the API stays revoked (its row is there).
 */
export async function admitToken(db: Database, clock: Clock, role: Role, secret: string): Promise<void> {
  await db.transaction((tx) =>
    insertToken(db, tx, {
      id: newId(),
      name: role === 'ADMIN' ? 'admin token file' : 'read-only token file',
      role,
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
