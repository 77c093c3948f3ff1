import { AwsError, invalidParameters, validation } from '../errors.ts';
import { flag, structure, structures, text } from '../wire/read.ts';
import { freshThroughput } from './model.ts';
import { describeTable, sameDay, warmthOf } from './describe.ts';
import { readEncryption } from './encryption.ts';
import { findTable, inUse, save } from './find-table.ts';
import { checkInTransition, streamLabel } from './create-table.ts';
import { asksForReplicas, changeReplicas } from './replicas.ts';
import {
  checkAttributes,
  readAttributes,
  readBilling,
  readIndex,
  readOnDemand,
  readStream,
  readTableClass,
  readThroughput,
  readWarmth,
} from './table-input.ts';
import type { Call } from '../call.ts';
import type { GlobalIndex, Table, Throughput, Warmth } from './model.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

interface IndexUpdate {
  readonly kind: 'Create' | 'Update' | 'Delete';
  readonly body: Record<string, unknown>;
}

const readIndexUpdates = (call: Call): IndexUpdate[] =>
  (structures(call.input, 'GlobalSecondaryIndexUpdates') ?? []).flatMap((update) =>
    (['Create', 'Update', 'Delete'] as const).flatMap((kind) => {
      const body = structure(update, kind);
      return body === null ? [] : [{ kind, body }];
    }),
  );

/** Developer Guide, "Quotas": 4 decreases a day, and one more in an hour without any; table and indexes counted apart. */
function changeThroughput(throughput: Throughput, next: { read: number; write: number }, now: number): void {
  const lower = next.read < throughput.read || next.write < throughput.write;
  if (lower) {
    const today = throughput.decreases.filter((at) => sameDay(at, now));
    const lastHour = throughput.decreases.some((at) => now - at < HOUR);
    if (today.length >= 4 && lastHour) {
      throw new AwsError(
        'LimitExceededException',
        'Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds.',
      );
    }
    throughput.decreases = [...today, now];
    throughput.lastDecrease = now;
  }
  if (next.read > throughput.read || next.write > throughput.write) throughput.lastIncrease = now;
  throughput.read = next.read;
  throughput.write = next.write;
}

const globalIndex = (table: Table, name: string | null): GlobalIndex => {
  const index = table.globalIndexes.find((candidate) => candidate.name === name);
  if (index === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: Index: ${name ?? ''} for table: ${table.name}`,
    );
  }
  return index;
};

interface Units {
  readonly read: number;
  readonly write: number;
}

const sameUnits = (a: Units, b: Units): boolean => a.read === b.read && a.write === b.write;

function switchToOnDemand(call: Call, table: Table): void {
  const recent = table.switchesToOnDemand.filter((at) => call.now - at < DAY);
  if (call.world.enforceLimits && recent.length >= 4) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 24 hours.',
    );
  }
  table.switchesToOnDemand = [...recent, call.now];
  table.billing = 'PAY_PER_REQUEST';
  table.onDemandSince = call.now;
  table.throughput = freshThroughput(0, 0);
  for (const index of table.globalIndexes) index.throughput = freshThroughput(0, 0);
}

/** Needs throughput for the table and every index in the same call. */
function switchToProvisioned(table: Table, throughput: Units | null, updates: readonly IndexUpdate[]): void {
  if (throughput === null) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  const given = updates.filter(({ kind }) => kind === 'Update').map(({ body }) => text(body, 'IndexName'));
  const missing = table.globalIndexes.filter((index) => !given.includes(index.name));
  if (missing.length > 0) {
    const names = missing.map((index) => index.name).join(', ');
    throw invalidParameters(`ProvisionedThroughput must be specified for index: ${names}`);
  }
  table.billing = 'PROVISIONED';
  table.onDemand = null;
  table.throughput = freshThroughput(throughput.read, throughput.write);
  for (const index of table.globalIndexes) index.onDemand = null;
}

function changeTableUnits(table: Table, next: Units, now: number): void {
  const { read, write } = table.throughput;
  if (sameUnits(next, table.throughput)) {
    throw validation(
      `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${read}. Requested ReadCapacityUnits: ${next.read}. Current WriteCapacityUnits provisioned for the table: ${write}. Requested WriteCapacityUnits: ${next.write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
    );
  }
  changeThroughput(table.throughput, next, now);
}

