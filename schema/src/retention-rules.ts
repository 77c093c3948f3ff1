import { z } from 'zod';

/** The schedules a point can satisfy: daily, weekly, monthly, yearly. */
export const flag = z.enum(['D', 'W', 'M', 'Y']);
export type Flag = z.infer<typeof flag>;

/** Months and years are those of the calendar, in UTC. */
export const period = z.object({ value: z.number().int().min(1), unit: z.enum(['DAYS', 'MONTHS', 'YEARS']) });
export type Period = z.infer<typeof period>;

/** What one schedule asks of a point it made, as it stood then. Periods null: for ever. */
export const retentionRule = z.object({
  flag,
  keep: period.nullable(),
  /** Whether this schedule asks for copies of the point. */
  copied: z.boolean(),
  keepCopies: period.nullable(),
});
export type RetentionRule = z.infer<typeof retentionRule>;

const DAY_MS = 86_400_000;

/**
 * The call that starts a backup goes out within this time of its look at the table; AWS's own start window follows. So much
 * later than its slot a point may begin, on another day, from which a month or a year may be longer.
 */
export const STARTED_WITHIN_MS = 12 * 3_600_000;

/** Whole days until the last of these periods has ended, counted from `from`; null: one of them never does. */
export function longestDays(from: Date, periods: readonly (Period | null)[]): number | null {
  let longest = 0;
  for (const one of periods) {
    if (one === null) return null;
    longest = Math.max(longest, Math.ceil((endOf(from, one).getTime() - from.getTime()) / DAY_MS));
  }
  return longest;
}

/**
 * When a point made at `from` has been kept for the period. A month or year that lacks the day ends on its last: a month
 * after 31 January is 28 or 29 February, at the same time of day (UTC).
 */
export function endOf(from: Date, { value, unit }: Period): Date {
  if (unit === 'DAYS') return new Date(from.getTime() + value * DAY_MS);
  const months = unit === 'MONTHS' ? value : 12 * value;
  const end = new Date(from);
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + months);
  const length = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(from.getUTCDate(), length));
  return end;
}
