import { AwsError } from '../errors.ts';

/** A request's members after decoding: the JSON body, or the form fields of a query request. */
export type Input = Readonly<Record<string, unknown>>;

const wrongType = (key: string): AwsError =>
  new AwsError('SerializationException', `The value of ${key} has a type this operation does not take`);

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member, or null when absent or null. A member of another type is a SerializationException. */
export function text(input: Input, key: string): string | null {
  const value = input[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrongType(key);
  return value;
}

export function number(input: Input, key: string): number | null {
  const value = input[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number') throw wrongType(key);
  return value;
}

export function flag(input: Input, key: string): boolean | null {
  const value = input[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'boolean') throw wrongType(key);
  return value;
}

export function structure(input: Input, key: string): Record<string, unknown> | null {
  const value = input[key];
  if (value === undefined || value === null) return null;
  if (!isRecord(value)) throw wrongType(key);
  return value;
}

/** An empty list in a query request is an empty field. */
const listIn = (input: Input, key: string): unknown => (input[key] === '' ? [] : input[key]);

export function structures(input: Input, key: string): Record<string, unknown>[] | null {
  const value = listIn(input, key);
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every(isRecord)) throw wrongType(key);
  return value;
}

export function texts(input: Input, key: string): string[] | null {
  const value = listIn(input, key);
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw wrongType(key);
  return value;
}

/** A map of strings, as AWS Backup's tags. */
export function textMap(input: Input, key: string): Record<string, string> | null {
  const value = structure(input, key);
  if (value === null) return null;
  for (const item of Object.values(value)) if (typeof item !== 'string') throw wrongType(key);
  return value as Record<string, string>;
}
