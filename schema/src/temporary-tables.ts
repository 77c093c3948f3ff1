/**
 * The tables that verifications restore into, for an hour or a day. Reserved by name and marked by tag: only what has both
 * is ours, for a name alone may be a user's and a tag may have been copied.
 */
export const TEMPORARY_PREFIX = 'tablekeep-verify-';
/** Its value is the run that made the table, as its name says it. */
export const TEMPORARY_TAG = 'tablekeep:verification';

/** Derived from the attempt alone, so that whoever resumes it finds its table. */
export function temporaryTableName(taskId: string, attempt: number): string {
  return `${TEMPORARY_PREFIX}${temporaryMark(taskId, attempt)}`;
}

/** The value of the marker tag. */
export function temporaryMark(taskId: string, attempt: number): string {
  return `${taskId}-${attempt}`;
}

/** The attempt that a name of ours was derived from; null for any other name. */
export function attemptOfTemporary(tableName: string): { taskId: string; attempt: number } | null {
  if (!tableName.startsWith(TEMPORARY_PREFIX)) return null;
  const [, taskId = '', attempt = ''] = /^(.+)-([1-9]\d{0,5})$/u.exec(tableName.slice(TEMPORARY_PREFIX.length)) ?? [];
  return taskId === '' ? null : { taskId, attempt: Number(attempt) };
}

/** Prefix and marker, and the marker is this very table's. */
export function isTemporaryTable(
  tableName: string,
  tags: readonly Readonly<{ key: string; value: string }>[],
): boolean {
  const of = attemptOfTemporary(tableName);
  if (of === null) return false;
  const mark = temporaryMark(of.taskId, of.attempt);
  return tags.some((tag) => tag.key === TEMPORARY_TAG && tag.value === mark);
}
