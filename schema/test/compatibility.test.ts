import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { z } from 'zod';
import { breaks } from '../contract/compatibility.ts';
import { streamSchema } from '../contract/envelope.ts';
import { eventTypes, jsonSchemaOf, plainSchema, structureOf, type JsonSchema } from '../contract/json-schema.ts';
import { compatibilityProblems, contractSchemas, publishedSchemas } from '../contract/published.ts';
import { cloudEventOf } from '../src/event-stream.ts';

const schemas = eventTypes.map((type) => ({ type, schema: structureOf(jsonSchemaOf(type)) }));

/** Every schema within, each with a name. */
function* within(schema: JsonSchema, at = 'data'): Generator<readonly [string, JsonSchema]> {
  yield [at, schema];
  for (const [name, field] of Object.entries(schema.properties ?? {})) yield* within(field, `${at}.${name}`);
  if (schema.items) yield* within(schema.items, `${at}[]`);
  for (const [i, branch] of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].entries())
    yield* within(branch, `${at}(${i})`);
}

interface Place {
  readonly schema: JsonSchema;
  /** The very part of `schema` that stands there. */
  readonly inner: JsonSchema;
  readonly at: string;
}

/** Events share shapes: a place counts once for what stands there and its last three steps, whatever the fields' names. */
function distinctPlaces(): Place[] {
  const places = new Map<string, Place>();
  for (const { type, schema } of schemas) {
    for (const [at, inner] of within(schema, type)) {
      const steps = at
        .slice(type.length)
        .replaceAll(/\.\w+/g, '.')
        .replaceAll('[]', '*')
        .replaceAll(/\(\d+\)/g, '|');
      places.set(`${steps.slice(-3)} ${JSON.stringify(inner)}`, { schema, inner, at });
    }
  }
  return [...places.values()];
}
const places = distinctPlaces();

type Change = (schema: JsonSchema) => boolean;
/** `schema` with that part of it changed; what does not lie on the way there is shared. */
function withChange(schema: JsonSchema, part: JsonSchema, change: Change): JsonSchema {
  const copy = <T>(node: T): T => {
    if (node === part) {
      const changed = structuredClone(part);
      change(changed);
      return changed as T;
    }
    if (Array.isArray(node)) return node.map(copy) as T;
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, copy(value)])) as T;
  };
  return copy(schema);
}
/** The schemas, each changed in one place: for every place where the change can be made. */
function changed(change: Change): { at: string; before: JsonSchema; now: JsonSchema }[] {
  const changeable = places.filter(({ inner }) => change(structuredClone(inner)));
  return changeable.map(({ schema: before, inner, at }) => ({ at, before, now: withChange(before, inner, change) }));
}

const breaking: Record<string, Change> = {
  'a field is gone': (s) => {
    const [name] = Object.keys(s.properties ?? {});
    if (name === undefined) return false;
    delete s.properties![name];
    s.required = (s.required ?? []).filter((one) => one !== name);
    return true;
  },
  'a field may be left out': (s) => (s.required ?? []).length > 0 && Boolean(s.required!.pop()),
  'a field is required': (s) => {
    const name = Object.keys(s.properties ?? {}).find((one) => !s.required?.includes(one));
    if (name === undefined) return false;
    s.required = [...(s.required ?? []), name];
    return true;
  },
  'a new field is required': (s) => {
    if (!s.properties) return false;
    s.properties['brandNew'] = { type: 'string' };
    s.required = [...(s.required ?? []), 'brandNew'];
    return true;
  },
  'a type is another': (s) => {
    if (typeof s.type !== 'string' || s.type === 'null') return false;
    s.type = s.type === 'boolean' ? 'integer' : 'boolean';
    for (const keyword of Object.keys(s)) if (!['type', 'x-audience', 'x-topics'].includes(keyword)) delete s[keyword];
    return true;
  },
  'whole numbers are numbers': (s) => s.type === 'integer' && Boolean((s.type = 'number')),
  'numbers are whole': (s) => s.type === 'number' && Boolean((s.type = 'integer')),
  'null is possible': (s) =>
    typeof s.type === 'string' &&
    s.type !== 'null' &&
    !s.enum &&
    s.const === undefined &&
    Boolean((s.type = [s.type, 'null'])),
  'null is impossible': (s) => {
    if (Array.isArray(s.type) && s.type.includes('null')) {
      s.type = s.type.filter((one) => one !== 'null');
      return true;
    }
    const others = s.anyOf?.filter((branch) => branch.type !== 'null') ?? [];
    if (others.length === 0 || others.length === s.anyOf!.length) return false;
    s.anyOf = others;
    return true;
  },
  'a value of an enumeration is gone': (s) => (s.enum ?? []).length > 1 && Boolean(s.enum!.pop()),
  'free text is an enumeration': (s) =>
    s.type === 'string' && !s.enum && s.const === undefined && Boolean((s.enum = ['A'])),
  'an enumeration is free text': (s) => s.enum !== undefined && delete s.enum,
  'a branch of a union is gone': (s) => (s.oneOf ?? []).length > 1 && Boolean(s.oneOf!.pop()),
  'text is bounded': (s) => s.type === 'string' && s.maxLength === undefined && Boolean((s.maxLength = 3)),
  'a bound is looser': (s) => s.minimum !== undefined && delete s.minimum,
  'a pattern is asked for': (s) => s.type === 'string' && Boolean((s.pattern = '^never$')),
  'lists need members': (s) => s.type === 'array' && Boolean((s.minItems = 7)),
  'no other fields are let pass': (s) => s.properties !== undefined && (s.additionalProperties = false) === false,
  'a keyword this check does not know': (s) => Boolean((s['dependentSchemas'] = {})),
};

