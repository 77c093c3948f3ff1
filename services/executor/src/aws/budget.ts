import type { Clock } from '@tablekeep/platform/clock';
import { apiRates, BACKUP_CALLS_TOGETHER, type AwsOperation } from '../domain/api-limits.ts';
import { emptyBucket, giveBack, slowDown, take, type TokenBucket } from '../domain/token-bucket.ts';

const TOGETHER = 'backup:*';
type BucketName = AwsOperation | typeof TOGETHER;

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
}

/** @param o.share of AWS's limits, 0 to 1 @param o.timeScale how much faster than ours AWS's clock runs (emulator) */
export function createBudget(o: { clock: Clock; share: number; timeScale: number }): Budget {
  const buckets = new Map<BucketName, TokenBucket>();
  const now = () => o.clock.monotonicMs() * o.timeScale;

  function bucket(name: BucketName): TokenBucket {
    const rate = (name === TOGETHER ? BACKUP_CALLS_TOGETHER : apiRates[name]) * o.share;
    return buckets.get(name) ?? emptyBucket(rate, now());
  }

  return {
    async acquire(operation, signal, longestMs = Number.POSITIVE_INFINITY) {
      if (signal?.aborted) return false;
      const names: BucketName[] = operation.startsWith('backup:') ? [operation, TOGETHER] : [operation];
      const taken = names.map((name) => ({ name, ...take(bucket(name), now()) }));
      const waitMs = Math.max(...taken.map((one) => one.waitMs)) / o.timeScale;
      if (waitMs > longestMs) return false;
      for (const one of taken) buckets.set(one.name, one.bucket);
      if (waitMs > 0) await o.clock.sleep(waitMs, signal);
      if (!signal?.aborted) return true;
      for (const one of taken) buckets.set(one.name, giveBack(bucket(one.name)));
      return false;
    },
    slowDown(operation) {
      buckets.set(operation, slowDown(bucket(operation), now()));
    },
    empty() {
      buckets.clear();
    },
  };
}
