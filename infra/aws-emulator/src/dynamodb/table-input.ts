import { AwsError, invalidParameters, validation } from '../errors.ts';
import { flag, number, structure, structures, text, texts } from '../wire/read.ts';
import type { Input } from '../wire/read.ts';
import type { AttributeDefinition, KeyElement, LocalIndex, OnDemandThroughput, Projection, Warmth } from './model.ts';

/** Structures CreateTable and UpdateTable share, read and checked as DynamoDB checks them. */

export function readAttributes(input: Input): AttributeDefinition[] {
  const attributes = (structures(input, 'AttributeDefinitions') ?? []).map((attribute) => ({
    AttributeName: text(attribute, 'AttributeName') ?? '',
    AttributeType: text(attribute, 'AttributeType') ?? '',
  }));
  for (const { AttributeName, AttributeType } of attributes) {
    if (!['S', 'N', 'B'].includes(AttributeType)) {
      throw validation(
        `1 validation error detected: Value '${AttributeType}' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]`,
      );
    }
    if (attributes.filter((other) => other.AttributeName === AttributeName).length > 1) {
      throw invalidParameters(`Cannot redefine attribute ${AttributeName}`);
    }
  }
  return attributes;
}

export function readKeys(input: Input): KeyElement[] {
  const keys = (structures(input, 'KeySchema') ?? []).map((key) => ({
    AttributeName: text(key, 'AttributeName') ?? '',
    KeyType: text(key, 'KeyType') ?? '',
  }));
  if (keys.length < 1 || keys.length > 2) {
    throw validation(
      `1 validation error detected: Value '${JSON.stringify(keys)}' at 'keySchema' failed to satisfy constraint: Member must have length ${keys.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 2'}`,
    );
  }
  if (keys[0]?.KeyType !== 'HASH')
    throw validation('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (keys[1] !== undefined && keys[1].KeyType !== 'RANGE') {
    throw validation('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  if (keys[1] !== undefined && keys[1].AttributeName === keys[0].AttributeName) {
    throw invalidParameters('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  return keys;
}

function readProjection(input: Input): Projection {
  const projection = structure(input, 'Projection') ?? {};
  const type = text(projection, 'ProjectionType');
  const others = texts(projection, 'NonKeyAttributes');
  if (type === null) throw invalidParameters('Unknown ProjectionType: null');
  if (type !== 'INCLUDE' && others !== null) {
    throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  }
  if (type === 'INCLUDE' && others === null) {
    throw invalidParameters('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  return { ProjectionType: type, ...(others !== null && { NonKeyAttributes: others }) };
}

export function readIndex(input: Input): LocalIndex {
  const name = text(input, 'IndexName') ?? '';
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) {
    throw validation(
      `1 validation error detected: Value '${name}' at 'indexName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
    );
  }
  return { name, keys: readKeys(input), projection: readProjection(input) };
}

export function readThroughput(input: Input, what: string): { read: number; write: number } | null {
  const throughput = structure(input, 'ProvisionedThroughput');
  if (throughput === null) return null;
  const read = number(throughput, 'ReadCapacityUnits');
  const write = number(throughput, 'WriteCapacityUnits');
  if (read === null || write === null) {
    throw invalidParameters(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
  if (read < 1 || write < 1) {
    throw validation(
      `1 validation error detected: Value '${Math.min(read, write)}' at 'provisionedThroughput.${read < 1 ? 'read' : 'write'}CapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  if (read > 40_000 || write > 40_000) {
    throw new AwsError(
      'LimitExceededException',
      `The requested throughput value exceeds the default table-level maximum allowed in this account and region for ${what}`,
    );
  }
  return { read, write };
}

export function readOnDemand(input: Input): OnDemandThroughput | null {
  const onDemand = structure(input, 'OnDemandThroughput');
  if (onDemand === null) return null;
  const read = number(onDemand, 'MaxReadRequestUnits');
  const write = number(onDemand, 'MaxWriteRequestUnits');
  for (const units of [read, write]) {
    if (units !== null && units !== -1 && units < 1) {
      throw invalidParameters('Maximum request units must be -1 or at least 1');
    }
  }
  return {
    ...(read !== null && { MaxReadRequestUnits: read }),
    ...(write !== null && { MaxWriteRequestUnits: write }),
  };
}

export function readWarmth(input: Input): Warmth | null {
  const warm = structure(input, 'WarmThroughput');
  if (warm === null) return null;
  const read = number(warm, 'ReadUnitsPerSecond');
  const write = number(warm, 'WriteUnitsPerSecond');
  if (read === null || write === null || read < 1 || write < 1) {
    throw invalidParameters('Warm throughput must name at least 1 read unit and 1 write unit per second');
  }
  return { read, write };
}

export function readStream(input: Input): { enabled: boolean; view: string | null } | null {
  const stream = structure(input, 'StreamSpecification');
  if (stream === null) return null;
  const enabled = flag(stream, 'StreamEnabled') ?? false;
  const view = text(stream, 'StreamViewType');
  if (enabled && view === null) {
    throw invalidParameters('StreamSpecification should specify StreamViewType when StreamEnabled is true');
  }
  if (!enabled && view !== null) {
    throw invalidParameters('StreamViewType should not be specified when StreamEnabled is false');
  }
  if (view !== null && !['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'].includes(view)) {
    throw validation(
      `1 validation error detected: Value '${view}' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]`,
    );
  }
  return { enabled, view };
}

export function readTableClass(input: Input): 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS' | null {
  const tableClass = text(input, 'TableClass');
  if (tableClass === null || tableClass === 'STANDARD' || tableClass === 'STANDARD_INFREQUENT_ACCESS')
    return tableClass;
  throw validation(
    `1 validation error detected: Value '${tableClass}' at 'tableClass' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, STANDARD_INFREQUENT_ACCESS]`,
  );
}

export function readBilling(input: Input): 'PROVISIONED' | 'PAY_PER_REQUEST' | null {
  const billing = text(input, 'BillingMode');
  if (billing === null || billing === 'PROVISIONED' || billing === 'PAY_PER_REQUEST') return billing;
  throw validation(
    `1 validation error detected: Value '${billing}' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]`,
  );
}

/** DynamoDB's tags are a list of Key and Value. */
export function readTags(input: Input): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const tag of structures(input, 'Tags') ?? []) {
    const key = text(tag, 'Key') ?? '';
    const value = text(tag, 'Value') ?? '';
    if (key.length < 1 || key.length > 128) throw validation('Tag keys must have 1 to 128 characters');
    if (value.length > 256) throw validation('Tag values must have at most 256 characters');
    if (key.toLowerCase().startsWith('aws:'))
      throw validation('Tag keys starting with aws: are reserved for system use');
    tags[key] = value;
  }
  return tags;
}

/** Every key attribute must be defined, and every defined attribute must be a key of something. */
export function checkAttributes(
  attributes: readonly AttributeDefinition[],
  keys: readonly KeyElement[],
  indexes: readonly LocalIndex[],
): void {
  const defined = attributes.map((attribute) => attribute.AttributeName);
  const used = [...new Set([...keys, ...indexes.flatMap((index) => index.keys)].map((key) => key.AttributeName))];
  const missing = (list: readonly KeyElement[]): string[] =>
    list.map((key) => key.AttributeName).filter((name) => !defined.includes(name));
  if (missing(keys).length > 0) {
    throw invalidParameters(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.map((key) => key.AttributeName).join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  }
  for (const index of indexes) {
    if (missing(index.keys).length > 0) {
      throw invalidParameters(
        `Some index key attributes are not defined in AttributeDefinitions. Keys: [${index.keys.map((key) => key.AttributeName).join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
      );
    }
  }
  if (defined.some((name) => !used.includes(name))) {
    throw indexes.length === 0
      ? invalidParameters(
          'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
        )
      : invalidParameters(
          `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${used.join(', ')}]`,
        );
  }
}
