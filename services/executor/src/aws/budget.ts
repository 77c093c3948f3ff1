import type { Clock } from '@tablekeep/platform/clock';
import { BACKUP_CALLS_TOGETHER as TOGETHER, type ApiRates, type AwsOperation } from '../domain/api-limits.ts';
import { emptyBucket, giveBack, pass, refill, slowDown, take, type TokenBucket } from '../domain/token-bucket.ts';

/**
 * At exactly AWS's pace every call that is late leaves AWS's bucket a little lower for good, until one is throttled: calls
 * come bunched after each delay. A little below, it fills up again.
 */
const MARGIN = 0.97;
export type BucketName = AwsOperation | typeof TOGETHER;

/** The share of one account's API limits in one Region that this process uses. */
export interface Budget {
  /**
   * Waits until one call may go out. False, with nothing taken, when that would take longer than `longestMs` (real
   * milliseconds) or the signal aborts first.
   */
  acquire(operation: AwsOperation, signal?: AbortSignal, longestMs?: number): Promise<boolean>;
  /** AWS throttled this operation. */
  slowDown(operation: AwsOperation): void;
  /** A new owner of the lane cannot know what the former one has spent. */
  empty(): void;
  /** The limits it has met since it was last empty, as they stand. */
  view(): readonly BudgetView[];
}

/** @property tokens calls that may go out at once; below 0: so many wait for their turn. @property perSecond what throttles leave of our share */
export type BudgetView = Readonly<{ operation: BucketName; tokens: number; perSecond: number }>;

/** @param o.rates AWS's limits, in calls per second @param o.share of them, 0 to 1 @param o.timeScale how much faster than ours AWS's clock runs (emulator) */
export function createBudget(o: { clock: Clock; rates: ApiRates; share: number; timeScale: number }): Budget {
  /** Who is next, and when. */
  const buckets = new Map<BucketName, TokenBucket>();
  /** What has really gone out. */
  const doors = new Map<BucketName, TokenBucket>();
  const now = () => o.clock.monotonicMs() * o.timeScale;

  const bucket = (name: BucketName) => buckets.get(name) ?? newBucket(name);

  function newBucket(name: BucketName): TokenBucket {
    const rate = o.rates[name] * o.share * MARGIN;
    return emptyBucket(rate, now());
  }

  /** Milliseconds of AWS's time until the call may go out; 0: it goes now, and is counted. */
  function tryDoors(names: readonly BucketName[]): number {
    const passed = names.map((name) => ({ name, ...pass(doors.get(name) ?? newBucket(name), now()) }));
    const waitMs = Math.max(...passed.map((one) => one.waitMs));
    // One that would have passed is not counted where another holds the call back.
    if (waitMs === 0) for (const one of passed) doors.set(one.name, one.bucket);
    return waitMs;
  }

  /** False where the signal aborts first. */
  async function throughDoors(names: readonly BucketName[], signal: AbortSignal | undefined): Promise<boolean> {
    for (;;) {
      if (signal?.aborted) return false;
      const waitMs = tryDoors(names);
      if (waitMs === 0) return true;
      await o.clock.sleep(Math.max(1, waitMs / o.timeScale), signal);
    }
  }

  return {
    async acquire(operation, signal, longestMs = Number.POSITIVE_INFINITY) {
      if (signal?.aborted) return false;
      const names: BucketName[] = operation.startsWith('backup:') ? [operation, TOGETHER] : [operation];
      // Both begin to fill with the first caller.
      for (const name of names) doors.set(name, doors.get(name) ?? newBucket(name));
      const taken = names.map((name) => ({ name, ...take(bucket(name), now()) }));
      const waitMs = Math.max(...taken.map((one) => one.waitMs)) / o.timeScale;
      if (waitMs > longestMs) return false;
      for (const one of taken) buckets.set(one.name, one.bucket);
      if (waitMs > 0) await o.clock.sleep(waitMs, signal);
      if (await throughDoors(names, signal)) return true;
      for (const one of taken) buckets.set(one.name, giveBack(bucket(one.name)));
      return false;
    },
    slowDown(operation) {
      buckets.set(operation, slowDown(bucket(operation), now()));
      doors.set(operation, slowDown(doors.get(operation) ?? newBucket(operation), now()));
    },
    empty() {
      buckets.clear();
      doors.clear();
    },
    view: () =>
      [...buckets].map(([operation, bucket]) => {
        const { tokens, ratePerSecond, factor } = refill(bucket, now());
        return { operation, tokens, perSecond: ratePerSecond * factor };
      }),
  };
}
