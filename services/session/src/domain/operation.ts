import type { SessionRequest, SessionStatus, TaskStatus } from '@tablekeep/schema/events';

/**
 * What metrics count as one: the run of a policy (or a backup by hand), a restore, a test restore, the copy of one point. The
 * first three are sessions, a copy is a task.
 */
export type Operation = 'backup' | 'restore' | 'verification' | 'copy';

/** `warning` is counted beside `success`; `partial_failure`: some tables have what was asked, others do not. */
export const OUTCOMES = ['success', 'warning', 'partial_failure', 'failure', 'canceled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Upper bounds of durations, in seconds: from a small table's backup to a restore that takes a day. */
export const DURATION_BOUNDS = [60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 28_800, 86_400] as const;

/** What is added to. `duration_ms` and the buckets are of those that succeeded; a bucket holds what fits no smaller one. */
export type Counted = 'attempt' | Outcome | 'duration_ms' | `bucket_${number}` | 'bucket_inf';
export type Addition = Readonly<{ counted: Counted; amount: number }>;

export const ATTEMPT: Addition = { counted: 'attempt', amount: 1 };

/** Null for what is none: scans, deletions, the setting of what was held. */
export function operationOf(request: SessionRequest['type']): Exclude<Operation, 'copy'> | null {
  switch (request) {
    case 'POLICY_BACKUP':
    case 'MANUAL_BACKUP':
      return 'backup';
    case 'RESTORE':
    case 'REPLACEMENT':
      return 'restore';
    case 'VERIFICATION':
      return 'verification';
    default:
      return null;
  }
}

/** @param someDone whether at least one table has what was asked */
export function endOfSession(
  end: Readonly<{ status: SessionStatus; someDone: boolean; durationMs: number }>,
): readonly Addition[] {
  switch (end.status) {
    case 'SUCCEEDED':
      return succeeded(end.durationMs);
    case 'WARNING':
      return [...succeeded(end.durationMs), one('warning')];
    case 'FAILED':
      return [one(end.someDone ? 'partial_failure' : 'failure')];
    case 'CANCELED':
      return [one('canceled')];
    default:
      return [];
  }
}

/** @param durationMs null: nobody said when it began */
export function endOfTask(end: Readonly<{ status: TaskStatus; durationMs: number | null }>): readonly Addition[] {
  switch (end.status) {
    case 'SUCCEEDED':
      return succeeded(end.durationMs);
    case 'WARNING':
      return [...succeeded(end.durationMs), one('warning')];
    case 'FAILED':
      return [one('failure')];
    case 'CANCELED':
      return [one('canceled')];
    default:
      return [];
  }
}

function succeeded(durationMs: number | null): readonly Addition[] {
  if (durationMs === null) return [one('success')];
  const ms = Math.max(0, Math.round(durationMs));
  const bound = DURATION_BOUNDS.find((seconds) => ms <= seconds * 1_000);
  return [one('success'), { counted: 'duration_ms', amount: ms }, one(bound ? `bucket_${bound}` : 'bucket_inf')];
}

const one = (counted: Counted): Addition => ({ counted, amount: 1 });
