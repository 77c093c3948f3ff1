import { describe, expect, test } from '@jest/globals';
import { finalFault, transientFault } from './fault.ts';
import type { JobState } from './job-state.ts';
import { madeByRestore, mayStillCome, SURELY_OVER_MS, temporaryFate, type RestoreSeen } from './temporary-fate.ts';
import { PATIENCE_MS, WAYS } from './job-machine.ts';
import { followDeadlineMs } from './job-faults.ts';

const old = SURELY_OVER_MS + 1;

const unmarked = { marked: false, attempt: 'over', ageMs: old } as const;

test.each([
  ['a name alone is the user’s, however old', { marked: false, attempt: null, madeBy: null, ageMs: old }, 'table'],
  [
    'what an open attempt makes is its own before it can be marked',
    { marked: false, attempt: 'open', madeBy: null, ageMs: 0 },
    'in-use',
  ],
  ['and after', { marked: true, attempt: 'open', madeBy: null, ageMs: old }, 'in-use'],
  ['what an attempt left is a leftover at once', { marked: true, attempt: 'over', madeBy: null, ageMs: 0 }, 'leftover'],
  [
    'another installation’s may still be in use',
    { marked: true, attempt: null, madeBy: null, ageMs: SURELY_OVER_MS },
    'in-use',
  ],
  ['until no verification can take so long', { marked: true, attempt: null, madeBy: null, ageMs: old }, 'leftover'],
  ['what AWS made for an attempt that was given up is a leftover', { ...unmarked, madeBy: 'attempt' }, 'leftover'],
  ['while AWS makes it, it is nobody’s', { ...unmarked, madeBy: 'still-making' }, 'in-use'],
  ['what somebody else made under that name is theirs', { ...unmarked, madeBy: 'other' }, 'table'],
  ['what AWS says nothing of is left, and told', { ...unmarked, madeBy: 'unknown' }, 'doubtful'],
] as const)('%s', (_what, seen, fate) => expect(temporaryFate(seen)).toBe(fate));

describe('who made a table, by AWS’s restore', () => {
  const arn = 'arn:ours';
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 12, minute));
  const restore: RestoreSeen = { state: 'ENDED', createdResourceArn: arn, createdAt: at(10), completedAt: at(30) };
  test.each([
    ['it names the table', {}, at(11), 'attempt'],
    ['it failed and left a table of that time', { createdResourceArn: null }, at(11), 'attempt'],
    ['it is at work', { state: 'OPEN', createdResourceArn: null, completedAt: null }, at(11), 'still-making'],
    ['it names another', { createdResourceArn: 'arn:other' }, at(11), 'other'],
    ['the table is older', {}, at(8), 'other'],
    ['the table is younger than its end', {}, at(31), 'other'],
    ['it has no dates', { createdAt: null, completedAt: null }, at(11), 'unknown'],
  ] as const)('%s', (_what, said, createdAt, by) =>
    expect(madeByRestore({ arn, createdAt }, { ...restore, ...said })).toBe(by),
  );
});

test('a table that is not there may still come where nobody heard the end of its restore', () => {
  const state: JobState = { since: '', tries: 0 };
  const deadline = finalFault('JOB_DEADLINE', 'No end.');
  const table = { name: 'n', arn: 'a', tableId: 'i' };
  expect(mayStillCome({ ...state, awsState: 'RUNNING', fault: deadline })).toBe(true);
  expect(mayStillCome({ ...state, fault: finalFault('TIMED_OUT', 'No answer.') })).toBe(true);
  expect(mayStillCome({ ...state, fault: transientFault('THROTTLED', 'Too fast.') })).toBe(true);
  expect(mayStillCome({ ...state, fault: finalFault('ACCESS_DENIED', 'May not start.') })).toBe(false);
  expect(mayStillCome({ ...state, awsState: 'FAILED', fault: finalFault('JOB_FAILED', 'Failed.') })).toBe(false);
  expect(mayStillCome({ ...state, awsState: 'RUNNING', fault: deadline, sighted: table })).toBe(false);
  expect(mayStillCome({ ...state, restored: table })).toBe(false);
});

test('no verification has its table for so long', () => {
  const withTable = WAYS.VERIFY.slice(WAYS.VERIFY.indexOf('following'), WAYS.VERIFY.indexOf('removing'));
  const longest = withTable.reduce(
    (sum, step) => sum + (step === 'following' ? followDeadlineMs('RESTORE', 0) : PATIENCE_MS[step]),
    0,
  );
  expect(SURELY_OVER_MS).toBeGreaterThan(longest);
});
