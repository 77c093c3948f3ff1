import type { TaskStatus } from '@tablekeep/schema/events';
import type { TaskParameters } from '@tablekeep/schema/work-items';
import { isTaskOver, type TaskState } from './settle-task.ts';

/** Counts over a session's tasks. Kept on the session, changed with each task, so that a list of sessions counts nothing. */
export type Tally = Readonly<{
  total: number;
  open: number;
  succeeded: number;
  warning: number;
  failed: number;
  canceled: number;
  skipped: number;
  /** Ended without what was asked of them, copies apart: what makes a session FAILED. */
  missed: number;
  /** Copies that do not exist although asked for. */
  missedCopies: number;
  /** Points made that the catalog has not confirmed. */
  unconfirmed: number;
}>;

export const EMPTY_TALLY: Tally = {
  total: 0,
  open: 0,
  succeeded: 0,
  warning: 0,
  failed: 0,
  canceled: 0,
  skipped: 0,
  missed: 0,
  missedCopies: 0,
  unconfirmed: 0,
};

export type CountedTask = Pick<TaskState, 'kind' | 'status' | 'reasonCode' | 'pointArn' | 'cataloguedArn'> &
  Readonly<{ parameters?: TaskParameters }>;

/** Why a table was skipped that another policy processes: it is recorded, and nobody misses it here. */
export const LEFT_TO_POLICY = 'LEFT_TO_POLICY';

/** The tally of one task. */
export function tallyOf({ kind, status, reasonCode, pointArn, cataloguedArn, parameters }: CountedTask): Tally {
  const is = (...wanted: TaskStatus[]) => (wanted.includes(status) ? 1 : 0);
  const isLeft = status === 'SKIPPED' && reasonCode === LEFT_TO_POLICY;
  const missed = isLeft ? 0 : is('FAILED', 'CANCELED', 'SKIPPED');
  // Neither is what was asked for: a copy beside a good backup, and the removal of one that a restore needed.
  const beside = kind === 'COPY' || (parameters?.kind === 'DELETE' && parameters.afterRestore !== undefined);
  return {
    total: 1,
    open: isTaskOver(status) ? 0 : 1,
    succeeded: is('SUCCEEDED'),
    warning: is('WARNING'),
    failed: is('FAILED'),
    canceled: is('CANCELED'),
    skipped: is('SKIPPED'),
    missed: beside ? 0 : missed,
    missedCopies: beside ? missed : 0,
    unconfirmed: pointArn !== null && pointArn !== cataloguedArn ? 1 : 0,
  };
}

/** The tally once one of its tasks has changed; `before` null for a task that is new. */
export function retally(tally: Tally, before: CountedTask | null, after: CountedTask): Tally {
  const minus = before === null ? EMPTY_TALLY : tallyOf(before);
  const plus = tallyOf(after);
  const of = (name: keyof Tally) => tally[name] - minus[name] + plus[name];
  return {
    total: of('total'),
    open: of('open'),
    succeeded: of('succeeded'),
    warning: of('warning'),
    failed: of('failed'),
    canceled: of('canceled'),
    skipped: of('skipped'),
    missed: of('missed'),
    missedCopies: of('missedCopies'),
    unconfirmed: of('unconfirmed'),
  };
}
