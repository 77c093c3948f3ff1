/** Seconds from the plan to the end, or to `now`; null while nothing has begun. */
export function durationSeconds(
  { startedAt, finishedAt }: Readonly<{ startedAt: Date | null; finishedAt: Date | null }>,
  now: Date,
): number | null {
  if (startedAt === null) return null;
  return Math.max(0, (finishedAt ?? now).getTime() - startedAt.getTime()) / 1000;
}
