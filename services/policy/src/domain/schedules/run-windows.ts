import { gapsOf } from './gaps.ts';
import type { Schedules } from './schedule.ts';

/** StartBackupJob takes no shorter one (AWS Backup API). */
const LEAST_START_MINUTES = 60;
/** Longest windows, and those of runs without a schedule: a busy account's jobs wait long for their turn. */
const MOST_START_MINUTES = 8 * 60;
const MOST_COMPLETE_MINUTES = 7 * 24 * 60;
/** A big table's backup takes hours, however often somebody asks for one. */
const LEAST_COMPLETE_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

export type RunWindows = Readonly<{ startWindowMinutes: number; completeWindowMinutes: number }>;

export const NO_SCHEDULE: RunWindows = {
  startWindowMinutes: MOST_START_MINUTES,
  completeWindowMinutes: MOST_COMPLETE_MINUTES,
};

/**
 * When AWS gives a backup up that has not begun, or has not ended: a job that is stuck must not hold up the policy's next
 * runs for longer than its schedules make sense of. To begin, a job has the shortest time between two slots (one hour to
 * eight); to end, twice that time (a day to seven).
 */
export function runWindows(schedules: Schedules | null, now: Date): RunWindows {
  const gaps = schedules && gapsOf(schedules, now);
  if (!gaps) return NO_SCHEDULE;
  const minutes = Math.floor(gaps.shortestMs / MINUTE_MS);
  return {
    startWindowMinutes: Math.max(LEAST_START_MINUTES, Math.min(minutes, MOST_START_MINUTES)),
    completeWindowMinutes: Math.max(LEAST_COMPLETE_MINUTES, Math.min(2 * minutes, MOST_COMPLETE_MINUTES)),
  };
}
