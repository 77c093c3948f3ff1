import type { Database } from '@tablekeep/platform/database';
import { brief, briefly } from '@tablekeep/schema/brief';
import type { TaskStatus } from '@tablekeep/schema/events';
import type { InternalInput, InternalOutput } from '@tablekeep/schema/internal';
import type { SessionRow, TaskRow } from './store/entities.ts';
import { findAttempts, listTasksOfSessions } from './store/lists.ts';
import { countEnded, countOpen, endedWith, findSessions, waitingForRetry } from './store/report.ts';

type Report = InternalOutput<'reportSessions'>;
type Troubled = Report['troubled']['first'][number];

/** Of one session. */
const MOST_TASKS = 5;
const WANTED: readonly TaskStatus[] = ['FAILED', 'WARNING', 'CANCELED'];

/** How sessions of a stretch of time ended, why those did that need a person, and what is tried again. It changes nothing. */
export async function reportSessions(
  db: Database,
  { from, until, most }: InternalInput<'reportSessions'>,
): Promise<Report> {
  const window = { from: new Date(from), until: new Date(until) };
  const [ended, open, failed, warned, retrying] = await Promise.all([
    countEnded(db, window),
    countOpen(db),
    endedWith(db, window, 'FAILED', most),
    endedWith(db, window, 'WARNING', most),
    retried(db, most),
  ]);
  const sessions = [...failed, ...warned].slice(0, most);
  const all = ended
    .filter(({ status }) => status === 'FAILED' || status === 'WARNING')
    .reduce((sum, one) => sum + one.sessions, 0);
  return {
    ended,
    open,
    troubled: { first: await troublesOf(db, sessions), more: Math.max(0, all - sessions.length) },
    retrying,
  };
}

async function troublesOf(db: Database, sessions: readonly SessionRow[]): Promise<Troubled[]> {
  const wanted = sessions.flatMap(({ id }) =>
    WANTED.map((status) => ({ sessionId: id, status, after: null, limit: MOST_TASKS })),
  );
  const pages = wanted.length === 0 ? [] : await listTasksOfSessions(db, wanted);
  return sessions.map((session, i) => {
    const tasks = pages.slice(i * WANTED.length, (i + 1) * WANTED.length).flat();
    const first = tasks.slice(0, MOST_TASKS).map((task) => ({
      name: nameOf(task),
      region: task.tableRegion ?? task.region,
      status: task.status,
      reason: whyOf(task),
    }));
    const { failed, warning, canceled } = session.tally;
    return {
      sessionId: session.id,
      type: session.type,
      status: session.status,
      accountId: session.accountId,
      policyId: session.policyId,
      policyName: session.policyName,
      finishedAt: (session.finishedAt ?? session.createdAt).toISOString(),
      notes: brief(session.notes),
      tasks: { first, more: Math.max(0, failed + warning + canceled - first.length) },
    };
  });
}

async function retried(db: Database, most: number): Promise<Report['retrying']> {
  const [tasks, count] = await waitingForRetry(db, most);
  const ids = [...new Set(tasks.map(({ sessionId }) => sessionId))];
  const [sessions, attempts] = await Promise.all([
    findSessions(db, ids),
    findAttempts(
      db,
      tasks.map(({ id }) => id),
    ),
  ]);
  const names = new Map(sessions.map(({ id, policyName }) => [id, policyName]));
  // The task itself is queued anew: what went wrong stands with the attempt.
  const reasons = new Map(attempts.map(({ taskId, reason }) => [taskId, reason]));
  return {
    first: tasks.flatMap((task) => {
      if (task.retryAt === null) return [];
      const reason = reasons.get(task.id) ?? task.reason;
      return {
        sessionId: task.sessionId,
        policyName: names.get(task.sessionId) ?? null,
        name: nameOf(task),
        region: task.tableRegion ?? task.region,
        reason: reason === null ? null : briefly(reason),
        at: task.retryAt.toISOString(),
      };
    }),
    more: Math.max(0, count - tasks.length),
  };
}

const nameOf = ({ tableName, kind, region }: TaskRow): string => tableName ?? `${kind.toLowerCase()} of ${region}`;

function whyOf({ reason, warnings }: TaskRow): string | null {
  const why = reason ?? (warnings.length > 0 ? warnings.join('; ') : null);
  return why === null ? null : briefly(why);
}
