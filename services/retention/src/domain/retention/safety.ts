const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Every margin of retention, in one place: what each is for, and which way it errs. Times in milliseconds. */
export const SAFETY = {
  /** Clocks that differ by more cannot say what has expired: nothing is deleted until they agree. */
  clockSkewMs: 2 * MINUTE_MS,
  /** A vault's listing that was begun longer ago shows a vault of the past: nothing is deleted by it. */
  listingAgeMs: HOUR_MS,
  /** What AWS said of a vault's lock longer ago says nothing of it now: a point that lies there stands for no other. */
  lockAgeMs: 12 * HOUR_MS,
  /** A retention that was shortened afterwards deletes nothing for so long: time to take a mistake back. */
  graceAfterEditMs: DAY_MS,
  /** Found in its vault with its time over, a point stays for so long: nobody has seen it in the catalog yet. */
  graceAfterImportMs: DAY_MS,
  /** The word of a point's making comes sooner: found in its vault later than that, the catalog has lost it. */
  wordOnItsWayMs: HOUR_MS,
  /** So few points of a table may always go, whatever share of it they are: two of three is no landslide. */
  smallestLandslide: 3,
  /** The share of a table's points, in percent, of which more than this never go at once; a setting may say otherwise. */
  sharePercent: 50,
  /** A new point smaller than this share of what the table's points had lately is a table that may have lost its data. */
  collapseShare: 0.1,
  /** "Lately": the median over so many points before it, */
  collapseOfLast: 7,
  /** of which there must be so many, for fewer say nothing about what is usual, */
  collapseAtLeastPoints: 3,
  /** and that median must be so many bytes, for small tables come and go. */
  collapseAtLeastBytes: 1_000_000,
  /** A point that stays for a reason without an end is looked at again after so long, whatever we hear meanwhile. */
  lookAgainMs: DAY_MS,
  /** AWS's own deletion of a point is put off when no more than this is left: several daily runs before it is too late. */
  netAheadMs: 7 * DAY_MS,
  /** With less left nobody can promise that it is put off in time: a hold is refused. */
  netTooNearMs: DAY_MS,
  /** What nothing keeps any more and is there all the same, with no more than this left, is in doubt: it is put off as well. */
  netInDoubtMs: 3 * DAY_MS,
  /** So many deletions are planned in one session; what is left over goes in the next. */
  mostPerSession: 10_000,
} as const;
