import { AccountClient } from '@aws-sdk/client-account';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { BackupClient } from '@aws-sdk/client-backup';
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { STSClient } from '@aws-sdk/client-sts';
import type { CreateTableCommandInput, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Emulator } from '@tablekeep/aws-emulator';

export const ACCOUNT = '111122223333';
export const HOME = 'us-east-1';
export const AWAY = 'eu-west-1';
export const BACKUP_ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const keysOf = (account: string): Credentials => ({
  accessKeyId: `AKIA${account}TEST`,
  secretAccessKey: 'not-verified',
});

/** SDK clients as the product makes them, without retries so that a test sees every answer. */
export function clients(endpoint: string, region = HOME, credentials: Credentials = keysOf(ACCOUNT), maxAttempts = 1) {
  const config = { endpoint, region, credentials, maxAttempts };
  return {
    account: new AccountClient(config),
    autoScaling: new ApplicationAutoScalingClient(config),
    backup: new BackupClient(config),
    dynamodb: new DynamoDBClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    sts: new STSClient(config),
  };
}

export const airports: CreateTableCommandInput = {
  TableName: 'airports',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'iata', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'iata', AttributeType: 'S' }],
};

export const arnOf = (table: string, region = HOME): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${table}`;

/** Creates a table and lets the clock run until it is ACTIVE. */
export async function makeTable(
  emulator: Emulator,
  dynamodb: DynamoDBClient,
  table: CreateTableCommandInput = airports,
) {
  await dynamodb.send(new CreateTableCommand(table));
  await emulator.clock.advance(MINUTE);
}

/** Airports numbered from 0: `A0000` … with a name and a country. */
export async function putAirports(dynamodb: DynamoDBClient, count: number, table = 'airports'): Promise<void> {
  const countries = ['NZ', 'SE', 'BR', 'KE'];
  for (let from = 0; from < count; from += 25) {
    const requests: WriteRequest[] = [];
    for (let at = from; at < Math.min(count, from + 25); at += 1) {
      const iata = `A${String(at).padStart(4, '0')}`;
      requests.push({
        PutRequest: {
          Item: { iata: { S: iata }, name: { S: `Airport ${at}` }, country: { S: countries[at % 4] ?? '' } },
        },
      });
    }
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

/** The name and message of the error a call ends in. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error('The call succeeded');
}
