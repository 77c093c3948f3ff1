import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
  type Projection,
  type ProvisionedThroughputDescription,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';

/**
 * A table as its owner sees it through the SDK: property name → value as text, and every item by its key.
 * It shares nothing with the product's own reading of settings, so that the comparison is independent of it.
 */
export type TableView = Readonly<{ properties: ReadonlyMap<string, string>; items: ReadonlyMap<string, string> }>;

export async function describeTable(client: DynamoDBClient, name: string): Promise<TableView> {
  const [{ Table: table }, ttl, pitr] = await Promise.all([
    client.send(new DescribeTableCommand({ TableName: name })),
    client.send(new DescribeTimeToLiveCommand({ TableName: name })),
    client.send(new DescribeContinuousBackupsCommand({ TableName: name })),
  ]);
  if (!table?.TableArn) throw new Error(`${name} cannot be described`);
  const tags = await allTags(client, table.TableArn);
  const recovery = pitr.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  const timeToLive = ttl.TimeToLiveDescription;
  const properties = new Map<string, string>([
    ['name', table.TableName ?? ''],
    ['region', table.TableArn.split(':')[3] ?? ''],
    ['keys', keys(table.KeySchema)],
    ['attribute types', sorted((table.AttributeDefinitions ?? []).map((a) => `${a.AttributeName} ${a.AttributeType}`))],
    ['table class', table.TableClassSummary?.TableClass ?? 'STANDARD'],
    ...capacity(table),
    ['deletion protection', String(table.DeletionProtectionEnabled ?? false)],
    ['encryption', encryption(table)],
    [
      'stream',
      table.StreamSpecification?.StreamEnabled === true ? String(table.StreamSpecification.StreamViewType) : 'off',
    ],
    ['TTL', timeToLive?.TimeToLiveStatus?.startsWith('ENABL') === true ? String(timeToLive.AttributeName) : 'off'],
    ['PITR', recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? `${recovery.RecoveryPeriodInDays} days` : 'off'],
    ['tags', sorted(tags)],
    ...indexes(table),
  ]);
  return { properties, items: await allItems(client, table) };
}

async function allItems(client: DynamoDBClient, table: TableDescription): Promise<Map<string, string>> {
  const keyNames = (table.KeySchema ?? []).map((key) => key.AttributeName ?? '');
  const items = new Map<string, string>();
  for await (const page of paginateScan({ client }, { TableName: table.TableName, ConsistentRead: true })) {
    for (const item of page.Items ?? [])
      items.set(keyNames.map((key) => canonical(item[key])).join('|'), canonicalItem(item));
  }
  return items;
}

/** AWS gives tags in pages. */
async function allTags(client: DynamoDBClient, arn: string): Promise<string[]> {
  const tags: string[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListTagsOfResourceCommand({ ResourceArn: arn, NextToken: next }));
    tags.push(...(page.Tags ?? []).map((tag) => `${tag.Key}=${tag.Value}`));
    next = page.NextToken;
  } while (next !== undefined);
  return tags;
}

function isProvisioned(table: TableDescription): boolean {
  return (table.BillingModeSummary?.BillingMode ?? 'PROVISIONED') === 'PROVISIONED';
}

function units(table: TableDescription, throughput: ProvisionedThroughputDescription | undefined): string {
  return isProvisioned(table)
    ? `${throughput?.ReadCapacityUnits} read, ${throughput?.WriteCapacityUnits} write`
    : 'none';
}

function capacity(table: TableDescription): [string, string][] {
  const maximum = table.OnDemandThroughput;
  return [
    ['capacity mode', isProvisioned(table) ? 'PROVISIONED' : 'PAY_PER_REQUEST'],
    ['provisioned units', units(table, table.ProvisionedThroughput)],
    [
      'on-demand maximum',
      maximum ? `${maximum.MaxReadRequestUnits} read, ${maximum.MaxWriteRequestUnits} write` : 'none',
    ],
  ];
}

function encryption(table: TableDescription): string {
  return table.SSEDescription?.SSEType === 'KMS' ? `KMS ${table.SSEDescription.KMSMasterKeyArn}` : 'AWS-owned key';
}

function indexes(table: TableDescription): [string, string][] {
  const globals = (table.GlobalSecondaryIndexes ?? []).flatMap((index): [string, string][] => [
    [`GSI ${index.IndexName}`, `${keys(index.KeySchema)}, ${projection(index.Projection)}`],
    [`GSI ${index.IndexName} units`, units(table, index.ProvisionedThroughput)],
  ]);
  const locals = (table.LocalSecondaryIndexes ?? []).map((index): [string, string] => [
    `LSI ${index.IndexName}`,
    `${keys(index.KeySchema)}, ${projection(index.Projection)}`,
  ]);
  return [...globals, ...locals];
}

function projection(of: Projection | undefined): string {
  return `${of?.ProjectionType} ${sorted(of?.NonKeyAttributes ?? [])}`.trim();
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
