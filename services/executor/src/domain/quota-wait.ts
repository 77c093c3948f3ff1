import type { ReapplyProperty } from './compare-settings.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Quota = Readonly<{ of: readonly ReapplyProperty[]; says: RegExp; waitMs: number }>;

/**
 * What AWS limits by time, as it says so. AWS does not tell when the next change is allowed; so long after, one tries again.
 * Source: DynamoDB Developer Guide, "Quotas": TTL once an hour; four decreases a day and one an hour more; to on-demand four
 * times in 24 hours; class twice in 30 days; four key changes in 24 hours, and one more after six.
 */
const quotas: readonly Quota[] = [
  { of: ['timeToLive'], says: /modified multiple times within a fixed interval/iu, waitMs: HOUR_MS },
  { of: ['capacity'], says: /decreases are limited/iu, waitMs: HOUR_MS },
  { of: ['capacity'], says: /PayPerRequest mode/iu, waitMs: 6 * HOUR_MS },
  { of: ['tableClass'], says: /limit/iu, waitMs: DAY_MS },
  { of: ['encryption'], says: /limit exceeded/iu, waitMs: 6 * HOUR_MS },
];

/** How long to wait before the change is tried again, in milliseconds of AWS's time; null: no quota of time stops it. */
export function quotaWaitMs(
  property: ReapplyProperty,
  fault: Readonly<{ code: string; reason: string }>,
): number | null {
  if (fault.code !== 'LIMIT_EXCEEDED' && fault.code !== 'INVALID_REQUEST') return null;
  return quotas.find((quota) => quota.of.includes(property) && quota.says.test(fault.reason))?.waitMs ?? null;
}
