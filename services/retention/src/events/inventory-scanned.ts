import type { Database, Tx } from '@tablekeep/platform/database';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { namesOfOtherTables } from '../store/chain-points.ts';
import { watchSeen } from '../watch-chains.ts';

/**
 * Looks at which table bears each name now: where it is another one than the name's points are of, those are frozen. Each
 * chunk stands for itself. A second delivery is harmless, and so is a late one: a chain is frozen once, and a table that was
 * seen before the newest point of another was made is not the present one.
 */
export async function onInventoryScanned(
  db: Database,
  tx: Tx,
  { data: { accountId, startedAt, tables } }: EventEnvelope<'dev.tablekeep.inventory.scanned.v1'>,
  now: Date,
): Promise<void> {
  const known = tables.filter(({ tableId }) => tableId !== '');
  const others = await namesOfOtherTables(tx, known);
  // In the order of their names: whoever locks several tables must not meet another who goes the other way.
  const replaced = known.filter(({ tableArn }) => others.has(tableArn));
  for (const { tableArn, tableName, tableId, createdAt } of replaced.sort((a, b) =>
    a.tableArn < b.tableArn ? -1 : 1,
  )) {
    const seen = { tableId, at: laterOf(startedAt, createdAt) };
    await watchSeen(db, tx, { accountId, tableArn, tableName, seen }, now);
  }
}

/** It was there when the scan began, or was made while it went on. One that cannot be read tells nothing. */
function laterOf(startedAt: string, createdAt: string): Date {
  return new Date(Math.max(Date.parse(startedAt), Date.parse(createdAt) || 0));
}
