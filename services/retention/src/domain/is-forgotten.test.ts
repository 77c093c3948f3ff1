import { expect, test } from '@jest/globals';
import { isForgotten } from './is-forgotten.ts';

const MINUTE = 60_000;
const now = new Date('2026-03-01T04:00:00.000Z');

test.each<[string, number, boolean, number, boolean]>([
  ['made just now', 5, true, 0, false],
  ['whose word would have come long ago', 61, true, 0, true],
  ['made just now, in an account of which no maker has told', 5, false, 0, true],
  ['dated by a clock that is ahead', -600, true, 605, false],
  ['dated by a clock that is ahead, whose word would have come long ago', -600, true, 661, true],
  ['dated by a clock that is behind', 65, true, -60, false],
])('a point %s', (_what, minutesAgo, isToldOfAccount, aheadMinutes, forgotten) => {
  const completedAt = new Date(now.getTime() - minutesAgo * MINUTE);
  const finding = { now, isToldOfAccount, awsAheadMs: aheadMinutes * MINUTE };
  expect(isForgotten({ completedAt }, finding)).toBe(forgotten);
});
