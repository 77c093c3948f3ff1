/**
 * One API limit as a value: how many calls may go out now, and when the next one may.
 * `factor` is what throttles have left of the rate; it recovers by itself.
 */
export type TokenBucket = Readonly<{
  ratePerSecond: number;
  burst: number;
  tokens: number;
  atMs: number;
  factor: number;
}>;

/** A fifth of a second may be saved up: what AWS itself allows beyond that is left for calls that arrive bunched. */
const SAVED_PART = 5;
const SLOWEST = 1 / 16;
/** A throttled bucket is back at its full rate after this long without another throttle. */
const RECOVERY_MS = 60_000;

/** Starts empty: whoever takes a lane over cannot know what the former owner has just spent. */
export function emptyBucket(ratePerSecond: number, nowMs: number): TokenBucket {
  return { ratePerSecond, burst: Math.max(1, ratePerSecond / SAVED_PART), tokens: 0, atMs: nowMs, factor: 1 };
}

/** The bucket as it stands now. */
export function refill(bucket: TokenBucket, nowMs: number): TokenBucket {
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  const factor = Math.min(1, bucket.factor + (elapsedMs / RECOVERY_MS) * (1 - SLOWEST));
  const tokens = Math.min(bucket.burst, bucket.tokens + (elapsedMs / 1000) * bucket.ratePerSecond * bucket.factor);
  return { ...bucket, tokens, factor, atMs: bucket.atMs + elapsedMs };
}

/**
 * Takes one token. Where none is there it is taken on credit, and `waitMs` says when the call may go out: callers queue
 * in the order they asked.
 */
export function take(bucket: TokenBucket, nowMs: number): { bucket: TokenBucket; waitMs: number } {
  const now = refill(bucket, nowMs);
  const tokens = now.tokens - 1;
  const waitMs = tokens >= 0 ? 0 : (-tokens / (now.ratePerSecond * now.factor)) * 1000;
  return { bucket: { ...now, tokens }, waitMs };
}

/**
 * Takes one token if there is one, never on credit; otherwise says how long until there may be. What goes out passes here
 * last: callers that a busy process let go all at once after their turns had come still leave one by one.
 */
export function pass(bucket: TokenBucket, nowMs: number): { bucket: TokenBucket; waitMs: number } {
  const now = refill(bucket, nowMs);
  if (now.tokens >= 1) return { bucket: { ...now, tokens: now.tokens - 1 }, waitMs: 0 };
  return { bucket: now, waitMs: ((1 - now.tokens) / (now.ratePerSecond * now.factor)) * 1000 };
}

/** How long a caller would wait, without taking anything. */
export function waitOf(bucket: TokenBucket, nowMs: number): number {
  return take(bucket, nowMs).waitMs;
}

/** Gives back a token that was taken but not used. */
export function giveBack(bucket: TokenBucket): TokenBucket {
  return { ...bucket, tokens: Math.min(bucket.burst, bucket.tokens + 1) };
}

/** AWS said "too fast": what was saved up is gone, and the rate halves, down to a sixteenth. */
export function slowDown(bucket: TokenBucket, nowMs: number): TokenBucket {
  const now = refill(bucket, nowMs);
  return { ...now, tokens: Math.min(now.tokens, 0), factor: Math.max(SLOWEST, now.factor / 2) };
}
