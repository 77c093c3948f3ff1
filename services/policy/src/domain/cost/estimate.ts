import type { PolicyDocument } from '../policy-document.ts';
import { pointsKept, slotsPerMonth, type PointsKept } from './points-kept.ts';
import { priceOf, type PriceList, type Usage } from './prices.ts';

export type CostedTable = Readonly<{ arn: string; name: string; region: string; sizeBytes: number }>;

/** US dollars a month; null where the list has no price for it: never taken for nothing. */
export type MonthlyCost = Readonly<{
  backups: number | null;
  copies: number | null;
  transfer: number | null;
  verification: number | null;
}>;
export type TableCost = CostedTable & MonthlyCost & Readonly<{ total: number | null }>;

export type CostEstimate = Readonly<{
  tables: readonly TableCost[];
  /** Of what could be priced. */
  totals: Readonly<Record<keyof MonthlyCost | 'total', number>>;
  /** What stands beside the figures: prices that are missing, points kept for ever. */
  notes: readonly string[];
}>;

/** As AWS bills storage: 2^30 bytes. */
const GIB = 2 ** 30;

/**
 * What a policy's points cost in a month once it runs steadily. Every backup and every copy is a full one, so storage is the
 * table's size times the points kept; each copy is transferred once.
 * @param verificationsPerMonth restores of each table that are made only to prove that they work; unless told, as often as
 *   the policy's own verification comes
 */
export function estimateCost(
  document: PolicyDocument,
  tables: readonly CostedTable[],
  prices: PriceList,
  verificationsPerMonth = document.verification ? slotsPerMonth(document.verification.schedule) : 0,
): CostEstimate {
  const backups = pointsKept(document, null);
  const targets = document.copies.map((copy) => ({ ...copy, kept: pointsKept(document, copy) }));
  const missing = new Set<string>();
  const price = (region: string, usage: Usage) => {
    const found = priceOf(prices, region, usage);
    if (found === null)
      missing.add(`The price list has no ${usage} price for ${region}; what it would cost is not in the total.`);
    return found;
  };
  const storage = (region: string, gib: number, kept: PointsKept) =>
    sum([
      times(price(region, 'warmStorage'), gib * kept.warm),
      kept.cold === 0 ? 0 : times(price(region, 'coldStorage'), gib * kept.cold),
    ]);
  const rows = tables.map((table): TableCost => {
    const gib = table.sizeBytes / GIB;
    const own = targets.filter((copy) => copy.fromRegion === table.region);
    const cost: MonthlyCost = {
      backups: storage(table.region, gib, backups),
      copies: sum(own.map((copy) => storage(copy.toRegion, gib, copy.kept))),
      transfer: sum(own.map((copy) => times(price(table.region, 'transfer'), gib * copy.kept.madePerMonth))),
      verification:
        verificationsPerMonth === 0 ? 0 : times(price(table.region, 'restore'), gib * verificationsPerMonth),
    };
    return { ...table, ...cost, total: sum([cost.backups, cost.copies, cost.transfer, cost.verification]) };
  });
  const total = (name: keyof MonthlyCost) => rows.reduce((all, row) => all + (row[name] ?? 0), 0);
  const totals = {
    backups: total('backups'),
    copies: total('copies'),
    transfer: total('transfer'),
    verification: total('verification'),
  };
  const grows = backups.grows || targets.some(({ kept }) => kept.grows);
  return {
    tables: rows,
    totals: { ...totals, total: totals.backups + totals.copies + totals.transfer + totals.verification },
    notes: [
      ...(document.schedules ? [] : ['The policy has no schedule: it keeps no steady number of points.']),
      ...(grows ? ['Some points are kept for ever: the figure is that of the first year, and grows beyond it.'] : []),
      ...(document.verification?.countItems && verificationsPerMonth > 0 ? [COUNTING] : []),
      ...missing,
    ],
  };
}

/** Reads are priced by the table's billing mode and items, which an estimate by size does not know. */
const COUNTING =
  'Verifications count every item, which costs reads of the temporary tables; they are not in the total.';

const times = (price: number | null, amount: number): number | null => (price === null ? null : price * amount);

/** Null where a part is not known. */
function sum(parts: readonly (number | null)[]): number | null {
  let all = 0;
  for (const part of parts) {
    if (part === null) return null;
    all += part;
  }
  return all;
}

/** A spreadsheet would take it for a formula (OWASP, "CSV Injection"): a table's name may begin with a dash. */
const plainCell = (cell: string): string => (/^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell);

/** RFC 4180, a row for each table; an unknown figure is an empty field. */
export function costAsCsv({ tables }: CostEstimate): string {
  const money = (value: number | null) => (value === null ? '' : value.toFixed(2));
  const rows = tables.map((table) => [
    table.arn,
    table.name,
    table.region,
    String(table.sizeBytes),
    money(table.backups),
    money(table.copies),
    money(table.transfer),
    money(table.verification),
    money(table.total),
  ]);
  const head = [
    'table_arn',
    'table_name',
    'region',
    'size_bytes',
    'backups_usd',
    'copies_usd',
    'transfer_usd',
    'verification_usd',
    'total_usd',
  ];
  return [head, ...rows].map((row) => `${row.map(plainCell).join(',')}\r\n`).join('');
}
