import { mergedSlot, nextSlot, slotsBetween } from './slots.ts';
import type { Schedules, Slot } from './schedule.ts';
import { NEVER_COMES, unknownTimeZone } from './validate-schedules.ts';

const MINUTE_MS = 60_000;
/** Later than this after its slot, a run is late: a person is told. */
const IN_TIME_MS = 5 * MINUTE_MS;
/** How soon a slot that waits for the run under way is looked at again. */
const LOOK_AGAIN_MS = MINUTE_MS / 2;
/** Nobody's look at a policy is further away: what was reckoned with a wrong clock is reckoned again. */
export const LOOK_EVERY_MS = 60 * MINUTE_MS;
/** So much may the clocks of replicas differ. */
export const CLOCK_MS = 5 * MINUTE_MS;
/** How often schedules that could not be planned are tried again: the system may have learned the time zone. */
const TRY_AGAIN_MS = 60 * MINUTE_MS;
/** Slots longer ago than this are nobody's any more. */
const OWED_MS = 400 * 24 * 60 * MINUTE_MS;

export type Missed = Readonly<{ because: 'RUN_OPEN' | 'NOT_RUNNING' | 'UNPLANNABLE'; slots: readonly Slot[] }>;

export type Look =
  | Readonly<{ then: 'wait'; lookAt: Date }>
  /** Slots are owed and wait for the run under way. `isLong`: so long that a person is told. */
  | Readonly<{ then: 'wait-for-run'; lookAt: Date; owed: readonly [Slot, ...Slot[]]; isLong: boolean }>
  /** `missed` null: it runs in its time. */
  | Readonly<{ then: 'run'; slot: Slot; lookAt: Date; missed: Missed | null }>
  | Readonly<{ then: 'give-up'; because: string; lookAt: Date }>;

/**
 * What to do about a policy's schedules now. Everything that has come since the last run makes one run, with the flags of
 * all of it: whatever kept it from running (we were not there, or its last run was still under way), nothing is owed twice,
 * and nothing due is lost. What is owed is run before anybody asks whether there will be more.
 * @param o.after slots after this moment are owed
 * @param o.state what the last look found: why a late run is late
 */
export function lookAtSlots(
  schedules: Schedules,
  o: Readonly<{ now: Date; after: Date; runOpen: boolean; state: 'NONE' | 'PLANNED' | 'WAITING' | 'UNPLANNABLE' }>,
): Look {
  const unknown = unknownTimeZone(schedules);
  if (unknown !== null) return { then: 'give-up', because: unknown, lookAt: later(o.now, TRY_AGAIN_MS) };
  const owed = owedSlots(schedules, o.after, o.now);
  const next = nextSlot(schedules, o.now)?.at ?? null;
  const lookAt = new Date(Math.min(next?.getTime() ?? Number.POSITIVE_INFINITY, o.now.getTime() + LOOK_EVERY_MS));
  if (owed === null) {
    return next === null ? { then: 'give-up', because: NEVER_COMES, lookAt } : { then: 'wait', lookAt };
  }
  const isLong = o.now.getTime() - owed[0].at.getTime() > IN_TIME_MS;
  if (o.runOpen) return { then: 'wait-for-run', lookAt: later(o.now, LOOK_AGAIN_MS), owed, isLong };
  const missed = owed.length > 1 || isLong ? { because: WHY_LATE[o.state], slots: owed } : null;
  return { then: 'run', slot: mergedSlot(owed), lookAt, missed };
}

const WHY_LATE = {
  NONE: 'NOT_RUNNING',
  PLANNED: 'NOT_RUNNING',
  WAITING: 'RUN_OPEN',
  UNPLANNABLE: 'UNPLANNABLE',
} as const;

/** The slots that have come after this moment, in order; null: none has. */
export function owedSlots(schedules: Schedules, after: Date, now: Date): readonly [Slot, ...Slot[]] | null {
  const since = new Date(Math.max(after.getTime(), now.getTime() - OWED_MS));
  const [first, ...more] = slotsBetween(schedules, since, now);
  return first ? [first, ...more] : null;
}

/** Where a policy's planning starts when it is made, switched on, or given other schedules. */
export function firstLook(
  schedules: Schedules | null,
  enabled: boolean,
  now: Date,
): Readonly<{ state: 'NONE' | 'PLANNED'; lookAt: Date | null }> {
  if (!schedules || !enabled) return { state: 'NONE', lookAt: null };
  return { state: 'PLANNED', lookAt: now };
}

/** "It makes up for 3 slots since … that came while …". */
export function sayMissed({ because, slots }: Missed): string {
  const since = slots[0]?.at.toISOString() ?? '';
  const what = slots.length === 1 ? `the slot of ${since}` : `${slots.length} slots since ${since}`;
  const why = {
    RUN_OPEN: 'the run before it was still under way',
    NOT_RUNNING: 'Tablekeep was not running',
    UNPLANNABLE: 'its schedules could not be planned',
  }[because];
  return `Late: it makes up for ${what}, which came while ${why}.`;
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
