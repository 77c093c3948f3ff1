import { createHash } from 'node:crypto';

/** What a token looks like: recognisable by secret scanners, 256 bits of chance. */
const SHAPE = /^tk_[A-Za-z0-9_-]{43}$/u;

export function isToken(text: string): boolean {
  return SHAPE.test(text);
}

/** `chance`: 32 random bytes. */
export function tokenSecret(chance: Uint8Array): string {
  if (chance.length !== 32) throw new RangeError('a token needs 32 random bytes');
  return `tk_${Buffer.from(chance).toString('base64url')}`;
}

/**
 * What is stored in place of the secret. A fast hash is enough: the secret is 256 bits of chance, not a password
 * that could be guessed (OWASP Password Storage: slow hashes are for low-entropy secrets).
 */
export function tokenHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** The secret of an `Authorization: Bearer …` header (RFC 6750 §2.1), or null where there is none of ours. */
export function bearerSecret(header: string | undefined): string | null {
  const secret = /^Bearer +(\S+) *$/iu.exec(header ?? '')?.[1];
  return secret !== undefined && isToken(secret) ? secret : null;
}
