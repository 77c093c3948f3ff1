/** AWS writes percentages as "40.0", "40.00%" or not at all. Null when it cannot be read. */
export function readPercent(text: string | undefined | null): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : null;
}
