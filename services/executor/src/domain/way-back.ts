import type { ParametersOf, TaskParameters } from '@tablekeep/schema/work-items';
import type { Fault } from './fault.ts';
import type { JobState } from './job-state.ts';

const MOST_OF_THE_REASON = 1_000;

/**
 * The failure of a replacement whose old table may be gone already: what has happened, and the stated way back, first. It is
 * never tried anew by itself: a person should look. Any other failure stays as it is.
 */
export function withWayBack(parameters: TaskParameters, state: JobState, fault: Fault): Fault {
  if (parameters.kind !== 'RESTORE' || !parameters.replaces) return fault;
  if (state.clearedAt == null) return { ...fault, reason: stillThere(parameters, state, fault), retryable: false };
  const { targetTableName: name, targetRegion, replaces } = parameters;
  const way = `restoreTables(input: { items: [{ restorePointId: "${replaces.protectivePointId}", mode: ORIGINAL }] })`;
  const reason =
    `AWS was asked to delete the table ${name} in ${targetRegion}, and it is not restored: ${fault.reason.slice(0, MOST_OF_THE_REASON)} ` +
    `Its protective backup is restore point ${replaces.protectivePointId} (${replaces.protectivePointArn}). The way back: ${way}; ` +
    'where a table of that name is there, mode NEW with another name.';
  return { ...fault, reason, retryable: false };
}

function stillThere({ targetTableName: name }: ParametersOf<'RESTORE'>, state: JobState, { reason }: Fault): string {
  const unprotected = state.unprotectedAt === undefined ? '' : ' Its deletion protection was switched off, and is off.';
  return `${reason} The table ${name} was not deleted.${unprotected}`;
}
