import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scansDue } from './scans-due.ts';

const HOUR = 3_600_000;
const scanMs = 6 * HOUR;

test('whenever scans begin after their look, no Region’s scan grows much older than the period, and none comes early', () => {
  const regions = ['a', 'b', 'c'];
  fc.assert(
    fc.property(
      fc.array(fc.record({ region: fc.constantFrom(...regions), afterMs: fc.integer({ min: 0, max: 12 * HOUR }) }), {
        maxLength: 10,
      }),
      fc.integer({ min: 1, max: 300_000 }),
      (byRuns, delayMs) => {
        const begin = Date.UTC(2026, 10, 27);
        const others = byRuns.map(({ region, afterMs }) => ({ region, at: begin + afterMs }));
        const scans = new Map<string, Date>();
        const known = (at: number) => {
          const upTo = new Map(scans);
          for (const one of others)
            if (one.at <= at && one.at > (upTo.get(one.region)?.getTime() ?? 0)) upTo.set(one.region, new Date(one.at));
          return upTo;
        };
        let now = begin;
        while (now < begin + 60 * HOUR) {
          const before = known(now);
          const { regions: due, nextLook } = scansDue(regions, before, { now: new Date(now), scanMs });
          for (const region of regions) {
            const age = now - (before.get(region)?.getTime() ?? begin);
            expect(age).toBeLessThanOrEqual(scanMs + delayMs);
            if (due.includes(region) && before.has(region)) expect(age).toBeGreaterThanOrEqual(scanMs * 0.9);
          }
          expect(nextLook.getTime()).toBeGreaterThan(now);
          for (const region of due) scans.set(region, new Date(now + delayMs));
          now = nextLook.getTime();
        }
      },
    ),
  );
});

test('Regions that come due within a moment of each other are scanned together', () => {
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 27) + seconds * 1_000);
  const scans = new Map([
    ['a', at(0)],
    ['b', at(20)],
    ['c', at(3 * 3_600)],
  ]);
  const due = scansDue(['a', 'b', 'c'], scans, { now: at(6 * 3_600), scanMs });
  expect(due).toEqual({ regions: ['a', 'b'], nextLook: at(9 * 3_600) });
  expect(scansDue(['a', 'c'], scans, { now: at(3_600), scanMs })).toEqual({ regions: [], nextLook: at(6 * 3_600) });
});
