import type { SessionStatus, SessionType } from '@tablekeep/schema/events';

export type Bucket = 'HOUR' | 'DAY' | 'WEEK';

/** What ended in a stretch of time, of one type and status. */
export type Stat = Readonly<{
  start: Date;
  type: SessionType;
  status: SessionStatus;
  sessions: number;
  durationSeconds: number;
  tasksSucceeded: number;
  tasksWarning: number;
  tasksFailed: number;
}>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** The beginning of the bucket that a moment lies in, in UTC; weeks begin on Mondays (ISO 8601). */
export function bucketStart(at: Date, bucket: Bucket): Date {
  const ms = at.getTime();
  switch (bucket) {
    case 'HOUR':
      return new Date(ms - mod(ms, HOUR_MS));
    case 'DAY':
      return new Date(ms - mod(ms, DAY_MS));
    case 'WEEK':
      return new Date(ms - mod(ms - FIRST_MONDAY_MS, 7 * DAY_MS));
  }
}

/** Hours put together into buckets, in order of time, type and status. */
export function inBuckets(hours: readonly Stat[], bucket: Bucket): Stat[] {
  const sums = new Map<string, Stat>();
  for (const hour of hours) {
    const start = bucketStart(hour.start, bucket);
    const key = `${start.toISOString()} ${hour.type} ${hour.status}`;
    const sum = sums.get(key);
    sums.set(key, sum ? added(sum, hour) : { ...hour, start });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stat]) => stat);
}

function added(sum: Stat, more: Stat): Stat {
  return {
    ...sum,
    sessions: sum.sessions + more.sessions,
    durationSeconds: sum.durationSeconds + more.durationSeconds,
    tasksSucceeded: sum.tasksSucceeded + more.tasksSucceeded,
    tasksWarning: sum.tasksWarning + more.tasksWarning,
    tasksFailed: sum.tasksFailed + more.tasksFailed,
  };
}

/** Of moments before 1970 too. */
const mod = (value: number, by: number) => ((value % by) + by) % by;
