import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/**
 * A table as its owner sees it through the SDK: property name → value as text, and every item by its key.
 * It shares nothing with the product's own reading of settings, so that the comparison is independent of it.
 */
export type TableView = Readonly<{ properties: ReadonlyMap<string, string>; items: ReadonlyMap<string, string> }>;

export async function describeTable(client: DynamoDBClient, name: string): Promise<TableView> {
  const [{ Table }, ttl, pitr] = await Promise.all([
    client.send(new DescribeTableCommand({ TableName: name })),
    client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
  ]);
  if (!Table?.TableArn) throw new Error(`${name} cannot be described`);
  const { Tags = [] } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table.TableArn }));
  const provisioned = (Table.BillingModeSummary?.BillingMode ?? 'PROVISIONED') === 'PROVISIONED';
  const units = (
    throughput: { ReadCapacityUnits?: number | undefined; WriteCapacityUnits?: number | undefined } | undefined,
  ) => (provisioned ? `${throughput?.ReadCapacityUnits} read, ${throughput?.WriteCapacityUnits} write` : 'none');
  const recovery = pitr.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;

  const properties = new Map<string, string>([
    ['name', Table.TableName ?? ''],
    ['region', Table.TableArn.split(':')[3] ?? ''],
    ['keys', keys(Table.KeySchema)],
    ['attribute types', sorted((Table.AttributeDefinitions ?? []).map((a) => `${a.AttributeName} ${a.AttributeType}`))],
    ['table class', Table.TableClassSummary?.TableClass ?? 'STANDARD'],
    ['capacity mode', Table.BillingModeSummary?.BillingMode ?? 'PROVISIONED'],
    ['provisioned units', units(Table.ProvisionedThroughput)],
    [
      'on-demand maximum',
      Table.OnDemandThroughput
        ? `${Table.OnDemandThroughput.MaxReadRequestUnits} read, ${Table.OnDemandThroughput.MaxWriteRequestUnits} write`
        : 'none',
    ],
    ['deletion protection', String(Table.DeletionProtectionEnabled ?? false)],
    [
      'encryption',
      Table.SSEDescription?.SSEType === 'KMS' ? `KMS ${Table.SSEDescription.KMSMasterKeyArn}` : 'AWS-owned key',
    ],
    [
      'stream',
      Table.StreamSpecification?.StreamEnabled === true ? String(Table.StreamSpecification.StreamViewType) : 'off',
    ],
    [
      'TTL',
      ttl.TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL')
        ? String(ttl.TimeToLiveDescription.AttributeName)
        : 'off',
    ],
    ['PITR', recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? `${recovery.RecoveryPeriodInDays} days` : 'off'],
    ['tags', sorted(Tags.map((tag) => `${tag.Key}=${tag.Value}`))],
  ]);
  for (const index of Table.GlobalSecondaryIndexes ?? []) {
    const projection = `${index.Projection?.ProjectionType} ${sorted(index.Projection?.NonKeyAttributes ?? [])}`.trim();
    properties.set(`GSI ${index.IndexName}`, `${keys(index.KeySchema)}, ${projection}`);
    properties.set(`GSI ${index.IndexName} units`, units(index.ProvisionedThroughput));
  }
  for (const index of Table.LocalSecondaryIndexes ?? []) {
    properties.set(`LSI ${index.IndexName}`, `${keys(index.KeySchema)}, ${index.Projection?.ProjectionType}`);
  }

  const keyNames = (Table.KeySchema ?? []).map((key) => key.AttributeName ?? '');
  const items = new Map<string, string>();
  for await (const page of paginateScan({ client }, { TableName: name, ConsistentRead: true })) {
    for (const item of page.Items ?? [])
      items.set(keyNames.map((key) => canonical(item[key])).join('|'), canonicalItem(item));
  }
  return { properties, items };
}

function keys(schema: { AttributeName?: string | undefined; KeyType?: string | undefined }[] | undefined): string {
  return (schema ?? []).map((key) => `${key.AttributeName} ${key.KeyType}`).join(' + ');
}

function sorted(values: readonly string[]): string {
  return [...values].sort().join(', ');
}

function canonicalItem(item: Record<string, AttributeValue>): string {
  return JSON.stringify(
    Object.keys(item)
      .sort()
      .map((name) => [name, canonical(item[name])]),
  );
}

function canonical(value: AttributeValue | undefined): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner,
  );
}
