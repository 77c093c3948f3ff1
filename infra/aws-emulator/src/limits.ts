import type { Clock } from './clock.ts';

/** Calls per second of the emulator's clock, per account and Region. Operations in one bucket share its rate. */
interface Bucket {
  readonly name: string;
  readonly rate: number;
  /** Calls that may come at once: one second's worth, at least one. */
  readonly burst: number;
  readonly operations: ReadonlySet<string> | 'all';
}

const bucket = (name: string, rate: number, operations: readonly string[] | 'all'): Bucket => ({
  name,
  rate,
  burst: Math.max(1, rate),
  operations: operations === 'all' ? 'all' : new Set(operations),
});

const each = (rate: number, operations: readonly string[]): Bucket[] =>
  operations.map((operation) => bucket(operation, rate, [operation]));

/**
 * AWS Backup: AWS General Reference, "AWS Backup endpoints and quotas". StartCopyJob, DescribeCopyJob and the settings calls
 * are not listed there; they are given the rate of their nearest neighbour.
 */
const backup: readonly Bucket[] = [
  bucket('all', 50, 'all'),
  ...each(5, [
    'StartBackupJob',
    'StartRestoreJob',
    'StartCopyJob',
    'StopBackupJob',
    'TagResource',
    'UntagResource',
    'UpdateRecoveryPointLifecycle',
    'DescribeBackupVault',
    'DeleteBackupVault',
    'CreateBackupVault',
  ]),
  ...each(10, ['DeleteRecoveryPoint']),
  ...each(15, [
    'DescribeBackupJob',
    'DescribeCopyJob',
    'DescribeRestoreJob',
    'DescribeRecoveryPoint',
    'GetRecoveryPointRestoreMetadata',
  ]),
  ...each(20, [
    'ListBackupJobs',
    'ListCopyJobs',
    'ListRestoreJobs',
    'ListBackupVaults',
    'ListRecoveryPointsByBackupVault',
    'ListRecoveryPointsByResource',
    'ListTags',
    'ListProtectedResources',
  ]),
];

/** DynamoDB control plane: Developer Guide, "Service, account, and table quotas". */
const dynamodb: readonly Bucket[] = [
  ...each(10, ['DescribeTimeToLive', 'DescribeContinuousBackups', 'ListTagsOfResource']),
  bucket('tagging', 5, ['TagResource', 'UntagResource']),
  bucket('reads', 2_500, ['ListTables', 'DescribeTable', 'GetResourcePolicy']),
  ...each(100, ['GetResourcePolicy']),
  ...each(25, ['PutResourcePolicy']),
  bucket('changes', 2_500, ['CreateTable', 'UpdateTable', 'DeleteTable', 'PutResourcePolicy', 'DeleteResourcePolicy']),
  ...each(1 / 60, ['DescribeLimits']),
];

const bucketsOf: Readonly<Record<string, readonly Bucket[]>> = { backup, dynamodb };

export class RateLimits {
  readonly #clock: Clock;
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token from every bucket the operation draws on; false, with nothing taken, when one is empty. */
  take(service: string, operation: string, scope: string): boolean {
    const now = this.#clock.now();
    const drawn: { tokens: number }[] = [];
    for (const { name, rate, burst, operations } of bucketsOf[service] ?? []) {
      if (operations !== 'all' && !operations.has(operation)) continue;
      const key = `${scope} ${service} ${name}`;
      const level = this.#levels.get(key) ?? { tokens: burst, at: now };
      level.tokens = Math.min(burst, level.tokens + ((now - level.at) / 1_000) * rate);
      level.at = now;
      this.#levels.set(key, level);
      if (level.tokens < 1) return false;
      drawn.push(level);
    }
    for (const level of drawn) level.tokens -= 1;
    return true;
  }
}
