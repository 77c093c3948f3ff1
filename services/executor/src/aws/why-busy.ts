import type { TableDescription } from '@aws-sdk/client-dynamodb';

/** Why a table cannot take a change now; null when it can: ACTIVE, restored, every index ACTIVE and not backfilling. */
export function whyBusy(table: TableDescription): string | null {
  if (table.TableStatus !== 'ACTIVE')
    return `${table.TableName ?? 'The table'} is ${table.TableStatus ?? 'in no known state'}.`;
  if (table.RestoreSummary?.RestoreInProgress) return `${table.TableName ?? 'The table'} is still being restored.`;
  const index = (table.GlobalSecondaryIndexes ?? []).find((one) => one.IndexStatus !== 'ACTIVE' || one.Backfilling);
  return index
    ? `The index ${index.IndexName ?? ''} of ${table.TableName ?? ''} is ${index.IndexStatus ?? 'busy'}.`
    : null;
}
