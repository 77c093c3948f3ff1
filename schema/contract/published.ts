import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breaks } from './compatibility.ts';
import { envelopeSchemas } from './envelope.ts';
import { eventTypes, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

/** What every release has published: a folder for each, with the schemas that were new or other in it. Never edited. */
export const publishedFolder = join(import.meta.dirname, '..', 'published');

export type Published = Readonly<{ release: string; name: string; schema: JsonSchema }>;

/** Oldest release first. */
export function publishedSchemas(folder = publishedFolder): Published[] {
  if (!existsSync(folder)) return [];
  const releases = readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return releases.flatMap((release) =>
    readdirSync(join(folder, release)).map((file) => ({
      release,
      name: file.replace(/\.schema\.json$/u, ''),
      schema: JSON.parse(readFileSync(join(folder, release, file), 'utf8')) as JsonSchema,
    })),
  );
}

/** All that subscribers read by, by the name that it is published under: the data of every type, and what it comes in. */
export function contractSchemas(): Map<string, JsonSchema> {
  return new Map([
    ...eventTypes.map((type) => [type, jsonSchemaOf(type)] as const),
    ...Object.entries(envelopeSchemas()),
  ]);
}

/** What today's events would break for those who know any published one. */
export function compatibilityProblems(published = publishedSchemas(), today = contractSchemas()): string[] {
  return published.flatMap(({ release, name, schema }) => {
    const now = today.get(name);
    if (now === undefined) return [`${name}: was published in ${release} and must stay readable`];
    const root = name in envelopeSchemas() ? 'it' : 'data';
    return breaks(schema, now, root).map((what) => `${name}: since ${release}, ${what}`);
  });
}
