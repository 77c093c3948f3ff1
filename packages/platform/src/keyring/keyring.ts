import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { z } from 'zod';

export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

export interface Keyring {
  readonly currentKeyId: string;
  /** Whether what this key encrypted can be read. */
  holds(keyId: string): boolean;
  /** `k1.<key id>.<base64url of nonce, ciphertext and tag>`: AES-256-GCM, `context` authenticated with it. */
  encrypt(plain: string | Uint8Array, context: string): string;
  /** Throws KeyringError where the text was changed, belongs to another context or to a key that is not here. */
  decrypt(text: string, context: string): Buffer;
  /** 32 bytes for another use than `encrypt`, the same for all who hold the key. */
  derive(keyId: string, purpose: string): Buffer;
  /** Everything needed to read what was ever encrypted; for escrow. */
  export(): string;
}

const file = z.object({
  version: z.literal(1),
  current: z.string(),
  keys: z.record(z.string(), z.object({ key: z.string(), createdAt: z.string() })),
});
type KeyringFile = z.infer<typeof file>;

const NONCE = 12;
const TAG = 16;
const OWNER_ONLY = 0o077;
/** As orchestrators mount secrets for a process that is not root: owner root, group the process's, 0440. */
const GROUP_MAY_READ = 0o037;

/** Opens the keyring, making it at first start: a file of its own, outside every database, readable by its owner only. */
export async function openKeyring(path: string): Promise<Keyring> {
  const found = await read(path);
  if (found) return keyringOf(found);
  const made = withNewKey({ version: 1, current: '', keys: {} });
  await write(path, made);
  return keyringOf(made);
}

/** Opens a keyring that must exist: replicas that each made one of their own could not read each other. Its group may read it. */
export async function openSharedKeyring(path: string): Promise<Keyring> {
  const found = await read(path, GROUP_MAY_READ);
  if (!found) {
    throw new KeyringError(
      `there is no keyring at ${path}: mount the installation's (npm run keyring -- create makes one)`,
    );
  }
  return keyringOf(found);
}

/** For a service that was given none: nothing it does may need one. */
export const noKeyring: Keyring = {
  get currentKeyId(): string {
    throw new KeyringError('this service has no keyring');
  },
  holds: () => false,
  encrypt: () => {
    throw new KeyringError('this service has no keyring');
  },
  decrypt: () => {
    throw new KeyringError('this service has no keyring');
  },
  derive: () => {
    throw new KeyringError('this service has no keyring');
  },
  export: () => {
    throw new KeyringError('this service has no keyring');
  },
};

/** Makes a new key the current one; the old ones stay, to read what they encrypted. */
export async function rotateKeyring(path: string): Promise<Keyring> {
  const found = await read(path);
  if (!found) throw new KeyringError(`there is no keyring at ${path}`);
  const rotated = withNewKey(found);
  await write(path, rotated);
  return keyringOf(rotated);
}

/** Writes an exported keyring to a place that has none. */
export async function importKeyring(path: string, exported: string): Promise<Keyring> {
  if (await read(path)) throw new KeyringError(`there is a keyring at ${path} already; it is not overwritten`);
  const parsed = parse(exported, 'the exported keyring');
  await write(path, parsed);
  return keyringOf(parsed);
}

/**
 * Adds the keys of an exported keyring to one that is in use: what they encrypted can be read too. What is encrypted from now
 * on is encrypted with the same key as before.
 */
export async function addToKeyring(path: string, exported: string): Promise<Keyring> {
  const found = await read(path);
  if (!found) throw new KeyringError(`there is no keyring at ${path}; import the exported one instead`);
  const added = parse(exported, 'the exported keyring');
  const other = Object.keys(added.keys).find((id) => found.keys[id] && found.keys[id].key !== added.keys[id]?.key);
  if (other !== undefined) throw new KeyringError(`key ${other} is in the keyring as another key; nothing was added`);
  const joined = { ...found, keys: { ...added.keys, ...found.keys } };
  await write(path, joined);
  return keyringOf(joined);
}

function withNewKey(ring: KeyringFile): KeyringFile {
  const id = randomBytes(4).toString('hex');
  const entry = { key: randomBytes(32).toString('base64url'), createdAt: new Date().toISOString() };
  return { version: 1, current: id, keys: { ...ring.keys, [id]: entry } };
}

function keyringOf(ring: KeyringFile): Keyring {
  const keyOf = (id: string): Buffer => {
    const key = ring.keys[id];
    if (!key) throw new KeyringError(`key ${id} is not in the keyring: was another one imported?`);
    return Buffer.from(key.key, 'base64url');
  };
  return {
    currentKeyId: ring.current,
    holds: (id) => ring.keys[id] !== undefined,
    encrypt: (plain, context) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', keyOf(ring.current), nonce);
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return `k1.${ring.current}.${sealed.toString('base64url')}`;
    },
    decrypt: (text, context) => {
      const [version, id = '', body = ''] = text.split('.');
      if (version !== 'k1') throw new KeyringError('not a text of this keyring');
      const sealed = Buffer.from(body, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', keyOf(id), sealed.subarray(0, NONCE));
      decipher.setAAD(Buffer.from(context));
      try {
        decipher.setAuthTag(sealed.subarray(-TAG));
        return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
      } catch (cause) {
        throw new KeyringError('the text was changed, or belongs elsewhere', { cause });
      }
    },
    derive: (keyId, purpose) => Buffer.from(hkdfSync('sha256', keyOf(keyId), '', `tablekeep ${purpose}`, 32)),
    export: () => JSON.stringify(ring, null, 2),
  };
}

async function read(path: string, forbidden = OWNER_ONLY): Promise<KeyringFile | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & forbidden) !== 0) {
      throw new KeyringError(
        `${path} can be read by others than its owner; chmod 600 it, and rotate the keys if somebody may have read it`,
      );
    }
    return parse(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string, what: string): KeyringFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new KeyringError(`${what} is not a keyring`);
  }
  const parsed = file.safeParse(json);
  if (!parsed.success || !parsed.data.keys[parsed.data.current]) throw new KeyringError(`${what} is not a keyring`);
  return parsed.data;
}

/** On the disk before anything is encrypted with it: a key lost is everything lost. */
async function write(path: string, ring: KeyringFile): Promise<void> {
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(ring, null, 2));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}
