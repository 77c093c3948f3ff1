import { expect, test } from '@jest/globals';
import { tablesWithoutTagRoom } from './tag-room.ts';

const tags = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => ({ key: `${prefix}-${i}`, value: '' }));
const none = { without: [], untold: 0 };
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
  expect(tablesWithoutTagRoom([one], tags(custom, 'custom'))).toEqual({ without: lost ? [one] : [], untold: 0 });
});

test('what takes the place of a table’s own tag needs no room, nor do AWS’s tags', () => {
  const full = table(...tags(50, 'own'));
  expect(tablesWithoutTagRoom([full], tags(38, 'own'))).toEqual(none);
  expect(tablesWithoutTagRoom([table(...tags(48, 'own'), ...tags(9, 'aws:'))], tags(1, 'custom'))).toEqual(none);
  expect(tablesWithoutTagRoom([full], [...tags(38, 'own'), ...tags(1, 'custom')])).toEqual({
    without: [full],
    untold: 0,
  });
});

test('tables whose tags could not be read are counted where there is a tag to add', () => {
  const unread = { tags: { state: 'unknown' as const, because: 'no answer' } };
  const full = table(...tags(50, 'own'));
  expect(tablesWithoutTagRoom([unread, full, unread], tags(1, 'custom'))).toEqual({ without: [full], untold: 2 });
  expect(tablesWithoutTagRoom([unread], [])).toEqual(none);
});
