import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MOST_POINTS, pagesProblem } from './page-limits.ts';

test('what is refused says which first would be taken, and that one is the largest', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 * MOST_POINTS }), fc.integer({ min: 1, max: 500 }), (lists, first) => {
      const problem = pagesProblem(lists, first);
      expect(problem === null).toBe(lists * first <= MOST_POINTS);
      const right = /first is at most (\d+) for/u.exec(problem ?? '')?.[1];
      if (right === undefined) return;
      expect(pagesProblem(lists, Number(right))).toBeNull();
      expect(pagesProblem(lists, Number(right) + 1)).not.toBeNull();
    }),
  );
});

test('more tables than points are allowed is refused by their number', () =>
  expect(pagesProblem(MOST_POINTS + 1, 1)).toContain('at most 10000 tables'));
