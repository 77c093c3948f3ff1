import type { Database } from '@tablekeep/platform/database';
import type { UserError } from '@tablekeep/platform/errors';
import { assignTables } from './domain/assign-tables.ts';
import { estimateCost, type CostEstimate, type CostedTable } from './domain/cost/estimate.ts';
import type { PriceList } from './domain/cost/prices.ts';
import type { PolicyDocument } from './domain/policy-document.ts';
import { selectTables, type SelectableTable } from './domain/select-tables.ts';
import { policyProblems } from './domain/validate-policy.ts';
import { findAccount } from './store/accounts.ts';
import type { AccountRow } from './store/entities.ts';
import { lastScans, selectable, tablesOfRegions } from './store/inventory.ts';
import { policiesBefore } from './store/policy-order.ts';

export type Estimated = Readonly<{ id: string | null; name: string; accountId: string; document: PolicyDocument }>;
export type Estimate =
  Readonly<{ ok: true; estimate: CostEstimate }> | Readonly<{ ok: false; userErrors: readonly UserError[] }>;

/** What a policy would cost a month, or everything that is wrong with it: a figure for nonsense would be nonsense. */
export async function estimatePolicyCost(
  { db, prices }: Readonly<{ db: Database; prices: PriceList }>,
  policy: Estimated,
  verificationsPerMonth: number | null,
): Promise<Estimate> {
  const { accountId, document } = policy;
  const account = await findAccount(db.reader, accountId);
  const userErrors = problemsOf(policy, account, verificationsPerMonth ?? 0);
  if (userErrors.length > 0) return { ok: false, userErrors };
  const rows = await tablesOfRegions(db.reader, accountId, document.regions);
  const { covered } = selectTables(
    document,
    rows.map((row) => selectable(row)),
  );
  const { mine, left } = assignTables(covered, await policiesBefore(db, policy));
  // Null: as often as the policy's own verification comes.
  const estimate = estimateCost(document, mine.map(costed), prices, verificationsPerMonth ?? undefined);
  const unscanned = await notScanned(db, policy);
  return { ok: true, estimate: { ...estimate, notes: [...unscanned, ...leftNotes(left), ...estimate.notes] } };
}

/** Vaults are not looked for: they cost nothing by themselves. */
function problemsOf(
  { id, name, document }: Estimated,
  account: AccountRow | null,
  verificationsPerMonth: number,
): UserError[] {
  const at = id === null ? ['input'] : ['id'];
  const verifications =
    verificationsPerMonth >= 0
      ? []
      : [{ code: 'BAD_NUMBER', message: 'verificationsPerMonth is 0 or more.', path: ['verificationsPerMonth'] }];
  if (account === null)
    return [{ code: 'NOT_FOUND', message: 'There is no such account.', path: [...at, 'accountId'] }, ...verifications];
  const around = { accountRegions: account.regions, vaultsOf: new Map() };
  const problems = policyProblems({ name, document }, around);
  return [...problems.map((one) => ({ ...one, path: [...at, ...one.path] })), ...verifications];
}

async function notScanned(db: Database, { accountId, document }: Estimated): Promise<string[]> {
  const scans = await lastScans(db.reader, accountId);
  const missing = document.regions.filter((region) => !scans.has(region));
  if (missing.length === 0) return [];
  return [`The inventory holds no scan of ${missing.join(', ')} yet: what is there is not in the figures.`];
}

function leftNotes(left: ReadonlyMap<string, readonly SelectableTable[]>): string[] {
  return [...left].map(([policy, { length }]) => {
    const tables = length === 1 ? '1 table is' : `${length} tables are`;
    return `${tables} processed by policy "${policy}", which comes first, and not in the figures.`;
  });
}

/** A backup holds the table and its local indexes; the inventory knows the table's size alone. */
function costed({ arn, name, region, sizeBytes }: ReturnType<typeof selectable>): CostedTable {
  return { arn, name, region, sizeBytes };
}
