import type { PlannedTask } from '@tablekeep/schema/events';
import type { RestoreReport } from '@tablekeep/schema/settings';
import type { ParametersOf, TaskParameters } from '@tablekeep/schema/work-items';

/** A finished restore whose report says that something is held back or waits. */
export type HoldingTask = Readonly<{
  id: string;
  accountId: string;
  awsAccountId: string;
  region: string;
  parameters: TaskParameters;
  restored: RestoreReport | null;
}>;

/** Whether anything of it can still be set: held back for a person, or put off by AWS's quotas. */
export function holdsSettings({ parameters, restored }: HoldingTask): boolean {
  return (
    parameters.kind === 'RESTORE' &&
    restored?.found !== undefined &&
    restored.lines.some((line) => line.outcome === 'HELD')
  );
}

/**
 * One task for each restored table: what was held of it, set as the restore would have set it. It reads and compares first,
 * so what is there already is left alone, and asking twice changes nothing; nor does it touch what was never held, which
 * people may have changed since.
 * @param holdOn what a person has held back stays held back: only what waited for AWS's quotas is set
 */
export function planHeldSettings(tasks: readonly HoldingTask[], holdOn: boolean): PlannedTask[] {
  return tasks.flatMap((task): PlannedTask[] => {
    const { parameters, restored, accountId, awsAccountId, region } = task;
    if (parameters.kind !== 'RESTORE' || !restored?.found) return [];
    const { tableArn: arn, tableId } = restored.found;
    const only = heldLines(restored);
    const settings = restored.atBackup ?? parameters.settings;
    const changes: ParametersOf<'RESTORE'>['changes'] = holdOn
      ? parameters.changes
      : { ...parameters.changes, timeToLive: 'REAPPLY', streams: 'REAPPLY' };
    return [
      {
        key: `settings:${task.id}`,
        accountId,
        awsAccountId,
        region,
        after: null,
        table: parameters.table,
        // Of a point that was found in its vault only its restore could tell all.
        parameters: { ...parameters, settings, changes, settingsOf: { arn, tableId, only } },
      },
    ];
  });
}

function heldLines({ lines }: RestoreReport): string[] {
  return lines.flatMap(({ property, outcome }) => (outcome === 'HELD' ? [property] : []));
}
