import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { airports, flights, movies, populations, type PlainItem } from './data-sets.ts';

/** A table of the demo: how it is created, what is switched on afterwards, and what it holds. */
export type DemoTable = Readonly<{
  name: string;
  create: CreateTableCommandInput;
  timeToLiveAttribute?: string;
  pointInTimeRecoveryDays?: number;
  items: () => Promise<PlainItem[]>;
}>;

const PROTECT = { Key: 'backup', Value: 'nightly' };

/** Between them every property that Tablekeep protects. `keyArn`: a customer-managed KMS key. */
export function demoTables(keyArn: string): readonly DemoTable[] {
  return [
    {
      name: 'Airports',
      create: {
        TableName: 'Airports',
        AttributeDefinitions: [
          { AttributeName: 'iata', AttributeType: 'S' },
          { AttributeName: 'state', AttributeType: 'S' },
          { AttributeName: 'city', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'iata', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-state',
            KeySchema: [
              { AttributeName: 'state', KeyType: 'HASH' },
              { AttributeName: 'city', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
            ProvisionedThroughput: { ReadCapacityUnits: 11, WriteCapacityUnits: 7 },
          },
        ],
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 40, WriteCapacityUnits: 20 },
        SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
        DeletionProtectionEnabled: true,
        Tags: [PROTECT, { Key: 'team', Value: 'air traffic' }, { Key: 'cost-centre', Value: '4711' }],
      },
      pointInTimeRecoveryDays: 14,
      items: airports,
    },
    {
      name: 'Movies',
      create: {
        TableName: 'Movies',
        AttributeDefinitions: [
          { AttributeName: 'title', AttributeType: 'S' },
          { AttributeName: 'releaseDate', AttributeType: 'S' },
          { AttributeName: 'distributor', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'title', KeyType: 'HASH' },
          { AttributeName: 'releaseDate', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-distributor',
            KeySchema: [{ AttributeName: 'distributor', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        OnDemandThroughput: { MaxReadRequestUnits: 4_000, MaxWriteRequestUnits: 1_000 },
        TableClass: 'STANDARD_INFREQUENT_ACCESS',
        DeletionProtectionEnabled: false,
        Tags: [PROTECT, { Key: 'team', Value: 'catalogue' }],
      },
      items: movies,
    },
    {
      name: 'Flights',
      create: {
        TableName: 'Flights',
        AttributeDefinitions: [
          { AttributeName: 'origin', AttributeType: 'S' },
          { AttributeName: 'departure', AttributeType: 'S' },
          { AttributeName: 'delay', AttributeType: 'N' },
          { AttributeName: 'destination', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'origin', KeyType: 'HASH' },
          { AttributeName: 'departure', KeyType: 'RANGE' },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'by-delay',
            KeySchema: [
              { AttributeName: 'origin', KeyType: 'HASH' },
              { AttributeName: 'delay', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-destination',
            KeySchema: [
              { AttributeName: 'destination', KeyType: 'HASH' },
              { AttributeName: 'departure', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
            ProvisionedThroughput: { ReadCapacityUnits: 9, WriteCapacityUnits: 6 },
          },
        ],
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 25, WriteCapacityUnits: 15 },
        SSESpecification: { Enabled: true, SSEType: 'KMS' },
        Tags: [PROTECT, { Key: 'team', Value: 'operations' }],
      },
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoveryDays: 35,
      items: flights,
    },
    {
      name: 'Populations',
      create: {
        TableName: 'Populations',
        AttributeDefinitions: [
          { AttributeName: 'country', AttributeType: 'S' },
          { AttributeName: 'year', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'country', KeyType: 'HASH' },
          { AttributeName: 'year', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        Tags: [PROTECT, { Key: 'scratch', Value: 'yes' }],
      },
      items: populations,
    },
  ];
}

/** The three that the policy protects; `Populations` bears the tag too, but the policy excludes it. */
export const PROTECTED_TABLES = ['Airports', 'Movies', 'Flights'] as const;
export const EXCLUDED_TABLE = 'Populations';
