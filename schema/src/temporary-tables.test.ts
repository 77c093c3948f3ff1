import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  attemptOfTemporary,
  isTemporaryTable,
  TEMPORARY_PREFIX,
  TEMPORARY_TAG,
  temporaryMark,
  temporaryTableName,
} from './temporary-tables.ts';

describe('temporary tables', () => {
  test('a name leads back to its attempt, and fits into DynamoDB’s 255 characters', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 999 }), (taskId, attempt) => {
        const name = temporaryTableName(taskId, attempt);
        expect(attemptOfTemporary(name)).toEqual({ taskId, attempt });
        expect(name).toMatch(/^[\w.-]{3,255}$/u);
        expect(isTemporaryTable(name, [{ key: TEMPORARY_TAG, value: temporaryMark(taskId, attempt) }])).toBe(true);
      }),
    );
  });

  test.each([
    ['the prefix without the marker', `${TEMPORARY_PREFIX}mine-1`, []],
    ['the marker without the prefix', 'orders', [{ key: TEMPORARY_TAG, value: 'mine-1' }]],
    ['another table’s marker', `${TEMPORARY_PREFIX}mine-1`, [{ key: TEMPORARY_TAG, value: 'yours-1' }]],
    ['a name that no attempt makes', `${TEMPORARY_PREFIX}mine`, [{ key: TEMPORARY_TAG, value: 'mine' }]],
  ])('%s is the user’s table', (_what, name, tags) => expect(isTemporaryTable(name, tags)).toBe(false));
});
