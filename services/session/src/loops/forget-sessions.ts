import { forgetEndedSessions } from '../store/forget.ts';
import { recordsKeptDays } from '../store/record-retention.ts';
import type { RunDeps } from '../run/session-run.ts';

const DAY_MS = 86_400_000;

/**
 * Removes the records of sessions that ended longer ago than the retention settings say, in batches that hold no lock for long. Any number of
 * replicas may: a row that is gone is gone. What they did in AWS, restore points above all, is not theirs to remove.
 * @param initialKeepDays counts until somebody has said anything in the settings; null: for ever
 */
export async function forgetSessions(deps: RunDeps, initialKeepDays: number | null): Promise<void> {
  const keepDays = await recordsKeptDays(deps.db, initialKeepDays);
  if (keepDays === null) return;
  const before = new Date(deps.clock.now().getTime() - keepDays * DAY_MS);
  const forgotten = await forgetEndedSessions(deps.db, before);
  if (forgotten > 0) deps.log.info({ forgotten, keepDays }, 'records of old sessions removed');
}
