import { z } from 'zod';
import { commonFields, docOf, topicsOf } from '../src/event-docs/index.ts';
import { eventSchemas, type EventType } from '../src/events.ts';

/** The part of JSON Schema (draft-07) that our event schemas use. */
export type JsonSchema = {
  $schema?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  [keyword: string]: unknown;
};

export const eventTypes = Object.keys(eventSchemas) as EventType[];

/**
 * What the data of an event of this type may be, whichever release has sent it: what a later release adds is not required,
 * and readers let pass what they do not know.
 */
export function jsonSchemaOf(type: EventType, doc = docOf(type)): JsonSchema {
  const schema = plainSchema(eventSchemas[type]);
  for (const [path, description] of Object.entries(doc?.fields ?? {})) {
    for (const field of fieldsAt(schema, path)) field.description = description;
  }
  describeCommon(schema);
  const { $schema, ...rest } = schema;
  return {
    $schema: $schema ?? '',
    title: type,
    description: [doc?.summary, doc?.more].filter((text) => text !== undefined).join(' '),
    'x-audience': doc?.audience ?? 'INTERNAL',
    'x-topics': topicsOf(type),
    ...rest,
    examples: (doc?.examples ?? []).map(({ data }) => data),
  };
}

/** The schema without what only people read: that may change at any time. */
export function structureOf(schema: JsonSchema): JsonSchema {
  const { description: _description, examples: _examples, ...rest } = schema;
  const inner = (schemas: JsonSchema[] | undefined) => schemas?.map(structureOf);
  return {
    ...rest,
    ...(rest.properties && {
      properties: Object.fromEntries(Object.entries(rest.properties).map(([name, one]) => [name, structureOf(one)])),
    }),
    ...(rest.items && { items: structureOf(rest.items) }),
    ...(rest.anyOf && { anyOf: inner(rest.anyOf) ?? [] }),
    ...(rest.oneOf && { oneOf: inner(rest.oneOf) ?? [] }),
    ...(typeof rest.additionalProperties === 'object' && {
      additionalProperties: structureOf(rest.additionalProperties),
    }),
  };
}

/** As zod writes it, for readers of any release, without the bounds that every safe integer has. */
export function plainSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as JsonSchema;
}

/** The branches of a schema that may be met in its place: itself, or those of anyOf and oneOf. */
export function branchesOf(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap(branchesOf);
}

/** The schemas at a path such as `problems[].reason`; none where there is no such field. */
export function fieldsAt(schema: JsonSchema, path: string): JsonSchema[] {
  const steps = path.replaceAll('[]', '.[]').split('.');
  let found = [schema];
  for (const step of steps) {
    const inner = found.flatMap(branchesOf).map((one) => (step === '[]' ? one.items : one.properties?.[step]));
    found = inner.filter((one) => one !== undefined);
  }
  return found;
}

function describeCommon(schema: JsonSchema): void {
  for (const branch of branchesOf(schema)) {
    for (const [name, field] of Object.entries(branch.properties ?? {})) {
      const common = commonFields[name];
      if (field.description === undefined && common !== undefined && isScalar(field)) field.description = common;
      describeCommon(field);
    }
    if (branch.items) describeCommon(branch.items);
  }
}

function isScalar(schema: JsonSchema): boolean {
  return branchesOf(schema).every(({ properties, items }) => properties === undefined && items === undefined);
}
