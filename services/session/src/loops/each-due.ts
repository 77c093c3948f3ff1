import { inSession } from './in-session.ts';
import type { RunDeps, SessionRun } from '../run/session-run.ts';

/**
 * Handles what is due, one transaction each. One that fails is logged and stays due; it does not keep the others waiting.
 */
export async function eachDue<T extends Readonly<{ sessionId: string }>>(
  deps: RunDeps,
  due: readonly T[],
  work: (run: SessionRun, one: T) => Promise<void>,
): Promise<void> {
  for (const one of due) {
    try {
      await inSession(deps, one.sessionId, (run) => work(run, one));
    } catch (error) {
      deps.log.error({ err: error, sessionId: one.sessionId }, 'what was due could not be done; it stays due');
    }
  }
}
