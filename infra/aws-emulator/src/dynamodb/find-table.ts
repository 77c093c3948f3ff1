import { AwsError, validation } from '../errors.ts';
import type { Call } from '../call.ts';
import type { Table } from './model.ts';
import { tableArn } from './model.ts';

const NAME = /^[a-zA-Z0-9_.-]+$/;

/** A name as given in TableName: the name itself, or the one in a table's ARN. */
export function tableName(given: string): string {
  const arn = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(given);
  return arn?.[1] ?? given;
}

const constraint = (value: string, rule: string): AwsError =>
  validation(`1 validation error detected: Value '${value}' at 'tableName' failed to satisfy constraint: ${rule}`);

export function checkName(given: string | null): string {
  if (given === null) throw validation("The parameter 'TableName' is required but was not present in the request");
  const name = tableName(given);
  if (!NAME.test(name)) throw constraint(given, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+');
  if (name.length < 3) throw constraint(given, 'Member must have length greater than or equal to 3');
  if (name.length > 255) throw constraint(given, 'Member must have length less than or equal to 255');
  return name;
}

/** The ARN a request's TableName or ResourceArn stands for, for policy checks. */
export const resourceOf = (call: Call, given: string | null): string =>
  given === null ? '*' : tableArn(call.region, call.account, tableName(given));

export function lookUp(call: Call, given: string): Table | null {
  if (given.startsWith('arn:') && !given.startsWith(`arn:aws:dynamodb:${call.region}:${call.account}:table/`))
    return null;
  return call.world.tables.get(call.scope, tableName(given));
}

export function findTable(call: Call, given: string | null): Table {
  const name = checkName(given);
  const table = lookUp(call, given ?? name);
  if (table === null) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return table;
}

/** For operations that take a ResourceArn. */
export function findByArn(call: Call, arn: string | null): Table {
  if (arn === null) throw validation("The parameter 'ResourceArn' is required but was not present in the request");
  const table = arn.startsWith('arn:') ? lookUp(call, arn) : null;
  if (table === null)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`);
  return table;
}

export const save = (call: Pick<Call, 'world'>, table: Table): Table =>
  call.world.tables.put(`${table.account}/${table.region}`, table.name, table);

export const inUse = (message: string): AwsError => new AwsError('ResourceInUseException', message);
