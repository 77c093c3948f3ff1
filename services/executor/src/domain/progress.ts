/** AWS writes percentages as "40.0", "40.00%" or not at all. Null when it cannot be read. */
export function readPercent(text: string | undefined | null): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : null;
}

/** Of AWS's time. A table's percentage moves with every look; told each time, thousands of tables would say little else. */
const PERCENT_EVERY_MS = 60_000;

type Progress = Readonly<{ awsState?: string | undefined; percent?: number | null | undefined }>;

/** Whether what is seen of a running job is worth an event: a new state at once, a new percentage now and then. */
export function isNews(told: Progress, seen: Progress, sinceToldMs: number): boolean {
  if (told.awsState !== seen.awsState) return true;
  return told.percent !== seen.percent && sinceToldMs >= PERCENT_EVERY_MS;
}
