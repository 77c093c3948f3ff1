import {
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type CustomizedMetricSpecification,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeTableCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type StreamViewType,
  type TableDescription,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ScalableTarget } from '@tablekeep/schema/settings';
import type { AwsOperation } from '../domain/api-limits.ts';
import type { Change } from '../domain/compare-settings.ts';
import { AwsCallError } from './explain-fault.ts';
import { NotSentError } from './not-sent.ts';
import { CHANGE_TIMEOUT_MS, type RegionAws } from './region-aws.ts';

/** Which table exactly: a name may come back with another table behind it. */
export type TableIdentity = Readonly<{ name: string; arn: string; tableId: string }>;

export function identityOf({ TableName, TableArn, TableId }: TableDescription): TableIdentity {
  return { name: TableName ?? '', arn: TableArn ?? '', tableId: TableId ?? '' };
}

const LOOK_TIMEOUT_MS = 3_000;

/**
 * Makes one change, one attempt, aborted at its deadline. These calls take no idempotency token, so immediately before:
 * the budget is there already, the table is still the same one (TableId), and the lease outlasts the call by the
 * monotonic clock. A process that was frozen and wakes sends nothing.
 * @throws NotSentError, AwsCallError
 */
export async function changeTable(
  aws: RegionAws,
  table: TableIdentity,
  change: Change,
  leaseLeftMs: () => number,
): Promise<void> {
  if (change.property === 'autoScaling') return changeAutoScaling(aws, table, change.target, leaseLeftMs);
  return guarded(aws, table, change.property, leaseLeftMs, (signal) => send(aws, table, change, signal));
}

async function guarded(
  aws: RegionAws,
  table: TableIdentity,
  what: SentAtOnce['property'] | 'scalableTarget' | 'scalingPolicy',
  leaseLeftMs: () => number,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const operation = operationOf(what);
  const call = async (signal: AbortSignal): Promise<void> => {
    const now = await aws.dynamodb.send(new DescribeTableCommand({ TableName: table.name }), {
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]),
    });
    if (now.Table?.TableId !== table.tableId) throw new NotSentError('other-table');
    const timeoutMs = CHANGE_TIMEOUT_MS - LOOK_TIMEOUT_MS;
    if (leaseLeftMs() <= timeoutMs) throw new NotSentError('lease');
    await act(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  };
  try {
    await aws.call(operation, call, { changes: true });
  } catch (error) {
    if (error instanceof AwsCallError && error.cause instanceof NotSentError) throw error.cause;
    throw error;
  }
}

/**
 * The target, then its policies, each guarded for itself. Both calls replace what is there under the same name, so that a
 * target cut off half way is simply made again.
 */
async function changeAutoScaling(
  aws: RegionAws,
  table: TableIdentity,
  target: ScalableTarget,
  leaseLeftMs: () => number,
): Promise<void> {
  const place = scalablePlace(table.name, target);
  const register = new RegisterScalableTargetCommand({
    ...place,
    MinCapacity: target.minimum,
    MaxCapacity: target.maximum,
    SuspendedState: {
      DynamicScalingInSuspended: target.suspended.scaleIn,
      DynamicScalingOutSuspended: target.suspended.scaleOut,
      ScheduledScalingSuspended: target.suspended.scheduled,
    },
  });
  await guarded(aws, table, 'scalableTarget', leaseLeftMs, async (abortSignal) => {
    await aws.autoScaling.send(register, { abortSignal });
  });
  for (const policy of target.policies) {
    const put = new PutScalingPolicyCommand({
      ...place,
      PolicyName: policy.name,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: policy.targetPercent,
        ...metricOf(policy.customMetric, target.capacity),
        ...(policy.scaleInCooldownSeconds !== null && { ScaleInCooldown: policy.scaleInCooldownSeconds }),
        ...(policy.scaleOutCooldownSeconds !== null && { ScaleOutCooldown: policy.scaleOutCooldownSeconds }),
        ...(policy.scaleInDisabled && { DisableScaleIn: true }),
      },
    });
    await guarded(aws, table, 'scalingPolicy', leaseLeftMs, async (abortSignal) => {
      await aws.autoScaling.send(put, { abortSignal });
    });
  }
}

function scalablePlace(tableName: string, { index, capacity }: ScalableTarget) {
  const of = { ServiceNamespace: 'dynamodb', ResourceId: `table/${tableName}` } as const;
  if (index === null) {
    const ScalableDimension =
      capacity === 'READ' ? 'dynamodb:table:ReadCapacityUnits' : 'dynamodb:table:WriteCapacityUnits';
    return { ...of, ScalableDimension } as const;
  }
  const ScalableDimension =
    capacity === 'READ' ? 'dynamodb:index:ReadCapacityUnits' : 'dynamodb:index:WriteCapacityUnits';
  return { ...of, ResourceId: `table/${tableName}/index/${index}`, ScalableDimension } as const;
}

function metricOf(custom: string | null, capacity: ScalableTarget['capacity']) {
  if (custom !== null) return { CustomizedMetricSpecification: JSON.parse(custom) as CustomizedMetricSpecification };
  const PredefinedMetricType =
    capacity === 'READ' ? 'DynamoDBReadCapacityUtilization' : 'DynamoDBWriteCapacityUtilization';
  return { PredefinedMetricSpecification: { PredefinedMetricType } } as const;
}

type SentAtOnce = Exclude<Change, { property: 'autoScaling' }>;

