import type { Database } from '@tablekeep/platform/database';
import { fullName, openDownload, type Cell, type OpenDownload } from '@tablekeep/platform/downloads';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { badInput, downloadsOf } from '@tablekeep/platform/subgraph';
import { costAsCsv, type CostEstimate, type TableCost } from '../domain/cost/estimate.ts';
import type { PriceList } from '../domain/cost/prices.ts';
import { estimatePolicyCost } from '../estimate-policy-cost.ts';
import type { Loaders } from './loaders.ts';
import { policyOf } from './policy-preflight.ts';
import type {
  Download,
  PolicyCostEstimate,
  QueryPolicyCostEstimateArgs,
  QueryPolicyCostExportArgs,
} from './resolver-types.ts';

type Deps = Readonly<{ db: Database; deps: ServiceDeps; loaders: Loaders; prices: PriceList }>;

export async function policyCostEstimate(deps: Deps, args: QueryPolicyCostEstimateArgs): Promise<PolicyCostEstimate> {
  const { prices } = deps;
  const estimate = await estimated(deps, args);
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

async function estimated({ db, loaders, prices }: Deps, args: QueryPolicyCostEstimateArgs): Promise<CostEstimate> {
  const { name, accountId, document } = await policyOf(loaders, args);
  const policy = { id: args.id ?? null, name, accountId, document };
  const result = await estimatePolicyCost({ db, prices }, policy, args.verificationsPerMonth ?? null);
  if (result.ok) return result.estimate;
  const message = result.userErrors.map((one) => `${one.path.join('.')}: ${one.message}`).join('\n');
  throw badInput(message);
}

/** To begin a download; a running one may take longer. */
const DOWNLOAD_SECONDS = 300;
/** An address longer than that is refused on the way (Node takes 16 KB of headers, proxies 8). */
const LONGEST_KEY = 6_000;

/** The estimate's address; it is made when it is fetched, and now once, so that what is wrong with it is said here. */
export async function policyCostExport(deps: Deps, args: QueryPolicyCostExportArgs): Promise<Download> {
  const { clock, identity } = deps.deps;
  await estimated(deps, args);
  const at = clock.now();
  const format = args.format ?? 'CSV';
  const { name } = await policyOf(deps.loaders, args);
  const fileName = `tablekeep-cost-${name.replaceAll(/[^\w.-]+/gu, '-')}-${at.toISOString().slice(0, 10)}`;
  const key = await identity.signClaims(downloadsOf('policy'), { ...args, format, fileName }, DOWNLOAD_SECONDS);
  if (key.length > LONGEST_KEY) {
    throw badInput('The input is too long for an address: store the policy, disabled, and name it by id.');
  }
  return {
    path: `/downloads/policy?key=${key}`,
    fileName: fullName({ fileName, format }),
    expiresAt: new Date(at.getTime() + DOWNLOAD_SECONDS * 1_000),
  };
}

const COLUMNS: Record<string, (table: TableCost) => Cell> = {
  tableArn: (table) => table.arn,
  tableName: (table) => table.name,
  region: (table) => table.region,
  sizeBytes: (table) => table.sizeBytes,
  backupsUsd: (table) => table.backups,
  copiesUsd: (table) => table.copies,
  transferUsd: (table) => table.transfer,
  verificationUsd: (table) => table.verification,
  totalUsd: (table) => table.total,
};

/** The file of an address that was signed above. */
export function downloadCost(deps: Deps, claims: Readonly<Record<string, unknown>>): OpenDownload {
  const { format, fileName, ...args } = claims as QueryPolicyCostExportArgs & {
    format: 'CSV' | 'JSON_LINES';
    fileName: string;
  };
  return openDownload({ fileName, format, columns: COLUMNS, rows: rowsOf(deps, args) });
}

async function* rowsOf(deps: Deps, args: QueryPolicyCostEstimateArgs): AsyncGenerator<TableCost> {
  yield* (await estimated(deps, args)).tables;
}
