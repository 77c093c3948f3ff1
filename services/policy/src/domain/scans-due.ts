/** Regions that come due so soon after another are scanned with it, in one session. */
const SOON = 1 / 20;

export type ScansDue = Readonly<{ regions: string[]; nextLook: Date }>;

/**
 * The Regions whose last scan began so long ago, and when the next one comes due. A scan begins a while after it was due: what
 * counts is when it began, so that the look after it does not find it just young enough and leave it for a second period.
 */
export function scansDue(
  regions: readonly string[],
  scans: ReadonlyMap<string, Date>,
  { now, scanMs }: Readonly<{ now: Date; scanMs: number }>,
): ScansDue {
  const dueAt = (region: string) => (scans.get(region)?.getTime() ?? Number.NEGATIVE_INFINITY) + scanMs;
  const isDue = regions.some((region) => dueAt(region) <= now.getTime());
  const horizon = isDue ? now.getTime() + scanMs * SOON : Number.NEGATIVE_INFINITY;
  const due = regions.filter((region) => dueAt(region) <= horizon);
  const others = regions.filter((region) => !due.includes(region)).map(dueAt);
  return { regions: due, nextLook: new Date(Math.min(now.getTime() + scanMs, ...others)) };
}
