import type { TaskStatus } from '@tablekeep/schema/events';
import type { TaskParameters } from '@tablekeep/schema/work-items';

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
  if (!done) return { kind: 'skip', reason: skipReason(before) };
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

function skipReason(before: Predecessor): string {
  if (before.status === 'SKIPPED') return before.reason ?? 'The task before it was skipped.';
  const what = before.parameters.kind.toLowerCase();
  const how = before.status === 'CANCELED' ? 'was stopped' : 'failed';
  return `The ${what} ${how}${before.reason === null ? '.' : `: ${before.reason}`}`;
}
