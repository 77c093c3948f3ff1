import { describe, expect, test } from '@jest/globals';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import { finalFault, transientFault, type Fault } from './fault.ts';
import { WAYS, type Step } from './job-machine.ts';
import type { JobState } from './job-state.ts';
import { withWayBack } from './way-back.ts';

const fresh: JobState = { since: '', tries: 0 };
const replaces = {
  tableId: 'id',
  switchOffProtection: true,
  protectivePointId: 'point-9',
  protectivePointArn: 'arn:point-9',
  protectiveVaultName: 'gold',
};
const restore = {
  kind: 'RESTORE',
  restorePointId: 'point-1',
  targetTableName: 'Orders',
  targetRegion: 'us-east-1',
} as ParametersOf<'RESTORE'>;
const replacement = { ...restore, replaces };
const failed = (code: string) => finalFault(code, 'It went wrong.', true);
const asked: JobState = { ...fresh, clearedAt: 'now' };
const open: JobState = { ...fresh, unprotectedAt: 'now' };

/** What is true of the table is said, and nothing else of these. */
const SAYINGS = {
  kept: 'was not deleted',
  untouched: 'This session deleted nothing.',
  unknown: 'is not known',
  gone: 'The one that was confirmed is gone',
  notRestored: 'was deleted, and is not restored',
  perhapsRestored: 'AWS may still restore point-1',
  restored: 'by AWS’s word point-1 is restored under its name',
  restoredAndGone: 'the one that AWS restored in its place has gone',
  unprotected: 'deletion protection was to be switched off',
  wayBack: 'restorePointId: "point-9", mode: ORIGINAL',
} as const;
type Saying = keyof typeof SAYINGS;

const situations: readonly (readonly [string, Step, JobState, Fault, readonly Saying[]])[] = [
  ['refused before anything was touched', 'checking', fresh, failed('POINT_NOT_FOUND'), ['kept']],
  ['the table is gone before anybody deleted it', 'checking', fresh, failed('TABLE_NOT_FOUND'), ['untouched']],
  ['another table has the name', 'checking', fresh, failed('TABLE_REPLACED'), ['untouched']],
  ['protection cannot be switched off', 'unprotecting', open, failed('ACCESS_DENIED'), ['kept', 'unprotected']],
  ['a point went after protection was off', 'clearing', open, failed('POINT_NOT_FOUND'), ['kept', 'unprotected']],
  ['another took the name after protection was off', 'clearing', open, failed('TABLE_REPLACED'), ['untouched']],
  ['the deletion is refused, the table seen as it was', 'clearing', fresh, failed('ACCESS_DENIED'), ['kept']],
  ['nobody heard what became of the deletion', 'clearing', asked, failed('TIMED_OUT'), ['unknown', 'wayBack']],
  [
    'the same where it was protected',
    'clearing',
    { ...asked, ...open, clearedAt: 'now' },
    failed('TIMED_OUT'),
    ['unknown', 'unprotected', 'wayBack'],
  ],
  ['somebody made another in the gap', 'clearing', asked, failed('TABLE_REPLACED'), ['gone', 'wayBack']],
  ['the start is refused', 'starting', asked, failed('ACCESS_DENIED'), ['notRestored', 'wayBack']],
  ['the name is taken when the restore starts', 'starting', asked, failed('TABLE_EXISTS'), ['notRestored', 'wayBack']],
  ['whether it started is not known', 'starting', asked, failed('TIMED_OUT'), ['perhapsRestored', 'wayBack']],
  [
    'AWS could not be asked for too long',
    'starting',
    asked,
    transientFault('THROTTLED', 'It went wrong.'),
    ['perhapsRestored', 'wayBack'],
  ],
  ['AWS’s restore fails', 'following', asked, failed('JOB_FAILED'), ['notRestored', 'wayBack']],
  ['AWS’s restore does not end', 'following', asked, failed('JOB_DEADLINE'), ['perhapsRestored', 'wayBack']],
  ['its key cannot be used', 'settling', asked, failed('KEY_NOT_ACCESSIBLE'), ['restored', 'wayBack']],
  ['its indexes do not come', 'settling', asked, failed('TIMED_OUT'), ['restored', 'wayBack']],
  ['somebody replaced the restored one', 'settling', asked, failed('TABLE_REPLACED'), ['restoredAndGone', 'wayBack']],
  ['it went while its settings were set', 'reporting', asked, failed('TABLE_REPLACED'), ['restoredAndGone', 'wayBack']],
  ['it cannot be compared', 'reporting', asked, failed('TIMED_OUT'), ['restored', 'wayBack']],
];

describe('the failure of a replacement', () => {
  test.each(situations)('%s', (_what, step, state, fault, said) => {
    const told = withWayBack(replacement, { step, state }, fault);
    expect(told).toMatchObject({ code: fault.code, retryable: false });
    expect(told.reason).toMatch(/^It went wrong\. /u);
    const found = (Object.keys(SAYINGS) as Saying[]).filter((one) => told.reason.includes(SAYINGS[one]));
    expect([...found].sort()).toEqual([...said].sort());
  });

  test('there is a situation for every step at which one can fail', () => {
    const told = new Set(situations.map(([, step]) => step));
    // Nothing is asked of AWS in the queue, and settings that cannot be set are no failure.
    const never = new Set<Step>(['queued', 'reapplying']);
    for (const step of WAYS.REPLACE) expect(told.has(step)).toBe(!never.has(step));
  });

  test('the way back survives however long AWS’s words are', () => {
    for (const step of WAYS.REPLACE) {
      const long = { ...failed('JOB_FAILED'), reason: 'x'.repeat(5_000) };
      const { reason } = withWayBack(replacement, { step, state: asked }, long);
      expect(reason.length).toBeLessThan(2_000);
      expect(reason).toContain('mode: ORIGINAL');
    }
  });

  test('another restore fails in its own words', () => {
    const fault = failed('JOB_FAILED');
    expect(withWayBack(restore, { step: 'following', state: asked }, fault)).toBe(fault);
  });
});