/** API Reference, UpdateTable: warm throughput only ever rises. */
function warmUp(what: { warm?: Warmth }, next: Warmth | null, now: Warmth): void {
  if (next === null) return;
  if (next.read < now.read || next.write < now.write) {
    throw validation(
      `The requested warm throughput is lower than the current one: ${now.read} reads and ${now.write} writes per second.`,
    );
  }
  what.warm = next;
}

function changeIndexCapacity(table: Table, body: Record<string, unknown>, now: number): void {
  const index = globalIndex(table, text(body, 'IndexName'));
  const next = readThroughput(body, `the index ${index.name}`);
  const onDemand = readOnDemand(body);
  warmUp(index, readWarmth(body), warmthOf(table.billing, index));
  if (next !== null && table.billing === 'PAY_PER_REQUEST') {
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${index.name} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (next !== null) {
    if (sameUnits(next, index.throughput)) {
      throw validation(
        `The provisioned throughput for the index ${index.name} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the index: ${next.read}. Requested ReadCapacityUnits: ${next.read}. Current WriteCapacityUnits provisioned for the index: ${next.write}. Requested WriteCapacityUnits: ${next.write}.`,
      );
    }
    changeThroughput(index.throughput, next, now);
  }
  if (onDemand !== null) index.onDemand = { ...index.onDemand, ...onDemand };
  index.status = 'UPDATING';
}

/** Billing mode and every kind of throughput: one kind of change as DynamoDB counts them. */
function changeCapacity(call: Call, table: Table, updates: readonly IndexUpdate[]): void {
  const billing = readBilling(call.input);
  const throughput = readThroughput(call.input, `the table ${table.name}`);
  const onDemand = readOnDemand(call.input);
  const target = billing ?? table.billing;
  if (target === 'PAY_PER_REQUEST' && throughput !== null) {
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (target === 'PROVISIONED' && onDemand !== null) {
    throw invalidParameters('OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST');
  }
  if (target !== table.billing) {
    if (target === 'PAY_PER_REQUEST') switchToOnDemand(call, table);
    else switchToProvisioned(table, throughput, updates);
  } else if (throughput !== null) changeTableUnits(table, throughput, call.now);
  if (onDemand !== null) table.onDemand = { ...table.onDemand, ...onDemand };
  warmUp(table, readWarmth(call.input), warmthOf(table.billing, table));
  for (const { kind, body } of updates) if (kind === 'Update') changeIndexCapacity(table, body, call.now);
}

function changeIndexes(call: Call, table: Table, updates: readonly IndexUpdate[]): void {
  if (updates.length > 1) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  const update = updates[0];
  if (update === undefined) return;
  if (update.kind === 'Delete') {
    globalIndex(table, text(update.body, 'IndexName')).status = 'DELETING';
    return;
  }
  const basics = readIndex(update.body);
  if ([...table.globalIndexes, ...table.localIndexes].some((index) => index.name === basics.name)) {
    throw invalidParameters(`Attempting to create an index which already exists: ${basics.name}`);
  }
  const throughput = readThroughput(update.body, `the index ${basics.name}`);
  if (table.billing === 'PROVISIONED' && throughput === null) {
    throw invalidParameters(`ProvisionedThroughput is not specified for index: ${basics.name}`);
  }
  const given = readAttributes(call.input);
  const attributes = [
    ...table.attributes.filter((old) => !given.some((attribute) => attribute.AttributeName === old.AttributeName)),
    ...given,
  ];
  checkAttributes(attributes, table.keys, [...table.globalIndexes, ...table.localIndexes, basics]);
  table.attributes = attributes;
  table.globalIndexes.push({
    ...basics,
    status: 'CREATING',
    backfilling: true,
    throughput: freshThroughput(throughput?.read ?? 0, throughput?.write ?? 0),
    onDemand: readOnDemand(update.body),
  });
}

function changeStream(call: Call, table: Table): void {
  const stream = readStream(call.input);
  if (stream === null) return;
  if (stream.enabled) {
    if (table.stream?.enabled === true)
      throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
    table.stream = { view: stream.view ?? '', label: streamLabel(call.now), enabled: true };
  } else {
    if (table.stream?.enabled !== true) throw validation(`Table has no stream to disable: TableName: ${table.name}`);
    table.stream = { ...table.stream, enabled: false };
  }
}

function changeClass(call: Call, table: Table): void {
  const tableClass = readTableClass(call.input);
  if (tableClass === null) return;
  if (tableClass === table.tableClass) throw invalidParameters(`Table is already using the table class: ${tableClass}`);
  const recent = table.classChanges.filter((at) => call.now - at < 30 * DAY);
  if (recent.length >= 2) {
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Table class can be updated at most 2 times in 30 days',
    );
  }
  table.classChanges = [...recent, call.now];
  table.tableClass = tableClass;
}

function changeEncryption(call: Call, table: Table): void {
  const keyArn = readEncryption(call, call.input);
  if (keyArn === undefined) return;
  if (keyArn === (table.encryption?.keyArn ?? null)) {
    throw invalidParameters(
      keyArn === null ? 'Table is already encrypted by default' : `Table is already encrypted by given KMSMasterKeyId`,
    );
  }
  table.encryption = keyArn === null ? null : { keyArn, status: 'UPDATING' };
}

/** API Reference, UpdateTable: asynchronous, and one kind of change at a time. */
export function updateTable(call: Call): unknown {
  const { input, world } = call;
  const table = findTable(call, text(input, 'TableName'));
  const updates = readIndexUpdates(call);
  const indexChanges = updates.filter(({ kind }) => kind !== 'Update');
  const asked = {
    capacity:
      ['BillingMode', 'ProvisionedThroughput', 'OnDemandThroughput', 'WarmThroughput'].some(
        (key) => input[key] !== undefined && input[key] !== null,
      ) || updates.length > indexChanges.length,
    indexes: indexChanges.length > 0,
    stream: structure(input, 'StreamSpecification') !== null,
    encryption: structure(input, 'SSESpecification') !== null,
    tableClass: text(input, 'TableClass') !== null,
    protection: flag(input, 'DeletionProtectionEnabled') !== null,
    replicas: asksForReplicas(call),
  };
  const kinds = Object.values(asked).filter(Boolean).length;
  if (kinds === 0) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
  if (asked.stream && asked.capacity) throw validation('You cannot modify stream status while updating table IOPS');
  if (kinds > 1) throw invalidParameters('Only one kind of change is allowed in a single UpdateTable call');

  if (table.status !== 'ACTIVE') {
    const doing = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' }[table.status];
    throw inUse(`Attempt to change a resource which is still in use: Table is being ${doing}: ${table.name}`);
  }
  if (table.globalIndexes.some((index) => index.status !== 'ACTIVE')) {
    throw inUse(`Attempt to change a resource which is still in use: Table's index is being updated: ${table.name}`);
  }
  checkInTransition(call);

  // Changed in a copy: a call refused half way leaves the table as it was.
  const changed = structuredClone(table);
  if (asked.capacity) changeCapacity(call, changed, updates);
  if (asked.indexes) changeIndexes(call, changed, indexChanges);
  if (asked.stream) changeStream(call, changed);
  if (asked.tableClass) changeClass(call, changed);
  if (asked.encryption) changeEncryption(call, changed);
  const protection = flag(input, 'DeletionProtectionEnabled');
  if (protection !== null) changed.deletionProtection = protection;
  if (asked.replicas) changeReplicas(call, changed);

  changed.status = 'UPDATING';
  save(call, changed);
  const duration = asked.indexes ? world.durations.createIndex : world.durations.updateTable;
  world.agenda.schedule(call.now + duration, 'table.ready', call.scope, table.name);
  return { TableDescription: describeTable(world, changed, call.now) };
}
