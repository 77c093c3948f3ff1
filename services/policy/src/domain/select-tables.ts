import type { Known } from '@tablekeep/schema/settings';
import type { PolicyDocument, Selection, TagSelector } from './policy-document.ts';

type Tag = Readonly<{ key: string; value: string }>;

/** What selection looks at. */
export type SelectableTable = Readonly<{ arn: string; name: string; region: string; tags: Known<readonly Tag[]> }>;

/**
 * - covered: included and not excluded
 * - excluded: included, but the exclusion wins
 * - outside: nothing includes it
 * - untold: its tags decide and could not be read. Included only by tag: not covered, and the run that leaves it out has
 *   failed. Excluded only by tag: covered, for a backup too many is a smaller harm than one too few; a person is told.
 */
export type Coverage = Readonly<{ kind: 'covered' | 'excluded' | 'outside'; untold: boolean }>;

export function coverage(
  policy: Pick<PolicyDocument, 'regions' | 'include' | 'exclude'>,
  table: SelectableTable,
): Coverage {
  if (!policy.regions.includes(table.region)) return { kind: 'outside', untold: false };
  const included = matches(policy.include, table);
  if (included === 'no') return { kind: 'outside', untold: false };
  const excluded = matches(policy.exclude, table);
  // Whatever its tags say: excluded by name it is nobody's loss.
  if (included === 'untold') return { kind: 'outside', untold: excluded !== 'yes' };
  if (excluded === 'yes') return { kind: 'excluded', untold: false };
  return { kind: 'covered', untold: excluded === 'untold' };
}

/** The tables that a run processes, and those that only unreadable tags kept out or let in. */
export function selectTables<T extends SelectableTable>(
  policy: Pick<PolicyDocument, 'regions' | 'include' | 'exclude'>,
  tables: readonly T[],
): { covered: T[]; untold: T[] } {
  const judged = tables.map((table) => ({ table, is: coverage(policy, table) }));
  return {
    covered: judged.filter(({ is }) => is.kind === 'covered').map(({ table }) => table),
    untold: judged.filter(({ is }) => is.untold).map(({ table }) => table),
  };
}

/** A table that a policy names and that is not there. `path`: its place in the policy's input; Region null: in all of them. */
export type AbsentTable = Readonly<{ name: string; region: string | null; path: readonly string[] }>;

/**
 * The tables that a policy takes by name and that are in none of the Regions it takes them from: misspelt, or deleted since.
 * @param tables every table of the `known` Regions; of others nothing is said
 */
export function absentTables(
  { regions, include }: Pick<PolicyDocument, 'regions' | 'include'>,
  tables: readonly Pick<SelectableTable, 'name' | 'region'>[],
  known: readonly string[],
): AbsentTable[] {
  if (include.allTables) return [];
  const there = new Set(tables.map(({ name, region }) => `${region} ${name}`));
  const isAbsent = (name: string, where: readonly string[]) =>
    where.every((region) => known.includes(region) && !there.has(`${region} ${name}`));
  return [
    ...include.tableNames.flatMap((name, i) =>
      isAbsent(name, regions) ? [{ name, region: null, path: ['include', 'tableNames', String(i)] }] : [],
    ),
    ...(include.tables ?? []).flatMap(({ name, region }, i) =>
      isAbsent(name, [region]) ? [{ name, region, path: ['include', 'tables', String(i)] }] : [],
    ),
  ];
}

export function absentMessage({ name, region }: AbsentTable): string {
  const where = region === null ? 'in none of its Regions' : `not in ${region}`;
  return `The policy names table ${name}, which is ${where}: misspelt, or deleted since.`;
}

function matches(selection: Selection, table: SelectableTable): 'yes' | 'no' | 'untold' {
  if (selection.allTables || selection.tableNames.includes(table.name)) return 'yes';
  if (selection.tables?.some(({ name, region }) => name === table.name && region === table.region)) return 'yes';
  if (selection.tags.length === 0) return 'no';
  if (table.tags.state === 'unknown') return 'untold';
  const tags = table.tags.value;
  const borne = (wanted: TagSelector) => tags.some((tag) => bears(tag, wanted));
  const hit = selection.tagsMatch === 'ALL' ? selection.tags.every(borne) : selection.tags.some(borne);
  return hit ? 'yes' : 'no';
}

function bears(tag: Tag, wanted: TagSelector): boolean {
  return tag.key === wanted.key && (wanted.value === null || tag.value === wanted.value);
}
