/**
 * Writes everything that is derived from the contract: the supergraph, resolver types, JSON Schemas of events and work
 * items, the AsyncAPI document. `node schema/generate.ts --check` writes nothing and fails when a file is stale.
 */
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { eventSchemas, serviceNames, topicOf, topics, type EventType, type ServiceName } from './src/events.ts';
import { subgraphSdl } from './src/sdl.ts';
import { workItem } from './src/work-items.ts';

const root = import.meta.dirname;
const outputs = new Map<string, string>();

const repository = join(root, '..');

function graphqlFolder(name: ServiceName): string {
  return name === 'gateway' ? '../gateway/src/graphql' : `../services/${name}/src/graphql`;
}

/**
 * What a resolver's parent really is: the service says so in graphql/parents.ts by exporting `<ApiType>Parent`
 * (and `Context` where its request context has more than the platform's). Types it does not name are API types.
 */
async function resolverConfig(name: ServiceName) {
  const parents = await readFile(join(root, graphqlFolder(name), 'parents.ts'), 'utf8').catch(() => '');
  const mapped = [...parents.matchAll(/export (?:type|interface) (\w+)Parent\b/gu)].map((match) => match[1] ?? '');
  const ownContext = /export (?:type|interface) Context\b/u.test(parents);
  return {
    useTypeImports: true,
    enumsAsTypes: true,
    scalars: {
      DateTime: { input: 'Date', output: 'Date | string' },
      ARN: 'string',
      BigInt: 'number',
      ID: { input: 'string', output: 'string' },
    },
    federation: true,
    contextType: ownContext ? './parents.ts#Context' : '@tablekeep/platform/subgraph#RequestContext',
    avoidOptionals: { field: true, inputValue: false },
    inputMaybeValue: 'T | null | undefined',
    maybeValue: 'T | null | undefined',
    mappers: Object.fromEntries(mapped.map((type) => [type, `./parents.ts#${type}Parent`])),
  };
}

async function generateSupergraph(): Promise<void> {
  const composed = composeServices(
    serviceNames.map((name) => ({ name, typeDefs: parse(subgraphSdl(name)), url: `http://${name}.invalid/graphql` })),
  );
  if (composed.errors) throw new Error(composed.errors.map((error) => error.message).join('\n'));
  outputs.set('generated/supergraph.graphql', composed.supergraphSdl);
}

async function generateResolverTypes(): Promise<void> {
  for (const name of serviceNames) {
    const code = await codegen({
      filename: 'resolver-types.ts',
      schema: parse(
        `directive @link(url: String!, import: [String!]) repeatable on SCHEMA
         directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
         directive @shareable repeatable on OBJECT | FIELD_DEFINITION
         directive @external on OBJECT | FIELD_DEFINITION
         directive @inaccessible on FIELD_DEFINITION | OBJECT
        ` + subgraphSdl(name).replace(/^extend schema\n\s*@link\(.*\)\n/u, ''),
      ),
      documents: [],
      plugins: [{ typescript: {} }, { resolvers: {} }],
      pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
      config: await resolverConfig(name),
    });
    outputs.set(
      `${graphqlFolder(name)}/resolver-types.ts`,
      `// Generated from schema/graphql/${name}.graphql by "npm run generate".\n${code}`,
    );
  }
}

function generateEventSchemas(): void {
  for (const type of Object.keys(eventSchemas) as EventType[]) {
    const schema = z.toJSONSchema(eventSchemas[type], { target: 'draft-2020-12' });
    outputs.set(`events/${type}.schema.json`, JSON.stringify({ title: type, ...schema }));
  }
  outputs.set('events/work-item.v1.schema.json', JSON.stringify({ title: 'work item', ...z.toJSONSchema(workItem) }));
}

/** https://www.asyncapi.com/docs/reference/specification/v3.0.0: actions are from our side, hence "send". */
function generateAsyncApi(): void {
  const sentBy = serviceNames.flatMap((service) =>
    (Object.keys(eventSchemas) as EventType[]).map((type) => ({ service, type, topic: topicOf(type, service) })),
  );
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Tablekeep events',
      version: '1.0.0',
      description: 'CloudEvents 1.0, Kafka binary mode, JSON data, key = subject.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      topics.map((topic) => [
        topic,
        {
          address: topic,
          messages: Object.fromEntries(
            [
              ...new Set(
                sentBy.filter((one) => one.topic === topic && emits(one.service, one.type)).map((one) => one.type),
              ),
            ].map((type) => [type, { name: type, payload: { $ref: `./${type}.schema.json` } }]),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      topics.map((topic) => [`send-${topic}`, { action: 'send', channel: { $ref: `#/channels/${topic}` } }]),
    ),
  };
  outputs.set('events/asyncapi.json', JSON.stringify(document));
}

/** Which service may emit which type: by the type's first word, with plans and refusals from either planner. */
function emits(service: string, type: EventType): boolean {
  if (type.includes('.audit.')) return true;
  if (type.includes('.inventory.') || type.includes('.vault.') || type.includes('.task.'))
    return service === 'executor';
  if (type.endsWith('tasks.planned.v1') || type.endsWith('session.rejected.v1'))
    return service === 'policy' || service === 'retention';
  if (type.includes('.session.')) return service === 'session';
  if (type.includes('.restore-point.') || type.includes('.catalog.')) return service === 'retention';
  if (type.includes('.notification.')) return service === 'notification';
  return service === 'policy';
}

async function formatted(path: string, text: string): Promise<string> {
  const config = await resolveConfig(join(root, path));
  return format(text, { ...config, filepath: path });
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  await generateSupergraph();
  await generateResolverTypes();
  generateEventSchemas();
  generateAsyncApi();
  const stale: string[] = [];
  for (const [path, text] of outputs) {
    const wanted = await formatted(path, text);
    const file = join(root, path);
    const found = await readFile(file, 'utf8').catch(() => null);
    if (found === wanted) continue;
    stale.push(path);
    if (check) continue;
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, wanted);
  }
  for (const folder of ['generated', 'events']) {
    for (const name of await readdir(join(root, folder)).catch(() => [])) {
      if (outputs.has(`${folder}/${name}`)) continue;
      stale.push(`${folder}/${name} (no longer generated)`);
      if (!check) await rm(join(root, folder, name));
    }
  }
  if (check && stale.length > 0) {
    console.error(
      `Stale, run "npm run generate":\n${stale.map((path) => `  ${relative(repository, join(root, path))}`).join('\n')}`,
    );
    process.exitCode = 1;
  } else {
    console.log(check ? 'generated files are fresh' : `generated ${outputs.size} files, ${stale.length} changed`);
  }
}

await main();
