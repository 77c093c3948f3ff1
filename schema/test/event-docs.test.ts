import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncApiDocument, asyncApiProblems } from '../contract/asyncapi.ts';
import { documentationProblems, problemsOf } from '../contract/check-docs.ts';
import { eventTypes } from '../contract/json-schema.ts';
import { eventsPage } from '../contract/render-html.ts';
import { audienceOf, docOf, type EventDoc } from '../src/event-docs/index.ts';
import { eventSchemas, type EventType } from '../src/events.ts';

const TYPE = 'dev.tablekeep.session.changed.v1';
const doc = docOf(TYPE)!;
const said = (changes: Partial<EventDoc<EventType>>) => problemsOf(TYPE, { ...doc, ...changes });

describe('what subscribers are told of events', () => {
  test('is complete and right', () => expect(documentationProblems()).toEqual([]));

  test('a type of which nothing is said, is named with what to do', () => {
    expect(problemsOf(TYPE, undefined)).toEqual([
      'say in schema/src/event-docs who may see it, who sends it, when, and give an example',
    ]);
    expect(said({ summary: ' ', sentBy: [] as never, examples: [] as never })).toEqual([
      'say in schema/src/event-docs when it is sent',
      'say in schema/src/event-docs who sends it',
      'give an example in schema/src/event-docs',
    ]);
  });

  test('a field that is seen outside must be described, and one that is none must not', () => {
    const { counts: _counts, ...fields } = doc.fields;
    expect(said({ fields: { ...fields, 'counts.closed': 'None of it.' } })).toEqual([
      'schema/src/event-docs describes counts.closed, which is no field of it',
      'say in schema/src/event-docs what the field counts is: it is seen outside',
    ]);
    expect(said({ fields, audience: 'INTERNAL' })).toEqual([]);
  });

  test('an example must be an event: not lack a field, nor have one too many', () => {
    const [example] = doc.examples;
    const data = example.data as Record<string, unknown>;
    const { status: _status, ...lacking } = data;
    const examples = [
      { ...example, name: 'short', data: lacking },
      { ...example, name: 'long', data: { ...data, counts: { ...(data['counts'] as object), closed: 1 } } },
    ];
    const problems = said({ examples: examples as never });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^example "short": status: /u);
    expect(problems[1]).toBe('example "long": the schema does not know data.counts.closed');
  });

  test('a type that nobody has described is internal', () => {
    expect(audienceOf('dev.tablekeep.never.heard.of.v1')).toBe('INTERNAL');
    expect(audienceOf('dev.tablekeep.account.changed.v1')).toBe('INTERNAL');
  });
});

test('the AsyncAPI document is one by the specification’s own schema, and that schema finds what is wrong', () => {
  const document = asyncApiDocument() as {
    channels: Record<string, { messages: object }>;
    components: { messages: object };
  };
  expect(asyncApiProblems(document)).toEqual([]);
  expect(Object.keys(document.components.messages).toSorted()).toEqual(eventTypes.toSorted());
  expect(asyncApiProblems({ ...document, asyncapi: '2.6.0' })).not.toEqual([]);
  expect(asyncApiProblems({ ...document, operations: { one: { action: 'shout' } } })).not.toEqual([]);
});

test('the published JSON Schemas take the data of a later release, and refuse what is no event', async () => {
  for (const type of eventTypes) {
    const file = join(import.meta.dirname, '..', 'events', `${type}.schema.json`);
    const schema = JSON.parse(await readFile(file, 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    for (const { data } of docOf(type)!.examples) {
      expect([type, validate(eventSchemas[type].parse(data))]).toEqual([type, true]);
      expect([type, validate({ ...data, fieldOfALaterRelease: 1 })]).toEqual([type, true]);
    }
    expect([type, validate({})]).toEqual([type, false]);
  }
});

test('the page shows every type, its examples, and nothing unescaped', () => {
  const page = eventsPage();
  for (const type of eventTypes) expect(page).toContain(`id="${type}"`);
  expect(page).toContain('dba@example.com');
  expect(page).not.toMatch(/undefined|\[object Object\]/u);
});
