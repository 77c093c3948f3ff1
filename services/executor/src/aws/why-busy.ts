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

/** Whether AWS is making, changing or deleting it. A key that cannot be used keeps nobody from deleting the table. */
export function isAtWork(table: TableDescription): boolean {
  return table.TableStatus !== 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' && whyBusy(table) !== null;
}