function operationOf(what: SentAtOnce['property'] | 'scalableTarget' | 'scalingPolicy'): AwsOperation {
  switch (what) {
    case 'scalableTarget':
      return 'application-autoscaling:RegisterScalableTarget';
    case 'scalingPolicy':
      return 'application-autoscaling:PutScalingPolicy';
    case 'tags':
      return 'dynamodb:TagResource';
    case 'resourcePolicy':
      return 'dynamodb:PutResourcePolicy';
    case 'pointInTimeRecovery':
      return 'dynamodb:UpdateContinuousBackups';
    case 'timeToLive':
      return 'dynamodb:UpdateTimeToLive';
    case 'contributorInsights':
      return 'dynamodb:UpdateContributorInsights';
    default:
      return 'dynamodb:UpdateTable';
  }
}

async function send(aws: RegionAws, table: TableIdentity, change: SentAtOnce, abortSignal: AbortSignal): Promise<void> {
  const options = { abortSignal };
  switch (change.property) {
    case 'tags': {
      const tags = change.add.map((tag) => ({ Key: tag.key, Value: tag.value }));
      await aws.dynamodb.send(new TagResourceCommand({ ResourceArn: table.arn, Tags: tags }), options);
      return;
    }
    case 'resourcePolicy':
      await aws.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: table.arn, Policy: change.policy }), options);
      return;
    case 'pointInTimeRecovery': {
      const days = change.recoveryPeriodDays;
      const specification = {
        PointInTimeRecoveryEnabled: days !== null,
        ...(days !== null && { RecoveryPeriodInDays: days }),
      };
      const input = { TableName: table.name, PointInTimeRecoverySpecification: specification };
      await aws.dynamodb.send(new UpdateContinuousBackupsCommand(input), options);
      return;
    }
    case 'timeToLive': {
      const specification = { Enabled: true, AttributeName: change.attribute };
      const input = { TableName: table.name, TimeToLiveSpecification: specification };
      await aws.dynamodb.send(new UpdateTimeToLiveCommand(input), options);
      return;
    }
    case 'contributorInsights': {
      const input = {
        TableName: table.name,
        ...(change.index !== null && { IndexName: change.index }),
        ContributorInsightsAction: 'ENABLE',
        ...(change.mode !== null && { ContributorInsightsMode: change.mode }),
      } as const;
      await aws.dynamodb.send(new UpdateContributorInsightsCommand(input), options);
      return;
    }
    default:
      await aws.dynamodb.send(new UpdateTableCommand({ TableName: table.name, ...updateOf(change) }), options);
  }
}

type TableUpdate = Omit<UpdateTableCommandInput, 'TableName'>;
type UpdateChange = Exclude<
  SentAtOnce,
  { property: 'tags' | 'resourcePolicy' | 'pointInTimeRecovery' | 'timeToLive' | 'contributorInsights' }
>;

/** One kind of change per UpdateTable: AWS refuses mixtures. */
function updateOf(change: UpdateChange): TableUpdate {
  switch (change.property) {
    case 'capacity':
      return {
        ...(change.billingMode && { BillingMode: change.billingMode }),
        ...(change.table && { ProvisionedThroughput: throughput(change.table) }),
        ...(Object.keys(change.indexes).length > 0 && {
          GlobalSecondaryIndexUpdates: Object.entries(change.indexes).map(([IndexName, units]) => ({
            Update: { IndexName, ProvisionedThroughput: throughput(units) },
          })),
        }),
      };
    case 'onDemandMaximum':
      return { OnDemandThroughput: maximum(change) };
    case 'indexOnDemandMaximum':
      return {
        GlobalSecondaryIndexUpdates: Object.entries(change.indexes).map(([IndexName, units]) => ({
          Update: { IndexName, OnDemandThroughput: maximum(units) },
        })),
      };
    case 'warmThroughput':
      return { WarmThroughput: warm(change) };
    case 'indexWarmThroughput':
      return {
        GlobalSecondaryIndexUpdates: Object.entries(change.indexes).map(([IndexName, units]) => ({
          Update: { IndexName, WarmThroughput: warm(units) },
        })),
      };
    case 'stream':
      return {
        StreamSpecification:
          change.viewType === null
            ? { StreamEnabled: false }
            : { StreamEnabled: true, StreamViewType: change.viewType as StreamViewType },
      };
    case 'encryption': {
      const { type, kmsKeyArn } = change.encryption;
      if (type === 'AWS_OWNED') return { SSESpecification: { Enabled: false } };
      const key = type === 'CUSTOMER_MANAGED' && kmsKeyArn !== null ? { KMSMasterKeyId: kmsKeyArn } : {};
      return { SSESpecification: { Enabled: true, SSEType: 'KMS', ...key } };
    }
    case 'tableClass':
      return { TableClass: change.tableClass };
    case 'deletionProtection':
      return { DeletionProtectionEnabled: change.enabled };
  }
}

function throughput(units: { read: number; write: number }): { ReadCapacityUnits: number; WriteCapacityUnits: number } {
  return { ReadCapacityUnits: units.read, WriteCapacityUnits: units.write };
}

function maximum(units: { read: number; write: number }): {
  MaxReadRequestUnits: number;
  MaxWriteRequestUnits: number;
} {
  return { MaxReadRequestUnits: units.read, MaxWriteRequestUnits: units.write };
}

function warm(units: { read: number; write: number }): { ReadUnitsPerSecond: number; WriteUnitsPerSecond: number } {
  return { ReadUnitsPerSecond: units.read, WriteUnitsPerSecond: units.write };
}
