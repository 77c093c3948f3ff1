import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { Keyring } from '../keyring/index.ts';

export class SealingError extends Error {
  override readonly name = 'SealingError';
}

/** What others need to seal something for the holder of the private key. `key`: 32 bytes of X25519, base64url. */
export type SealingKey = Readonly<{ keyId: string; key: string }>;

/** One who can open what was sealed for it. */
export type Opener = Readonly<{
  sealingKey: SealingKey;
  /** Throws SealingError where the text was changed, belongs to another context, or was sealed for another key. */
  open(sealed: string, context: string): Buffer;
}>;

const VERSION = 's1';
const RAW = 32;
const NONCE = 12;
const TAG = 16;
/** RFC 8410: what goes before the 32 bytes of an X25519 key in DER. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/**
 * The private key is derived from the keyring, so replicas that share the keyring share it and nothing more is stored; a
 * keyring that was rotated opens what was sealed before. `purpose` keeps the keys of different uses apart.
 */
export function openerOf(keyring: Keyring, purpose: string): Opener {
  const privateKeyOf = (keyId: string): KeyObject => privateKeyFrom(keyring.derive(keyId, purpose));
  const { currentKeyId: keyId } = keyring;
  return {
    sealingKey: { keyId, key: rawOf(createPublicKey(privateKeyOf(keyId))).toString('base64url') },
    open: (sealed, context) => {
      const [version, usedId = '', body = ''] = sealed.split('.');
      if (version !== VERSION) throw new SealingError('not a sealed text');
      if (!keyring.holds(usedId))
        throw new SealingError(`it was sealed for key ${usedId}, which is not in the keyring`);
      return openWith(privateKeyOf(usedId), Buffer.from(body, 'base64url'), context);
    },
  };
}

/**
 * `s1.<key id>.<base64url of ephemeral key, nonce, ciphertext and tag>`: X25519 with a key pair made for this one text,
 * HKDF-SHA-256, AES-256-GCM with `context` authenticated. Who seals cannot open it again.
 */
export function seal(plain: string | Uint8Array, context: string, { keyId, key }: SealingKey): string {
  const recipient = publicKeyFrom(Buffer.from(key, 'base64url'));
  const ephemeral = generateKeyPairSync('x25519');
  const sender = rawOf(ephemeral.publicKey);
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', contentKey(secret, sender, rawOf(recipient)), nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([sender, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${keyId}.${sealed.toString('base64url')}`;
}

function openWith(privateKey: KeyObject, sealed: Buffer, context: string): Buffer {
  try {
    const sender = sealed.subarray(0, RAW);
    const secret = diffieHellman({ privateKey, publicKey: publicKeyFrom(sender) });
    const key = contentKey(secret, sender, rawOf(createPublicKey(privateKey)));
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(RAW, RAW + NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(-TAG));
    return Buffer.concat([decipher.update(sealed.subarray(RAW + NONCE, -TAG)), decipher.final()]);
  } catch (cause) {
    throw new SealingError('the text was changed, or belongs elsewhere', { cause });
  }
}

/** Both public keys go into the derivation, so that a text is bound to whom it was sealed for. */
function contentKey(secret: Buffer, sender: Buffer, recipient: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([sender, recipient]), 'tablekeep sealed text 1', 32));
}

function privateKeyFrom(raw: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, raw]), format: 'der', type: 'pkcs8' });
}

function publicKeyFrom(raw: Buffer): KeyObject {
  if (raw.length !== RAW) throw new SealingError('not a public key of 32 bytes');
  return createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' });
}

const rawOf = (publicKey: KeyObject): Buffer => publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW);
