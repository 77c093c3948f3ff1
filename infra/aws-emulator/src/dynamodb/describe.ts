import { streamArn } from './model.ts';
import type { World } from '../world.ts';
import type { GlobalIndex, Table, Throughput, Warmth } from './model.ts';

const seconds = (milliseconds: number): number => milliseconds / 1_000;
const SIX_HOURS = 6 * 60 * 60 * 1_000;

const describeThroughput = (throughput: Throughput, now: number): Record<string, unknown> => ({
  ReadCapacityUnits: throughput.read,
  WriteCapacityUnits: throughput.write,
  NumberOfDecreasesToday: throughput.decreases.filter((at) => sameDay(at, now)).length,
  ...(throughput.lastIncrease !== null && { LastIncreaseDateTime: seconds(throughput.lastIncrease) }),
  ...(throughput.lastDecrease !== null && { LastDecreaseDateTime: seconds(throughput.lastDecrease) }),
});

export const sameDay = (a: number, b: number): boolean => Math.floor(a / 86_400_000) === Math.floor(b / 86_400_000);

/** Developer Guide, "Warm throughput": 12,000 reads and 4,000 writes for on-demand, otherwise what is provisioned. */
export function warmthOf(billing: Table['billing'], of: Pick<GlobalIndex, 'throughput' | 'warm'>): Warmth {
  const base = billing === 'PAY_PER_REQUEST' ? { read: 12_000, write: 4_000 } : of.throughput;
  return { read: Math.max(base.read, of.warm?.read ?? 0), write: Math.max(base.write, of.warm?.write ?? 0) };
}

function describeWarmth(billing: Table['billing'], of: Pick<GlobalIndex, 'throughput' | 'warm'>) {
  const { read, write } = warmthOf(billing, of);
  return { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write };
}

const describeGlobalIndex = (table: Table, index: GlobalIndex, now: number): Record<string, unknown> => ({
  IndexName: index.name,
  KeySchema: index.keys,
  Projection: index.projection,
  IndexStatus: index.status,
  ...(index.backfilling && { Backfilling: true }),
  ProvisionedThroughput: describeThroughput(index.throughput, now),
  IndexSizeBytes: index.status === 'CREATING' ? 0 : table.sizeBytes,
  ItemCount: index.status === 'CREATING' ? 0 : table.itemCount,
  IndexArn: `${table.arn}/index/${index.name}`,
  ...(index.onDemand !== null && { OnDemandThroughput: index.onDemand }),
  WarmThroughput: { ...describeWarmth(table.billing, index), Status: index.status },
});

/** A customer key that is not enabled makes its table unreadable (Developer Guide, "Encryption at rest"). */
export function keyIsLost(world: World, table: Table): boolean {
  if (table.encryption === null) return false;
  const keyId = table.encryption.keyArn.slice(table.encryption.keyArn.lastIndexOf('/') + 1);
  const key = world.keys.get(`${table.account}/${table.region}`, keyId);
  return key !== null && key.state !== 'Enabled';
}

/** DescribeTable's TableDescription. Members AWS leaves out are left out. */
export function describeTable(world: World, table: Table, now: number): Record<string, unknown> {
  const lost = table.status === 'ACTIVE' && keyIsLost(world, table);
  return {
    AttributeDefinitions: table.attributes,
    TableName: table.name,
    KeySchema: table.keys,
    TableStatus: lost ? 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' : table.status,
    CreationDateTime: seconds(table.created),
    ProvisionedThroughput: describeThroughput(table.throughput, now),
    TableSizeBytes: table.sizeBytes,
    ItemCount: table.itemCount,
    TableArn: table.arn,
    TableId: table.id,
    ...(table.onDemandSince !== null && {
      BillingModeSummary: {
        BillingMode: table.billing,
        LastUpdateToPayPerRequestDateTime: seconds(table.onDemandSince),
      },
    }),
    ...(table.onDemand !== null && { OnDemandThroughput: table.onDemand }),
    WarmThroughput: {
      ...describeWarmth(table.billing, table),
      Status: table.status === 'UPDATING' ? 'UPDATING' : 'ACTIVE',
    },
    ...(table.localIndexes.length > 0 && {
      LocalSecondaryIndexes: table.localIndexes.map(({ name, keys, projection }) => ({
        IndexName: name,
        KeySchema: keys,
        Projection: projection,
        IndexSizeBytes: table.sizeBytes,
        ItemCount: table.itemCount,
        IndexArn: `${table.arn}/index/${name}`,
      })),
    }),
    ...(table.globalIndexes.length > 0 && {
      GlobalSecondaryIndexes: table.globalIndexes.map((index) => describeGlobalIndex(table, index, now)),
    }),
    ...(table.stream !== null && {
      ...(table.stream.enabled && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.view },
      }),
      LatestStreamLabel: table.stream.label,
      LatestStreamArn: streamArn(table, table.stream.label),
    }),
    ...(table.encryption !== null && {
      SSEDescription: {
        Status: table.encryption.status,
        SSEType: 'KMS',
        KMSMasterKeyArn: table.encryption.keyArn,
      },
    }),
    ...((table.tableClass !== 'STANDARD' || table.classChanges.length > 0) && {
      TableClassSummary: {
        TableClass: table.tableClass,
        ...(table.classChanges.length > 0 && { LastUpdateDateTime: seconds(table.classChanges.at(-1) ?? 0) }),
      },
    }),
    ...(table.replicas !== undefined &&
      table.replicas.length > 0 && {
        GlobalTableVersion: '2019.11.21',
        Replicas: table.replicas.map(({ region, status }) => ({ RegionName: region, ReplicaStatus: status })),
      }),
    DeletionProtectionEnabled: table.deletionProtection,
    ...(table.restoredFrom !== null && {
      RestoreSummary: {
        SourceBackupArn: table.restoredFrom.backupArn,
        SourceTableArn: table.restoredFrom.tableArn,
        RestoreDateTime: seconds(table.restoredFrom.at),
        RestoreInProgress: table.restoredFrom.inProgress,
      },
    }),
  };
}

/** AWS refreshes the counts about every six hours; `live` counts at every look. */
export async function refreshCounts(world: World, table: Table, now: number): Promise<void> {
  const live = world.behaviour.itemCountRefresh === 'live';
  if (table.status === 'CREATING' || (!live && now - table.countedAt < SIX_HOURS)) return;
  const { items, bytes } = await world.items.count(table);
  table.itemCount = items;
  table.sizeBytes = bytes;
  table.countedAt = now - ((now - table.countedAt) % SIX_HOURS);
  if (world.tables.get(`${table.account}/${table.region}`, table.name) === table) {
    world.tables.put(`${table.account}/${table.region}`, table.name, table);
  }
}
