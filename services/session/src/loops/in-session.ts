import { withCorrelation } from '@tablekeep/platform/logging';
import { withSession, type RunDeps, type SessionRun } from '../run/session-run.ts';

/** One transaction on one session, for work that no event and no caller started. */
export async function inSession(
  deps: RunDeps,
  sessionId: string,
  work: (run: SessionRun) => Promise<void>,
): Promise<void> {
  await withCorrelation({ correlationId: sessionId, sessionId }, () =>
    deps.db.transaction((tx) => withSession(deps, tx, sessionId, work)),
  );
}
