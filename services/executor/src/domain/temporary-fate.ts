/** AWS's time. Longer than all steps of a verification may take together: whoever made the table is done with it. */
export const SURELY_OVER_MS = 14 * 24 * 3_600_000;

/**
 * What a table is that a scan sees under a temporary name:
 * - `table`: the user's; name and mark must both be there for anything else
 * - `in-use`: of a verification that runs, here or in another installation; not of the inventory
 * - `leftover`: nobody is going to delete it any more
 * @param marked bears the mark of the attempt its name is derived from
 * @param attempt what is known here of that attempt; null: nothing
 */
export function temporaryFate(
  o: Readonly<{ marked: boolean; attempt: 'open' | 'over' | null; ageMs: number }>,
): 'table' | 'in-use' | 'leftover' {
  // AWS makes the table long before it takes tags: our own record is what tells until then.
  if (o.attempt === 'open') return 'in-use';
  if (!o.marked) return 'table';
  return o.attempt === 'over' || o.ageMs > SURELY_OVER_MS ? 'leftover' : 'in-use';
}
