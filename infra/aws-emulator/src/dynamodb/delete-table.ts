import { validation } from '../errors.ts';
import { number, text } from '../wire/read.ts';
import { describeTable, refreshCounts } from './describe.ts';
import { checkInTransition } from './create-table.ts';
import { findTable, inUse, save } from './find-table.ts';
import { fillReplica, forgetReplica, settleReplicas } from './replicas.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';

export function deleteTable(call: Call): unknown {
  const { world } = call;
  const table = findTable(call, text(call.input, 'TableName'));
  if (table.status === 'CREATING') {
    throw inUse(`Attempt to change a resource which is still in use: Table is being created: ${table.name}`);
  }
  if (table.status === 'UPDATING') {
    throw inUse(`Attempt to change a resource which is still in use: Table is being updated: ${table.name}`);
  }
  if (table.status === 'DELETING') {
    throw inUse(`Attempt to change a resource which is still in use: Table is being deleted: ${table.name}`);
  }
  if (table.deletionProtection) {
    throw validation(
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
  const backedUp = world.backupJobs
    .list(call.scope)
    .some((job) => job.resourceArn === table.arn && (job.state === 'CREATED' || job.state === 'RUNNING'));
  if (backedUp)
    throw inUse(`Attempt to change a resource which is still in use: Table is being backed up: ${table.name}`);
  checkInTransition(call);
  table.status = 'DELETING';
  save(call, table);
  world.agenda.schedule(call.now + world.durations.deleteTable, 'table.gone', call.scope, table.name);
  const {
    TableName,
    TableStatus,
    TableArn,
    TableId,
    ProvisionedThroughput,
    ItemCount,
    TableSizeBytes,
    DeletionProtectionEnabled,
  } = describeTable(world, table, call.now);
  return {
    TableDescription: {
      TableName,
      TableStatus,
      TableArn,
      TableId,
      ProvisionedThroughput,
      ItemCount,
      TableSizeBytes,
      DeletionProtectionEnabled,
    },
  };
}

export async function describe(call: Call): Promise<unknown> {
  const table = findTable(call, text(call.input, 'TableName'));
  await refreshCounts(call.world, table, call.now);
  return { Table: describeTable(call.world, table, call.now) };
}

/** API Reference, ListTables: by name, at most 100 a page. */
export function listTables(call: Call): unknown {
  const limit = number(call.input, 'Limit') ?? 100;
  if (limit < 1 || limit > 100) {
    throw validation(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value ${limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
    );
  }
  const after = text(call.input, 'ExclusiveStartTableName');
  const names = call.world.tables
    .list(call.scope)
    .map((table) => table.name)
    .filter((name) => after === null || name > after)
    .sort();
  const page = names.slice(0, limit);
  return { TableNames: page, ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }) };
}

/** What becomes of tables as the clock goes on. */
export function onTableAppointments(world: World): void {
  world.agenda.on('table.ready', async ({ scope, subject }) => {
    const table = world.tables.get(scope, subject);
    if (table === null || (table.status !== 'CREATING' && table.status !== 'UPDATING')) return;
    const leaving = table.globalIndexes.filter((index) => index.status === 'DELETING');
    const arriving = table.globalIndexes.filter((index) => index.backfilling);
    const stays = { ...table, globalIndexes: table.globalIndexes.filter((index) => index.status !== 'DELETING') };
    await world.items.define(stays);
    await fillReplica(world, table);
    for (const index of leaving) await world.items.dropIndex(table, index.name);
    if (arriving.length > 0) await world.items.backfill(stays);

    table.globalIndexes = stays.globalIndexes;
    for (const index of table.globalIndexes) {
      index.status = 'ACTIVE';
      index.backfilling = false;
    }
    if (leaving.length > 0) {
      const used = new Set(
        [
          ...table.keys,
          ...table.localIndexes.flatMap((i) => i.keys),
          ...table.globalIndexes.flatMap((i) => i.keys),
        ].map((key) => key.AttributeName),
      );
      table.attributes = table.attributes.filter((attribute) => used.has(attribute.AttributeName));
    }
    if (table.encryption !== null) table.encryption.status = 'ENABLED';
    settleReplicas(table);
    table.status = 'ACTIVE';
    world.tables.put(scope, subject, table);
  });

  world.agenda.on('table.gone', async ({ scope, subject }) => {
    const table = world.tables.get(scope, subject);
    if (table === null || table.status !== 'DELETING') return;
    await world.items.drop(table);
    world.tables.delete(scope, subject);
    forgetReplica(world, table);
  });

  world.agenda.on('ttl.settled', ({ scope, subject }) => {
    const table = world.tables.get(scope, subject);
    if (table === null) return;
    const { status, attribute, changedAt } = table.timeToLive;
    table.timeToLive =
      status === 'ENABLING'
        ? { status: 'ENABLED', attribute, changedAt }
        : { status: 'DISABLED', attribute: null, changedAt };
    world.tables.put(scope, subject, table);
  });
}
