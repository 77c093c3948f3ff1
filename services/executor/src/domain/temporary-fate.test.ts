import { expect, test } from '@jest/globals';
import { SURELY_OVER_MS, temporaryFate } from './temporary-fate.ts';
import { PATIENCE_MS, WAYS } from './job-machine.ts';
import { followDeadlineMs } from './job-faults.ts';

const old = SURELY_OVER_MS + 1;

test.each([
  ['a name alone is the user’s, however old', { marked: false, attempt: null, ageMs: old }, 'table'],
  ['a name of an attempt that is over, without the mark, too', { marked: false, attempt: 'over', ageMs: old }, 'table'],
  [
    'what an open attempt makes is its own before it can be marked',
    { marked: false, attempt: 'open', ageMs: 0 },
    'in-use',
  ],
  ['and after', { marked: true, attempt: 'open', ageMs: old }, 'in-use'],
  ['what an attempt left is a leftover at once', { marked: true, attempt: 'over', ageMs: 0 }, 'leftover'],
  ['another installation’s may still be in use', { marked: true, attempt: null, ageMs: SURELY_OVER_MS }, 'in-use'],
  ['until no verification can take so long', { marked: true, attempt: null, ageMs: old }, 'leftover'],
] as const)('%s', (_what, seen, fate) => expect(temporaryFate(seen)).toBe(fate));

test('no verification has its table for so long', () => {
  const withTable = WAYS.VERIFY.slice(WAYS.VERIFY.indexOf('following'), WAYS.VERIFY.indexOf('removing'));
  const longest = withTable.reduce(
    (sum, step) => sum + (step === 'following' ? followDeadlineMs('RESTORE', 0) : PATIENCE_MS[step]),
    0,
  );
  expect(SURELY_OVER_MS).toBeGreaterThan(longest);
});
