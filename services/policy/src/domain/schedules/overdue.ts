import type { Schedules } from './schedule.ts';
import { nextSlot } from './slots.ts';
import { unknownTimeZone } from './validate-schedules.ts';

/** Time for a run to end in, unless somebody says otherwise. */
export const GRACE_MS = 60 * 60 * 1000;
/** A run may take longer than that, but not until the end of time: tables of terabytes are backed up within hours. */
const LONGEST_RUN_MS = 24 * 60 * 60 * 1000;

export type Success = Readonly<{
  /** Since when the schedules are as they are, and switched on. */
  since: Date;
  lastSuccessAt: Date | null;
}>;

/**
 * Whether a slot has come and gone without a success: one after the last success, and after the schedules were switched on
 * as they are. A weekday without a run is so seen within the hour, whatever lies between other days.
 */
export function isOverdue(schedules: Schedules | null, success: Success, now: Date): boolean {
  const patience = { graceMs: GRACE_MS, watchedSince: new Date(0), runSince: null };
  return slotWithoutSuccess(schedules, { ...success, ...patience }, now) !== null;
}

/**
 * The slot after which a run should have succeeded by now, and none has; null: nobody need worry yet. While a run is under
 * way it has until the next slot comes, and a day at most: one that hangs is missed, one that is long is not.
 * @param o.graceMs how long after its slot a run may take
 * @param o.watchedSince what came due before this is due from then on: nobody was there to run it
 * @param o.runSince since when a run of the policy is under way; null: none is
 */
export function slotWithoutSuccess(
  schedules: Schedules | null,
  o: Success & Readonly<{ graceMs: number; watchedSince: Date; runSince: Date | null }>,
  now: Date,
): Date | null {
  if (!schedules || unknownTimeZone(schedules) !== null) return null;
  const slot = nextSlot(schedules, later(o.since, o.lastSuccessAt))?.at ?? null;
  if (slot === null || slot > now) return null;
  const due = o.runSince === null ? slot : endOfPatience(schedules, later(slot, o.runSince));
  return later(due, o.watchedSince).getTime() + o.graceMs <= now.getTime() ? slot : null;
}

function endOfPatience(schedules: Schedules, begun: Date): Date {
  const next = nextSlot(schedules, begun)?.at.getTime() ?? Number.POSITIVE_INFINITY;
  return new Date(Math.min(next, begun.getTime() + LONGEST_RUN_MS));
}

function later(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one;
}
