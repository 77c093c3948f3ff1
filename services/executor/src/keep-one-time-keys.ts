import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { SealingError, type Opener } from '@tablekeep/platform/sealing';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import { ONE_TIME_KEYS_MS, oneTimeKeys, oneTimeKeysContext, type OneTimeKeys } from '@tablekeep/schema/one-time-keys';
import type { OneTimeKeysRow } from './store/entities.ts';
import { findOneTimeKeys, storeOneTimeKeys } from './store/one-time-keys.ts';

/** The derivation of the executor's private key. */
export const ONE_TIME_KEYS = 'one-time keys';
/** Clocks of two services may differ. */
const SKEW_MS = 60_000;

/** Keeps what a session will need, sealed as it came; refuses what could not be opened later, or would live too long. */
export async function keepOneTimeKeys(
  o: Readonly<{ db: Database; clock: Clock; opener: Opener }>,
  input: InternalInput<'keepOneTimeKeys'>,
): Promise<InternalOutput<'keepOneTimeKeys'>> {
  const opened = openKeys(o.opener, input);
  if (opened === null) return { kept: false, because: 'They were not sealed for this executor.' };
  const now = o.clock.now().getTime();
  const expiresAt = Date.parse(opened.expiresAt);
  if (expiresAt <= now || expiresAt > now + ONE_TIME_KEYS_MS + SKEW_MS) {
    return { kept: false, because: 'One-time keys live at most 12 hours, and these say otherwise.' };
  }
  await storeOneTimeKeys(o.db, { ...input, expiresAt: new Date(Math.min(expiresAt, now + ONE_TIME_KEYS_MS)) });
  return { kept: true };
}

/** Of a session, opened for one step; null where their time is up or they were erased. */
export async function oneTimeKeysOf(
  o: Readonly<{ db: Database; clock: Clock; opener: Opener }>,
  session: Readonly<{ sessionId: string; accountId: string }>,
): Promise<OneTimeKeys | null> {
  const row = await findOneTimeKeys(o.db, session.sessionId);
  const keys = row && openKeys(o.opener, { ...session, sealed: row.sealed });
  if (!row || !keys) return null;
  const end = Math.min(row.expiresAt.getTime(), Date.parse(keys.expiresAt));
  return end > o.clock.now().getTime() ? keys : null;
}

function openKeys(opener: Opener, { sealed, ...of }: Omit<OneTimeKeysRow, 'expiresAt'>): OneTimeKeys | null {
  try {
    return oneTimeKeys.parse(JSON.parse(opener.open(sealed, oneTimeKeysContext(of)).toString('utf8')));
  } catch (error) {
    if (error instanceof SealingError) return null;
    // Neither the parser's words nor a stack may quote what was inside.
    throw new Error('sealed one-time keys are not of the form they should be');
  }
}
