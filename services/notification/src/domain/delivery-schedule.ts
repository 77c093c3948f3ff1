const FIRST_MS = 15_000;
const LONGEST_MS = 60 * 60_000;

/** Tries before a delivery is given up: the last comes about 40 minutes after the first. */
export const MAX_ATTEMPTS = 8;

/** When to try again after so many failures, or null to give up. */
export function nextTry(failures: number, now: Date): Date | null {
  if (failures >= MAX_ATTEMPTS) return null;
  return new Date(now.getTime() + Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)));
}
