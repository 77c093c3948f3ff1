import { coverage, type SelectableTable } from './select-tables.ts';
import type { PolicyDocument } from './policy-document.ts';

type Rival = Readonly<{ name: string; document: Pick<PolicyDocument, 'regions' | 'include' | 'exclude'> }>;

/**
 * The tables that are left to a policy after the more important ones have taken theirs; those it leaves are grouped by the
 * policy that processes them.
 * @param rivals the enabled policies of the account that come before it, the most important first
 */
export function assignTables<T extends SelectableTable>(
  covered: readonly T[],
  rivals: readonly Rival[],
): { mine: T[]; left: ReadonlyMap<string, readonly T[]> } {
  const mine: T[] = [];
  const left = new Map<string, T[]>();
  for (const table of covered) {
    const first = rivals.find(({ document }) => coverage(document, table).kind === 'covered');
    if (first === undefined) {
      mine.push(table);
      continue;
    }
    const theirs = left.get(first.name) ?? [];
    theirs.push(table);
    left.set(first.name, theirs);
  }
  return { mine, left };
}
