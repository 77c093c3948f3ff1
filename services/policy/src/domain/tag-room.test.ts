import { expect, test } from '@jest/globals';
import { tablesWithoutTagRoom } from './tag-room.ts';

const tags = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => ({ key: `${prefix}-${i}`, value: '' }));
const table = (...own: { key: string; value: string }[]) => ({ tags: { state: 'known' as const, value: own } });

test.each([
  [48, 1, false],
  [48, 2, true],
  [49, 1, true],
  // The run's tag gives way where the table's own leave no room at all; there are no custom tags to lose.
  [50, 0, false],
  [50, 1, true],
  [11, 38, false],
  [12, 38, true],
])('of a table with %i tags, %i custom ones: some get lost is %s', (own, custom, lost) => {
  const one = table(...tags(own, 'own'));
  expect(tablesWithoutTagRoom([one], tags(custom, 'custom'))).toEqual(lost ? [one] : []);
});

test('what takes the place of a table’s own tag needs no room, nor do AWS’s tags', () => {
  const full = table(...tags(50, 'own'));
  expect(tablesWithoutTagRoom([full], tags(38, 'own'))).toEqual([]);
  expect(tablesWithoutTagRoom([table(...tags(48, 'own'), ...tags(9, 'aws:'))], tags(1, 'custom'))).toEqual([]);
  expect(tablesWithoutTagRoom([full], [...tags(38, 'own'), ...tags(1, 'custom')])).toEqual([full]);
});

test('nothing is said of tags that could not be read', () => {
  const unread = { tags: { state: 'unknown' as const, because: 'no answer' } };
  expect(tablesWithoutTagRoom([unread], tags(38, 'custom'))).toEqual([]);
});
