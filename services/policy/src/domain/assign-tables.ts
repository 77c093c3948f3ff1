import { coverage, type SelectableTable } from './select-tables.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What of a policy says whether it runs by itself. */
export type Scheduled = Readonly<{
  document: Pick<PolicyDocument, 'schedules'>;
  scheduleState: 'NONE' | 'PLANNED' | 'WAITING' | 'UNPLANNABLE';
  scheduleMessage: string | null;
}>;

/** Why an enabled policy does not run by itself (now), in words that follow its name; null: it does. */
export function whyIdle({ document, scheduleState, scheduleMessage }: Scheduled): string | null {
  if (!document.schedules) return 'has no schedule and runs only when somebody asks';
  if (scheduleState === 'UNPLANNABLE') {
    return `does not run, because its schedules cannot be planned${scheduleMessage === null ? '' : ` (${scheduleMessage})`}`;
  }
  // A message says that the wait is long.
  return scheduleState === 'WAITING' && scheduleMessage !== null ? 'waits for its run before' : null;
}

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
