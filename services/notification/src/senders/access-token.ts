import type { Clock } from '@tablekeep/platform/clock';
import type { Keyring } from '@tablekeep/platform/keyring';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { factsOf, tokenRequest, tokenUrlOf } from '../domain/oauth.ts';
import type { SettingsRow } from '../store/entities.ts';
import { unlessAborted } from './unless-aborted.ts';

export const CLIENT_SECRET_CONTEXT = 'notification smtp oauth client secret';
export const REFRESH_TOKEN_CONTEXT = 'notification smtp oauth refresh token';

type OAuth = NonNullable<SettingsRow['smtpOAuth']>;

/** A refresh token that came with an access token, encrypted, and what it takes the place of. */
export type Rotation = Readonly<{ used: OAuth; refreshToken: string }>;

/**
 * Some providers give a new refresh token with each access token and refuse the former from then on, or everything where it
 * comes once more. So one asks at a time, over all replicas, with what is stored at that moment.
 */
export type Refreshes = Readonly<{
  /** The turn, and the settings as they stand with it; null: another has it. It is over after `leaseMs` at the latest. */
  take(leaseMs: number): Promise<Readonly<{ epoch: number; oauth: OAuth | null }> | null>;
  /** Ends the turn, and keeps the new refresh token in the same transaction. */
  end(epoch: number, rotation: Rotation | null): Promise<void>;
}>;

export type AccessTokens = Readonly<{
  /** From memory while it lives long enough, else from the endpoint; callers that come together share one request. */
  get(oauth: OAuth, o: Readonly<{ signal: AbortSignal; refreshes: Refreshes }>): Promise<string>;
  /** A server has refused it: the next caller gets a new one. */
  forget(oauth: OAuth): void;
  /** Waits for no turn any more, and until what is asked is answered and kept: an answer may hold the only good refresh token. */
  stop(): Promise<void>;
}>;

/** Renewed so long before it ends that a mail which begins with it can finish. */
const EARLY_SECONDS = 120;
/** RFC 6749 only recommends to say how long a token lives. */
const UNTOLD_SECONDS = 600;
const TIMEOUT_MS = 10_000;
/** Longer than asking and keeping take: a turn that runs out means that its process died. */
const LEASE_MS = 30_000;
const LOOK_AGAIN_MS = 250;

const answerShape = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().optional(),
});
const refusalShape = z.object({ error: z.string(), error_description: z.string().optional() });

type Got = Readonly<{ token: string; untilMs: number; refreshToken: string | null }>;

/** One per process; access tokens are in memory alone. */
export function createAccessTokens({ keyring, clock }: Readonly<{ keyring: Keyring; clock: Clock }>): AccessTokens {
  const known = new Map<string, { untilMs: number; token: Promise<string> }>();
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  /** What an endpoint gave and the database would not take yet: it is kept before anybody asks again. */
  let unkept: (() => Promise<void>) | null = null;

  async function ask(oauth: OAuth): Promise<Got> {
    const open = (text: string | null, context: string) => text && keyring.decrypt(text, context).toString();
    const form = tokenRequest(oauth, {
      clientSecret: open(oauth.clientSecret, CLIENT_SECRET_CONTEXT),
      refreshToken: open(oauth.refreshToken, REFRESH_TOKEN_CONTEXT),
    });
    const askedMs = clock.monotonicMs();
    const response = await fetch(tokenUrlOf(oauth), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(form),
      redirect: 'error',
      // Not the caller's signal: whoever hangs up now may lose the only refresh token that is good.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    const answer = answerShape.safeParse(body);
    if (!response.ok || !answer.success) throw new Error(sayRefusal(response.status, body));
    const { access_token: token, expires_in: seconds, refresh_token: given } = answer.data;
    const untilMs = askedMs + ((seconds ?? UNTOLD_SECONDS) - EARLY_SECONDS) * 1_000;
    const isNew = given !== undefined && given !== form['refresh_token'];
    return { token, untilMs, refreshToken: isNew ? keyring.encrypt(given, REFRESH_TOKEN_CONTEXT) : null };
  }

  async function inTurn(oauth: OAuth, refreshes: Refreshes): Promise<Got> {
    await unkept?.();
    unkept = null;
    const { epoch, takenMs, current } = await turn(refreshes);
    const got = await (async () => {
      if (current === null || keyOf(current) !== keyOf(oauth)) throw new Error('the settings have changed meanwhile');
      // A process that stood still must not ask in another's turn.
      if (clock.monotonicMs() - takenMs > LEASE_MS - 2 * TIMEOUT_MS) throw new Error('its turn to ask is over');
      return ask(current);
    })().catch(async (error: unknown) => {
      await refreshes.end(epoch, null).catch(() => undefined);
      throw error;
    });
    const { refreshToken } = got;
    const keep = () => refreshes.end(epoch, refreshToken === null || !current ? null : { used: current, refreshToken });
    await keep().catch((error: unknown) => {
      if (refreshToken !== null) unkept = keep;
      throw error;
    });
    return got;
  }

  async function turn(refreshes: Refreshes) {
    while (!stopping.signal.aborted) {
      const takenMs = clock.monotonicMs();
      const taken = await refreshes.take(LEASE_MS);
      if (taken) return { epoch: taken.epoch, takenMs, current: taken.oauth };
      await clock.sleep(LOOK_AGAIN_MS, stopping.signal);
    }
    throw new Error('Tablekeep is stopping');
  }

  function renew(oauth: OAuth, refreshes: Refreshes): Promise<string> {
    const key = keyOf(oauth);
    const asking = oauth.grant === 'REFRESH_TOKEN' ? inTurn(oauth, refreshes) : ask(oauth);
    const entry = { untilMs: Number.POSITIVE_INFINITY, token: asking.then(({ token }) => token) };
    // Tokens of settings that are no more need not be kept.
    known.clear();
    known.set(key, entry);
    const done = asking
      .then(
        ({ untilMs }) => void (entry.untilMs = untilMs),
        () => void (known.get(key) === entry && known.delete(key)),
      )
      .finally(() => running.delete(done));
    running.add(done);
    return entry.token;
  }

  return {
    async get(oauth, { signal, refreshes }) {
      const found = known.get(keyOf(oauth));
      const isGood = found && found.untilMs > clock.monotonicMs();
      try {
        return await unlessAborted(signal, isGood ? found.token : renew(oauth, refreshes));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`no access token from ${new URL(tokenUrlOf(oauth)).host}: ${why}`, { cause: error });
      }
    },
    forget: (oauth) => void known.delete(keyOf(oauth)),
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/**
 * The stored ciphertexts change with the secrets, so a token of former settings is never found. A refresh token that took
 * another's place is the same consent.
 */
function keyOf(oauth: OAuth): string {
  const secrets = [oauth.clientSecret, oauth.consent ?? oauth.refreshToken];
  return createHash('sha256')
    .update(JSON.stringify([factsOf(oauth), secrets]))
    .digest('base64');
}

/** What the endpoint says of an error is made for people; the rest of its answer could be anything. */
function sayRefusal(status: number, body: unknown): string {
  const refusal = refusalShape.safeParse(body);
  if (!refusal.success) return `it answered ${status} without a token`;
  const { error, error_description: description } = refusal.data;
  return `it answered ${status} ${error}${description === undefined ? '' : `: ${description}`}`;
}
