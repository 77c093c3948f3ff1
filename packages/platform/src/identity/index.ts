import { jwtVerify, SignJWT } from 'jose';

export type Role = 'ADMIN' | 'READ_ONLY';

/** Who asks: a person or program with an API token, or one of our services. */
export type Viewer = Readonly<{ kind: 'user' | 'service'; id: string; name: string; role: Role; requestId: string }>;

export interface InternalIdentity {
  /** A JWT (HS256) that is good for a minute. */
  sign(viewer: Viewer): Promise<string>;
  /** Throws where the token is forged, expired or not ours. */
  verify(token: string): Promise<Viewer>;
  /** What a signed address carries, for one audience and so many seconds. It is signed, not secret. */
  signClaims(audience: string, claims: Readonly<Record<string, unknown>>, seconds: number): Promise<string>;
  /** Throws where they are forged, expired or for another audience. */
  verifyClaims(audience: string, token: string): Promise<Record<string, unknown>>;
}

const ISSUER = 'tablekeep';
const LIFETIME = '60s';

/** Identities that the services of one installation sign and trust, by a secret they share: at least 32 bytes (RFC 7518 §3.2). */
export function createIdentity(secret: Uint8Array | string): InternalIdentity {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (key.length < 32) throw new RangeError('the secret for internal identities needs at least 32 bytes');
  return {
    sign: ({ kind, id, name, role, requestId }) =>
      new SignJWT({ kind, name, role, requestId })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setSubject(id)
        .setIssuedAt()
        .setExpirationTime(LIFETIME)
        .sign(key),
    verify: async (token) => {
      const { payload } = await jwtVerify(token, key, { issuer: ISSUER, algorithms: ['HS256'] });
      const { kind, name, role, requestId, sub } = payload;
      if ((kind !== 'user' && kind !== 'service') || (role !== 'ADMIN' && role !== 'READ_ONLY'))
        throw new Error('not an identity of ours');
      return { kind, role, id: sub ?? '', name: String(name), requestId: String(requestId) };
    },
    signClaims: (audience, claims, seconds) =>
      new SignJWT({ claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${seconds}s`)
        .sign(key),
    verifyClaims: async (audience, token) => {
      const { payload } = await jwtVerify(token, key, { issuer: ISSUER, audience, algorithms: ['HS256'] });
      return payload['claims'] as Record<string, unknown>;
    },
  };
}
