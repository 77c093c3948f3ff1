/**
 * What a run makes at most, counted by kind: the test of the whole program compares it with the calls that were made.
 * Half of it only happens where AWS forgets a token, lets a second job run, or takes what the emulator refuses.
 */
export const MOST = { tables: 7, backups: 7, copies: 2, restores: 6 } as const;

/**
 * Assumed dollars per gigabyte in us-east-1, as of November 2026 and from third parties, not from AWS's own price list.
 * Storage is for a whole month, although the points live for hours and expire after days.
 */
const USD_PER_GB = { warmStorage: 0.1, restore: 0.15, transfer: 0.04, tableStorage: 0.25 } as const;

/** The table is a few kilobytes. Whether AWS rounds up is not documented: as if it did, to a whole gigabyte each time. */
const BILLED_GB = 1;
/** On-demand reads and writes: a thousand would cost less than a cent. */
const REQUESTS_USD = 0.01;
/** For Regions that are dearer, and for assumptions that are wrong. */
const SAFETY = 2;

export type CostLine = Readonly<{ what: string; usd: number }>;
export type UpperBound = Readonly<{ usd: number; lines: readonly CostLine[] }>;

/** Pure. What a run costs at the very most; what it costs in fact is likely to be below a cent. */
export function upperBound(most: Readonly<Record<keyof typeof MOST, number>> = MOST): UpperBound {
  const line = (count: number, what: string, usdPerGb: number): CostLine => ({
    what: `${count} ${what}, ${BILLED_GB} GB each at ${usdPerGb} USD`,
    usd: count * BILLED_GB * usdPerGb,
  });
  const lines = [
    line(most.backups + most.copies, 'recovery points kept for a month', USD_PER_GB.warmStorage),
    line(most.copies, 'copies to another Region', USD_PER_GB.transfer),
    line(most.restores, 'restores', USD_PER_GB.restore),
    line(most.tables, 'tables kept for a month', USD_PER_GB.tableStorage),
    { what: 'requests', usd: REQUESTS_USD },
  ];
  const sum = lines.reduce((total, { usd }) => total + usd, 0);
  return {
    usd: Math.ceil(sum * SAFETY * 100) / 100,
    lines: [...lines, { what: `other Regions and wrong assumptions: times ${SAFETY}`, usd: sum * (SAFETY - 1) }],
  };
}
