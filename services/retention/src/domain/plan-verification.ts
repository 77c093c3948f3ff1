import type { PlannedTask } from '@tablekeep/schema/events';
import { wholeSettings, type CatalogSettings } from '@tablekeep/schema/vault-points';
import type { TableRef } from '@tablekeep/schema/work-items';

/** What a verification needs to know of a point. */
export type VerifiablePoint = Readonly<{
  id: string;
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  accountId: string;
  awsAccountId: string;
  region: string;
  vaultName: string;
  recoveryPointArn: string;
  createdAt: Date;
  table: TableRef;
  settings: CatalogSettings | null;
  verification: Readonly<{ itemCount: number | null; countedExactly: boolean }> | null;
}>;

/**
 * The point that speaks for a table: its newest state, from where it was made. A copy holds the same and proves it too, so it
 * speaks where the original is gone.
 */
export function newestState(newestFirst: readonly VerifiablePoint[]): VerifiablePoint | null {
  const [first] = newestFirst;
  if (!first) return null;
  const same = newestFirst.filter(({ createdAt }) => createdAt.getTime() === first.createdAt.getTime());
  return same.find(({ kind }) => kind !== 'COPY') ?? first;
}

/** One task for each point, in the lane of the Region where it lies. */
export function planVerifications(points: readonly VerifiablePoint[], countItems: boolean): PlannedTask[] {
  return points.map((point) => ({
    key: `verify:${point.id}`,
    accountId: point.accountId,
    awsAccountId: point.awsAccountId,
    region: point.region,
    after: null,
    table: point.table,
    parameters: {
      kind: 'VERIFY',
      table: point.table,
      restorePointId: point.id,
      recoveryPointArn: point.recoveryPointArn,
      vaultName: point.vaultName,
      countItems,
      countedBefore: point.verification?.countedExactly ? point.verification.itemCount : null,
      settings: wholeSettings(point.settings),
    },
  }));
}

const MOST_NAMED = 20;

/** What the session should say of tables that have nothing to verify. */
export function sayWithoutPoint(tableArns: readonly string[]): string[] {
  if (tableArns.length === 0) return [];
  const named = tableArns.slice(0, MOST_NAMED).map((arn) => arn.slice(arn.indexOf('/') + 1));
  const more = tableArns.length > named.length ? ` and ${tableArns.length - named.length} more` : '';
  return [`Nothing to verify, for there is no restore point: ${named.join(', ')}${more}.`];
}
