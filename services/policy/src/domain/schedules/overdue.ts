import type { Schedules } from './schedule.ts';
import { nextSlot } from './slots.ts';
import { unknownTimeZone } from './validate-schedules.ts';

/** Time for a run to end in. */
const GRACE_MS = 60 * 60 * 1000;

/**
 * Whether a slot has come and gone without a success: one after the last success, and after the schedules were switched on
 * as they are. A weekday without a run is so seen within the hour, whatever lies between other days.
 */
export function isOverdue(
  schedules: Schedules | null,
  { since, lastSuccessAt }: Readonly<{ since: Date; lastSuccessAt: Date | null }>,
  now: Date,
): boolean {
  if (!schedules || unknownTimeZone(schedules) !== null) return false;
  const after = new Date(Math.max(since.getTime(), lastSuccessAt?.getTime() ?? 0));
  const next = nextSlot(schedules, after);
  return next !== null && next.at.getTime() <= now.getTime() - GRACE_MS;
}
