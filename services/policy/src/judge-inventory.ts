import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { protectionOf, type ProtectionStatus } from './domain/protection-status.ts';
import type { PolicyRow, TableVerificationRow } from './store/entities.ts';
import { judgedTables } from './store/judged-tables.ts';
import { allVerifications } from './store/table-verifications.ts';

export type PolicyCounts = Readonly<{
  covered: number;
  rpoBreached: number;
  /** Covered tables by the outcome of their last test restore. */
  verified: number;
  verificationFailed: number;
  lastVerifiedAt: Date | null;
  /** The longest that a test restore of one of them took. */
  longestRestoreSeconds: number | null;
}>;
export type InventoryCounts = Readonly<{
  tables: number;
  byStatus: ReadonlyMap<ProtectionStatus, number>;
  /** By policy id; absent where it covers nothing. */
  byPolicy: ReadonlyMap<string, PolicyCounts>;
  /** The first tables that need a person, by status, with why. */
  examples: ReadonlyMap<ProtectionStatus, readonly TableExample[]>;
}>;
export type TableExample = Readonly<{ name: string; region: string; accountId: string; reason: string }>;

/** Of each status. */
const MOST_EXAMPLES = 100;
const SHOWN: readonly ProtectionStatus[] = ['UNPROTECTED', 'RPO_BREACHED'];

const NOTHING: PolicyCounts = {
  covered: 0,
  rpoBreached: 0,
  verified: 0,
  verificationFailed: 0,
  lastVerifiedAt: null,
  longestRestoreSeconds: null,
};

function counted(before: PolicyCounts, isBreach: boolean, last: TableVerificationRow | undefined): PolicyCounts {
  const counts = { ...before, covered: before.covered + 1, rpoBreached: before.rpoBreached + (isBreach ? 1 : 0) };
  if (!last) return counts;
  const { outcome, verifiedAt, restoreSeconds } = last;
  const { lastVerifiedAt, longestRestoreSeconds: longest } = before;
  return {
    ...counts,
    verified: counts.verified + (outcome === 'VERIFIED' ? 1 : 0),
    verificationFailed: counts.verificationFailed + (outcome === 'FAILED' ? 1 : 0),
    lastVerifiedAt: lastVerifiedAt === null || verifiedAt > lastVerifiedAt ? verifiedAt : lastVerifiedAt,
    longestRestoreSeconds: restoreSeconds === null ? longest : Math.max(longest ?? 0, restoreSeconds),
  };
}

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
  const examples = new Map<ProtectionStatus, TableExample[]>(SHOWN.map((status) => [status, []]));
  const verifications = await allVerifications(db.reader);
  let tables = 0;
  for await (const page of judgedTables(db)) {
    tables += page.length;
    for (const table of page) {
      const own = ofAccount.get(table.accountId) ?? [];
      const { status, reason, policyIds, processedBy } = protectionOf(table, own, table.newestAt, now);
      const shown = examples.get(status);
      if (shown && shown.length < MOST_EXAMPLES)
        shown.push({ name: table.name, region: table.region, accountId: table.accountId, reason });
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      for (const id of policyIds) {
        const isBreach = id === processedBy && status === 'RPO_BREACHED';
        byPolicy.set(id, counted(byPolicy.get(id) ?? NOTHING, isBreach, verifications.get(table.arn)));
      }
    }
  }
  return { tables, byStatus, byPolicy, examples };
}
