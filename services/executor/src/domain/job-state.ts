import type { StoredSnapshot } from '@tablekeep/schema/settings';
import type { Fault } from './fault.ts';
import type { Inspection } from './inspect-restored.ts';
import type { Lifecycle } from './locked-lifecycle.ts';
import type { PointTags } from './point-tags.ts';

/**
 * What a job has learned so far, kept as JSON so that whoever resumes it knows as much. Times are ISO, by our clock
 * unless they say otherwise.
 */
export type JobState = Readonly<{
  /** Since when it stands at its step. */
  since: string;
  /** How long it has been waited for at this step, by looks and not by the clock: milliseconds of AWS's time. */
  waitedMs?: number;
  /** The last look at this step. */
  lookedAt?: string;
  /** Consecutive looks at this step that got no answer. */
  tries: number;
  /** When the intent to start was recorded. */
  intentAt?: string;
  /** The AWS job's creation date, and of a restore its end, by AWS's clock. */
  awsCreatedAt?: string;
  awsCompletedAt?: string;
  awsState?: string;
  percent?: number | null;
  /** Since when AWS knows nothing of the job. */
  missingSince?: string | null;
  /** Why AWS would not show what it does for the job, as it was told last. */
  unseen?: string | null;
  stopAskedAt?: string;
  /** The table as it was when the point was made; of a restore only where the catalog could not say all of it. */
  settings?: StoredSnapshot;
  /** Made once, before the first call: a repeated call must send the very same. */
  pointTags?: PointTags;
  /** Of the point: as planned, or what a locked vault makes of it. */
  lifecycle?: Lifecycle;
  /** When that was fixed, of a backup: it holds for a point that begins soon after. */
  lifecycleAt?: string;
  /** The point was gone, or going, before AWS was asked to delete it. */
  goneBefore?: boolean;
  /** When AWS was asked to delete the point. */
  deleteAskedAt?: string;
  /** Why the point is not deleted: no permit, or a locked vault. */
  keptBecause?: string;
  /** The point a backup or copy made. */
  recoveryPointArn?: string;
  /** The table under the target's name as it was seen first, while AWS was restoring it. */
  sighted?: Readonly<{ name: string; arn: string; tableId: string }>;
  /** The table a restore made, identity included. */
  restored?: Readonly<{ name: string; arn: string; tableId: string }>;
  /** What AWS took from the start of a restore to its end, by AWS's clock. */
  awsSeconds?: number;
  /** What failed, while the job goes on only to clean up after itself. */
  fault?: Fault;
  /** From the start of the restore until the table could be used. */
  restoreSeconds?: number;
  /** When the temporary table was marked: reads lag behind. */
  markedAt?: string;
  /** How far the items of a temporary table are counted; `after` is the sealed key of the last one. */
  counted?: Readonly<{ items: number; after: string | null; whole: boolean }>;
  inspection?: Inspection;
  /** Why the temporary table is still there. */
  notRemoved?: string;
  /** The temporary table was not there, and AWS may make it yet. */
  mayStillCome?: boolean;
  /** What a scan has read, and the tables that verifications left behind. */
  scanned?: Readonly<{ scanId: string; tables: number; unreadable?: string[] }>;
  /** What a scan has to say of tables beside those. */
  remarks?: readonly string[];
  leftovers?: readonly Leftover[];
  /** When AWS was asked to switch deletion protection off, or was about to be. */
  unprotectedAt?: string;
  /** Since when a call that deletes the table to be replaced may be out; null: none is. */
  clearedAt?: string | null;
  /** The one-time keys of its session are no good any more; what is left needs others, or the account's role. */
  needsCredentials?: boolean;
  /** Changes being made, by ChangeKey. */
  reapplied?: Readonly<Record<string, Tried>>;
}>;

/** `unmarked`: it does not bear its mark yet. */
export type Leftover = Readonly<{ name: string; arn: string; tableId: string; unmarked?: boolean }>;

/** How a change of a restored table was tried, why it was given up, and when AWS's quotas may allow it. */
export type Tried = Readonly<{
  tries: number;
  refusals?: number;
  lastAt: string;
  givenUp?: string;
  waitsUntil?: string;
}>;
