/**
 * Splits a list, order kept, so that each part's JSON stays within so many bytes; a single item larger than that makes a part
 * of its own. At least one part, empty for an empty list.
 */
export function chunksBySize<T>(items: readonly T[], mostBytes: number): readonly (readonly T[])[] {
  const chunks: T[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const size = new TextEncoder().encode(JSON.stringify(item)).length + 1;
    const current = chunks.at(-1) ?? [];
    if (current.length > 0 && bytes + size > mostBytes) {
      chunks.push([item]);
      bytes = size;
    } else {
      current.push(item);
      bytes += size;
    }
  }
  return chunks;
}
