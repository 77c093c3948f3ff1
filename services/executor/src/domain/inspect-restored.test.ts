import { describe, expect, test } from '@jest/globals';
import { snapshotOf } from '@tablekeep/testkit/table-settings';
import { inspectRestored } from './inspect-restored.ts';

const uncounted = { counted: null, countedBefore: null };
const index = (name: string, attribute = 'country') => ({
  name,
  keySchema: [{ attribute, role: 'HASH' as const }],
  projection: { type: 'INCLUDE' as const, nonKeyAttributes: ['b', 'a'] },
  provisioned: null,
  onDemandMaximum: null,
});
const base = {
  ...snapshotOf('Orders'),
  attributes: [
    { name: 'id', type: 'S' as const },
    { name: 'at', type: 'N' as const },
    { name: 'country', type: 'S' as const },
  ],
  keySchema: [
    { attribute: 'id', role: 'HASH' as const },
    { attribute: 'at', role: 'RANGE' as const },
  ],
  globalIndexes: [index('by-country'), index('by-id', 'id')],
  localIndexes: [],
  itemCount: 10,
};

describe('a restored table beside its snapshot', () => {
  test('the order in which AWS lists keys, indexes and projected attributes says nothing', () => {
    const found = {
      ...base,
      keySchema: base.keySchema.toReversed(),
      globalIndexes: base.globalIndexes
        .toReversed()
        .map((one) => ({ ...one, projection: { type: 'INCLUDE' as const, nonKeyAttributes: ['a', 'b'] } })),
    };
    expect(inspectRestored(base, found, uncounted)).toMatchObject({ problems: [], remarks: [] });
  });

  test.each([
    [
      'another key',
      { keySchema: base.keySchema.slice(0, 1) },
      /keys are id \(HASH, S\); at the backup .*at \(RANGE, N\)/u,
    ],
    [
      'a key of another type',
      { attributes: base.attributes.map((one) => (one.name === 'id' ? { ...one, type: 'B' as const } : one)) },
      /id \(HASH, B\)/u,
    ],
    ['a missing index', { globalIndexes: [index('by-country')] }, /global index by-id is missing/u],
    ['an index that is new', { localIndexes: [index('by-at')] }, /local index by-at is new/u],
    [
      'an index on something else',
      { globalIndexes: [index('by-country', 'at'), index('by-id', 'id')] },
      /by-country is at/u,
    ],
  ])('%s is a problem', (_what, change, words) => {
    expect(inspectRestored(base, { ...base, ...change }, uncounted).problems.join(' ')).toMatch(words);
  });

  test('what AWS reports of items is advisory; what was counted is proof', () => {
    expect(inspectRestored(base, { ...base, itemCount: 0 }, uncounted)).toMatchObject({
      itemCount: 0,
      countedExactly: false,
      problems: [],
      remarks: [expect.stringContaining('AWS reports 0 items')],
    });
    const counted = (counted: number, countedBefore: number | null = null) =>
      inspectRestored(base, { ...base, itemCount: 0 }, { counted, countedBefore });
    expect(counted(10)).toMatchObject({ itemCount: 10, countedExactly: true, problems: [], remarks: [] });
    expect(counted(12)).toMatchObject({ problems: [], remarks: [expect.stringContaining('12 items')] });
    expect(counted(0).problems).toEqual([expect.stringContaining('no items')]);
    expect(counted(12, 12).problems).toEqual([]);
    expect(counted(12, 13).problems).toEqual([expect.stringContaining('counted 13')]);
  });

  test('without a snapshot only that it came back was seen', () => {
    expect(inspectRestored(null, base, uncounted)).toMatchObject({
      problems: [],
      remarks: [expect.stringContaining('no settings snapshot')],
    });
  });
});
