import type { StoredSnapshot } from '@tablekeep/schema/settings';
import type { ReapplyProperty } from './compare-settings.ts';
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
  /** The AWS job's creation date, by AWS's clock. */
  awsCreatedAt?: string;
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
  /** The point was gone, or going, before AWS was asked to delete it. */
  goneBefore?: boolean;
  /** When AWS was asked to delete the point. */
  deleteAskedAt?: string;
  /** Why the point is not deleted: no permit, or a locked vault. */
  keptBecause?: string;
  /** The point a backup or copy made. */
  recoveryPointArn?: string;
  /** The table a restore made, identity included. */
  restored?: Readonly<{ name: string; arn: string; tableId: string }>;
  /** Settings being set, by property: attempts, and why it was given up. */
  reapplied?: Readonly<
    Partial<Record<ReapplyProperty, Readonly<{ tries: number; refusals?: number; lastAt: string; givenUp?: string }>>>
  >;
}>;
