import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './json-schema.ts';

/**
 * What is wrong with `now` for those who know `before`: a new reader must understand every old event, an old reader every
 * new one. Empty: nothing. Readers are told to let pass what they do not know, so fields may be added where they are not
 * required, and so may values of enumerations and branches of unions. A keyword that is not known here is an error: what is
 * not understood cannot be called compatible. `root` is what the words call the whole.
 */
export function breaks(before: JsonSchema, now: JsonSchema, root = 'data'): string[] {
  const audience = now['x-audience'];
  return [
    ...(isNarrower(before['x-audience'], audience)
      ? [`it was for ${String(before['x-audience'])}, now ${String(audience)}`]
      : []),
    ...missingOf(before['x-topics'], now['x-topics']).map((topic) => `it no longer comes on ${topic}`),
    ...compare(before, now, root),
  ];
}

/** Say nothing of what data may be. */
const WORDS = new Set(['$schema', 'title', 'description', 'default', 'examples', 'x-audience', 'x-topics']);
/** Must stay as they are: a tighter bound refuses old events, a looser one surprises old readers. */
const BOUNDS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
];
const KNOWN = new Set([
  ...WORDS,
  ...BOUNDS,
  'type',
  'properties',
  'required',
  'items',
  'anyOf',
  'oneOf',
  'enum',
  'const',
  'additionalProperties',
  'propertyNames',
]);

const WIDTH = ['INTERNAL', 'ADMIN', 'PUBLIC'];

function isNarrower(before: unknown, now: unknown): boolean {
  return WIDTH.indexOf(String(now)) < WIDTH.indexOf(String(before));
}

function compare(before: JsonSchema, now: JsonSchema, at: string): string[] {
  const [unknown] = [...unknownIn(before), ...unknownIn(now)];
  if (unknown !== undefined) return [`${at}: the keyword ${unknown} is not known to this check`];
  const [was, is] = [alternativesOf(before), alternativesOf(now)];
  if (was.length === 1 && is.length === 1) return compareOne(was[0] ?? {}, is[0] ?? {}, at);
  return compareUnions(was, is, at);
}

/** Beside the branches of a union nothing may stand: it would hold for all of them. */
function unknownIn(schema: JsonSchema): string[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const known = (keyword: string) =>
    branches.length === 0 ? KNOWN.has(keyword) : WORDS.has(keyword) || keyword === 'anyOf' || keyword === 'oneOf';
  return [...Object.keys(schema).filter((keyword) => !known(keyword)), ...branches.flatMap(unknownIn)];
}

/**
 * A union's branches, each of one type: `type: [string, null]` is two of them. What is known of them by a constant (the
 * discriminator of a union) is compared by it, the others by their type.
 */
function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, ...rest } = schema;
  const inner = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (inner.length > 0) return inner.flatMap(alternativesOf);
  if (!Array.isArray(rest.type)) return [rest];
  return rest.type.map((type) => (type === 'null' ? { type } : { ...rest, type }));
}

function compareUnions(was: readonly JsonSchema[], is: readonly JsonSchema[], at: string): string[] {
  const found: string[] = [];
  const left = [...is];
  for (const branch of was) {
    const index = left.findIndex((one) => nameOf(one) === nameOf(branch));
    const [same] = index < 0 ? [] : left.splice(index, 1);
    if (same === undefined) found.push(`${at}: ${nameOf(branch)} is no longer possible, and old events have it`);
    else found.push(...compareOne(branch, same, at));
  }
  // A further branch of a union that is told apart by a constant is as a further value of an enumeration.
  const surprising = left.filter((branch) => constantsOf(branch) === '' || !was.some((one) => constantsOf(one) !== ''));
  return [
    ...found,
    ...surprising.map((branch) => `${at}: ${nameOf(branch)} is possible now, which old readers do not expect`),
  ];
}

function nameOf(schema: JsonSchema): string {
  return (
    constantsOf(schema) ||
    (schema.const !== undefined ? JSON.stringify(schema.const) : String(schema.type ?? 'anything'))
  );
}

