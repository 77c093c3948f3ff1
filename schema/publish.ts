/**
 * `npm run events:publish`, when a release is cut: keeps the schemas of events that are new or other since the last one in
 * schema/published/<version>, by which every later change is judged. A release is published once.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { compatibilityProblems, publishedFolder, publishedSchemas } from './contract/published.ts';
import { eventTypes, jsonSchemaOf, structureOf } from './contract/json-schema.ts';

const { version } = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};
const published = publishedSchemas();
const latest = new Map(published.map(({ type, schema }) => [type, schema]));
const changed = eventTypes.filter((type) => !isDeepStrictEqual(latest.get(type), structureOf(jsonSchemaOf(type))));
const problems = compatibilityProblems(published);
if (changed.length > 0 && published.some(({ release }) => release === version)) {
  problems.push(
    `${version} is published, and is never changed; raise the version in package.json (${changed.length} schemas differ)`,
  );
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
const folder = join(publishedFolder, version);
for (const type of changed) {
  const file = join(folder, `${type}.schema.json`);
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(structureOf(jsonSchemaOf(type)));
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
console.log(`${version}: ${changed.length} schemas published`);
