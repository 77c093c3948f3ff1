import type { ParametersOf, TaskParameters } from '@tablekeep/schema/work-items';
import type { Fault } from './fault.ts';
import type { Step } from './job-machine.ts';
import type { JobState } from './job-state.ts';

const MOST_OF_THE_REASON = 1_000;

type At = Readonly<{ step: Step; state: JobState }>;
type Replacement = ParametersOf<'RESTORE'> & Readonly<{ replaces: NonNullable<ParametersOf<'RESTORE'>['replaces']> }>;

/** Failures that say: another table has the name, or none has. */
const NOT_THE_TABLE = new Set(['TABLE_REPLACED', 'TABLE_NOT_FOUND']);
/** Failures after which nobody knows whether AWS restores. */
const LEFT_RUNNING = new Set(['JOB_DEADLINE', 'TIMED_OUT', 'ACCOUNT_NOT_FOUND']);

/**
 * The failure of a replacement, with what has become of the table, and the stated way back where it may be gone. It is never
 * tried anew by itself: a person should look. Any other failure stays as it is.
 */
export function withWayBack(parameters: TaskParameters, at: At, fault: Fault): Fault {
  if (parameters.kind !== 'RESTORE' || !parameters.replaces) return fault;
  const { replaces } = parameters;
  const told = { ...fault, reason: fault.reason.slice(0, MOST_OF_THE_REASON) };
  return { ...fault, reason: told.reason + whatBecame({ ...parameters, replaces }, at, told), retryable: false };
}

function whatBecame(replacement: Replacement, { step, state }: At, fault: Fault): string {
  const { targetTableName: name, targetRegion, restorePointId } = replacement;
  const table = `the table ${name} in ${targetRegion}`;
  const theTable = `The table ${name} in ${targetRegion}`;
  if (state.clearedAt == null) {
    if (NOT_THE_TABLE.has(fault.code)) return ' This session deleted nothing.';
    return ` ${theTable} was not deleted.${sayUnprotected(state)}`;
  }
  switch (step) {
    case 'clearing':
      if (fault.code === 'TABLE_REPLACED') {
        return ` The one that was confirmed is gone, and nothing was restored. ${wayBack(replacement)}`;
      }
      return (
        ` Whether ${table} is deleted is not known: AWS was asked to, or was about to be. Look at it first. While it is there, ` +
        `nothing is lost.${sayUnprotected(state)} Once it is gone: ${wayBack(replacement)}`
      );
    case 'starting':
    case 'following':
      if (LEFT_RUNNING.has(fault.code) || fault.transient) {
        return ` ${theTable} was deleted, and AWS may still restore ${restorePointId} under its name: look at it first. ${wayBack(replacement)}`;
      }
      return ` ${theTable} was deleted, and is not restored. ${wayBack(replacement)}`;
    default:
      if (fault.code === 'TABLE_REPLACED') {
        return ` The old table was deleted, and the one that AWS restored in its place has gone. ${wayBack(replacement)}`;
      }
      return (
        ` The old table was deleted, and by AWS’s word ${restorePointId} is restored under its name. What else was to be done to it ` +
        `did not come to its end: compare its settings. ${wayBack(replacement)}`
      );
  }
}

/** To the state just before. Which mode, depends on what bears the name by then. */
function wayBack({ replaces: { protectivePointId, protectivePointArn } }: Replacement): string {
  const way = `restoreTables(input: { items: [{ restorePointId: "${protectivePointId}", mode: ORIGINAL }] })`;
  return (
    `The protective backup of the table as it was is restore point ${protectivePointId} (${protectivePointArn}). The way back: ${way}; ` +
    'where a table of that name is there, mode NEW with another name.'
  );
}

/** Empty where nobody has touched it. The call that switches it off may or may not have been heard. */
export function sayUnprotected({ unprotectedAt }: JobState): string {
  if (unprotectedAt === undefined) return '';
  return ' Its deletion protection was to be switched off, and may be off: see that it is on.';
}
