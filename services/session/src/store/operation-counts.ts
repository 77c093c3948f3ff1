import type { Database, Tx } from '@tablekeep/platform/database';
import type { Addition, Counted, Operation } from '../domain/operation.ts';
import { CountedPolicyEntity, OperationCountEntity } from './operation-entities.ts';

/** The policy of what belongs to none. */
export const NO_POLICY = '';

/**
 * Counts in the transaction of what is counted: what metrics show has happened once, whatever became of the process, and
 * stays counted when its records are forgotten.
 */
export async function addToCounts(
  db: Database,
  tx: Tx,
  of: Readonly<{ operation: Operation; policyId: string | null }>,
  additions: readonly Addition[],
): Promise<void> {
  if (additions.length === 0) return;
  const again =
    db.dialect.kind === 'sqlite'
      ? 'ON CONFLICT (operation, policy_id, counted) DO UPDATE SET amount = amount + excluded.amount'
      : 'ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount)';
  // In one order for all: two that count the same do not wait for each other's rows.
  const rows = additions.toSorted((a, b) => (a.counted < b.counted ? -1 : 1));
  await db.execute(
    tx,
    `INSERT INTO operation_count (operation, policy_id, counted, amount) VALUES ${rows.map(() => '(?, ?, ?, ?)').join(', ')} ${again}`,
    rows.flatMap(({ counted, amount }) => [of.operation, of.policyId ?? NO_POLICY, counted, amount]),
  );
}

/** Keeps the name that a policy's counts are shown under; those of a policy that is gone go with it. */
export async function notePolicy(
  db: Database,
  tx: Tx,
  policy: Readonly<{ id: string; name: string; version: number; deleted: boolean }>,
): Promise<void> {
  const { id, ...known } = policy;
  if (!(await db.insertOnce(tx, CountedPolicyEntity, policy))) {
    const before = await tx.findOne(CountedPolicyEntity, { where: { id }, ...db.forUpdate() });
    if (before === null || before.version > policy.version || before.deleted) return;
    await tx.update(CountedPolicyEntity, { id }, known);
  }
  if (policy.deleted) await tx.delete(OperationCountEntity, { policyId: id });
}

export type PolicyName = Readonly<{ id: string; name: string }>;

/** Those that are there, with or without counts. */
export async function countedPolicies(reader: Tx): Promise<PolicyName[]> {
  return reader.find(CountedPolicyEntity, {
    select: { id: true, name: true },
    where: { deleted: false },
    order: { id: 'ASC' },
  });
}

/** By operation and policy; what was never counted is 0. */
export async function readCounts(
  reader: Tx,
): Promise<(operation: Operation, policyId: string, counted: Counted) => number> {
  const rows = await reader.find(OperationCountEntity);
  const key = (operation: string, policyId: string, counted: string) => `${operation} ${policyId} ${counted}`;
  const found = new Map(rows.map((row) => [key(row.operation, row.policyId, row.counted), row.amount]));
  return (operation, policyId, counted) => found.get(key(operation, policyId, counted)) ?? 0;
}
