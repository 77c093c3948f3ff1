/** Exponential, capped at a minute; `chance` in [0, 1) spreads callers over the upper half. In milliseconds. */
export function backoffMs(tries: number, chance: number, firstMs = 1_000, longestMs = 60_000): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 16));
  return full / 2 + (full / 2) * chance;
}
