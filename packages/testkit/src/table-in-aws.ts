import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  type ApplicationAutoScalingClient,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  type DynamoDBClient,
  type OnDemandThroughput,
  type ProvisionedThroughputDescription,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';

/** A value of a property as AWS shows it: plain JSON, null for "none" or "off". */
export type Fact = string | number | boolean | null | readonly Fact[] | { readonly [name: string]: Fact };

/**
 * A table as its owner sees it through the SDK, by the names that a restore report has for its properties. It shares no
 * code with the product, which is judged by it.
 */
export type TableInAws = Readonly<{ arn: string; streamArn: string | null; facts: Readonly<Record<string, Fact>> }>;

export type OwnerClients = Readonly<{ dynamodb: DynamoDBClient; autoScaling: ApplicationAutoScalingClient }>;

export async function describeTableInAws(clients: OwnerClients, name: string): Promise<TableInAws> {
  const { dynamodb } = clients;
  const { Table: table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
  if (table?.TableArn === undefined) throw new Error(`AWS does not describe ${name}`);
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) => index.IndexName ?? '');
  const [ttl, backups, tags, policy, scaling, insights, kinesis] = await Promise.all([
    dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name })),
    dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: name })),
    tagsOf(dynamodb, table.TableArn),
    policyOf(dynamodb, table.TableArn),
    scalingOf(clients.autoScaling, name, indexes),
    insightsOf(dynamodb, name, indexes),
    dynamodb.send(new DescribeKinesisStreamingDestinationCommand({ TableName: name })),
  ]);
  const recovery = backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const expiry = ttl.TimeToLiveDescription;
  return {
    arn: table.TableArn,
    streamArn: table.StreamSpecification?.StreamEnabled === true ? (table.LatestStreamArn ?? null) : null,
    facts: {
      ...factsOfTable(table),
      timeToLive: expiry?.TimeToLiveStatus?.startsWith('ENABL') === true ? (expiry.AttributeName ?? null) : null,
      pointInTimeRecovery:
        recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? (recovery.RecoveryPeriodInDays ?? null) : null,
      tags,
      resourcePolicy: policy,
      autoScaling: scaling,
      contributorInsights: insights,
      kinesisDestinations: (kinesis.KinesisDataStreamDestinations ?? [])
        .filter((one) => one.DestinationStatus === 'ACTIVE' || one.DestinationStatus === 'ENABLING')
        .map((one) => one.StreamArn ?? '')
        .sort(),
    },
  };
}

function factsOfTable(table: TableDescription): Record<string, Fact> {
  const provisioned = (table.BillingModeSummary?.BillingMode ?? 'PROVISIONED') === 'PROVISIONED';
  const units = (one: ProvisionedThroughputDescription | undefined): Fact =>
    provisioned ? { read: one?.ReadCapacityUnits ?? 0, write: one?.WriteCapacityUnits ?? 0 } : null;
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const shape = (index: {
    IndexName?: string | undefined;
    KeySchema?: object[] | undefined;
    Projection?: object | undefined;
  }) => [index.IndexName ?? '', plain(index.KeySchema ?? []), plain(index.Projection ?? {})] as const;
  return {
    keySchema: plain(table.KeySchema ?? []),
    attributes: sorted(table.AttributeDefinitions ?? []),
    globalIndexes: sorted(indexes.map(shape)),
    localIndexes: sorted((table.LocalSecondaryIndexes ?? []).map(shape)),
    billingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    provisionedCapacity: units(table.ProvisionedThroughput),
    ...Object.fromEntries(
      indexes.flatMap((index) => [
        [`indexCapacity.${index.IndexName}`, units(index.ProvisionedThroughput)],
        [`indexOnDemandMaximum.${index.IndexName}`, provisioned ? null : most(index.OnDemandThroughput)],
      ]),
    ),
    onDemandMaximum: provisioned ? null : most(table.OnDemandThroughput),
    tableClass: table.TableClassSummary?.TableClass ?? 'STANDARD',
    encryption: table.SSEDescription?.SSEType === 'KMS' ? (table.SSEDescription.KMSMasterKeyArn ?? null) : null,
    stream:
      table.StreamSpecification?.StreamEnabled === true ? (table.StreamSpecification.StreamViewType ?? null) : null,
    deletionProtection: table.DeletionProtectionEnabled ?? false,
  };
}

/** −1 is AWS's word for "no maximum". */
function most(given: OnDemandThroughput | undefined): Fact {
  const read = given?.MaxReadRequestUnits ?? -1;
  const write = given?.MaxWriteRequestUnits ?? -1;
  return read === -1 && write === -1 ? null : { read, write };
}

async function tagsOf(dynamodb: DynamoDBClient, arn: string): Promise<Fact> {
  const tags: Record<string, string> = {};
  let token: string | undefined;
  do {
    const page = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: token }));
    for (const { Key, Value } of page.Tags ?? []) tags[Key ?? ''] = Value ?? '';
    token = page.NextToken;
  } while (token !== undefined);
  return tags;
}

async function policyOf(dynamodb: DynamoDBClient, arn: string): Promise<Fact> {
  try {
    const { Policy } = await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: arn }));
    return Policy === undefined ? null : (JSON.parse(Policy) as Fact);
  } catch (error) {
    if (error instanceof Error && error.name === 'PolicyNotFoundException') return null;
    throw error;
  }
}

async function scalingOf(
  client: ApplicationAutoScalingClient,
  table: string,
  indexes: readonly string[],
): Promise<Fact> {
  const resources = [`table/${table}`, ...indexes.map((index) => `table/${table}/index/${index}`)];
  const found: Fact[] = [];
  for (const resource of resources) {
    const { ScalableTargets } = await client.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'dynamodb', ResourceIds: [resource] }),
    );
    if (ScalableTargets === undefined || ScalableTargets.length === 0) continue;
    const { ScalingPolicies } = await client.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'dynamodb', ResourceId: resource }),
    );
    for (const target of ScalableTargets) {
      found.push({
        // Without the table's name, which a restore may change.
        place: resource.split('/index/')[1] ?? 'table',
        dimension: target.ScalableDimension ?? '',
        minimum: target.MinCapacity ?? 0,
        maximum: target.MaxCapacity ?? 0,
        suspended: plain(target.SuspendedState ?? {}),
        policies: (ScalingPolicies ?? [])
          .filter((policy) => policy.ScalableDimension === target.ScalableDimension)
          .map((policy) => ({
            name: policy.PolicyName ?? '',
            configuration: plain(policy.TargetTrackingScalingPolicyConfiguration ?? {}),
          })),
      });
    }
  }
  return sorted(found);
}

async function insightsOf(dynamodb: DynamoDBClient, table: string, indexes: readonly string[]): Promise<Fact> {
  const found: Fact[] = [];
  for (const index of [undefined, ...indexes]) {
    const answer = await dynamodb.send(new DescribeContributorInsightsCommand({ TableName: table, IndexName: index }));
    if (answer.ContributorInsightsStatus?.startsWith('ENABL') === true) {
      found.push({ place: index ?? 'table', mode: answer.ContributorInsightsMode ?? null });
    }
  }
  return sorted(found);
}

const plain = (value: object): Fact => JSON.parse(JSON.stringify(value)) as Fact;

function sorted(values: readonly (object | Fact)[]): Fact {
  return values
    .map((value) => JSON.parse(JSON.stringify(value)) as Fact)
    .sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
}

/** The same text for the same fact, whatever the order of members. */
export function canonical(fact: Fact): string {
  return JSON.stringify(fact, (_name, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
