/**
 * `npm run events:publish`, when a release is cut: keeps the schemas of events, and of what they come in, that are new or other since the last one in
 * schema/published/<version>, by which every later change is judged. A release is published once.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { compatibilityProblems, contractSchemas, publishedFolder, publishedSchemas } from './contract/published.ts';
import { structureOf } from './contract/json-schema.ts';

const { version } = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};
const published = publishedSchemas();
const latest = new Map(published.map(({ name, schema }) => [name, schema]));
const today = [...contractSchemas()].map(([name, schema]) => ({ name, schema: structureOf(schema) }));
const changed = today.filter(({ name, schema }) => !isDeepStrictEqual(latest.get(name), schema));
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
for (const { name, schema } of changed) {
  const file = join(folder, `${name}.schema.json`);
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(schema);
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
console.log(`${version}: ${changed.length} schemas published`);
