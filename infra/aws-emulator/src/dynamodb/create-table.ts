import { AwsError, invalidParameters, validation } from '../errors.ts';
import { flag, structures, text } from '../wire/read.ts';
import { freshThroughput, tableArn } from './model.ts';
import { describeTable } from './describe.ts';
import { readEncryption } from './encryption.ts';
import { checkName, inUse, lookUp, save } from './find-table.ts';
import { readPolicy } from './resource-policy.ts';
import {
  checkAttributes,
  readAttributes,
  readBilling,
  readIndex,
  readKeys,
  readOnDemand,
  readStream,
  readTableClass,
  readTags,
  readThroughput,
} from './table-input.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { GlobalIndex, LocalIndex, Table } from './model.ts';

const MAX_IN_TRANSITION = 500;

/** AWS: 500 creates, updates and deletes may be under way at once in an account and Region. */
export function checkInTransition(call: Call): void {
  if (!call.world.enforceLimits) return;
  const moving = call.world.tables.list(call.scope).filter((table) => table.status !== 'ACTIVE').length;
  if (moving >= MAX_IN_TRANSITION) {
    throw new AwsError(
      'LimitExceededException',
      `Subscriber limit exceeded: There is a limit of ${MAX_IN_TRANSITION} tables that can be created, updated or deleted at the same time`,
    );
  }
}

/** The members two origins of a table (CreateTable and a restore) fill in the same way. */
export function newTable(
  world: World,
  given: Pick<
    Table,
    | 'account'
    | 'region'
    | 'name'
    | 'keys'
    | 'attributes'
    | 'globalIndexes'
    | 'localIndexes'
    | 'billing'
    | 'throughput'
    | 'onDemand'
    | 'encryption'
  > &
    Partial<Table>,
): Table {
  const id = world.random.uuid();
  const now = given.created ?? world.clock.now();
  return {
    arn: tableArn(given.region, given.account, given.name),
    id,
    physical: `T${id.replaceAll('-', '')}`,
    created: now,
    status: 'CREATING',
    onDemandSince: given.billing === 'PAY_PER_REQUEST' ? now : null,
    switchesToOnDemand: [],
    tableClass: 'STANDARD',
    classChanges: [],
    stream: null,
    deletionProtection: false,
    tags: {},
    timeToLive: { status: 'DISABLED', attribute: null, changedAt: null },
    recovery: null,
    policy: null,
    itemCount: 0,
    sizeBytes: 0,
    countedAt: now,
    restoredFrom: null,
    ...given,
  };
}

function readGlobalIndexes(call: Call, billing: Table['billing']): GlobalIndex[] {
  return (structures(call.input, 'GlobalSecondaryIndexes') ?? []).map((index) => {
    const basics = readIndex(index);
    const throughput = readThroughput(index, `the index ${basics.name}`);
    if (billing === 'PROVISIONED' && throughput === null) {
      throw invalidParameters(`ProvisionedThroughput is not specified for index: ${basics.name}`);
    }
    if (billing === 'PAY_PER_REQUEST' && throughput !== null) {
      throw invalidParameters(
        `ProvisionedThroughput should not be specified for index: ${basics.name} when BillingMode is PAY_PER_REQUEST`,
      );
    }
    return {
      ...basics,
      status: 'CREATING',
      backfilling: false,
      throughput: freshThroughput(throughput?.read ?? 0, throughput?.write ?? 0),
      onDemand: readOnDemand(index),
    };
  });
}

