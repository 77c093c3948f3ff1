import { SAFETY } from './safety.ts';

/** A chain of a table that has points: its TableId and when its newest point is of. */
export type ChainSeen = Readonly<{ tableId: string; newestAt: Date }>;

/** The table that bore the name at a moment, whether it has points or not. */
export type TableSeen = Readonly<{ tableId: string; at: Date }>;

/**
 * The chains that were, where a table's name came back with another TableId: all but that of the table of which the latest
 * is known, a point or that it was seen. It does not matter which word came first: a late word of an old table does not make
 * the old table the present one.
 * @param seen null: only points tell
 * @returns `present`: the TableId that the name has now
 */
export function formerChains(
  chains: readonly ChainSeen[],
  seen: TableSeen | null,
): Readonly<{ former: readonly ChainSeen[]; present: string | null }> {
  const words = [...chains, ...(seen ? [{ tableId: seen.tableId, newestAt: seen.at }] : [])];
  const [latest = null] = words.sort(
    (a, b) => b.newestAt.getTime() - a.newestAt.getTime() || (a.tableId < b.tableId ? -1 : 1),
  );
  const present = latest?.tableId ?? null;
  return { former: chains.filter(({ tableId }) => tableId !== present), present };
}

export type Collapse = Readonly<{ usualBytes: number; sizeBytes: number }>;

/**
 * Whether a new point is so small beside those before it that the table may have lost its data; null: it is not, or too
 * little is known.
 * @param before sizes of the points before it, newest first
 */
export function collapseOf(sizeBytes: number, before: readonly number[]): Collapse | null {
  const lately = before.slice(0, SAFETY.collapseOfLast).sort((a, b) => a - b);
  if (lately.length < SAFETY.collapseAtLeastPoints) return null;
  const usualBytes = lately[Math.floor((lately.length - 1) / 2)] ?? 0;
  if (usualBytes < SAFETY.collapseAtLeastBytes || sizeBytes >= usualBytes * SAFETY.collapseShare) return null;
  return { usualBytes, sizeBytes };
}

export function sayReplaced(tableName: string, byTableId: string): string {
  return `a table named ${tableName} exists with another TableId (${byTableId}), so this one was deleted and the name used again.`;
}

export function sayCollapsed({ usualBytes, sizeBytes }: Collapse): string {
  return `its newest point has ${sizeBytes} bytes where ${usualBytes} were usual, so the table may have lost its data.`;
}
