import {
  DeregisterScalableTargetCommand,
  paginateDescribeScalableTargets,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateTableCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type GlobalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { AWS_ACCOUNT, HOME } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import type { OwnerClients } from '@tablekeep/testkit/table-in-aws';
import { globalIndexes, type Source } from './restore-matrix.ts';

export const arnOf = (name: string): string => `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${name}`;

/** Makes a table of the matrix, with one item in it, and everything set as the source says. */
export async function createSource(clients: OwnerClients, name: string, source: Source, keyArn: string): Promise<void> {
  const { dynamodb } = clients;
  await dynamodb.send(new CreateTableCommand(tableOf(name, source, keyArn)));
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 60, minDelay: 0.02, maxDelay: 0.1 }, { TableName: name });
  const item = { pk: { S: name }, sk: { S: '1' }, a: { S: 'x' }, b: { S: 'y' } };
  await dynamodb.send(new PutItemCommand({ TableName: name, Item: item }));
  if (source.timeToLive === 'on') {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  }
  if (source.pointInTimeRecovery !== 'off') {
    const RecoveryPeriodInDays = source.pointInTimeRecovery === '7 days' ? 7 : 35;
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays };
    await eventually(() =>
      dynamodb.send(new UpdateContinuousBackupsCommand({ TableName: name, PointInTimeRecoverySpecification })),
    );
  }
  await attach(clients, name, source);
}

function tableOf(name: string, source: Source, keyArn: string): CreateTableCommandInput {
  const provisioned = source.capacity.startsWith('provisioned');
  const globals = globalsOf(source);
  const local = source.indexes === 'one local' || source.indexes === 'global and local';
  const attributes = ['pk', 'sk', ...(globals.length > 0 ? ['a'] : []), ...(globals.length > 1 || local ? ['b'] : [])];
  const twelve = Array.from({ length: 12 }, (_, at) => ({ Key: `key-${at}`, Value: `value ${at}` }));
  return {
    TableName: name,
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingMode: provisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST',
    ...(provisioned && { ProvisionedThroughput: { ReadCapacityUnits: 6, WriteCapacityUnits: 5 } }),
    ...(source.capacity === 'on-demand, maximum' && {
      OnDemandThroughput: { MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50 },
    }),
    ...(source.capacity === 'on-demand, read maximum' && { OnDemandThroughput: { MaxReadRequestUnits: 70 } }),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(local && {
      LocalSecondaryIndexes: [
        {
          IndexName: 'local-b',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'b', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
    ...(source.stream !== 'off' && { StreamSpecification: { StreamEnabled: true, StreamViewType: source.stream } }),
    TableClass: source.tableClass,
    ...(source.tags !== 'none' && { Tags: source.tags === 'one' ? [{ Key: 'team', Value: 'flights' }] : twelve }),
    ...(source.encryption !== 'AWS_OWNED' && {
      SSESpecification: {
        Enabled: true,
        SSEType: 'KMS',
        ...(source.encryption === 'CUSTOMER_MANAGED' && { KMSMasterKeyId: keyArn }),
      },
    }),
    DeletionProtectionEnabled: source.deletionProtection === 'on',
    ...(source.resourcePolicy !== 'none' && { ResourcePolicy: policyOf(name, source) }),
  };
}

function globalsOf(source: Source): GlobalSecondaryIndex[] {
  const provisioned = source.capacity.startsWith('provisioned');
  const own = source.capacity === 'provisioned, own units of indexes';
  return ['a', 'b'].slice(0, globalIndexes(source)).map((attribute, at) => ({
    IndexName: `by-${attribute}`,
    KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
    Projection: at === 0 ? { ProjectionType: 'ALL' } : { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] },
    ...(provisioned && {
      ProvisionedThroughput: own
        ? { ReadCapacityUnits: 3 + at, WriteCapacityUnits: 2 + at }
        : { ReadCapacityUnits: 6, WriteCapacityUnits: 5 },
    }),
    ...(source.capacity === 'on-demand, maximum' && {
      OnDemandThroughput: { MaxReadRequestUnits: 40 + at, MaxWriteRequestUnits: 30 },
    }),
  }));
}

function policyOf(name: string, source: Source): string {
  const other = { ArnEquals: { 'aws:SourceArn': arnOf('Somebody-elses') } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:role/Reader` },
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
        Resource: [arnOf(name), `${arnOf(name)}/index/*`],
        ...(source.resourcePolicy === 'names another table' && { Condition: other }),
      },
    ],
  });
}

async function attach({ dynamodb, autoScaling }: OwnerClients, name: string, source: Source): Promise<void> {
  const indexes = globalsOf(source).map((index) => index.IndexName ?? '');
  const places = (what: string): (string | null)[] =>
    what === 'none' || what === 'off' ? [] : what === 'of the table' ? [null] : [null, ...indexes];
  for (const index of places(source.contributorInsights)) {
    await dynamodb.send(
      new UpdateContributorInsightsCommand({
        TableName: name,
        ...(index !== null && { IndexName: index }),
        ContributorInsightsAction: 'ENABLE',
        ContributorInsightsMode: index === null ? 'THROTTLED_KEYS' : 'ACCESSED_AND_THROTTLED_KEYS',
      }),
    );
  }
  if (!source.capacity.startsWith('provisioned')) return;
  for (const index of places(source.autoScaling)) {
    for (const capacity of ['Read', 'Write'] as const) {
      const target = {
        ServiceNamespace: 'dynamodb',
        ResourceId: index === null ? `table/${name}` : `table/${name}/index/${index}`,
        ScalableDimension: `dynamodb:${index === null ? 'table' : 'index'}:${capacity}CapacityUnits`,
      } as const;
      await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 400 }));
      await autoScaling.send(
        new PutScalingPolicyCommand({
          ...target,
          PolicyName: `keep-${capacity.toLowerCase()}`,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: 70,
            ScaleInCooldown: 60,
            PredefinedMetricSpecification: { PredefinedMetricType: `DynamoDB${capacity}CapacityUtilization` },
          },
        }),
      );
    }
  }
}

/** The scalable targets of a table: AWS keeps them by name when the table itself is deleted through its API. */
export async function removeScaling({ autoScaling }: OwnerClients, table: string): Promise<void> {
  for await (const page of paginateDescribeScalableTargets({ client: autoScaling }, { ServiceNamespace: 'dynamodb' })) {
    for (const { ResourceId, ScalableDimension } of page.ScalableTargets ?? []) {
      if (ResourceId !== `table/${table}` && ResourceId?.startsWith(`table/${table}/`) !== true) continue;
      await autoScaling.send(
        new DeregisterScalableTargetCommand({ ServiceNamespace: 'dynamodb', ResourceId, ScalableDimension }),
      );
    }
  }
}
