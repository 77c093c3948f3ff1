import { describe, expect, test } from '@jest/globals';
import { dayAt, sayDay, shownAt } from '@tablekeep/platform/local-time';
import fc from 'fast-check';
import { slotsAfter, slotsBetween } from './report-slot.ts';

const at = (text: string) => new Date(text);
const BERLIN = 'Europe/Berlin';

describe('the slots of a daily report', () => {
  test('a time that a clock put forward leaves out is the moment of the jump; the day has its report', () => {
    expect(
      slotsBetween({ timeOfDay: '02:30', timeZone: BERLIN }, at('2026-03-27T12:00:00Z'), at('2026-03-30T12:00:00Z')),
    ).toEqual([
      { day: '2026-03-28', at: at('2026-03-28T01:30:00Z') },
      { day: '2026-03-29', at: at('2026-03-29T01:00:00Z') },
      { day: '2026-03-30', at: at('2026-03-30T00:30:00Z') },
    ]);
  });

  test('a time that a clock put back shows twice is the first of the two, and comes once', () => {
    expect(
      slotsBetween({ timeOfDay: '02:30', timeZone: BERLIN }, at('2026-10-24T12:00:00Z'), at('2026-10-25T23:00:00Z')),
    ).toEqual([{ day: '2026-10-25', at: at('2026-10-25T00:30:00Z') }]);
  });

  test('every day of the calendar has one, in order, at that time; nothing is between one slot and the next', () => {
    const zones = [BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'UTC'];
    fc.assert(
      fc.property(
        fc.date({ min: at('2024-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z'), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 0, max: 29 }),
        (until, timeZone, minute, days) => {
          const two = (n: number) => String(n).padStart(2, '0');
          const timeOfDay = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
          const after = new Date(until.getTime() - days * 86_400_000);
          const slots = slotsBetween({ timeOfDay, timeZone }, after, until);
          expect(slots.length).toBeGreaterThanOrEqual(days - 1);
          expect(slots.length).toBeLessThanOrEqual(days + 1);
          slots.forEach((slot, i) => {
            expect(slot.at > after && slot.at <= until).toBe(true);
            const isJump = shownAt(timeZone, slot.at).slice(11) !== timeOfDay;
            if (isJump) expect(shownAt(timeZone, slot.at).slice(11) > timeOfDay).toBe(true);
            else expect(slot.day).toBe(sayDay(dayAt(timeZone, slot.at)));
            if (i > 0) expect(slot.at > slots[i - 1]!.at).toBe(true);
          });
          const [next] = slotsAfter({ timeOfDay, timeZone }, until);
          expect(next!.at > until).toBe(true);
          expect(slotsBetween({ timeOfDay, timeZone }, until, new Date(next!.at.getTime() - 1))).toEqual([]);
          expect(slots.map(({ day }) => day)).not.toContain(next!.day);
        },
      ),
      { numRuns: 300 },
    );
  });
});
