import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { In } from 'typeorm';
import { bucketStart } from '../domain/stats.ts';
import { SessionEntity } from '../store/entities.ts';
import { listStats, longestPolicies } from '../store/stats.ts';
import type { Overview, OverviewWindow } from './resolver-types.ts';

const DAY_MS = 86_400_000;
const MOST_POLICIES = 10;
const DAYS: Readonly<Record<OverviewWindow, number>> = { DAY: 1, WEEK: 7, MONTH: 30 };

/** How many sessions are open, and how those of the window ended: from counts that are kept, not counted. */
export async function sessionsOverview(db: Database, clock: Clock, window: OverviewWindow): Promise<Overview> {
  const now = clock.now();
  const from = bucketStart(new Date(now.getTime() - DAYS[window] * DAY_MS), 'HOUR');
  const [stats, longest, sessionsOpen] = await Promise.all([
    listStats(db, from, now),
    longestPolicies(db, from, MOST_POLICIES),
    db.reader.count(SessionEntity, { where: { status: In(['PENDING', 'RUNNING', 'STOPPING']) } }),
  ]);
  const ended = (status: string) =>
    stats.filter((stat) => stat.status === status).reduce((sum, stat) => sum + stat.sessions, 0);
  return {
    window,
    sessionsOpen,
    sessionsSucceeded: ended('SUCCEEDED'),
    sessionsWarning: ended('WARNING'),
    sessionsFailed: ended('FAILED'),
    sessionsCanceled: ended('CANCELED'),
    longestPolicies: longest,
  };
}
