import type { Clock } from '@tablekeep/platform/clock';
import type { Database, Tx } from '@tablekeep/platform/database';
import type { Logger } from '@tablekeep/platform/logging';
import { continueTrace, currentTraceparent } from '@tablekeep/platform/tracing';
import { endOfTask } from '../domain/operation.ts';
import { isOver } from '../domain/session-status.ts';
import { isTaskOver, type TaskState } from '../domain/settle-task.ts';
import { retally } from '../domain/tally.ts';
import type { LogLevel, SessionLogRow, SessionRow, TaskRow } from '../store/entities.ts';
import { appendLog, cut } from '../store/log.ts';
import { addToCounts } from '../store/operation-counts.ts';
import { lockSession, saveSession } from '../store/sessions.ts';
import { updateTask } from '../store/tasks.ts';
import { settle } from './settle.ts';

export type RunDeps = Readonly<{
  db: Database;
  clock: Clock;
  log: Logger;
  /** After which an unanswered work item is sent again. */
  resendAfterMs: number;
  /** How long a plan (or its next round) may take. */
  planDeadlineMs: number;
  /** How long the catalog may take to confirm the last points. */
  catalogDeadlineMs: number;
}>;

/** A session held by this transaction. `session` is a draft, written once at the end. */
export type SessionRun = Readonly<{
  deps: RunDeps;
  tx: Tx;
  now: Date;
  session: SessionRow;
  lines: SessionLogRow[];
}>;

/**
 * Locks the session, lets `work` change it, then settles it (status, next round, end) and writes it, all in the caller's
 * transaction. Does nothing to a session that is over or unknown: returns what was found.
 */
export async function withSession(
  deps: RunDeps,
  tx: Tx,
  sessionId: string,
  work: (run: SessionRun) => Promise<void>,
): Promise<SessionRow | null> {
  const found = await lockSession(deps.db, tx, sessionId);
  if (found === null) {
    deps.log.warn({ sessionId }, 'no such session');
    return null;
  }
  if (isOver(found.status)) return found;
  const run: SessionRun = { deps, tx, now: deps.clock.now(), session: { ...found }, lines: [] };
  // What a timer does belongs to the trace of the session; an event brings its own.
  await continueTrace(currentTraceparent() ?? found.traceparent, async () => {
    await work(run);
    await settle(run);
  });
  await appendLog(deps.db, tx, run.lines);
  await saveSession(tx, run.session);
  return run.session;
}

/** Adds a line to the session's log. */
export function say(run: SessionRun, level: LogLevel, message: string, task?: Pick<TaskRow, 'id'>): void {
  run.session.logCount += 1;
  run.lines.push({
    sessionId: run.session.id,
    seq: run.session.logCount,
    at: run.now,
    level,
    taskId: task?.id ?? null,
    message,
  });
}

/** Writes a change of a task and keeps the session's counts with it. */
export async function changeTask(run: SessionRun, before: TaskRow, change: Partial<TaskRow>): Promise<TaskRow> {
  const after = { ...before, ...change };
  run.session.tally = retally(run.session.tally, before, after);
  await updateTask(run.tx, before.id, change);
  if (before.kind === 'COPY' && isTaskOver(after.status) && !isTaskOver(before.status)) await countCopy(run, after);
  return after;
}

/** One that was never begun is none. */
async function countCopy({ deps, tx, session }: SessionRun, copy: TaskRow): Promise<void> {
  const { status, attempt, dispatchedAt, startedAt, finishedAt } = copy;
  if (dispatchedAt === null && attempt === 1) return;
  const durationMs = startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null;
  const of = { operation: 'copy', policyId: session.policyId } as const;
  await addToCounts(deps.db, tx, of, endOfTask({ status, durationMs }));
}

/** The columns of a task's state as the domain returns it. */
export function columnsOf(state: TaskState): Partial<TaskRow> {
  const { status, attempt, acceptedAt, startedAt, finishedAt, percent, awsJobId, reason, reasonCode, retryAt } = state;
  return {
    status,
    attempt,
    acceptedAt,
    startedAt,
    finishedAt,
    percent: percent === null ? null : Math.round(percent),
    awsJobId,
    reason: reason === null ? null : cut(reason, 2000),
    reasonCode,
    retryAt,
    warnings: [...state.warnings],
    pointArn: state.pointArn,
    cataloguedArn: state.cataloguedArn,
  };
}
