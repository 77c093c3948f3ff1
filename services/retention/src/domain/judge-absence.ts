/** What a point must tell before its absence from a listing means anything. */
export type AbsentPoint = Readonly<{
  /** By our clock, as all times here. */
  cataloguedAt: Date | null;
  lastSeenAt: Date | null;
  missingSince: Date | null;
  awsStatus: string | null;
  awsDeleteAt: Date | null;
}>;

export type Absence = Readonly<
  | { verdict: 'IGNORE' }
  | { verdict: 'MARK' }
  /** It was missing before, and still is. */
  | { verdict: 'GONE'; because: string }
>;

/** AWS's lists may lag behind: longer than anybody has reported. */
const LAG_MS = 15 * 60_000;
/** Two listings so far apart that show the point in neither are believed. */
const APART_MS = 60 * 60_000;

/** What it means that a complete listing, begun at that moment, does not show the point. */
export function judgeAbsence(point: AbsentPoint, startedAt: Date): Absence {
  const { cataloguedAt, lastSeenAt, missingSince, awsStatus, awsDeleteAt } = point;
  const at = startedAt.getTime();
  if (cataloguedAt !== null && cataloguedAt.getTime() > at - LAG_MS) return { verdict: 'IGNORE' };
  if (lastSeenAt !== null && lastSeenAt.getTime() >= at) return { verdict: 'IGNORE' };
  if (missingSince === null) return { verdict: 'MARK' };
  if (at - missingSince.getTime() < APART_MS) return { verdict: 'IGNORE' };
  if (awsDeleteAt !== null && awsDeleteAt <= startedAt) {
    return {
      verdict: 'GONE',
      because: `AWS’s own lifecycle deleted it: its time ended at ${awsDeleteAt.toISOString()}.`,
    };
  }
  const last = awsStatus === 'DELETING' ? ' AWS was deleting it when it was last seen.' : '';
  const because = `It is no longer in its vault, and Tablekeep did not delete it: the listings of ${missingSince.toISOString()} and ${startedAt.toISOString()} do not show it.${last}`;
  return { verdict: 'GONE', because };
}
