import type { Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { eraseOneTimeKeys } from '../store/one-time-keys.ts';

/** Nobody needs the session's one-time keys any more. A second delivery finds none. */
export async function onSessionFinished(
  tx: Tx,
  { data }: EventEnvelope<'dev.tablekeep.session.finished.v1'>,
): Promise<void> {
  await eraseOneTimeKeys(tx, data.sessionId);
}
