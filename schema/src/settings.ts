import { z } from 'zod';

/**
 * What could be read, or why not. "Could not tell" is a value: a missing permission must never read as "none".
 */
export const known = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('state', [
    z.object({ state: z.literal('known'), value }),
    z.object({ state: z.literal('unknown'), because: z.string() }),
  ]);
export type Known<T> = { state: 'known'; value: T } | { state: 'unknown'; because: string };

const units = z.object({ read: z.number().int(), write: z.number().int() });
/** −1 means "no maximum", as AWS says it. */
const onDemandMaximum = z.object({ read: z.number().int(), write: z.number().int() });
const keySchema = z.array(z.object({ attribute: z.string(), role: z.enum(['HASH', 'RANGE']) }));
const projection = z.object({
  type: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
  nonKeyAttributes: z.array(z.string()),
});

export const tableClass = z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);
export const billingMode = z.enum(['PROVISIONED', 'PAY_PER_REQUEST']);
export const encryptionType = z.enum(['AWS_OWNED', 'AWS_MANAGED', 'CUSTOMER_MANAGED']);
export const encryption = z.object({ type: encryptionType, kmsKeyArn: z.string().nullable() });
export const tag = z.object({ key: z.string(), value: z.string() });

/**
 * Every property of a table that Tablekeep protects, as read at one moment.
 * Capacity in units per second, sizes in bytes. Source: DynamoDB DescribeTable, DescribeTimeToLive,
 * DescribeContinuousBackups, ListTagsOfResource, GetResourcePolicy.
 */
export const tableSettings = z.object({
  tableName: z.string(),
  tableArn: z.string(),
  tableId: z.string(),
  createdAt: z.string(),
  keySchema,
  attributes: z.array(z.object({ name: z.string(), type: z.enum(['S', 'N', 'B']) })),
  globalIndexes: z.array(
    z.object({
      name: z.string(),
      keySchema,
      projection,
      provisioned: units.nullable(),
      onDemandMaximum: onDemandMaximum.nullable(),
      warmThroughput: units.optional(),
    }),
  ),
  localIndexes: z.array(z.object({ name: z.string(), keySchema, projection })),
  tableClass,
  billingMode,
  provisioned: units.nullable(),
  onDemandMaximum: onDemandMaximum.nullable(),
  /** What it can serve at once, in units per second; a former release did not record it, nor does a point's tags. */
  warmThroughput: units.optional(),
  deletionProtection: z.boolean(),
  encryption,
  /** `arn` of the stream itself; a former release did not record it. */
  stream: z.object({ viewType: z.string(), arn: z.string().optional() }).nullable(),
  replicas: z.array(z.string()),
  itemCount: z.number(),
  sizeBytes: z.number(),
  tags: known(z.array(tag)),
  timeToLive: known(z.object({ attribute: z.string() }).nullable()),
  pointInTimeRecovery: known(z.object({ recoveryPeriodDays: z.number().int() }).nullable()),
  resourcePolicy: known(z.string().nullable()),
});
export type TableSettings = z.infer<typeof tableSettings>;

/** Of the table itself, or of one of its global indexes. */
const index = z.string().nullable();

/**
 * A policy that holds consumed capacity at a share of what is provisioned. Percent and seconds; a cool-down of null is
 * AWS's own. `customMetric`: JSON of AWS's CustomizedMetricSpecification, null for DynamoDB's utilization metric.
 */
const targetTracking = z.object({
  name: z.string(),
  targetPercent: z.number(),
  scaleInCooldownSeconds: z.number().int().nullable(),
  scaleOutCooldownSeconds: z.number().int().nullable(),
  scaleInDisabled: z.boolean(),
  customMetric: z.string().nullable(),
});

/**
 * One capacity that AWS moves between two bounds, in units per second. Source: Application Auto Scaling,
 * DescribeScalableTargets and DescribeScalingPolicies in the namespace dynamodb.
 */
export const scalableTarget = z.object({
  index,
  capacity: z.enum(['READ', 'WRITE']),
  minimum: z.number().int(),
  maximum: z.number().int(),
  suspended: z.object({ scaleIn: z.boolean(), scaleOut: z.boolean(), scheduled: z.boolean() }),
  policies: z.array(targetTracking),
});
export type ScalableTarget = z.infer<typeof scalableTarget>;

