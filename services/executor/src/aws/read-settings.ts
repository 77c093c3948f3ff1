import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Known, TableSettings } from '@tablekeep/schema/settings';
import type { TableSeen } from '../domain/stranger.ts';
import { AwsCallError } from './explain-fault.ts';
import { keyManager } from './key-manager.ts';
import type { RegionAws } from './region-aws.ts';

type Patience = 'little' | 'full';

/**
 * Everything about one table, as of now, or null when there is no such table. What the role may not read is `unknown`
 * with AWS's words; with `patience: 'little'` (a scan of thousands) so is what AWS failed to answer.
 * Throws AwsCallError where the table itself cannot be described, and for what may come right where patience is full.
 * @param forTags where something depends on them; else as for the rest
 */
export async function readSettings(
  aws: RegionAws,
  tableName: string,
  patience: Patience = 'full',
  forTags: Patience = patience,
): Promise<TableSettings | null> {
  const table = await describeTable(aws, tableName);
  if (table === null) return null;
  const arn = table.TableArn ?? '';
  const known = <T>(read: Promise<T>) => knownOr(read, patience);
  const [tags, timeToLive, pointInTimeRecovery, resourcePolicy, encryption] = await Promise.all([
    knownOr(readTags(aws, arn), forTags),
    known(readTimeToLive(aws, tableName)),
    known(readRecovery(aws, tableName)),
    known(readResourcePolicy(aws, arn)),
    readEncryption(aws, table, patience),
  ]);
  return { ...plainSettings(table), encryption, tags, timeToLive, pointInTimeRecovery, resourcePolicy };
}

/** DescribeTable, null for a table that does not exist. */
export async function describeTable(aws: RegionAws, tableName: string): Promise<TableDescription | null> {
  try {
    const answer = await aws.call('dynamodb:DescribeTable', (abortSignal) =>
      aws.dynamodb.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal }),
    );
    return answer.Table ?? null;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

export function seenTable({ TableId, CreationDateTime }: TableDescription): TableSeen {
  return { tableId: TableId ?? '', createdAt: CreationDateTime ?? null };
}

type PlainSettings = Omit<
  TableSettings,
  'encryption' | 'tags' | 'timeToLive' | 'pointInTimeRecovery' | 'resourcePolicy'
>;

/** The other Regions in which a global table lives, in whatever state it is there; of one in a single Region none. */
export function replicasOf(table: TableDescription | null, region: string): string[] {
  const regions = (table?.Replicas ?? []).flatMap((replica) => replica.RegionName ?? []);
  return regions.filter((one) => one !== region).sort();
}

/** AWS leaves members out where they were never set: compared with defaults, never with undefined. */
function plainSettings(table: TableDescription): PlainSettings {
  const billingMode = table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST' ? 'PAY_PER_REQUEST' : 'PROVISIONED';
  const units = (given: TableDescription['ProvisionedThroughput']) =>
    billingMode === 'PROVISIONED'
      ? { read: given?.ReadCapacityUnits ?? 0, write: given?.WriteCapacityUnits ?? 0 }
      : null;
  return {
    ...identity(table),
    keySchema: keySchema(table.KeySchema),
    attributes: (table.AttributeDefinitions ?? []).map((one) => ({
      name: one.AttributeName ?? '',
      type: one.AttributeType ?? 'S',
    })),
    globalIndexes: (table.GlobalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? '',
      keySchema: keySchema(index.KeySchema),
      projection: projection(index.Projection),
      provisioned: units(index.ProvisionedThroughput),
      onDemandMaximum: maximum(index.OnDemandThroughput),
      ...warm(index.WarmThroughput),
    })),
    localIndexes: (table.LocalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? '',
      keySchema: keySchema(index.KeySchema),
      projection: projection(index.Projection),
    })),
    tableClass:
      table.TableClassSummary?.TableClass === 'STANDARD_INFREQUENT_ACCESS' ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD',
    billingMode,
    provisioned: units(table.ProvisionedThroughput),
    onDemandMaximum: maximum(table.OnDemandThroughput),
    ...warm(table.WarmThroughput),
    deletionProtection: table.DeletionProtectionEnabled ?? false,
    stream: table.StreamSpecification?.StreamEnabled
      ? {
          viewType: table.StreamSpecification.StreamViewType ?? 'NEW_AND_OLD_IMAGES',
          ...(table.LatestStreamArn !== undefined && { arn: table.LatestStreamArn }),
        }
      : null,
    replicas: (table.Replicas ?? []).flatMap((replica) => replica.RegionName ?? []),
    itemCount: table.ItemCount ?? 0,
    sizeBytes: table.TableSizeBytes ?? 0,
  };
}

