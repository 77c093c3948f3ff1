import {
  DescribeTableCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type StreamViewType,
  type TableDescription,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
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
  const operation = operationOf(change);
  const call = async (signal: AbortSignal): Promise<void> => {
    const now = await aws.dynamodb.send(new DescribeTableCommand({ TableName: table.name }), {
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]),
    });
    if (now.Table?.TableId !== table.tableId) throw new NotSentError('other-table');
    const timeoutMs = CHANGE_TIMEOUT_MS - LOOK_TIMEOUT_MS;
    if (leaseLeftMs() <= timeoutMs) throw new NotSentError('lease');
    await send(aws, table, change, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  };
  try {
    await aws.call(operation, call, { changes: true });
  } catch (error) {
    if (error instanceof AwsCallError && error.cause instanceof NotSentError) throw error.cause;
    throw error;
  }
}

function operationOf(change: Change): AwsOperation {
  switch (change.property) {
    case 'tags':
      return 'dynamodb:TagResource';
    case 'resourcePolicy':
      return 'dynamodb:PutResourcePolicy';
    case 'pointInTimeRecovery':
      return 'dynamodb:UpdateContinuousBackups';
    case 'timeToLive':
      return 'dynamodb:UpdateTimeToLive';
    default:
      return 'dynamodb:UpdateTable';
  }
}

async function send(aws: RegionAws, table: TableIdentity, change: Change, abortSignal: AbortSignal): Promise<void> {
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
    default:
      await aws.dynamodb.send(new UpdateTableCommand({ TableName: table.name, ...updateOf(change) }), options);
  }
}

type TableUpdate = Omit<UpdateTableCommandInput, 'TableName'>;
type UpdateChange = Exclude<Change, { property: 'tags' | 'resourcePolicy' | 'pointInTimeRecovery' | 'timeToLive' }>;

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
      return { OnDemandThroughput: { MaxReadRequestUnits: change.read, MaxWriteRequestUnits: change.write } };
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
