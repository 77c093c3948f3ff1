import { longestDays, type Period } from '@tablekeep/schema/retention-rules';

/** AWS Backup Developer Guide, "Lifecycle": a point stays in cold storage for at least 90 days. */
export const LEAST_DAYS_COLD = 90;

/** Any moment does: months and years differ by some days, which decide nothing here that people would notice. */
const SOME_DAY = new Date('2026-01-01T00:00:00.000Z');

/** Days of the longest period, or null where one of them never ends. */
export function daysKept(periods: readonly (Period | null)[]): number | null {
  return longestDays(SOME_DAY, periods);
}

/**
 * When a point is moved to cold storage: as the policy says where it lives long enough there, otherwise never. A point whose
 * time ends before stays warm to its end.
 * @param keptDays null: for ever
 */
export function coldAfter(coldStorageAfterDays: number | null, keptDays: number | null): number | null {
  if (coldStorageAfterDays === null) return null;
  if (keptDays !== null && keptDays < coldStorageAfterDays + LEAST_DAYS_COLD) return null;
  return coldStorageAfterDays;
}

/** Whether points kept for so long would be in cold storage for less than AWS allows. */
export function isColdTooShortly(coldStorageAfterDays: number, keptDays: number | null): boolean {
  return keptDays !== null && keptDays > coldStorageAfterDays && keptDays < coldStorageAfterDays + LEAST_DAYS_COLD;
}
