import type { Keyring } from '@tablekeep/platform/keyring';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Seal, Unseal } from './domain/point-tags.ts';
import type { TagReader } from './domain/read-point-tags.ts';

/** What goes into a point's tags: small, and readable only with the installation's keyring. */
export function sealWith(keyring: Keyring): Seal {
  return (plain, context) => keyring.encrypt(deflateRawSync(plain), context);
}

export function unsealWith(keyring: Keyring): Unseal {
  return (sealed, context) => inflateRawSync(keyring.decrypt(sealed, context)).toString('utf8');
}

export function readTagsWith(keyring: Keyring): TagReader {
  return { unseal: unsealWith(keyring), holdsKey: (keyId) => keyring.holds(keyId) };
}