const allowed: Record<string, Change> = {
  'a further field that may be absent': (s) => {
    if (!s.properties) return false;
    s.properties['brandNew'] = { type: 'object', properties: { inner: { type: 'string' } }, required: ['inner'] };
    return true;
  },
  'a further value of an enumeration': (s) => s.enum !== undefined && s.enum.push('BRAND_NEW') > 0,
  'a further branch of a union that is told apart by a constant': (s) => {
    const first = s.oneOf?.[0];
    const [name] = Object.entries(first?.properties ?? {}).find(([, field]) => field.const !== undefined) ?? [];
    if (name === undefined) return false;
    s.oneOf!.push({ type: 'object', properties: { [name]: { type: 'string', const: 'BRAND_NEW' } }, required: [name] });
    return true;
  },
  'other words': (s) => Boolean((s.description = 'Said better.')),
};

test.each(schemas)('$type fits itself', ({ schema }) => expect(breaks(schema, schema)).toEqual([]));

test.each(Object.entries(breaking))('%s: found out in every place', (_what, change) => {
  const tried = changed(change);
  expect(tried).not.toEqual([]);
  expect(tried.filter(({ before, now }) => breaks(before, now).length === 0).map(({ at }) => at)).toEqual([]);
});

test.each(Object.entries(allowed))('%s: let through in every place', (_what, change) => {
  const tried = changed(change);
  expect(tried).not.toEqual([]);
  expect(tried.flatMap(({ at, before, now }) => breaks(before, now).map((said) => `${at}: ${said}`))).toEqual([]);
});

describe('what people change in zod', () => {
  const before = z.object({ id: z.string(), size: z.number().nullable(), kind: z.enum(['A', 'B']) });
  const verdict = (now: z.ZodObject) => breaks(plainSchema(before), plainSchema(now));

  test.each([
    ['optional', before.extend({ more: z.string().optional() })],
    ['with a default', before.extend({ more: z.array(z.string()).default([]) })],
    ['nullable with a default', before.extend({ more: z.string().nullable().default(null) })],
  ])('a new field %s is let through', (_how, now) => expect(verdict(now)).toEqual([]));

  test.each([
    [
      'a new field that must be there',
      before.extend({ more: z.string() }),
      'data.more: is new and required, and old events do not have it',
    ],
    ['a field renamed', before.omit({ id: true }).extend({ key: z.string().optional() }), 'data.id: is gone'],
    [
      'never null again',
      before.extend({ size: z.number() }),
      'data.size: null is no longer possible, and old events have it',
    ],
    [
      'whole numbers only',
      before.extend({ size: z.number().int().nullable() }),
      'data.size: number is no longer possible, and old events have it',
    ],
    [
      'a value less',
      before.extend({ kind: z.enum(['A']) }),
      'data.kind: "B" is no longer possible, and old events have it',
    ],
  ])('%s is found out, and said', (_what, now, said) => expect(verdict(now)).toContain(said));

  test('a type that fewer may see, or that leaves its topic', () => {
    const was = { 'x-audience': 'PUBLIC', 'x-topics': ['tablekeep.policy'] };
    expect(breaks(was, { 'x-audience': 'INTERNAL', 'x-topics': ['tablekeep.task'] })).toEqual([
      'it was for PUBLIC, now INTERNAL',
      'it no longer comes on "tablekeep.policy"',
    ]);
    expect(breaks(was, { 'x-audience': 'PUBLIC', 'x-topics': ['tablekeep.task', 'tablekeep.policy'] })).toEqual([]);
  });
});

describe('the record of what was published', () => {
  test('is kept, and today’s events fit all of it', () => {
    expect(publishedSchemas().length).toBeGreaterThanOrEqual(25);
    expect(compatibilityProblems()).toEqual([]);
  });

  test('a type that is gone is found out', () => {
    const gone = { release: '0.0.1', name: 'dev.tablekeep.gone.v1', schema: {} };
    expect(compatibilityProblems([gone])).toEqual([
      'dev.tablekeep.gone.v1: was published in 0.0.1 and must stay readable',
    ]);
  });

  test('every published version counts, not the last alone', () => {
    const [type] = eventTypes;
    const now = structureOf(jsonSchemaOf(type!));
    const older = { ...now, properties: { ...now.properties, once: { type: 'string' } } };
    const problems = compatibilityProblems([
      { release: '0.1.0', name: type!, schema: older },
      { release: '0.2.0', name: type!, schema: now },
    ]);
    expect(problems).toEqual([`${type}: since 0.1.0, data.once: is gone`]);
  });

  test.each([
    ['stream-event', 'environment'],
    ['stream-event', 'correlationid'],
    ['stream-gap', 'completeFrom'],
    ['kafka-headers', 'ce_environment'],
    ['kafka-headers', 'traceparent'],
  ])('what events come in counts too: %s without %s is found out', (name, field) => {
    const { [field]: _gone, ...properties } = contractSchemas().get(name)!.properties!;
    const required = contractSchemas()
      .get(name)!
      .required!.filter((one) => one !== field);
    const today = contractSchemas().set(name, { ...contractSchemas().get(name)!, properties, required });
    expect(compatibilityProblems(publishedSchemas(), today)).toEqual([`${name}: since 0.1.0, it.${field}: is gone`]);
  });

  test('what an event comes in on the stream is what is said of it, and no more', () => {
    const event = cloudEventOf({
      id: 'event-1',
      type: 'dev.tablekeep.session.changed.v1',
      source: 'session',
      subject: 's-1',
      time: '2026-01-31T05:00:00.000Z',
      correlationid: 'request-1',
      environment: 'EMULATED',
      data: {},
    });
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    ajv.validate({ ...streamSchema(), additionalProperties: false }, event);
    expect(ajv.errors).toBeNull();
  });
});
