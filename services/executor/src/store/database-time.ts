import type { Dialect } from '@tablekeep/platform/database';

/**
 * SQL for "now" by the database's clock, plus so many milliseconds: the one clock all replicas share. In the form in which
 * times are stored.
 */
export function databaseTime(dialect: Dialect, inMs = 0): string {
  const ms = Math.round(inMs);
  if (dialect.kind === 'mysql') return `(UTC_TIMESTAMP(3) + INTERVAL ${ms * 1000} MICROSECOND)`;
  return `strftime('%Y-%m-%d %H:%M:%f', 'now', '${ms >= 0 ? '+' : ''}${(ms / 1000).toFixed(3)} seconds')`;
}
