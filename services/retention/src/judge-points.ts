import type { Database, Tx } from '@tablekeep/platform/database';
import { chainOf } from './domain/judge-deletion.ts';
import {
  newerFirst,
  newestOf,
  reasonsToStay,
  type Freeze,
  type Reason,
  type RetainedPoint,
} from './domain/retention/judge-retention.ts';
import { chainId, standingFreezes } from './store/frozen-chains.ts';
import { pointsOfChain, retainedPoint, TOP, topsOfChains, type LightRow } from './store/retained-points.ts';

export type JudgedRow<Row extends LightRow = LightRow> = Readonly<{
  row: Row;
  goes: boolean;
  reasons: readonly Reason[];
}>;

/** What is known of a chain besides the points that are judged. */
export type ChainSeen = Readonly<{
  /** The newest point of the catalog that is ours and not gone, kept or not. */
  newest: LightRow | null;
  /** The one that stays for being the newest. */
  kept: LightRow | null;
}>;

type Around = Readonly<{
  now: Date;
  lockedVaults: ReadonlySet<string>;
  /** The task that asks, where one does. */
  ownTask?: string | null;
}>;

/**
 * Judges rows of the catalog by what is true of their chains now. Reads no more than the top of each chain: what it costs
 * follows the rows that are judged, not the points that there are.
 * @param chains what has been seen of chains already, in the same sweep; what is seen now is added
 */
export async function judgeRows<Row extends LightRow>(
  db: Database,
  reader: Tx,
  rows: readonly Row[],
  around: Around,
  chains = new Map<string, ChainSeen>(),
): Promise<Readonly<{ judged: readonly JudgedRow<Row>[]; chains: ReadonlyMap<string, ChainSeen> }>> {
  const { now, lockedVaults, ownTask = null } = around;
  const all = [...new Map(rows.map((row) => [chainOf(row), { ...row, key: chainOf(row) }])).values()];
  const keys = all.filter(({ key }) => !chains.has(key));
  const freezes = await standingFreezes(reader, all.map(chainId));
  const tops = await topsOfChains(db, reader, keys);
  for (const chain of keys) {
    chains.set(chain.key, await seenOf(reader, chain, tops.get(chain.key) ?? [], around));
  }
  const judged = rows.map((row) => {
    const key = chainOf(row);
    const freeze: Freeze | null = freezes.get(chainId(row)) ?? null;
    const point = retainedPoint(row, now, ownTask);
    const newestId = chains.get(key)?.kept?.id ?? null;
    const reasons = reasonsToStay(point, { now, newestId, freeze, lockedVaults });
    return { row, goes: reasons.length === 0, reasons };
  });
  return { judged, chains };
}

/**
 * The few newest points usually tell. The whole chain is read where they do not: none of them may stand for it, or more of
 * the same moment may follow.
 */
async function seenOf(
  reader: Tx,
  chain: Readonly<{ tableArn: string; tableId: string | null }>,
  top: readonly LightRow[],
  { now, lockedVaults, ownTask = null }: Around,
): Promise<ChainSeen> {
  const pointOf = (row: LightRow) => retainedPoint(row, now, ownTask);
  const tells = (rows: readonly LightRow[]) => {
    const points = rows.map(pointOf);
    const oldest = Math.min(...points.map((point) => point.createdAt.getTime()));
    const best = newestOf(points, lockedVaults);
    return best !== null && best.createdAt.getTime() > oldest;
  };
  const rows = top.length < TOP || tells(top) ? top : await pointsOfChain(reader, chain);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ours = rows.map(pointOf).filter((point) => !point.foreign);
  const newest = ours.reduce<RetainedPoint | null>(
    (best, point) => (best === null || newerFirst(point, best) < 0 ? point : best),
    null,
  );
  const kept = newestOf(ours, lockedVaults);
  return { newest: byId.get(newest?.id ?? '') ?? null, kept: byId.get(kept?.id ?? '') ?? null };
}
