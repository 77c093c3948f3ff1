import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { workItem } from '../src/work-items.ts';
import { asyncApiDocument, asyncApiProblems } from './asyncapi.ts';
import { documentationProblems } from './check-docs.ts';
import { eventTypes, jsonSchemaOf } from './json-schema.ts';
import { eventsPage, typesTable } from './render-html.ts';

const TABLE = /(<!-- events:begin -->\n)[\s\S]*(<!-- events:end -->)/u;

/**
 * What is derived from the events, by its path from schema/: JSON Schemas, the AsyncAPI document, the page and the table of
 * the documentation. Throws with every type that lacks something.
 */
export async function eventOutputs(): Promise<Map<string, string>> {
  const document = asyncApiDocument();
  const problems = [...documentationProblems(), ...asyncApiProblems(document)];
  if (problems.length > 0) throw new Error(`The events are not described in full:\n  ${problems.join('\n  ')}`);
  const outputs = new Map<string, string>();
  for (const type of eventTypes) outputs.set(`events/${type}.schema.json`, JSON.stringify(jsonSchemaOf(type)));
  outputs.set('events/work-item.v1.schema.json', JSON.stringify({ title: 'work item', ...z.toJSONSchema(workItem) }));
  outputs.set('events/asyncapi.json', JSON.stringify(document));
  outputs.set('../docs/events/index.html', eventsPage());
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'events.md'), 'utf8');
  if (!TABLE.test(page)) throw new Error('docs/events.md has no place for the table of events');
  outputs.set(
    '../docs/events.md',
    page.replace(TABLE, (_all, begin: string, end: string) => `${begin}\n${typesTable()}\n\n${end}`),
  );
  return outputs;
}
