import { longestDays, type Period } from '@tablekeep/schema/retention-rules';

/** AWS Backup Developer Guide, "Lifecycle": a point stays in cold storage for at least 90 days. */
export const LEAST_DAYS_COLD = 90;

/**
 * Days of the longest period, or null where one of them never ends. Months and years are not equally long: they count as
 * long as the shortest that there are, for AWS judges each point by its own days.
 */
export function daysKept(periods: readonly (Period | null)[]): number | null {
  let longest = 0;
  for (const period of periods) {
    if (period === null) return null;
    longest = Math.max(longest, fewestDays(period));
  }
  return longest;
}

/** First and last days of the months of four years, one of them a leap year: the shortest period begins on one of them. */
const STARTS = Array.from({ length: 48 }, (_, month) => [
  new Date(Date.UTC(2026, month, 1)),
  new Date(Date.UTC(2026, month + 1, 0)),
]).flat();
const KNOWN = new Map<string, number>();

function fewestDays(period: Period): number {
  if (period.unit === 'DAYS') return period.value;
  const key = `${period.value} ${period.unit}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const fewest = Math.min(...STARTS.map((start) => longestDays(start, [period]) ?? 0));
  KNOWN.set(key, fewest);
  return fewest;
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
