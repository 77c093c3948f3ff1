import { Ajv } from 'ajv';
import { docOf, eventDocs, type EventDoc } from '../src/event-docs/index.ts';
import { eventSchemas, type EventType } from '../src/events.ts';
import { branchesOf, eventTypes, fieldsAt, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

const WHERE = 'schema/src/event-docs';

/** Everything that subscribers are not told yet, or are told wrongly; each line says what to do. */
export function documentationProblems(): string[] {
  const gone = Object.keys(eventDocs).filter((type) => !(type in eventSchemas));
  return [
    ...gone.map((type) => `${type}: documented in ${WHERE}, but schema/src/events.ts has no such type`),
    ...eventTypes.flatMap((type) => problemsOf(type, docOf(type)).map((problem) => `${type}: ${problem}`)),
  ];
}

export function problemsOf(type: EventType, doc: EventDoc<EventType> | undefined): string[] {
  if (!doc) return [`say in ${WHERE} who may see it, who sends it, when, and give an example`];
  const schema = jsonSchemaOf(type, doc);
  const unknown = Object.keys(doc.fields).filter((path) => fieldsAt(schema, path).length === 0);
  const examples = doc.examples as readonly (typeof doc.examples)[number][];
  return [
    ...(doc.summary.trim() === '' ? [`say in ${WHERE} when it is sent`] : []),
    ...((doc.sentBy as readonly string[]).length === 0 ? [`say in ${WHERE} who sends it`] : []),
    ...unknown.map((path) => `${WHERE} describes ${path}, which is no field of it`),
    ...(doc.audience === 'INTERNAL' ? [] : undescribed(schema)).map(
      (name) => `say in ${WHERE} what the field ${name} is: it is seen outside`,
    ),
    ...(examples.length === 0 ? [`give an example in ${WHERE}`] : []),
    ...examples.flatMap((example) =>
      exampleProblems(type, schema, example.data).map((problem) => `example "${example.name}": ${problem}`),
    ),
  ];
}

function undescribed(schema: JsonSchema): string[] {
  return branchesOf(schema).flatMap(({ properties }) =>
    Object.entries(properties ?? {}).flatMap(([name, field]) => (field.description === undefined ? [name] : [])),
  );
}

function exampleProblems(type: EventType, schema: JsonSchema, data: unknown): string[] {
  const parsed = eventSchemas[type].safeParse(data);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const unknown = lostFrom(data, parsed.data, 'data');
  if (unknown.length > 0) return unknown.map((path) => `the schema does not know ${path}`);
  const ajv = new Ajv({ strict: false });
  return ajv.validate(schema, data) ? [] : [`JSON Schema: ${ajv.errorsText()}`];
}

/** What the schema has dropped; what it has filled in is fine. */
function lostFrom(given: unknown, kept: unknown, at: string): string[] {
  if (typeof given !== 'object' || given === null) return [];
  if (typeof kept !== 'object' || kept === null) return [at];
  return Object.entries(given).flatMap(([name, value]) =>
    name in kept ? lostFrom(value, (kept as Record<string, unknown>)[name], `${at}.${name}`) : [`${at}.${name}`],
  );
}
