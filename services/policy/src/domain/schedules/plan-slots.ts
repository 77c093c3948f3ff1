import { mergedSlot, nextSlot, slotsBetween } from './slots.ts';
import type { Schedules, Slot } from './schedule.ts';
import { whyUnplannable } from './validate-schedules.ts';

const MINUTE_MS = 60_000;
/** Later than this after its slot, a run is late: a person is told. */
const IN_TIME_MS = 5 * MINUTE_MS;
/** How soon a slot that waits for the run under way is looked at again. */
const LOOK_AGAIN_MS = MINUTE_MS / 2;
/** How often schedules that could not be planned are tried again: the system may have learned the time zone. */
const TRY_AGAIN_MS = 60 * MINUTE_MS;
/** Slots longer ago than this are nobody's any more. */
const OWED_MS = 400 * 24 * 60 * MINUTE_MS;

export type Missed = Readonly<{ because: 'RUN_OPEN' | 'NOT_RUNNING'; slots: readonly Slot[] }>;

export type Look =
  | Readonly<{ then: 'wait'; lookAt: Date; state: 'PLANNED' | 'WAITING' }>
  /** `missed` null: it runs in its time. */
  | Readonly<{ then: 'run'; slot: Slot; lookAt: Date | null; missed: Missed | null }>
  | Readonly<{ then: 'give-up'; because: string; lookAt: Date }>;

/**
 * What to do about a policy's schedules now. Everything that has come since the last run makes one run, with the flags of
 * all of it: whatever kept it from running (we were not there, or its last run was still under way), nothing is owed twice,
 * and nothing due is lost.
 * @param o.after slots after this moment are owed
 * @param o.waiting it has waited for a run under way before
 */
export function lookAtSlots(
  schedules: Schedules,
  o: Readonly<{ now: Date; after: Date; runOpen: boolean; waiting: boolean }>,
): Look {
  const because = whyUnplannable(schedules, o.now);
  if (because !== null) return { then: 'give-up', because, lookAt: later(o.now, TRY_AGAIN_MS) };
  const after = new Date(Math.max(o.after.getTime(), o.now.getTime() - OWED_MS));
  const [first, ...more] = slotsBetween(schedules, after, o.now);
  const next = nextSlot(schedules, o.now)?.at ?? null;
  if (!first) return { then: 'wait', lookAt: next ?? later(o.now, TRY_AGAIN_MS), state: 'PLANNED' };
  if (o.runOpen) return { then: 'wait', lookAt: later(o.now, LOOK_AGAIN_MS), state: 'WAITING' };
  const slot = mergedSlot([first, ...more]);
  const isLate = more.length > 0 || o.now.getTime() - first.at.getTime() > IN_TIME_MS;
  const missed: Missed = { because: o.waiting ? 'RUN_OPEN' : 'NOT_RUNNING', slots: [first, ...more] };
  return { then: 'run', slot, lookAt: next, missed: isLate ? missed : null };
}

/** Where a policy's planning starts when it is made, switched on, or given other schedules. */
export function firstLook(
  schedules: Schedules | null,
  enabled: boolean,
  now: Date,
): Readonly<{ state: 'NONE' | 'PLANNED'; lookAt: Date | null }> {
  if (!schedules || !enabled) return { state: 'NONE', lookAt: null };
  return { state: 'PLANNED', lookAt: nextSlot(schedules, now)?.at ?? now };
}

/** "It makes up for 3 slots since … that came while …". */
export function sayMissed({ because, slots }: Missed): string {
  const since = slots[0]?.at.toISOString() ?? '';
  const what = slots.length === 1 ? `the slot of ${since}` : `${slots.length} slots since ${since}`;
  const why = because === 'RUN_OPEN' ? 'the run before it was still under way' : 'Tablekeep was not running';
  return `Late: it makes up for ${what}, which came while ${why}.`;
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
