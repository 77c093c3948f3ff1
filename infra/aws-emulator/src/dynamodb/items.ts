import { AwsError } from '../errors.ts';
import { isRecord } from '../wire/read.ts';
import { itemOperations } from './item-store.ts';
import { lookUp, resourceOf, tableName } from './find-table.ts';
import { keyIsLost } from './describe.ts';
import { text } from '../wire/read.ts';
import type { Call, Operation } from '../call.ts';
import type { ItemOperation } from './item-store.ts';
import type { Table } from './model.ts';

const VALID_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

/** The table an item operation may use now. A table being created, restored or deleted has no items to offer. */
function usable(call: Call, given: string): Table | null {
  if (!VALID_NAME.test(tableName(given))) return null;
  const table = lookUp(call, given);
  if (table === null || table.status === 'CREATING' || table.status === 'DELETING') {
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }
  if (keyIsLost(call.world, table)) {
    throw new AwsError(
      'ValidationException',
      `KMS validation error: the key of the table ${table.name} is not accessible`,
    );
  }
  return table;
}

/** Puts names as the caller gave them back in the place of physical ones, wherever item operations answer with a table's name. */
function restoreNames(value: unknown, given: ReadonlyMap<string, string>): unknown {
  if (!isRecord(value)) return value;
  const capacity = (one: unknown): unknown =>
    isRecord(one) && typeof one['TableName'] === 'string'
      ? { ...one, TableName: given.get(one['TableName']) ?? one['TableName'] }
      : one;
  const byTable = (map: unknown): unknown =>
    isRecord(map)
      ? Object.fromEntries(Object.entries(map).map(([name, entry]) => [given.get(name) ?? name, entry]))
      : map;
  const answer: Record<string, unknown> = { ...value };
  const consumed = answer['ConsumedCapacity'];
  if (consumed !== undefined)
    answer['ConsumedCapacity'] = Array.isArray(consumed) ? consumed.map(capacity) : capacity(consumed);
  for (const member of ['Responses', 'UnprocessedKeys', 'UnprocessedItems']) {
    if (answer[member] !== undefined) answer[member] = byTable(answer[member]);
  }
  return answer;
}

async function run(call: Call, operation: ItemOperation): Promise<unknown> {
  const names = new Map<string, string>();
  const physical = (given: string): string => {
    const table = usable(call, given);
    if (table === null) return given;
    names.set(table.physical, given);
    return table.physical;
  };
  const input: Record<string, unknown> = { ...call.input };
  const single = input['TableName'];
  if (typeof single === 'string') input['TableName'] = physical(single);
  const batch = input['RequestItems'];
  if (isRecord(batch)) {
    input['RequestItems'] = Object.fromEntries(Object.entries(batch).map(([name, entry]) => [physical(name), entry]));
  }
  const { status, body } = await call.world.items.run(operation, input);
  if (status === 200) return restoreNames(body, names);
  throw itemError(status, body, names);
}

/** dynalite's errors keep their type, text and members (a failed condition's Item, say); only the names change. */
function itemError(status: number, body: unknown, names: ReadonlyMap<string, string>): AwsError {
  const members = isRecord(body) ? body : {};
  const type = typeof members['__type'] === 'string' ? members['__type'] : 'com.amazon.coral.service#InternalFailure';
  const given = members['message'] ?? members['Message'];
  let message = typeof given === 'string' ? given : '';
  for (const [physical, name] of names) message = message.replaceAll(physical, name);
  const others = Object.fromEntries(
    Object.entries(members).filter(([key]) => !['__type', 'message', 'Message'].includes(key)),
  );
  return new AwsError(type.slice(type.indexOf('#') + 1), message, status, others);
}

function resources(call: Call): string[] {
  const batch = call.input['RequestItems'];
  if (isRecord(batch)) return Object.keys(batch).map((name) => resourceOf(call, name));
  const table = resourceOf(call, text(call.input, 'TableName'));
  const index = text(call.input, 'IndexName');
  return [index === null ? table : `${table}/index/${index}`];
}

export const itemOperationTable: Readonly<Record<string, Operation>> = Object.fromEntries(
  itemOperations.map((operation) => [operation, { resources, run: (call: Call) => run(call, operation) }]),
);
