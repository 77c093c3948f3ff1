import { expect, test } from '@jest/globals';
import { pairsOf, restoreMatrix, SOURCES, WHOLE, WISHES } from '../src/restore-matrix.ts';
import { judgeMatrix } from './judge-matrix.ts';

test('the whole matrix has every pair of values there is, and no restore twice', () => {
  const matrix = restoreMatrix(WHOLE);
  const rows = matrix.combinations.map(({ source, wish }) => ({ ...matrix.sources[source], ...wish }));
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBeGreaterThanOrEqual(200);
  const seen = new Set(rows.flatMap((row) => pairsOf(Object.entries(row))));
  const values = Object.entries({ ...SOURCES, ...WISHES }).map(([name, all]) => all.map((one) => [name, one] as const));
  const all = values.flatMap((ofOne, at) =>
    values
      .slice(at + 1)
      .flatMap((ofOther) => ofOne.flatMap((one) => ofOther.flatMap((other) => pairsOf([one, other])))),
  );
  const senseless =
    /capacity=on-demand[^&]*& askedCapacity=(?:other units|read units only)|indexes=(?:none|one local) & askedCapacity=provisioned, index named/u;
  expect(all.filter((pair) => !seen.has(pair) && !senseless.test(pair))).toEqual([]);
});

// A part of it; `npm run test:matrix` has the whole.
judgeMatrix(restoreMatrix({ sources: 12, restores: 48, seed: 1 }));
