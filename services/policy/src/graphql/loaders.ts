import type { Clock } from '@tablekeep/platform/clock';
import { inPieces, type Database } from '@tablekeep/platform/database';
import DataLoader from 'dataloader';
import { In } from 'typeorm';
import { protectionOf, type Protection } from '../domain/protection-status.ts';
import { findAccounts } from '../store/accounts.ts';
import { judgeInventory, type InventoryCounts } from '../judge-inventory.ts';
import {
  PolicyEntity,
  UnreadableTableEntity,
  type AccountRow,
  type PolicyRow,
  type PolicyRunRow,
  type TableRow,
  type UnreadableTableRow,
} from '../store/entities.ts';
import { findRuns } from '../store/policy-runs.ts';
import { selectable, tablesByArn } from '../store/inventory.ts';
import { newestStates, sayKey, type TableKey } from '../store/table-points.ts';

/** Made for each request: references come in batches, and a row is read once. */
export type Loaders = Readonly<{
  account: DataLoader<string, AccountRow | null>;
  policy: DataLoader<string, PolicyRow | null>;
  table: DataLoader<string, TableRow | null>;
  lastBackup: (table: TableRow) => Promise<Date | null>;
  /** In order of priority. */
  allPolicies: () => Promise<PolicyRow[]>;
  protection: (table: TableRow) => Promise<Protection>;
  unreadable: DataLoader<string, UnreadableTableRow | null>;
  lastRun: DataLoader<string, PolicyRunRow | null>;
  /** One pass for all that a request asks of it. */
  inventory: () => Promise<InventoryCounts>;
}>;

export function createLoaders(db: Database, clock: Clock): Loaders {
  let policies: Promise<PolicyRow[]> | undefined;
  let inventory: Promise<InventoryCounts> | undefined;
  const allPolicies = () => (policies ??= db.reader.find(PolicyEntity, { order: { priority: 'ASC', id: 'ASC' } }));
  const newest = new DataLoader<TableKey, Date | null, string>(
    async (tables) => {
      const found = await newestStates(db.reader, tables);
      return tables.map((table) => found.get(sayKey(table)) ?? null);
    },
    { cacheKeyFn: sayKey },
  );
  const lastBackup = (table: TableRow) => newest.load({ arn: table.arn, tableId: table.settings.tableId });
  return {
    account: byKey(
      async (ids) => findAccounts(db.reader, ids),
      (row) => row.id,
    ),
    policy: byKey(
      async (ids) => inPieces(ids, (piece) => db.reader.find(PolicyEntity, { where: { id: In([...piece]) } })),
      (row) => row.id,
    ),
    table: byKey(
      async (arns) => tablesByArn(db.reader, arns),
      (row) => row.arn,
    ),
    lastBackup,
    unreadable: byKey(
      async (arns) =>
        inPieces(arns, (piece) => db.reader.find(UnreadableTableEntity, { where: { arn: In([...piece]) } })),
      (row) => row.arn,
    ),
    lastRun: byKey(
      async (ids) => findRuns(db.reader, ids),
      (row) => row.policyId,
    ),
    inventory: () => (inventory ??= allPolicies().then((all) => judgeInventory(db, clock, all))),
    allPolicies,
    protection: async (table) => {
      const own = (await allPolicies()).filter((policy) => policy.accountId === table.accountId);
      const since = table.since ?? table.scanStartedAt;
      return protectionOf({ ...selectable(table), since }, own, await lastBackup(table), clock.now());
    },
  };
}

function byKey<T>(
  fetch: (keys: readonly string[]) => Promise<T[]>,
  keyOf: (row: T) => string,
): DataLoader<string, T | null> {
  return new DataLoader(async (keys) => {
    const found = new Map((await fetch(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => found.get(key) ?? null);
  });
}
