import type { TaskStatus } from '@tablekeep/schema/events';
import type { TaskKind } from '@tablekeep/schema/work-items';
import { retryOf, type RetryRule } from './retry.ts';

/** What is true in each status of a task. */
export const TASK_STATUSES: Readonly<Record<TaskStatus, string>> = {
  QUEUED: 'Waits for the task before it, for its next attempt, or for the executor to begin.',
  RUNNING: 'The executor has begun the current attempt; AWS may be at work.',
  SUCCEEDED: 'Done as asked.',
  WARNING: 'Done as asked; something about it needs a person.',
  FAILED: 'Not done, and no attempt is left.',
  CANCELED: 'Stopped before it was done.',
  SKIPPED: 'Never begun, because the task it depends on was not done.',
};

const TERMINAL: ReadonlySet<TaskStatus> = new Set<TaskStatus>([
  'SUCCEEDED',
  'WARNING',
  'FAILED',
  'CANCELED',
  'SKIPPED',
]);

export function isTaskOver(status: TaskStatus): boolean {
  return TERMINAL.has(status);
}

/** What of a task changes as it runs. */
export type TaskState = Readonly<{
  kind: TaskKind;
  status: TaskStatus;
  /** The attempt that is out or comes next; 1 is the first. */
  attempt: number;
  acceptedAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  percent: number | null;
  awsJobId: string | null;
  reason: string | null;
  reasonCode: string | null;
  warnings: readonly string[];
  /** When the next attempt is due, while it waits. */
  retryAt: Date | null;
  /** The point this task made, or the one it removed. */
  pointArn: string | null;
  /** The point whose coming or going the catalog has confirmed; may come before the task's own success. */
  cataloguedArn: string | null;
}>;

/** What the executor says of one attempt. */
export type TaskEvent = Readonly<{ attempt: number }> &
  (
    | Readonly<{ type: 'accepted' }>
    | Readonly<{ type: 'started'; awsJobId: string | null }>
    | Readonly<{ type: 'progressed'; percent: number | null }>
    | Readonly<{ type: 'succeeded'; warnings: readonly string[]; pointArn: string | null; awsJobId: string | null }>
    | Readonly<{ type: 'failed'; code: string; reason: string; retryable: boolean; awsJobId: string | null }>
    | Readonly<{ type: 'canceled'; reason: string }>
  );

export type TaskTransition =
  | Readonly<{ kind: 'ignored'; because: 'over' | 'stale attempt' | 'nothing new' }>
  | Readonly<{ kind: 'moved'; task: TaskState; retried: boolean }>;

/**
 * The only place a task's status changes by word of the executor. Terminal is final; what is said of another attempt than
 * the current one is ignored; a later word does not need the earlier ones (success may overtake acceptance).
 */
export function settleTask(task: TaskState, event: TaskEvent, rule: RetryRule, at: Date): TaskTransition {
  if (isTaskOver(task.status)) return { kind: 'ignored', because: 'over' };
  if (event.attempt !== task.attempt) return { kind: 'ignored', because: 'stale attempt' };
  switch (event.type) {
    case 'accepted':
      return task.acceptedAt === null ? moved(task, { acceptedAt: at }) : nothingNew();
    case 'started':
      if (task.status === 'RUNNING' && (event.awsJobId === null || event.awsJobId === task.awsJobId)) {
        return nothingNew();
      }
      return moved(task, { ...running(task, at), awsJobId: event.awsJobId ?? task.awsJobId });
    case 'progressed':
      if (task.status === 'RUNNING' && event.percent === task.percent) return nothingNew();
      return moved(task, { ...running(task, at), percent: event.percent });
    case 'succeeded':
      return moved(task, {
        ...ended(task, at),
        status: event.warnings.length > 0 ? 'WARNING' : 'SUCCEEDED',
        warnings: event.warnings,
        pointArn: event.pointArn,
        awsJobId: event.awsJobId ?? task.awsJobId,
        percent: 100,
        reason: null,
        reasonCode: null,
      });
    case 'failed':
      return failed(task, event, rule, at);
    case 'canceled':
      return moved(task, { ...ended(task, at), status: 'CANCELED', reason: event.reason, reasonCode: 'CANCELED' });
  }
}

function failed(task: TaskState, event: TaskEvent & { type: 'failed' }, rule: RetryRule, at: Date): TaskTransition {
  const why = { reason: event.reason, reasonCode: event.code };
  const retry = event.retryable ? retryOf(task.attempt, rule, at) : null;
  if (retry === null) {
    const awsJobId = event.awsJobId ?? task.awsJobId;
    return moved(task, { ...ended(task, at), ...why, status: 'FAILED', awsJobId });
  }
  const next = { status: 'QUEUED', acceptedAt: null, startedAt: null, percent: null, awsJobId: null } as const;
  return { kind: 'moved', retried: true, task: { ...task, ...why, ...next, ...retry } };
}

/** Ends a task the executor has no attempt of: stopped or skipped before it was sent, or while it waited for a retry. */
export function endUnsent(
  task: TaskState,
  end: Readonly<{ status: 'CANCELED' | 'SKIPPED'; reason: string; code: string }>,
  at: Date,
): TaskState {
  if (isTaskOver(task.status)) return task;
  return { ...task, ...ended(task, at), status: end.status, reason: end.reason, reasonCode: end.code };
}

const nothingNew = (): TaskTransition => ({ kind: 'ignored', because: 'nothing new' });
const moved = (task: TaskState, change: Partial<TaskState>): TaskTransition => ({
  kind: 'moved',
  task: { ...task, ...change },
  retried: false,
});
/** Whatever the executor says of its work implies that it accepted it. */
const running = (task: TaskState, at: Date) => ({
  status: 'RUNNING' as const,
  acceptedAt: task.acceptedAt ?? at,
  startedAt: task.startedAt ?? at,
});
const ended = (task: TaskState, at: Date) => ({ acceptedAt: task.acceptedAt, retryAt: null, finishedAt: at });
