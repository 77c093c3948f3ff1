import type { Known } from '@tablekeep/schema/settings';

/** What the last answers of AWS say about an account's role. */
export type ConnectionSeen =
  | Readonly<{ connection: 'CONNECTED'; connectionMessage: null }>
  | Readonly<{ connection: 'FAILED'; connectionMessage: string }>;

export const CONNECTED: ConnectionSeen = { connection: 'CONNECTED', connectionMessage: null };

/**
 * One answer proves that the role works, whatever the other Regions said. Null where nothing was asked, so nothing is
 * learned: answers that never reached AWS must be left out by the caller.
 */
export function connectionSeen(answers: readonly Known<unknown>[]): ConnectionSeen | null {
  if (answers.some((answer) => answer.state === 'known')) return CONNECTED;
  const failed = answers.find((answer) => answer.state === 'unknown');
  return failed ? { connection: 'FAILED', connectionMessage: failed.because } : null;
}
