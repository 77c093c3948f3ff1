import type { TableView } from './describe-table.ts';

export type ComparedLine = Readonly<{
  property: string;
  before: string;
  after: string;
  asked: string | null;
  verdict: 'equal' | 'changed as asked' | 'WRONG';
}>;
export type Comparison = Readonly<{
  lines: readonly ComparedLine[];
  itemsBefore: number;
  itemsAfter: number;
  /** Keys missing, extra or with another content. */
  itemsWrong: readonly string[];
  ok: boolean;
}>;

/**
 * Compares a table before and after, property by property and item by item. `asked` names the properties that the
 * restore was told to change, with the value wanted; everything else must be equal. Pure.
 */
export function compareTables(
  before: TableView,
  after: TableView,
  asked: ReadonlyMap<string, string> = new Map(),
): Comparison {
  const names = [...new Set([...before.properties.keys(), ...after.properties.keys(), ...asked.keys()])];
  const lines = names.map((property): ComparedLine => {
    const was = before.properties.get(property) ?? 'absent';
    const is = after.properties.get(property) ?? 'absent';
    const wanted = asked.get(property) ?? null;
    const right = is === (wanted ?? was);
    return {
      property,
      before: was,
      after: is,
      asked: wanted,
      verdict: !right ? 'WRONG' : wanted !== null && wanted !== was ? 'changed as asked' : 'equal',
    };
  });
  const itemsWrong = [...new Set([...before.items.keys(), ...after.items.keys()])].filter(
    (key) => before.items.get(key) !== after.items.get(key),
  );
  return {
    lines,
    itemsBefore: before.items.size,
    itemsAfter: after.items.size,
    itemsWrong,
    ok: before.items.size > 0 && itemsWrong.length === 0 && lines.every((line) => line.verdict !== 'WRONG'),
  };
}