function checkIndexes(
  table: { keys: Table['keys'] },
  globals: readonly GlobalIndex[],
  locals: readonly LocalIndex[],
): void {
  if (globals.length > 20) throw invalidParameters('GlobalSecondaryIndex count exceeds the per-table limit of 20');
  if (locals.length > 5) throw invalidParameters('Number of LocalSecondaryIndexes exceeds per-table limit of 5');
  if (locals.length > 0 && table.keys[1] === undefined) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const names = [...globals, ...locals].map((index) => index.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidParameters(`Duplicate index name: ${twice}`);
  for (const { name, keys } of locals) {
    if (keys[0]?.AttributeName !== table.keys[0]?.AttributeName) {
      throw invalidParameters(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${name}. index hash key: ${keys[0]?.AttributeName ?? ''}, table hash key: ${table.keys[0]?.AttributeName ?? ''}`,
      );
    }
  }
}

type Capacity = Pick<Table, 'billing' | 'throughput' | 'onDemand' | 'globalIndexes'>;

function readCapacity(call: Call, name: string): Capacity {
  const { input } = call;
  const billing = readBilling(input) ?? 'PROVISIONED';
  const throughput = readThroughput(input, `the table ${name}`);
  if (billing === 'PROVISIONED' && throughput === null) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  if (billing === 'PAY_PER_REQUEST' && throughput !== null) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  const globalIndexes = readGlobalIndexes(call, billing);
  const onDemand = readOnDemand(input);
  if (billing === 'PROVISIONED' && (onDemand !== null || globalIndexes.some((index) => index.onDemand !== null))) {
    throw invalidParameters('OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST');
  }
  return {
    billing,
    throughput: freshThroughput(throughput?.read ?? 0, throughput?.write ?? 0),
    onDemand,
    globalIndexes,
  };
}

type Options = Pick<Table, 'encryption' | 'tableClass' | 'stream' | 'deletionProtection' | 'tags' | 'policy'>;

function readOptions(call: Call): Options {
  const { input } = call;
  const tags = readTags(input);
  if (Object.keys(tags).length > 50) throw validation('The number of tags exceeds the limit of 50');
  const keyArn = readEncryption(call, input) ?? null;
  const stream = readStream(input);
  const policy = text(input, 'ResourcePolicy');
  return {
    encryption: keyArn === null ? null : { keyArn, status: 'ENABLED' },
    tableClass: readTableClass(input) ?? 'STANDARD',
    stream: stream?.enabled === true ? { view: stream.view ?? '', label: streamLabel(call.now), enabled: true } : null,
    deletionProtection: flag(input, 'DeletionProtectionEnabled') ?? false,
    tags,
    policy: policy === null ? null : readPolicy(policy, call.now),
  };
}

/** API Reference, CreateTable. */
export async function createTable(call: Call): Promise<unknown> {
  const { input, world } = call;
  const name = checkName(text(input, 'TableName'));
  const attributes = readAttributes(input);
  const keys = readKeys(input);
  const capacity = readCapacity(call, name);
  const localIndexes = (structures(input, 'LocalSecondaryIndexes') ?? []).map(readIndex);
  checkAttributes(attributes, keys, [...capacity.globalIndexes, ...localIndexes]);
  checkIndexes({ keys }, capacity.globalIndexes, localIndexes);
  const options = readOptions(call);

  if (lookUp(call, name) !== null) throw inUse(`Table already exists: ${name}`);
  checkInTransition(call);
  const { tableQuota } = world.behaviour;
  if (world.enforceLimits && world.tables.count(call.scope) >= tableQuota) {
    throw new AwsError(
      'LimitExceededException',
      `Subscriber limit exceeded: Number of tables cannot exceed ${tableQuota}`,
    );
  }
  const { account, region } = call;
  const table = newTable(world, { account, region, name, keys, attributes, localIndexes, ...capacity, ...options });
  // Claimed and on the agenda before the await: a second CreateTable of the name is refused, and a process killed in
  // between finds the table to finish.
  save(call, table);
  world.agenda.schedule(call.now + world.durations.createTable, 'table.ready', call.scope, name);
  await world.items.define(table);
  return { TableDescription: describeTable(world, table, call.now) };
}

/** Stream labels are the time of enabling, ISO-8601 without a zone. */
export const streamLabel = (at: number): string => new Date(at).toISOString().replace('Z', '');
