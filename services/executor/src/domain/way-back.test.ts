import { expect, test } from '@jest/globals';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import { finalFault } from './fault.ts';
import type { JobState } from './job-state.ts';
import { withWayBack } from './way-back.ts';

const fault = finalFault('JOB_FAILED', 'AWS failed.', true);
const state: JobState = { since: '', tries: 0 };
const replaces = {
  tableId: 'id',
  switchOffProtection: true,
  protectivePointId: 'point-9',
  protectivePointArn: 'arn:point-9',
  protectiveVaultName: 'gold',
};
const restore = { kind: 'RESTORE', targetTableName: 'Orders', targetRegion: 'us-east-1' } as ParametersOf<'RESTORE'>;

test('a failure after the deletion says the way back; before it, that nothing was deleted; neither is tried again', () => {
  const after = withWayBack({ ...restore, replaces }, { ...state, clearedAt: 'now' }, fault);
  expect(after).toMatchObject({ code: 'JOB_FAILED', retryable: false });
  expect(after.reason).toMatch(/AWS failed\..*point-9 \(arn:point-9\).*restorePointId: "point-9", mode: ORIGINAL/u);
  const before = withWayBack({ ...restore, replaces }, { ...state, unprotectedAt: 'now' }, fault);
  expect(before.reason).toBe(
    'AWS failed. The table Orders was not deleted. Its deletion protection was switched off, and is off.',
  );
  expect(before.retryable).toBe(false);
});

test('the way back survives however long AWS’s words are', () => {
  const long = { ...fault, reason: 'x'.repeat(5_000) };
  const { reason } = withWayBack({ ...restore, replaces }, { ...state, clearedAt: 'now' }, long);
  expect(reason.length).toBeLessThan(2_000);
  expect(reason).toContain('mode: ORIGINAL');
});

test('another restore fails in its own words', () => {
  expect(withWayBack(restore, { ...state, clearedAt: 'now' }, fault)).toBe(fault);
});
