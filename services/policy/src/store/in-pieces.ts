/** Far below what an engine takes as parameters of one statement (SQLite 32,766). */
const MOST_IN = 5_000;

/** What a query finds for a list of any length, which it is given a piece at a time. */
export async function inPieces<K, T>(
  keys: readonly K[],
  find: (piece: readonly K[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < keys.length; i += MOST_IN) {
    for (const one of await find(keys.slice(i, i + MOST_IN))) found.push(one);
  }
  return found;
}
