import type { EventData } from '@tablekeep/schema/events';
import { ASK_AGAIN_MS } from '../domain/resend.ts';
import { retriesOf } from '../domain/retry.ts';
import { sayTask, saySucceeded } from '../domain/say.ts';
import { isTaskOver, settleTask, type TaskEvent } from '../domain/settle-task.ts';
import type { TaskAttemptRow, TaskRow } from '../store/entities.ts';
import { noteWaiting } from '../store/held-settings.ts';
import { cut } from '../store/log.ts';
import { lockTask, updateAttempt } from '../store/tasks.ts';
import { hasOneTimeKeys } from './dispatch-task.ts';
import { changeTask, columnsOf, say, type SessionRun } from './session-run.ts';
import { unlockWaiting } from './unlock-waiting.ts';

type Succeeded = EventData<'dev.tablekeep.task.succeeded.v1'>;

/** What a task event brings beside the change of state. */
export type Learned = Readonly<{
  /** What a success made, found or restored. */
  success?: Pick<Succeeded, 'point' | 'scan' | 'restored' | 'vault' | 'verification'>;
  awsRequestId?: string | null;
}>;

/**
 * Applies what the executor says of a task to the task, its attempt, the counts and the log, and lets go what waited for
 * it. `at` is when the executor says it happened.
 */
export async function applyTaskEvent(
  run: SessionRun,
  taskId: string,
  event: TaskEvent,
  at: Date,
  learned: Learned = {},
): Promise<void> {
  const { deps, tx, session } = run;
  const before = await lockTask(deps.db, tx, session.id, taskId);
  if (before === null) {
    deps.log.warn({ sessionId: session.id, taskId }, 'an event names a task this session does not have');
    return;
  }
  const stopRequested = session.stopRequestedBy !== null;
  const rule = {
    retryCount: session.retryCount,
    retryDelaySeconds: session.retryDelaySeconds,
    stopRequested,
    finalRound: session.planFinal && before.round === session.plannedRound,
  };
  const result = settleTask(before, event, rule, at);
  if (result.kind === 'ignored') return;

  const over = isTaskOver(result.task.status);
  const { scan, restored, vault } = learned.success ?? { scan: null, restored: null, vault: null };
  const after = await changeTask(run, before, {
    ...columnsOf(result.task),
    ...(scan && { scanId: scan.scanId }),
    ...(vault && { scanId: vault.scanId }),
    ...(restored && { restored }),
    // A retry waits unsent.
    ...(result.retried && { dispatchedAt: null }),
    resendAt:
      over || result.retried ? null : stopRequested ? before.resendAt : new Date(run.now.getTime() + ASK_AGAIN_MS),
  });
  const change = attemptChange(before, after, event, at, learned);
  if (change !== null) await updateAttempt(tx, taskId, event.attempt, change);
  await noteWhatWaits(run, after, restored);
  sayWhatHappened(run, before, after, event, learned);
  if (over) await unlockWaiting(run, after, at);
}

/** With one-time keys it waits for a person: they are erased before, and the role was not asked to do it. */
async function noteWhatWaits(
  { deps, tx, session }: SessionRun,
  { id: taskId, sessionId }: TaskRow,
  restored: Succeeded['restored'],
): Promise<void> {
  const waits = (restored?.waiting ?? []).map((one) => Date.parse(one.until));
  if (waits.length === 0 || hasOneTimeKeys(session)) return;
  await noteWaiting(deps.db, tx, { taskId, sessionId, dueAt: new Date(Math.min(...waits)) });
}

function attemptChange(
  before: TaskRow,
  after: TaskRow,
  event: TaskEvent,
  at: Date,
  learned: Learned,
): Partial<TaskAttemptRow> | null {
  switch (event.type) {
    case 'accepted':
      return null;
    case 'started':
    case 'progressed':
      return { status: 'RUNNING', startedAt: after.startedAt, awsJobId: after.awsJobId };
    case 'succeeded':
      return { status: after.status, finishedAt: at, awsJobId: after.awsJobId, reason: null };
    case 'failed':
      return {
        status: 'FAILED',
        reason: cut(event.reason, 2000),
        reasonCode: event.code,
        finishedAt: at,
        awsJobId: event.awsJobId ?? before.awsJobId,
        awsRequestId: learned.awsRequestId ?? null,
      };
    case 'canceled':
      return { status: 'CANCELED', reason: cut(event.reason, 2000), reasonCode: 'CANCELED', finishedAt: at };
  }
}

function sayWhatHappened(run: SessionRun, before: TaskRow, after: TaskRow, event: TaskEvent, learned: Learned): void {
  const task = sayTask(after);
  switch (event.type) {
    case 'accepted':
    case 'progressed':
      return;
    case 'started': {
      const job = event.awsJobId === null ? '' : ` (AWS job ${event.awsJobId})`;
      if (before.status === 'QUEUED') say(run, 'INFO', `${task} started${job}`, after);
      else if (job !== '') say(run, 'INFO', `${task} goes on${job}`, after);
      return;
    }
    case 'succeeded':
      return saySuccess(run, after, learned);
    case 'failed':
      return sayFailure(run, after, event.reason);
    case 'canceled':
      say(run, 'WARNING', `${task} was canceled: ${event.reason}`, after);
      return;
  }
}

function saySuccess(run: SessionRun, task: TaskRow, { success }: Learned): void {
  const result = saySucceeded({
    sizeBytes: success?.point?.sizeBytes ?? null,
    tables: success?.scan?.tables ?? null,
    points: success?.vault?.points ?? null,
    restored: success?.restored?.tableArn ?? null,
    restoreSeconds: success?.verification?.restoreSeconds ?? null,
    startedAt: task.startedAt,
    finishedAt: task.finishedAt ?? run.now,
  });
  say(run, 'INFO', `${sayTask(task)} ${result}`, task);
  for (const warning of task.warnings) say(run, 'WARNING', `${sayTask(task)}: ${warning}`, task);
}

function sayFailure(run: SessionRun, task: TaskRow, reason: string): void {
  const failed = `${sayTask(task)} failed: ${reason}`;
  if (task.retryAt === null) return say(run, 'ERROR', failed, task);
  const { retryCount, planFinal: finalRound } = run.session;
  const next = `attempt ${task.attempt} of ${retriesOf({ retryCount, finalRound }) + 1} follows at ${task.retryAt.toISOString()}`;
  say(run, 'WARNING', `${failed}; ${next}`, task);
}
