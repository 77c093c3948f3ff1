import type { Clock } from '../clock/index.ts';
import { InvariantError } from '../errors/index.ts';
import type { Dialect } from './dialect.ts';
import type { Database, Tx } from './model.ts';
import { timeOf } from './plain-queries.ts';

/**
 * SQL for "now" by the database's clock, plus so many milliseconds: the one clock all replicas share. In the form in which
 * times are stored.
 */
export function databaseTime(dialect: Dialect, inMs = 0): string {
  const ms = Math.round(inMs);
  if (dialect.kind === 'mysql') return `(UTC_TIMESTAMP(3) + INTERVAL ${ms * 1000} MICROSECOND)`;
  return `strftime('%Y-%m-%d %H:%M:%f', 'now', '${ms >= 0 ? '+' : ''}${(ms / 1000).toFixed(3)} seconds')`;
}

/** Now, by the database's clock. */
export async function databaseNow({ dialect }: Pick<Database, 'dialect'>, reader: Tx): Promise<Date> {
  const [row] = await reader.query<{ shown: string | Date }[]>(`SELECT ${databaseTime(dialect)} AS shown`);
  if (!row) throw new InvariantError('the database does not tell its time');
  return timeOf(row.shown);
}

/**
 * A clock that shows the database's time, whatever this machine's shows. For a pass or so: it is as right as the machine is
 * steady since it was made, and never ahead of the database's by more than that.
 */
export async function databaseClock(db: Database, own: Clock): Promise<Clock> {
  const shown = await databaseNow(db, db.reader);
  const heardAt = own.monotonicMs();
  return { ...own, now: () => new Date(shown.getTime() + own.monotonicMs() - heardAt) };
}
