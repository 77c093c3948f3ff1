import type { Clock } from '@tablekeep/platform/clock';
import type { Keyring } from '@tablekeep/platform/keyring';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { tokenRequest, tokenUrlOf } from '../domain/oauth.ts';
import type { SettingsRow } from '../store/entities.ts';

export const CLIENT_SECRET_CONTEXT = 'notification smtp oauth client secret';
export const REFRESH_TOKEN_CONTEXT = 'notification smtp oauth refresh token';

type OAuth = NonNullable<SettingsRow['smtpOAuth']>;
/** Some providers give a new refresh token with each access token, after which the former may stop to work. */
export type KeepRefreshToken = (used: OAuth, encrypted: string) => Promise<void>;

export type AccessTokens = Readonly<{
  /** From memory while it lives long enough, else from the endpoint; callers that come together share one request. */
  get(oauth: OAuth, o: Readonly<{ signal: AbortSignal; keep: KeepRefreshToken }>): Promise<string>;
  /** A server has refused it: the next caller gets a new one. */
  forget(oauth: OAuth): void;
}>;

/** Renewed so long before it ends that a mail which begins with it can finish. */
const EARLY_SECONDS = 120;
/** RFC 6749 only recommends to say how long a token lives. */
const UNTOLD_SECONDS = 600;
const TIMEOUT_MS = 15_000;

const answerShape = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().optional(),
});
const refusalShape = z.object({ error: z.string(), error_description: z.string().optional() });

/** One per process, in memory alone. */
export function createAccessTokens({ keyring, clock }: Readonly<{ keyring: Keyring; clock: Clock }>): AccessTokens {
  const known = new Map<string, { until: number; token: Promise<string> }>();
  /** The stored ciphertexts change with the secrets, so a token of former settings is never found. */
  const keyOf = (oauth: OAuth) => createHash('sha256').update(JSON.stringify(oauth)).digest('base64');

  async function ask(
    oauth: OAuth,
    key: string,
    { signal, keep }: Readonly<{ signal: AbortSignal; keep: KeepRefreshToken }>,
  ): Promise<string> {
    const open = (text: string | null, context: string) => text && keyring.decrypt(text, context).toString();
    const form = tokenRequest(oauth, {
      clientSecret: open(oauth.clientSecret, CLIENT_SECRET_CONTEXT),
      refreshToken: open(oauth.refreshToken, REFRESH_TOKEN_CONTEXT),
    });
    const asked = clock.monotonicMs();
    const response = await fetch(tokenUrlOf(oauth), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(form),
      redirect: 'error',
      signal,
    });
    const body: unknown = await response.json().catch(() => null);
    const answer = answerShape.safeParse(body);
    if (!response.ok || !answer.success) throw new Error(sayRefusal(response.status, body));
    const { access_token: token, expires_in: seconds, refresh_token: refreshToken } = answer.data;
    const until = asked + ((seconds ?? UNTOLD_SECONDS) - EARLY_SECONDS) * 1_000;
    known.set(key, { until, token: Promise.resolve(token) });
    if (refreshToken !== undefined && refreshToken !== form['refresh_token'])
      await keep(oauth, keyring.encrypt(refreshToken, REFRESH_TOKEN_CONTEXT));
    return token;
  }

  return {
    async get(oauth, { signal, keep }) {
      const key = keyOf(oauth);
      const now = clock.monotonicMs();
      const found = known.get(key);
      if (found && found.until > now) return found.token;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const entry = { until: now + TIMEOUT_MS, token: ask(oauth, key, { signal: limit, keep }) };
      // Tokens of settings that are no more need not be kept.
      known.clear();
      known.set(key, entry);
      try {
        return await entry.token;
      } catch (error) {
        if (known.get(key) === entry) known.delete(key);
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`no access token from ${new URL(tokenUrlOf(oauth)).host}: ${why}`, { cause: error });
      }
    },
    forget: (oauth) => void known.delete(keyOf(oauth)),
  };
}

/** What the endpoint says of an error is made for people; the rest of its answer could be anything. */
function sayRefusal(status: number, body: unknown): string {
  const refusal = refusalShape.safeParse(body);
  if (!refusal.success) return `it answered ${status} without a token`;
  const { error, error_description: description } = refusal.data;
  return `it answered ${status} ${error}${description === undefined ? '' : `: ${description}`}`;
}
