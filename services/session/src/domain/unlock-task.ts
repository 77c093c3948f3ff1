import type { TaskStatus } from '@tablekeep/schema/events';
import type { ParametersOf, TaskParameters } from '@tablekeep/schema/work-items';

/** A task that is over, as the tasks waiting for it see it. */
export type Predecessor = Readonly<{
  status: TaskStatus;
  parameters: TaskParameters;
  pointArn: string | null;
  reason: string | null;
}>;

export type Unlocked =
  Readonly<{ kind: 'dispatch'; parameters: TaskParameters }> | Readonly<{ kind: 'skip'; reason: string }>;

/**
 * What becomes of a task when the one before it is over. A copy needs the point of the backup; a copy after another copy
 * only waits for its turn (AWS runs one job per table), so it goes ahead with the same point even where the first failed.
 * A deletion after a copy removes the point that was copied, and only if the copy is there.
 * @param restorePointIdOf the catalog's id of a recovery point
 */
export function unlock(
  before: Predecessor,
  waiting: TaskParameters,
  restorePointIdOf: (recoveryPointArn: string) => string,
): Unlocked {
  const done = before.status === 'SUCCEEDED' || before.status === 'WARNING';
  if (before.parameters.kind === 'COPY' && waiting.kind === 'COPY') {
    const { recoveryPointArn } = before.parameters;
    if (before.status === 'SKIPPED' || recoveryPointArn === null) return { kind: 'skip', reason: skipReason(before) };
    return { kind: 'dispatch', parameters: { ...waiting, recoveryPointArn } };
  }
  if (waiting.kind === 'DELETE' && waiting.afterRestore) return cleanUp(before, waiting, restorePointIdOf);
  if (!done) return { kind: 'skip', reason: skipReason(before) };
  if (waiting.kind === 'RESTORE') {
    if (before.pointArn === null) return { kind: 'skip', reason: 'The copy named no recovery point to restore.' };
    return { kind: 'dispatch', parameters: { ...waiting, recoveryPointArn: before.pointArn } };
  }
  if (before.parameters.kind === 'COPY' && waiting.kind === 'DELETE') {
    const { recoveryPointArn } = before.parameters;
    if (recoveryPointArn === null) return { kind: 'skip', reason: 'The copy named no recovery point to remove.' };
    const restorePointId = restorePointIdOf(recoveryPointArn);
    return { kind: 'dispatch', parameters: { ...waiting, recoveryPointArn, restorePointId } };
  }
  if (waiting.kind !== 'COPY') return { kind: 'dispatch', parameters: waiting };
  if (before.pointArn === null) return { kind: 'skip', reason: 'The backup named no recovery point to copy.' };
  return { kind: 'dispatch', parameters: { ...waiting, recoveryPointArn: before.pointArn } };
}

/** However the restore ended, the copy made for it goes; where there is none, the vault that was made for it. */
function cleanUp(
  before: Predecessor,
  waiting: ParametersOf<'DELETE'>,
  restorePointIdOf: (recoveryPointArn: string) => string,
): Unlocked {
  const arn = before.parameters.kind === 'RESTORE' ? before.parameters.recoveryPointArn : null;
  if (arn !== null) {
    const parameters = { ...waiting, recoveryPointArn: arn, restorePointId: restorePointIdOf(arn) };
    return { kind: 'dispatch', parameters };
  }
  if (waiting.afterRestore?.temporaryVault) return { kind: 'dispatch', parameters: waiting };
  return { kind: 'skip', reason: 'There is no copy to remove.' };
}

/** What is left to a session that was asked to stop: taking away what was made for it. */
export function belongsToCleaningUp(parameters: TaskParameters): boolean {
  if (parameters.kind === 'DELETE') return parameters.afterRestore !== undefined;
  // It is canceled once the copy that it waits for is over, for only then is known what is to be taken away.
  return parameters.kind === 'RESTORE' && parameters.recoveryPointArn === null;
}

function skipReason(before: Predecessor): string {
  if (before.status === 'SKIPPED') return before.reason ?? 'The task before it was skipped.';
  const what = before.parameters.kind.toLowerCase();
  const how = before.status === 'CANCELED' ? 'was stopped' : 'failed';
  return `The ${what} ${how}${before.reason === null ? '.' : `: ${before.reason}`}`;
}
