import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { GraphQLError } from 'graphql';
import { costAsCsv, estimateCost, type CostedTable } from '../domain/cost/estimate.ts';
import type { PriceList } from '../domain/cost/prices.ts';
import { scheduleProblems } from '../domain/schedules/validate-schedules.ts';
import { selectTables } from '../domain/select-tables.ts';
import type { TableRow } from '../store/entities.ts';
import { selectable, tablesOfRegions } from '../store/inventory.ts';
import type { Loaders } from './loaders.ts';
import { policyOf } from './policy-preflight.ts';
import type { PolicyCostEstimate, QueryPolicyCostEstimateArgs } from './resolver-types.ts';

type Deps = Readonly<{ db: Database; deps: ServiceDeps; loaders: Loaders; prices: PriceList }>;

export async function policyCostEstimate(
  { db, deps, loaders, prices }: Deps,
  args: QueryPolicyCostEstimateArgs,
): Promise<PolicyCostEstimate> {
  const { accountId, document } = await policyOf(loaders, args);
  if ((args.verificationsPerMonth ?? 0) < 0) throw badInput('verificationsPerMonth is 0 or more.');
  if (document.schedules) refuseBroken(document.schedules);
  if (document.verification) refuseBroken(document.verification.schedule);
  const rows = await tablesOfRegions(db.reader, accountId, document.regions);
  const known = new Map(rows.map((row) => [row.arn, row]));
  const { covered } = selectTables(document, rows.map(selectable));
  const tables = covered.flatMap(({ arn }) => {
    const row = known.get(arn);
    return row ? [costed(row)] : [];
  });
  const estimate = estimateCost(document, tables, prices, deps.clock.now(), args.verificationsPerMonth ?? undefined);
  const { totals, notes } = estimate;
  return {
    pricesAsOf: prices.asOf,
    pricesSource: prices.source,
    backupsUsd: totals.backups,
    copiesUsd: totals.copies,
    transferUsd: totals.transfer,
    verificationUsd: totals.verification,
    totalUsd: totals.total,
    notes: [...notes],
    tables: estimate.tables.map((table) => ({
      arn: table.arn,
      name: table.name,
      region: table.region,
      sizeBytes: table.sizeBytes,
      backupsUsd: table.backups,
      copiesUsd: table.copies,
      transferUsd: table.transfer,
      verificationUsd: table.verification,
      totalUsd: table.total,
    })),
    csv: costAsCsv(estimate),
  };
}

/** A backup holds the table and its local indexes; the inventory knows the table's size alone. */
function costed({ arn, name, region, settings }: TableRow): CostedTable {
  return { arn, name, region, sizeBytes: settings.sizeBytes };
}

/** Slots of broken schedules cannot be counted; createPolicy and policyTest say all that is wrong with them. */
function refuseBroken(schedules: Parameters<typeof scheduleProblems>[0]): void {
  const problems: string[] = [];
  scheduleProblems(schedules, (_code, message, ...path) => problems.push(`${path.join('.')}: ${message}`));
  if (problems.length > 0) throw badInput(problems.join(' '));
}

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
