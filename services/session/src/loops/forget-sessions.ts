import { forgetEndedSessions } from '../store/forget.ts';
import type { RunDeps } from '../run/session-run.ts';

const DAY_MS = 86_400_000;

/**
 * Removes the records of sessions that ended more than `keepDays` ago, in batches that hold no lock for long. Any number of
 * replicas may: a row that is gone is gone. What they did in AWS, restore points above all, is not theirs to remove.
 */
export async function forgetSessions(deps: RunDeps, keepDays: number): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - keepDays * DAY_MS);
  const forgotten = await forgetEndedSessions(deps.db, before);
  if (forgotten > 0) deps.log.info({ forgotten, keepDays }, 'records of old sessions removed');
}
