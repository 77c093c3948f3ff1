import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareTables } from '../src/demo/compare-tables.ts';
import type { TableView } from '../src/demo/describe-table.ts';

const text = fc.string({ minLength: 1, maxLength: 12 });
const entries = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, minLength: 1, maxLength: 12 });
const view = fc.record({ properties: entries, items: entries });
const toView = (v: { properties: [string, string][]; items: [string, string][] }): TableView => ({
  properties: new Map(v.properties),
  items: new Map(v.items),
});
const without = (map: ReadonlyMap<string, string>, at: number) =>
  new Map([...map].filter((_entry, i) => i !== at % map.size));
const changed = (map: ReadonlyMap<string, string>, at: number) =>
  new Map([...map].map(([name, value], i) => [name, i === at % map.size ? `${value}!` : value]));

test('a table is equal to itself', () => {
  fc.assert(fc.property(view, (v) => expect(compareTables(toView(v), toView(v)).ok).toBe(true)));
});

test('dropping, changing or adding any one item is noticed', () => {
  fc.assert(
    fc.property(view, fc.nat(), (v, at) => {
      const before = toView(v);
      for (const items of [
        without(before.items, at),
        changed(before.items, at),
        new Map([...before.items, ['a new key!!!!!', 'x']]),
      ]) {
        expect(compareTables(before, { ...before, items }).ok).toBe(false);
      }
    }),
  );
});

test('dropping, changing or adding any one property is noticed, and named', () => {
  fc.assert(
    fc.property(view, fc.nat(), (v, at) => {
      const before = toView(v);
      const name = [...before.properties.keys()][at % before.properties.size]!;
      for (const properties of [without(before.properties, at), changed(before.properties, at)]) {
        const comparison = compareTables(before, { ...before, properties });
        expect(comparison.ok).toBe(false);
        expect(comparison.lines.filter((line) => line.verdict === 'WRONG').map((line) => line.property)).toEqual([
          name,
        ]);
      }
      const extra = new Map([...before.properties, ['a new property!', 'x']]);
      expect(compareTables(before, { ...before, properties: extra }).ok).toBe(false);
    }),
  );
});

test('what was asked to change must have changed, and just so', () => {
  const before = toView({ properties: [['table class', 'STANDARD']], items: [['k', 'v']] });
  const asked = new Map([['table class', 'STANDARD_INFREQUENT_ACCESS']]);
  const after = (value: string) => ({ ...before, properties: new Map([['table class', value]]) });
  expect(compareTables(before, after('STANDARD_INFREQUENT_ACCESS'), asked)).toMatchObject({
    ok: true,
    lines: [{ verdict: 'changed as asked' }],
  });
  expect(compareTables(before, after('STANDARD'), asked).ok).toBe(false);
  expect(compareTables(before, after('OTHER'), asked).ok).toBe(false);
});

test('an empty table proves nothing', () => {
  const empty = toView({ properties: [['name', 'a']], items: [] });
  expect(compareTables(empty, empty).ok).toBe(false);
});
