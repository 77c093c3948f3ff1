import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventType } from '../src/events.ts';
import { breaks } from './compatibility.ts';
import { eventTypes, jsonSchemaOf, type JsonSchema } from './json-schema.ts';

/** What every release has published: a folder for each, with the schemas that were new or other in it. Never edited. */
export const publishedFolder = join(import.meta.dirname, '..', 'published');

export type Published = Readonly<{ release: string; type: string; schema: JsonSchema }>;

/** Oldest release first. */
export function publishedSchemas(folder = publishedFolder): Published[] {
  if (!existsSync(folder)) return [];
  const releases = readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return releases.flatMap((release) =>
    readdirSync(join(folder, release)).map((file) => ({
      release,
      type: file.replace(/\.schema\.json$/u, ''),
      schema: JSON.parse(readFileSync(join(folder, release, file), 'utf8')) as JsonSchema,
    })),
  );
}

/** What today's events would break for those who know any published one. */
export function compatibilityProblems(published = publishedSchemas()): string[] {
  return published.flatMap(({ release, type, schema }) => {
    if (!(eventTypes as string[]).includes(type))
      return [`${type}: was published in ${release} and must stay readable`];
    return breaks(schema, jsonSchemaOf(type as EventType)).map((what) => `${type}: since ${release}, ${what}`);
  });
}
