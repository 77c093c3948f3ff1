import type { Database, Tx } from '@tablekeep/platform/database';
import { lookAgainAt } from './domain/retention/judge-retention.ts';
import { SAFETY } from './domain/retention/safety.ts';
import { judgeRows, type ChainSeen, type JudgedRow } from './judge-points.ts';
import { duePoints, type LightRow, type LookPlace } from './store/retained-points.ts';

const PAGE = 1_000;

export type Sweep = Readonly<{
  /** Points that nothing keeps. */
  doomed: readonly LightRow[];
  /** Points that were due for a look and stay, with when they are looked at next. */
  staying: readonly Readonly<{ row: LightRow; at: Date | null }>[];
  chains: ReadonlyMap<string, ChainSeen>;
  /** There are more that nothing keeps than one session deletes. */
  more: boolean;
}>;

/** Judges the account's points that are due for a look; what it costs follows those, not the catalog. Changes nothing. */
export async function sweep(
  db: Database,
  reader: Tx,
  o: Readonly<{ accountId: string; now: Date; lockedVaults: ReadonlySet<string> }>,
): Promise<Sweep> {
  const doomed: LightRow[] = [];
  const staying: { row: LightRow; at: Date | null }[] = [];
  const chains = new Map<string, ChainSeen>();
  let after: LookPlace | null = null;
  for (;;) {
    const rows: LightRow[] = await duePoints(reader, { accountId: o.accountId, now: o.now, after, limit: PAGE });
    const found = await judgeRows(db, reader, rows, o, chains);
    for (const one of found.judged) sort(one, o.now, doomed, staying);
    const last = rows.at(-1);
    if (rows.length < PAGE || !last?.nextLookAt) return { doomed, staying, chains, more: false };
    if (doomed.length >= SAFETY.mostPerSession) {
      return { doomed: doomed.slice(0, SAFETY.mostPerSession), staying, chains, more: true };
    }
    after = { at: last.nextLookAt, id: last.id };
  }
}

function sort(
  { row, goes, reasons }: JudgedRow,
  now: Date,
  doomed: LightRow[],
  staying: { row: LightRow; at: Date | null }[],
): void {
  if (goes) doomed.push(row);
  else staying.push({ row, at: lookAgainAt(reasons, now) });
}