function warm(
  given: { ReadUnitsPerSecond?: number | undefined; WriteUnitsPerSecond?: number | undefined } | undefined,
): Pick<TableSettings, 'warmThroughput'> {
  const { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write } = given ?? {};
  return read === undefined || write === undefined ? {} : { warmThroughput: { read, write } };
}

function identity(table: TableDescription): Pick<TableSettings, 'tableName' | 'tableArn' | 'tableId' | 'createdAt'> {
  return {
    tableName: table.TableName ?? '',
    tableArn: table.TableArn ?? '',
    tableId: table.TableId ?? '',
    createdAt: table.CreationDateTime?.toISOString() ?? '',
  };
}

function keySchema(keys: TableDescription['KeySchema']): TableSettings['keySchema'] {
  return (keys ?? []).map((key) => ({ attribute: key.AttributeName ?? '', role: key.KeyType ?? 'HASH' }));
}

function projection(
  given: { ProjectionType?: string | undefined; NonKeyAttributes?: string[] | undefined } | undefined,
): TableSettings['localIndexes'][number]['projection'] {
  const type = given?.ProjectionType;
  return {
    type: type === 'KEYS_ONLY' || type === 'INCLUDE' ? type : 'ALL',
    nonKeyAttributes: given?.NonKeyAttributes ?? [],
  };
}

function maximum(
  given: { MaxReadRequestUnits?: number | undefined; MaxWriteRequestUnits?: number | undefined } | undefined,
): { read: number; write: number } | null {
  const read = given?.MaxReadRequestUnits ?? -1;
  const write = given?.MaxWriteRequestUnits ?? -1;
  return read === -1 && write === -1 ? null : { read, write };
}

/** No SSEDescription, or one being disabled, means the key AWS owns; never "unencrypted". */
async function readEncryption(
  aws: RegionAws,
  table: TableDescription,
  patience: Patience,
): Promise<TableSettings['encryption']> {
  const sse = table.SSEDescription;
  const keyArn = sse?.KMSMasterKeyArn;
  const off = sse === undefined || sse.Status === 'DISABLED' || sse.Status === 'DISABLING';
  if (off || !keyArn) return { type: 'AWS_OWNED', kmsKeyArn: null };
  return (await keyManager(aws, keyArn, patience)) === 'AWS'
    ? { type: 'AWS_MANAGED', kmsKeyArn: keyArn }
    : { type: 'CUSTOMER_MANAGED', kmsKeyArn: keyArn };
}

export async function readTags(aws: RegionAws, arn: string): Promise<{ key: string; value: string }[]> {
  const tags: { key: string; value: string }[] = [];
  let token: string | undefined;
  do {
    const page = await aws.call('dynamodb:ListTagsOfResource', (abortSignal) =>
      aws.dynamodb.send(
        new ListTagsOfResourceCommand({ ResourceArn: arn, ...(token !== undefined && { NextToken: token }) }),
        { abortSignal },
      ),
    );
    tags.push(...(page.Tags ?? []).map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })));
    token = page.NextToken;
  } while (token);
  return tags;
}

/** ENABLING counts as on: AWS takes up to an hour to finish a change it has accepted. */
async function readTimeToLive(aws: RegionAws, tableName: string): Promise<{ attribute: string } | null> {
  const answer = await aws.call('dynamodb:DescribeTimeToLive', (abortSignal) =>
    aws.dynamodb.send(new DescribeTimeToLiveCommand({ TableName: tableName }), { abortSignal }),
  );
  const { TimeToLiveStatus: status, AttributeName: attribute } = answer.TimeToLiveDescription ?? {};
  const on = status === 'ENABLED' || status === 'ENABLING';
  return on && attribute ? { attribute } : null;
}

const LONGEST_RECOVERY_DAYS = 35;

async function readRecovery(aws: RegionAws, tableName: string): Promise<{ recoveryPeriodDays: number } | null> {
  const answer = await aws.call('dynamodb:DescribeContinuousBackups', (abortSignal) =>
    aws.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName: tableName }), { abortSignal }),
  );
  const recovery = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  if (recovery?.PointInTimeRecoveryStatus !== 'ENABLED') return null;
  return { recoveryPeriodDays: recovery.RecoveryPeriodInDays ?? LONGEST_RECOVERY_DAYS };
}

/** "No policy" is an error to AWS and an answer to us. */
async function readResourcePolicy(aws: RegionAws, arn: string): Promise<string | null> {
  try {
    const answer = await aws.call('dynamodb:GetResourcePolicy', (abortSignal) =>
      aws.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: arn }), { abortSignal }),
    );
    return answer.Policy ?? null;
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** What the role may not read is an answer too; what may come right is thrown, to be tried again. */
export async function knownOr<T>(read: Promise<T>, patience: Patience): Promise<Known<T>> {
  try {
    return { state: 'known', value: await read };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    if (error.fault.transient && patience === 'full') throw error;
    return { state: 'unknown', because: error.fault.reason };
  }
}
