import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeAbsence, type AbsentPoint } from './judge-absence.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const minutes = (n: number) => new Date(START + n * MINUTE);

const never: AbsentPoint = {
  cataloguedAt: null,
  lastSeenAt: null,
  missingSince: null,
  awsStatus: null,
  awsDeleteAt: null,
};

/** What listings say of one point that may vanish: each shows it or not, and they come in any order. */
const history = fc.record({
  catalogued: fc.option(fc.integer({ min: -600, max: 0 }), { nil: null }),
  vanishes: fc.integer({ min: 0, max: 600 }),
  listings: fc.uniqueArray(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }),
});

test('a point is taken for gone only after two complete listings an hour apart without it, and never while it is there', () => {
  fc.assert(
    fc.property(history, ({ catalogued, vanishes, listings }) => {
      let point = { ...never, cataloguedAt: catalogued === null ? null : minutes(catalogued) };
      for (const listing of listings) {
        const startedAt = minutes(listing);
        if (listing < vanishes) {
          if (point.lastSeenAt === null || point.lastSeenAt < startedAt)
            point = { ...point, lastSeenAt: startedAt, missingSince: null };
          continue;
        }
        const { verdict } = judgeAbsence(point, startedAt);
        if (verdict === 'MARK') point = { ...point, missingSince: startedAt };
        if (verdict !== 'GONE') continue;
        const without = listings.filter((one) => one >= vanishes && one <= listing);
        expect(Math.max(...without) - Math.min(...without)).toBeGreaterThanOrEqual(60);
        return;
      }
    }),
  );
});

test('a listing that began before a newer look, or about when the point was made, says nothing', () => {
  const now = minutes(100);
  expect(judgeAbsence({ ...never, lastSeenAt: minutes(101) }, now).verdict).toBe('IGNORE');
  expect(judgeAbsence({ ...never, cataloguedAt: minutes(90) }, now).verdict).toBe('IGNORE');
  expect(judgeAbsence({ ...never, cataloguedAt: minutes(80) }, now).verdict).toBe('MARK');
});

test('the reason says whether AWS’s own lifecycle ended it', () => {
  const missing = { ...never, missingSince: minutes(0) };
  expect(judgeAbsence(missing, minutes(60))).toEqual({
    verdict: 'GONE',
    because: expect.stringContaining('Tablekeep did not delete it'),
  });
  expect(judgeAbsence({ ...missing, awsDeleteAt: minutes(30) }, minutes(60))).toEqual({
    verdict: 'GONE',
    because: expect.stringContaining('AWS’s own lifecycle'),
  });
  expect(judgeAbsence({ ...missing, awsStatus: 'DELETING' }, minutes(60))).toEqual({
    verdict: 'GONE',
    because: expect.stringContaining('AWS was deleting it'),
  });
});
