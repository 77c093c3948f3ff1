import { currentCorrelation } from '@tablekeep/platform/logging';
import { recordWork } from '@tablekeep/platform/outbox';
import type { TaskParameters } from '@tablekeep/schema/work-items';
import { ATTEMPT } from '../domain/operation.ts';
import type { SessionRow, TaskAttemptRow, TaskRow } from '../store/entities.ts';
import { addToCounts } from '../store/operation-counts.ts';
import { insertAttempts } from '../store/tasks.ts';
import { changeTask, type SessionRun } from './session-run.ts';

/** Sends the current attempt of a waiting task: its work item leaves with the transaction. */
export async function dispatchTask(
  run: SessionRun,
  task: TaskRow,
  parameters: TaskParameters = task.parameters,
): Promise<void> {
  const sent = await changeTask(run, task, { parameters, ...sentNow(run) });
  await insertAttempts(run.deps.db, run.tx, [attemptOf(sent, run.now)]);
  await recordPerform(run, sent, null);
}

/** The columns of a task whose current attempt goes out now. */
export function sentNow(run: SessionRun): Pick<TaskRow, 'dispatchedAt' | 'resendAt' | 'retryAt'> {
  return { dispatchedAt: run.now, resendAt: nextResend(run), retryAt: null };
}

/** When a work item sent now is sent again unless the executor answers. */
export function nextResend(run: SessionRun): Date {
  return new Date(run.now.getTime() + run.deps.resendAfterMs);
}

export function attemptOf(task: TaskRow, now: Date): TaskAttemptRow {
  return {
    taskId: task.id,
    attempt: task.attempt,
    status: 'QUEUED',
    reason: null,
    reasonCode: null,
    dispatchedAt: now,
    startedAt: null,
    finishedAt: null,
    awsJobId: null,
    awsRequestId: null,
  };
}

/**
 * Unique by (task, attempt) at the executor: recording it again is how a lost one is repaired.
 * @param firstSentAt null for the first time
 */
export async function recordPerform(run: SessionRun, task: TaskRow, firstSentAt: Date | null): Promise<void> {
  if (task.kind === 'COPY' && task.attempt === 1 && firstSentAt === null) {
    await addToCounts(run.deps.db, run.tx, { operation: 'copy', policyId: run.session.policyId }, [ATTEMPT]);
  }
  await recordWork(run.deps.db, run.tx, {
    type: 'PERFORM',
    sessionId: task.sessionId,
    taskId: task.id,
    attempt: task.attempt,
    accountId: task.accountId,
    region: task.region,
    correlationId: correlationOf(task),
    firstSentAt: firstSentAt?.toISOString() ?? null,
    ...(hasOneTimeKeys(run.session) && { oneTimeKeys: true }),
    parameters: task.parameters,
  });
}

/** What the session was asked for with keys of its own is done with them, or not at all. */
export function hasOneTimeKeys({ request }: Pick<SessionRow, 'request'>): boolean {
  return (request.type === 'RESTORE' || request.type === 'HELD_SETTINGS') && request.oneTimeKeys === true;
}

/** The wish to stop the current attempt. It may overtake the attempt itself; the executor remembers it. */
export async function recordCancel(run: SessionRun, task: TaskRow): Promise<void> {
  const { stopRequestedBy, stopReason } = run.session;
  await recordWork(run.deps.db, run.tx, {
    type: 'CANCEL',
    sessionId: task.sessionId,
    taskId: task.id,
    attempt: task.attempt,
    kind: task.parameters.kind,
    correlationId: correlationOf(task),
    reason: stopText(stopRequestedBy, stopReason),
  });
}

export function stopText(by: string | null, reason: string | null): string {
  return `Stopped by ${by ?? 'an unknown caller'}${reason === null ? '' : `: ${reason}`}`;
}

const correlationOf = (task: TaskRow) => currentCorrelation()?.correlationId ?? task.sessionId;