/** Where it is on. `mode` null: AWS names none, as for tables that had it before there were modes. */
export const contributorInsights = z.object({
  index,
  mode: z.enum(['ACCESSED_AND_THROTTLED_KEYS', 'THROTTLED_KEYS']).nullable(),
});
export type ContributorInsights = z.infer<typeof contributorInsights>;

/** A Kinesis data stream the table's changes go to. `precision` of the time stamps; null where AWS names none. */
export const kinesisDestination = z.object({
  streamArn: z.string(),
  precision: z.enum(['MILLISECOND', 'MICROSECOND']).nullable(),
});
export type KinesisDestination = z.infer<typeof kinesisDestination>;

/** What a snapshot says of a property that the release which took it did not read yet. */
export const notRecorded = {
  state: 'unknown',
  because: 'The release that made the backup did not record it.',
} as const satisfies Known<never>;

/**
 * The settings of a table at its backup: with them what hangs on the table in other APIs and AWS loses, which costs calls
 * of its own and which a scan therefore leaves out. Empty lists mean none. Source: Application Auto Scaling;
 * DynamoDB DescribeContributorInsights, DescribeKinesisStreamingDestination.
 */
export const settingsSnapshot = tableSettings.extend({
  autoScaling: known(z.array(scalableTarget)).default(notRecorded),
  contributorInsights: known(z.array(contributorInsights)).default(notRecorded),
  kinesisDestinations: known(z.array(kinesisDestination)).default(notRecorded),
});
export type SettingsSnapshot = z.infer<typeof settingsSnapshot>;
/** As stored: a former release may have left members out. */
export type StoredSnapshot = z.input<typeof settingsSnapshot>;

/**
 * What a restore may change. Null leaves the property as it was at backup.
 * Source: RestoreItemInput in schema/graphql/session.graphql.
 */
export const restoreChanges = z.object({
  tableClass: tableClass.nullable(),
  billingMode: billingMode.nullable(),
  readCapacityUnits: z.number().int().min(1).nullable(),
  writeCapacityUnits: z.number().int().min(1).nullable(),
  indexCapacity: z.array(
    z.object({
      indexName: z.string(),
      readCapacityUnits: z.number().int().min(1),
      writeCapacityUnits: z.number().int().min(1),
    }),
  ),
  deletionProtection: z.boolean().nullable(),
  pointInTimeRecovery: z.boolean().nullable(),
  encryption: encryption.nullable(),
  timeToLive: z.enum(['REAPPLY', 'HOLD']),
  streams: z.enum(['REAPPLY', 'HOLD']),
  /** Absent: HOLD, for AWS charges for it. */
  warmThroughput: z.enum(['REAPPLY', 'HOLD']).optional(),
});
export type RestoreChanges = z.infer<typeof restoreChanges>;

/** One line of a restore report: what it was, what was asked, what AWS shows now. */
export const reportLine = z.object({
  property: z.string(),
  atBackup: z.string().nullable(),
  asked: z.string().nullable(),
  found: z.string().nullable(),
  outcome: z.enum(['SAME', 'CHANGED_AS_ASKED', 'HELD', 'DIFFERENT', 'UNKNOWN', 'NOT_RESTORABLE']),
});
/** A setting that AWS's quotas do not allow yet: set by a session of its own once `until` has come. */
export const waitingSetting = z.object({ property: z.string(), until: z.string(), because: z.string() });
export type WaitingSetting = z.infer<typeof waitingSetting>;
/** Members that a former release did not write are optional. */
export const restoreReport = z.object({
  tableArn: z.string(),
  lines: z.array(reportLine),
  waiting: z.array(waitingSetting).optional(),
  /** What had one ARN and has another now; `to` null: it is not there any more. */
  arns: z.array(z.object({ of: z.enum(['TABLE', 'STREAM']), from: z.string(), to: z.string().nullable() })).optional(),
  /** The table as it was found afterwards. */
  found: settingsSnapshot.optional(),
  /**
   * What the lines were held against, where something is HELD and the point told only a part of it: the rest as AWS had brought
   * it back, before anything was set.
   */
  atBackup: settingsSnapshot.optional(),
});
export type RestoreReport = z.infer<typeof restoreReport>;