function constantsOf({ properties }: JsonSchema): string {
  const constants = Object.entries(properties ?? {}).filter(([, field]) => field.const !== undefined);
  return constants.map(([name, field]) => `${name} ${JSON.stringify(field.const)}`).join(', ');
}

function compareOne(before: JsonSchema, now: JsonSchema, at: string): string[] {
  if (!isDeepStrictEqual(before.type, now.type)) {
    return [`${at}: was ${String(before.type ?? 'anything')}, is ${String(now.type ?? 'anything')}`];
  }
  const found: string[] = [];
  for (const bound of BOUNDS) {
    if (!isDeepStrictEqual(before[bound], now[bound])) {
      found.push(`${at}: ${bound} was ${textOf(before[bound])}, is ${textOf(now[bound])}`);
    }
  }
  return [
    ...found,
    ...compareValues(before, now, at),
    ...compareFields(before, now, at),
    ...compareInner(before, now, at),
  ];
}

function compareValues(before: JsonSchema, now: JsonSchema, at: string): string[] {
  if (before.const !== undefined || now.const !== undefined) {
    return isDeepStrictEqual(before.const, now.const) ? [] : [`${at}: the constant is another`];
  }
  if (before.enum === undefined && now.enum === undefined) return [];
  if (before.enum === undefined) return [`${at}: was any ${String(before.type)}, is one of a list`];
  if (now.enum === undefined) return [`${at}: was one of a list, is any ${String(now.type)}`];
  return missingOf(before.enum, now.enum).map(
    (value) => `${at}: ${value} is no longer possible, and old events have it`,
  );
}

function compareFields(before: JsonSchema, now: JsonSchema, at: string): string[] {
  const [was, is] = [before.properties ?? {}, now.properties ?? {}];
  const mustWas = new Set(before.required);
  const mustIs = new Set(now.required);
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...names].flatMap((name) => {
    const path = `${at}.${name}`;
    const [old, current] = [was[name], is[name]];
    if (old === undefined) {
      return mustIs.has(name) ? [`${path}: is new and required, and old events do not have it`] : [];
    }
    if (current === undefined) return [`${path}: is gone`];
    return [
      ...(mustWas.has(name) && !mustIs.has(name) ? [`${path}: may be left out, and old readers need it`] : []),
      ...(!mustWas.has(name) && mustIs.has(name) ? [`${path}: is required, and old events may lack it`] : []),
      ...compare(old, current, path),
    ];
  });
}

function textOf(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}

function compareInner(before: JsonSchema, now: JsonSchema, at: string): string[] {
  const both = (was: JsonSchema | undefined, is: JsonSchema | undefined, where: string) =>
    was === undefined && is === undefined ? [] : compare(was ?? {}, is ?? {}, where);
  return [
    ...compareOthers(before, now, at),
    ...both(before.propertyNames, now.propertyNames, `${at}.(names)`),
    ...both(before.items, now.items, `${at}[]`),
  ];
}

/** Fields that are not named: of an object, any are let pass; of a map, they are what it is made of. */
function compareOthers(before: JsonSchema, now: JsonSchema, at: string): string[] {
  const [was, is] = [before.additionalProperties ?? true, now.additionalProperties ?? true];
  if (is === false && was !== false) return [`${at}: takes no other fields any more`];
  if (typeof was === 'object' && typeof is === 'object') return compare(was, is, `${at}.*`);
  if (typeof was === 'object') return [`${at}.*: may be anything now`];
  return typeof is === 'object' ? [`${at}.*: was anything`] : [];
}

function missingOf(before: unknown, now: unknown): string[] {
  const is = Array.isArray(now) ? (now as unknown[]) : [];
  const was = Array.isArray(before) ? (before as unknown[]) : [];
  return was.filter((value) => !is.some((one) => isDeepStrictEqual(one, value))).map((value) => JSON.stringify(value));
}
