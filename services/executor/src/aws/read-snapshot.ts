import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  type ScalableTarget as AwsTarget,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  ContributorInsights,
  KinesisDestination,
  ScalableTarget,
  SettingsSnapshot,
  TableSettings,
} from '@tablekeep/schema/settings';
import { knownOr, readSettings } from './read-settings.ts';
import type { RegionAws } from './region-aws.ts';

/**
 * A table's settings with what hangs on it in other APIs, or null when there is no such table. The calls grow with the
 * table's indexes, so this is for a backup and a restore's report; a scan of thousands takes `readSettings`.
 * Throws AwsCallError where AWS did not answer and may yet; with `little` patience only where the table cannot be described.
 */
export async function readSnapshot(
  aws: RegionAws,
  tableName: string,
  patience: 'little' | 'full' = 'full',
): Promise<SettingsSnapshot | null> {
  const settings = await readSettings(aws, tableName, patience);
  if (settings === null) return null;
  const [autoScaling, contributorInsights, kinesisDestinations] = await Promise.all([
    knownOr(readAutoScaling(aws, settings), patience),
    knownOr(readContributorInsights(aws, settings), patience),
    knownOr(readKinesisDestinations(aws, tableName), patience),
  ]);
  return { ...settings, autoScaling, contributorInsights, kinesisDestinations };
}

/** The table first, then its global indexes; local indexes share the table's capacity and its insights. */
function placesOf({ globalIndexes }: TableSettings): readonly (string | null)[] {
  return [null, ...globalIndexes.map((index) => index.name)];
}

/** Registered by name, in whichever billing mode: AWS keeps the targets of a table that became on-demand. */
async function readAutoScaling(aws: RegionAws, settings: TableSettings): Promise<ScalableTarget[]> {
  const nameOf = new Map(placesOf(settings).map((index) => [resourceId(settings.tableName, index), index]));
  const targets = await scalableTargets(aws, [...nameOf.keys()]);
  // Policies are asked for by resource; one without a target has none.
  const scaled = [...new Set(targets.map((target) => target.ResourceId ?? ''))];
  const policies = (await Promise.all(scaled.map((resource) => scalingPolicies(aws, resource)))).flat();
  return targets.map((target) => ({
    index: nameOf.get(target.ResourceId ?? '') ?? null,
    capacity: target.ScalableDimension?.endsWith(':WriteCapacityUnits') ? 'WRITE' : 'READ',
    minimum: target.MinCapacity ?? 0,
    maximum: target.MaxCapacity ?? 0,
    suspended: {
      scaleIn: target.SuspendedState?.DynamicScalingInSuspended ?? false,
      scaleOut: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
      scheduled: target.SuspendedState?.ScheduledScalingSuspended ?? false,
    },
    policies: policies.filter((policy) => isOf(policy, target)).flatMap(targetTracking),
  }));
}

function resourceId(tableName: string, index: string | null): string {
  return index === null ? `table/${tableName}` : `table/${tableName}/index/${index}`;
}

function isOf(policy: ScalingPolicy, target: AwsTarget): boolean {
  return policy.ResourceId === target.ResourceId && policy.ScalableDimension === target.ScalableDimension;
}

/** Target tracking is the only kind of policy Application Auto Scaling takes for DynamoDB. */
function targetTracking(policy: ScalingPolicy): ScalableTarget['policies'] {
  const given = policy.TargetTrackingScalingPolicyConfiguration;
  if (!given) return [];
  const custom = given.CustomizedMetricSpecification;
  return [
    {
      name: policy.PolicyName ?? '',
      targetPercent: given.TargetValue ?? 0,
      scaleInCooldownSeconds: given.ScaleInCooldown ?? null,
      scaleOutCooldownSeconds: given.ScaleOutCooldown ?? null,
      scaleInDisabled: given.DisableScaleIn ?? false,
      customMetric: custom ? JSON.stringify(custom) : null,
    },
  ];
}

/** DescribeScalableTargets, ResourceIds: "array members: maximum number of 50 items"; a raised quota allows more indexes. */
const RESOURCES_A_CALL = 50;

async function scalableTargets(aws: RegionAws, resources: readonly string[]): Promise<AwsTarget[]> {
  const found: AwsTarget[] = [];
  for (let from = 0; from < resources.length; from += RESOURCES_A_CALL) {
    const some = resources.slice(from, from + RESOURCES_A_CALL);
    let token: string | undefined;
    do {
      const input = { ServiceNamespace: 'dynamodb', ResourceIds: some, ...(token && { NextToken: token }) } as const;
      const page = await aws.call('application-autoscaling:DescribeScalableTargets', (abortSignal) =>
        aws.autoScaling.send(new DescribeScalableTargetsCommand(input), { abortSignal }),
      );
      found.push(...(page.ScalableTargets ?? []));
      token = page.NextToken;
    } while (token);
  }
  return found;
}

async function scalingPolicies(aws: RegionAws, resource: string): Promise<ScalingPolicy[]> {
  const found: ScalingPolicy[] = [];
  let token: string | undefined;
  do {
    const input = { ServiceNamespace: 'dynamodb', ResourceId: resource, ...(token && { NextToken: token }) } as const;
    const page = await aws.call('application-autoscaling:DescribeScalingPolicies', (abortSignal) =>
      aws.autoScaling.send(new DescribeScalingPoliciesCommand(input), { abortSignal }),
    );
    found.push(...(page.ScalingPolicies ?? []));
    token = page.NextToken;
  } while (token);
  return found;
}

async function readContributorInsights(aws: RegionAws, settings: TableSettings): Promise<ContributorInsights[]> {
  const read = await Promise.all(placesOf(settings).map((index) => insightsOf(aws, settings.tableName, index)));
  return read.filter((one) => one !== null);
}

/** Null where it is off. ENABLING counts as on: AWS has accepted it. */
async function insightsOf(
  aws: RegionAws,
  tableName: string,
  index: string | null,
): Promise<ContributorInsights | null> {
  const input = { TableName: tableName, ...(index !== null && { IndexName: index }) };
  const answer = await aws.call('dynamodb:DescribeContributorInsights', (abortSignal) =>
    aws.dynamodb.send(new DescribeContributorInsightsCommand(input), { abortSignal }),
  );
  const status = answer.ContributorInsightsStatus;
  const on = status === 'ENABLED' || status === 'ENABLING';
  return on ? { index, mode: answer.ContributorInsightsMode ?? null } : null;
}

/** AWS goes on listing destinations that were disabled. */
async function readKinesisDestinations(aws: RegionAws, tableName: string): Promise<KinesisDestination[]> {
  const answer = await aws.call('dynamodb:DescribeKinesisStreamingDestination', (abortSignal) =>
    aws.dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName: tableName }), { abortSignal }),
  );
  const on = (answer.KinesisDataStreamDestinations ?? []).filter(
    ({ DestinationStatus: status }) => status === 'ACTIVE' || status === 'ENABLING' || status === 'UPDATING',
  );
  return on.map((one) => ({
    streamArn: one.StreamArn ?? '',
    precision: one.ApproximateCreationDateTimePrecision ?? null,
  }));
}
