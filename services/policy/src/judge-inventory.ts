import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { protectionOf, type ProtectionStatus } from './domain/protection-status.ts';
import type { PolicyRow } from './store/entities.ts';
import { judgedTables } from './store/judged-tables.ts';

export type PolicyCounts = Readonly<{ covered: number; rpoBreached: number }>;
export type InventoryCounts = Readonly<{
  tables: number;
  byStatus: ReadonlyMap<ProtectionStatus, number>;
  /** By policy id; absent where it covers nothing. */
  byPolicy: ReadonlyMap<string, PolicyCounts>;
}>;

/**
 * How all tables stand, counted in one pass over the inventory, a page at a time. @param policies all there are, in order of
 * priority
 */
export async function judgeInventory(
  db: Database,
  clock: Clock,
  policies: readonly PolicyRow[],
): Promise<InventoryCounts> {
  const now = clock.now();
  const ofAccount = Map.groupBy(policies, (policy) => policy.accountId);
  const byStatus = new Map<ProtectionStatus, number>();
  const byPolicy = new Map<string, PolicyCounts>();
  let tables = 0;
  for await (const page of judgedTables(db)) {
    tables += page.length;
    for (const table of page) {
      const own = ofAccount.get(table.accountId) ?? [];
      const { status, policyIds, processedBy } = protectionOf(table, own, table.newestAt, now);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      for (const id of policyIds) {
        const { covered, rpoBreached } = byPolicy.get(id) ?? { covered: 0, rpoBreached: 0 };
        const isBreach = id === processedBy && status === 'RPO_BREACHED';
        byPolicy.set(id, { covered: covered + 1, rpoBreached: rpoBreached + (isBreach ? 1 : 0) });
      }
    }
  }
  return { tables, byStatus, byPolicy };
}
