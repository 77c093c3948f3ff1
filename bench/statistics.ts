/** The value below which `part` (0 to 1) of the numbers lie; nearest rank. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** To three significant digits: what a noisy machine can tell. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
