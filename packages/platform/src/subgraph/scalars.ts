import { GraphQLScalarType, Kind } from 'graphql';
import { badInput } from './bad-input.ts';

function toInstant(value: unknown): string {
  const date = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime()))
    throw badInput('DateTime is an RFC 3339 date and time, e.g. 2026-01-31T04:00:00Z');
  return date.toISOString();
}

function toArn(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('arn:') || value.length > 512) {
    throw badInput('ARN is text that starts with "arn:", at most 512 characters');
  }
  return value;
}

function toWhole(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw badInput('BigInt is a whole number');
  return number;
}

const scalar = <T, I = T>(
  name: string,
  convert: (value: unknown) => T,
  kinds: readonly string[],
  input: (value: T) => I = (value) => value as unknown as I,
) =>
  new GraphQLScalarType({
    name,
    serialize: convert,
    parseValue: (value) => input(convert(value)),
    parseLiteral: (node) => {
      if (!kinds.includes(node.kind) || !('value' in node)) throw badInput(`${name} cannot be written like that`);
      return input(convert(node.value));
    },
  });

/** Resolvers of the scalars that every subgraph may declare. */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = {
  DateTime: scalar('DateTime', toInstant, [Kind.STRING], (text) => new Date(text)),
  ARN: scalar('ARN', toArn, [Kind.STRING]),
  BigInt: scalar('BigInt', toWhole, [Kind.INT, Kind.STRING]),
};
