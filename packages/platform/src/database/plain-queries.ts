import { pieces } from '../lists/index.ts';

/** Most keys that one statement is given: far below what an engine takes as parameters (SQLite 32,766). */
export const MOST_IN = 5_000;

/** What a query finds for a list of any length, which it is given a piece at a time. */
export async function inPieces<K, T>(
  keys: readonly K[],
  find: (piece: readonly K[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (const piece of pieces(keys, MOST_IN)) {
    for (const one of await find(piece)) found.push(one);
  }
  return found;
}

/** A time as a plain query or an aggregate gives it: SQLite keeps times as text, in UTC. */
export function timeOf(raw: Date | string): Date {
  return raw instanceof Date ? raw : new Date(`${raw.replace(' ', 'T')}Z`);
}
