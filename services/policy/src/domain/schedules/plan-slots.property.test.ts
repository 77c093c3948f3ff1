import { describe, expect, test } from '@jest/globals';
import type { Flag } from '@tablekeep/schema/retention-rules';
import fc from 'fast-check';
import { lookAtSlots, sayMissed } from './plan-slots.ts';
import { WEEKDAYS, type Schedules } from './schedule.ts';
import { slotsBetween } from './slots.ts';

const MINUTE = 60_000;
const start = new Date('2026-03-27T00:00:00Z');
const kept = { keep: null, keepCopies: null };
const schedules: Schedules = {
  timeZone: 'Europe/Berlin',
  daily: { days: [...WEEKDAYS], times: ['02:30', '07:00', '07:10', '23:50'], copyTimes: ['07:00'], ...kept },
  weekly: { days: ['SUNDAY'], time: null, copyDays: [], ...kept },
  monthly: { months: [4], on: { kind: 'DATE', date: 1 }, time: '07:00', copyMonths: [4], ...kept },
  yearly: null,
};

/** What happens between two looks: time passes (we may have been away), and the run under way may end. */
const anyHistory = fc.array(
  fc.record({ minutes: fc.oneof(fc.nat(3), fc.nat(60), fc.nat(3 * 24 * 60)), runEnds: fc.boolean() }),
  { maxLength: 60 },
);

describe('the planner', () => {
  test('over any history each slot’s flags are run exactly once, by a run that is not before it', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        let now = start;
        let after = start;
        let runOpen = false;
        let state: 'PLANNED' | 'WAITING' = 'PLANNED';
        const runs: { at: Date; flags: readonly Flag[]; after: Date; slot: Date }[] = [];
        for (const { minutes, runEnds } of [...history, { minutes: 3 * 24 * 60, runEnds: true }]) {
          now = new Date(now.getTime() + minutes * MINUTE);
          if (runEnds) runOpen = false;
          const look = lookAtSlots(schedules, { now, after, runOpen, state });
          if (look.then === 'run') {
            expect(runOpen).toBe(false);
            runs.push({ at: now, flags: look.slot.flags, after, slot: look.slot.at });
            const owed = slotsBetween(schedules, after, now);
            const inTime = owed.length === 1 && now.getTime() - owed[0]!.at.getTime() <= 5 * MINUTE;
            expect(look.missed === null).toBe(inTime);
            if (look.missed) {
              expect(look.missed.slots).toEqual(owed);
              expect(look.missed.because).toBe(state === 'WAITING' ? 'RUN_OPEN' : 'NOT_RUNNING');
              expect(sayMissed(look.missed)).toContain(owed[0]!.at.toISOString());
            }
            [after, runOpen, state] = [now, true, 'PLANNED'];
          } else {
            const [first] = slotsBetween(schedules, after, now);
            expect(look.then).toBe(runOpen && first ? 'wait-for-run' : 'wait');
            state = first ? 'WAITING' : 'PLANNED';
            if (look.then === 'wait-for-run') {
              expect(look.owed).toEqual(slotsBetween(schedules, after, now));
              expect(look.isLong).toBe(now.getTime() - first!.at.getTime() > 5 * MINUTE);
            }
          }
          expect(look.lookAt.getTime()).toBeGreaterThan(now.getTime());
          expect(look.lookAt.getTime()).toBeLessThanOrEqual(now.getTime() + 60 * MINUTE);
        }
        const all = slotsBetween(schedules, start, now);
        const made = runs.flatMap((run) => slotsBetween(schedules, run.after, run.at));
        expect(made).toEqual(all);
        for (const run of runs) {
          const own = slotsBetween(schedules, run.after, run.at);
          expect(new Set(run.flags)).toEqual(new Set(own.flatMap((slot) => slot.flags)));
          expect(run.slot).toEqual(own.at(-1)!.at);
        }
        expect(new Set(runs.map((run) => run.slot.getTime())).size).toBe(runs.length);
      }),
      { numRuns: 200 },
    );
  }, 30_000);

  test('a time zone that the system does not know is a reason, not a crash', () => {
    const look = lookAtSlots(
      { ...schedules, timeZone: 'Mars/Olympus' },
      { now: start, after: start, runOpen: false, state: 'PLANNED' },
    );
    expect(look).toMatchObject({ then: 'give-up', because: expect.stringContaining('Mars/Olympus') });
  });

  const never: Schedules = {
    ...schedules,
    daily: null,
    weekly: { days: [], time: '07:00', copyDays: [], ...kept },
    monthly: null,
  };
  test('schedules that never come are given up, and what they owe is run before', () => {
    const at = new Date('2026-03-29T07:00:00Z');
    const o = { now: at, after: start, runOpen: false, state: 'UNPLANNABLE' as const };
    expect(lookAtSlots(never, o)).toMatchObject({ then: 'give-up', because: expect.stringContaining('ever comes') });
    const last = {
      ...never,
      yearly: { month: 3, on: { kind: 'LAST_DAY' as const }, time: '07:00', copies: false, ...kept },
    };
    const look = lookAtSlots(last, { ...o, now: new Date('2026-03-31T05:30:00Z') });
    expect(look).toMatchObject({ then: 'run', missed: { because: 'UNPLANNABLE' } });
    if (look.then === 'run') expect(sayMissed(look.missed!)).toContain('could not be planned');
  });

  test('a yearly policy is planned at the moment it is due, although the next time is 53 weeks away', () => {
    const yearly = {
      month: 12,
      on: { kind: 'LAST_WEEKDAY' as const, weekday: 'SUNDAY' as const },
      time: '07:00',
      copies: true,
    };
    const at = new Date('2027-12-26T06:00:00Z');
    const look = lookAtSlots(
      { ...schedules, daily: null, weekly: null, monthly: null, yearly: { ...yearly, ...kept } },
      { now: at, after: start, runOpen: false, state: 'PLANNED' },
    );
    expect(look).toMatchObject({ then: 'run', slot: { at, flags: ['Y'] }, missed: { slots: [{}, { at }] } });
  });
});
