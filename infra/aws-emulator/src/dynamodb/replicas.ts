import { validation } from '../errors.ts';
import { isEnabledRegion } from '../regions.ts';
import { scopeOf } from '../call.ts';
import { structure, structures, text } from '../wire/read.ts';
import { newTable } from './create-table.ts';
import { inUse } from './find-table.ts';
import type { Call } from '../call.ts';
import type { World } from '../world.ts';
import type { Replica, Table } from './model.ts';

type Change = Readonly<{ kind: 'Create' | 'Delete'; region: string }>;

export const asksForReplicas = (call: Call): boolean => (structures(call.input, 'ReplicaUpdates') ?? []).length > 0;

function readChange(call: Call): Change {
  const updates = (structures(call.input, 'ReplicaUpdates') ?? []).flatMap((update) =>
    (['Create', 'Update', 'Delete'] as const).flatMap((kind) => {
      const body = structure(update, kind);
      return body === null ? [] : [{ kind, region: text(body, 'RegionName') ?? '' }];
    }),
  );
  const [update, ...more] = updates;
  if (update === undefined || more.length > 0) {
    throw validation('One replica can be created, updated or deleted in a single UpdateTable call');
  }
  const { kind, region } = update;
  if (kind === 'Update') throw validation('The emulator does not change the settings of replicas');
  if (!isEnabledRegion(region)) throw validation(`Region ${region} is not a supported Region`);
  return { kind, region };
}

/**
 * API Reference, UpdateTable, ReplicaUpdates; global tables of version 2019.11.21. The new replica gets the items that the table
 * has when it is ready; what is written afterwards stays where it was written.
 */
export function changeReplicas(call: Call, table: Table): void {
  const { world, account, now } = call;
  const { kind, region } = readChange(call);
  const scope = scopeOf(account, region);
  const there = world.tables.get(scope, table.name);
  const replicas = replicasOf(table);
  if (kind === 'Delete') {
    const replica = replicas.find((one) => one.region === region);
    if (replica === undefined || there === null) {
      throw validation(`Replica of table ${table.name} does not exist in Region ${region}`);
    }
    if (there.status !== 'ACTIVE') throw inUse(`Attempt to change a resource which is still in use: ${there.name}`);
    replica.status = 'DELETING';
    there.status = 'DELETING';
    world.tables.put(scope, there.name, there);
    world.agenda.schedule(now + world.durations.deleteTable, 'table.gone', scope, there.name);
    return;
  }
  if (table.stream?.enabled !== true || table.stream.view !== 'NEW_AND_OLD_IMAGES') {
    throw validation('Table must have a stream with view type NEW_AND_OLD_IMAGES');
  }
  if (region === table.region || there !== null) {
    throw validation(
      `Failed to create a the new replica of table with name: '${table.name}' because one or more replicas already existed as tables.`,
    );
  }
  const { name, keys, attributes, localIndexes, billing, throughput, onDemand, stream, tableClass } = table;
  const globalIndexes = table.globalIndexes.map((index) => ({ ...index, status: 'CREATING' as const }));
  const replica = newTable(world, {
    ...structuredClone({ account, region, name, keys, attributes, localIndexes, globalIndexes }),
    ...structuredClone({ billing, throughput, onDemand, stream, tableClass }),
    encryption: null,
    filledFrom: table.region,
    replicas: [...replicas.map((one) => ({ ...one })), { region: table.region, status: 'ACTIVE' }],
  });
  for (const other of replicas) link(world, account, other.region, name, { region, status: 'ACTIVE' });
  replicas.push({ region, status: 'CREATING' });
  table.replicas = replicas;
  world.tables.put(scope, name, replica);
  world.agenda.schedule(now + world.durations.updateTable, 'table.ready', scope, name);
}

const replicasOf = (table: Table): Replica[] => table.replicas ?? [];

function link(world: World, account: string, region: string, name: string, replica: Replica): void {
  const table = world.tables.get(scopeOf(account, region), name);
  if (table === null) return;
  table.replicas = [...replicasOf(table), replica];
  world.tables.put(scopeOf(account, region), name, table);
}

/** Before a table is ready: what it is a replica of gives it its items. Doing it twice changes nothing. */
export async function fillReplica(world: World, table: Table): Promise<void> {
  if (table.filledFrom === undefined) return;
  const source = world.tables.get(scopeOf(table.account, table.filledFrom), table.name);
  if (source !== null) await world.items.load(table, (await world.items.snapshot(source)).items);
  delete table.filledFrom;
}

/** Once a table is ready: the replicas it asked for are there, those it wanted rid of are on their way. */
export function settleReplicas(table: Table): void {
  if (table.replicas === undefined) return;
  table.replicas = table.replicas.filter(({ status }) => status !== 'DELETING');
  for (const replica of table.replicas) replica.status = 'ACTIVE';
}

/** A table that is gone is nobody's replica any more. */
export function forgetReplica(world: World, { account, region, name, replicas = [] }: Table): void {
  for (const other of replicas) {
    const scope = scopeOf(account, other.region);
    const table = world.tables.get(scope, name);
    if (table === null) continue;
    table.replicas = replicasOf(table).filter((replica) => replica.region !== region);
    world.tables.put(scope, name, table);
  }
}
