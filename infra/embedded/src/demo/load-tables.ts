import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
  type AttributeValue,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import type { PlainItem } from './data-sets.ts';
import type { DemoTable } from './tables.ts';

const WAIT = { maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 } as const;

/** Creates a table with all its settings and loads its items. Returns how many items it holds. */
export async function loadTable(client: DynamoDBClient, table: DemoTable): Promise<number> {
  await client.send(new CreateTableCommand(table.create));
  await waitUntilTableExists({ client, ...WAIT }, { TableName: table.name });
  if (table.timeToLiveAttribute !== undefined) {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table.name,
        TimeToLiveSpecification: { Enabled: true, AttributeName: table.timeToLiveAttribute },
      }),
    );
  }
  if (table.pointInTimeRecoveryDays !== undefined) {
    await switchOnRecovery(client, table.name, table.pointInTimeRecoveryDays);
  }
  const items = await table.items();
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, i) => items.slice(i * 25, i * 25 + 25));
  const lanes = 8;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let i = lane; i < batches.length; i += lanes) await writeBatch(client, table.name, batches[i] ?? []);
    }),
  );
  return items.length;
}

/** AWS refuses for a while after a table was made (ContinuousBackupsUnavailableException): try again until it does not. */
async function switchOnRecovery(
  client: DynamoDBClient,
  name: string,
  days: number,
  deadlineMs = 60_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      await client.send(
        new UpdateContinuousBackupsCommand({
          TableName: name,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days },
        }),
      );
      return;
    } catch (error) {
      if ((error as Error).name !== 'ContinuousBackupsUnavailableException' || performance.now() > end) throw error;
      await pause(100);
    }
  }
}

async function writeBatch(client: DynamoDBClient, name: string, items: readonly PlainItem[]): Promise<void> {
  let left: WriteRequest[] = items.map((item) => ({ PutRequest: { Item: marshal(item) } }));
  while (left.length > 0) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: left } }));
    left = UnprocessedItems?.[name] ?? [];
  }
}

function marshal(item: PlainItem): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}

/** The disaster: protection off, table gone. */
export async function destroyTable(client: DynamoDBClient, name: string): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (Table?.DeletionProtectionEnabled === true) {
    await client.send(new UpdateTableCommand({ TableName: name, DeletionProtectionEnabled: false }));
    await untilActive(client, name);
  }
  await client.send(new DeleteTableCommand({ TableName: name }));
  await waitUntilTableNotExists({ client, ...WAIT }, { TableName: name });
}

/** DynamoDB has no waiter for "back to ACTIVE after an update". */
export async function untilActive(client: DynamoDBClient, name: string, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    if (performance.now() > end) throw new Error(`${name} is still ${Table?.TableStatus} after ${deadlineMs} ms`);
    await pause(100);
  }
}
