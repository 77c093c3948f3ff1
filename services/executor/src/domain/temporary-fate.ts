import { judgeState } from './job-faults.ts';
import type { JobState } from './job-state.ts';
import { strangerBecause } from './stranger.ts';

/** AWS's time. Longer than all steps of a verification may take together: whoever made the table is done with it. */
export const SURELY_OVER_MS = 14 * 24 * 3_600_000;

/**
 * Who made a table that bears the name of an attempt which is over, but not its mark:
 * - `attempt`: AWS's restore for it; `still-making`: it is at work on one of that name
 * - `other`: somebody else
 * - `unknown`: AWS did not tell
 */
export type MadeBy = 'attempt' | 'still-making' | 'other' | 'unknown';

/**
 * What a table is that a scan sees under a temporary name:
 * - `table`: the user's; name and mark must both be there for anything else, or AWS's word that it was made for us
 * - `in-use`: of a verification that runs, here or in another installation; not of the inventory
 * - `leftover`: nobody is going to delete it any more
 * - `doubtful`: ours by its name, and nothing says that it is not; neither deleted nor of the inventory, but told of
 * @param marked bears the mark of the attempt its name is derived from
 * @param attempt what is known here of that attempt; null: nothing
 * @param madeBy of an unmarked one whose attempt is over; otherwise null
 */
export function temporaryFate(
  o: Readonly<{ marked: boolean; attempt: 'open' | 'over' | null; madeBy: MadeBy | null; ageMs: number }>,
): 'table' | 'in-use' | 'leftover' | 'doubtful' {
  // AWS makes the table long before it takes tags: our own record is what tells until then.
  if (o.attempt === 'open') return 'in-use';
  if (o.marked) return o.attempt === 'over' || o.ageMs > SURELY_OVER_MS ? 'leftover' : 'in-use';
  if (o.attempt === null) return 'table';
  switch (o.madeBy) {
    case 'attempt':
      return 'leftover';
    case 'still-making':
      return 'in-use';
    case 'other':
      return 'table';
    default:
      return 'doubtful';
  }
}

/** The restore was given up while it may have run. */
const NOT_HEARD = new Set(['JOB_DEADLINE', 'TIMED_OUT']);

/** What AWS says of the restore that an attempt has started. */
export type RestoreSeen = Readonly<{
  state: 'OPEN' | 'ENDED';
  createdResourceArn: string | null;
  createdAt: Date | null;
  completedAt: Date | null;
}>;

/**
 * Who made the table, by AWS's word alone: the restore names it, or (not having named any) was at work when it was made. A
 * table cannot be deleted while it is restored, so another of the name is younger than that.
 */
export function madeByRestore(table: Readonly<{ arn: string; createdAt: Date }>, restore: RestoreSeen): MadeBy {
  const { state, createdResourceArn, createdAt, completedAt } = restore;
  if (createdResourceArn !== null && createdResourceArn !== table.arn) return 'other';
  const dates = {
    ...(createdAt && { awsCreatedAt: createdAt.toISOString() }),
    ...(completedAt && { awsCompletedAt: completedAt.toISOString() }),
  };
  if (strangerBecause({ tableId: '', createdAt: table.createdAt }, dates) !== null) return 'other';
  if (state === 'OPEN') return 'still-making';
  return createdAt !== null && completedAt !== null ? 'attempt' : 'unknown';
}

/** Whether AWS may yet make a table that is not there: the end of its restore was not heard of, nor that there was none. */
export function mayStillCome({ restored, sighted, awsState, fault }: JobState): boolean {
  if (restored !== undefined || sighted !== undefined) return false;
  if (awsState !== undefined && judgeState(awsState) !== 'OPEN') return false;
  return fault !== undefined && (fault.transient || NOT_HEARD.has(fault.code));
}
