import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Known } from '@tablekeep/schema/settings';
import type { Selection } from './policy-document.ts';
import { absentMessage, absentTables, selectTables, type SelectableTable } from './select-tables.ts';

const name = fc.constantFrom('Orders', 'orders', 'Users', 'Events');
const region: fc.Arbitrary<string> = fc.constantFrom('us-east-1', 'eu-west-1', 'ap-south-1');
const tag = fc.record({ key: fc.constantFrom('team', 'backup'), value: fc.constantFrom('a', 'b', '') });
const selection: fc.Arbitrary<Selection> = fc.record({
  allTables: fc.boolean(),
  tableNames: fc.uniqueArray(name),
  tables: fc.array(fc.record({ name, region }), { maxLength: 2 }),
  tags: fc.array(
    fc.record({ key: fc.constantFrom('team', 'backup'), value: fc.option(fc.constantFrom('a', 'b', '')) }),
    { maxLength: 3 },
  ),
  tagsMatch: fc.constantFrom('ANY' as const, 'ALL' as const),
});
const policy = fc.record({ regions: fc.uniqueArray(region), include: selection, exclude: selection });
const tags: fc.Arbitrary<Known<{ key: string; value: string }[]>> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.uniqueArray(tag, { selector: (one) => one.key }).map((value) => ({ state: 'known' as const, value })),
  },
  { weight: 1, arbitrary: fc.constant({ state: 'unknown' as const, because: 'AccessDenied' }) },
);
const table: fc.Arbitrary<SelectableTable> = fc
  .record({ name, region, tags })
  .map((one) => ({ ...one, arn: `arn:aws:dynamodb:${one.region}:111122223333:table/${one.name}` }));

/** The rule said the long way, one question after another, with tags as a plain list. */
function slow(one: SelectableTable, p: { regions: string[]; include: Selection; exclude: Selection }): boolean {
  let inRegion = false;
  for (const each of p.regions) if (each === one.region) inRegion = true;
  const hit = (s: Selection) => {
    if (s.allTables) return true;
    for (const each of s.tableNames) if (each === one.name) return true;
    for (const each of s.tables ?? []) if (`${each.region}/${each.name}` === `${one.region}/${one.name}`) return true;
    if (one.tags.state === 'known') {
      let borne = 0;
      for (const wanted of s.tags) {
        let is = false;
        for (const has of one.tags.value) {
          if (has.key === wanted.key && (wanted.value === null || wanted.value === has.value)) is = true;
        }
        if (is) borne += 1;
      }
      return s.tagsMatch === 'ALL' ? s.tags.length > 0 && borne === s.tags.length : borne > 0;
    }
    return false;
  };
  return inRegion && hit(p.include) && !hit(p.exclude);
}

test('selection agrees with the rule said the long way', () => {
  fc.assert(
    fc.property(policy, fc.array(table, { maxLength: 12 }), (p, tables) => {
      expect(selectTables(p, tables).covered).toEqual(tables.filter((one) => slow(one, p)));
    }),
    { numRuns: 2_000 },
  );
});

test('exclusion beats inclusion', () => {
  fc.assert(
    fc.property(policy, fc.array(table), (p, tables) => {
      expect(selectTables({ ...p, exclude: { allTables: true, tableNames: [], tags: [] } }, tables).covered).toEqual(
        [],
      );
    }),
  );
});

test('a table whose tags could not be read is told of whenever they would have decided', () => {
  const unread: SelectableTable = {
    arn: 'a',
    name: 'Orders',
    region: 'us-east-1',
    tags: { state: 'unknown', because: 'AccessDenied' },
  };
  const byTag: Selection = { allTables: false, tableNames: [], tags: [{ key: 'backup', value: null }] };
  const none: Selection = { allTables: false, tableNames: [], tags: [] };
  const all: Selection = { allTables: true, tableNames: [], tags: [] };
  const regions = ['us-east-1'];
  expect(selectTables({ regions, include: byTag, exclude: none }, [unread])).toEqual({ covered: [], untold: [unread] });
  expect(selectTables({ regions, include: all, exclude: byTag }, [unread])).toEqual({
    covered: [unread],
    untold: [unread],
  });
  expect(selectTables({ regions, include: all, exclude: none }, [unread])).toEqual({ covered: [unread], untold: [] });
  const byName: Selection = { allTables: false, tableNames: ['Orders'], tags: [] };
  expect(selectTables({ regions, include: byTag, exclude: byName }, [unread])).toEqual({ covered: [], untold: [] });
});

test('a table that is named is absent exactly where every Region it is taken from is known not to have it', () => {
  fc.assert(
    fc.property(policy, fc.array(table, { maxLength: 12 }), fc.uniqueArray(region), (p, all, known) => {
      const tables = all.filter((one) => known.includes(one.region));
      const named: { name: string; from: string[]; path: string }[] = [
        ...p.include.tableNames.map((one, i) => ({ name: one, from: p.regions, path: `tableNames.${i}` })),
        ...(p.include.tables ?? []).map((one, i) => ({ name: one.name, from: [one.region], path: `tables.${i}` })),
      ];
      const expected = p.include.allTables
        ? []
        : named.filter(
            ({ name: wanted, from }) =>
              !from.some((where) => !known.includes(where)) &&
              !tables.some((one) => one.name === wanted && from.includes(one.region)),
          );
      expect(absentTables(p, tables, known).map(({ path }) => path.join('.'))).toEqual(
        expected.map(({ path }) => `include.${path}`),
      );
    }),
    { numRuns: 1_000 },
  );
  const said = (one: string | null) => absentMessage({ name: 'paymets', region: one, path: [] });
  expect(said(null)).toBe(
    'The policy names table paymets, which is in none of its Regions: misspelt, or deleted since.',
  );
  expect(said('eu-west-1')).toBe(
    'The policy names table paymets, which is not in eu-west-1: misspelt, or deleted since.',
  );
});
