import type { UserError } from '@tablekeep/platform/errors';

/** Points that may be named one by one. */
export const MOST_NAMED = 500;
/** Points of one preview: it is shown as a whole, and judged as a whole. */
export const MOST_PREVIEWED = 2_000;
export const MOST_REASON = 1_000;

export type PreviewWish = Readonly<{
  restorePointIds: readonly string[] | null;
  tableArn: string | null;
  kinds: readonly string[] | null;
  createdBefore: Date | null;
}>;

/** Either points by id or a table's, never both: all that is wrong at once. */
export function previewProblems(wish: PreviewWish): UserError[] {
  const { restorePointIds: ids, tableArn, kinds, createdBefore } = wish;
  const problems: UserError[] = [];
  const wrong = (code: string, message: string, ...path: string[]) => problems.push({ code, message, path });
  if ((ids === null) === (tableArn === null)) {
    wrong('ONE_OF', 'Name either restorePointIds or tableArn.', ids === null ? 'restorePointIds' : 'tableArn');
  }
  if (ids !== null) problems.push(...namedProblems(ids));
  if (tableArn === null && kinds !== null) wrong('NOT_ALLOWED', 'kinds belongs to tableArn.', 'kinds');
  if (tableArn === null && createdBefore !== null)
    wrong('NOT_ALLOWED', 'createdBefore belongs to tableArn.', 'createdBefore');
  if (kinds?.length === 0) wrong('EMPTY', 'Name at least one kind, or leave kinds out for all.', 'kinds');
  return problems;
}

export function holdProblems(
  wish: Readonly<{ restorePointIds: readonly string[]; hold: boolean; reason: string | null }>,
): UserError[] {
  const problems = namedProblems(wish.restorePointIds);
  const reason = wish.reason?.trim() ?? '';
  if (wish.hold && reason === '') {
    problems.push({ code: 'REQUIRED', message: 'Say why the points are held.', path: ['reason'] });
  }
  return [...problems, ...reasonProblems(reason)];
}

export function reasonProblems(reason: string | null): UserError[] {
  if (reason === null || reason.length <= MOST_REASON) return [];
  const message = `A reason has at most ${MOST_REASON} characters; this one has ${reason.length}.`;
  return [{ code: 'TOO_LONG', message, path: ['reason'] }];
}

export function namedProblems(ids: readonly string[]): UserError[] {
  const path = ['restorePointIds'];
  if (ids.length === 0) return [{ code: 'EMPTY', message: 'Name at least one restore point.', path }];
  if (ids.length > MOST_NAMED) {
    return [{ code: 'TOO_MANY', message: `At most ${MOST_NAMED} restore points; here are ${ids.length}.`, path }];
  }
  return ids.flatMap((id, i) =>
    ids.indexOf(id) === i
      ? []
      : [{ code: 'DUPLICATE', message: `Restore point ${id} is named twice.`, path: [...path, String(i)] }],
  );
}
