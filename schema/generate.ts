/**
 * Writes everything that is derived from the contract: the supergraph, resolver types, JSON Schemas of events and work
 * items, the AsyncAPI document, the documentation of events. `node schema/generate.ts --check` writes nothing and fails when a file is stale.
 */
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { eventOutputs } from './contract/outputs.ts';
import { serviceNames, type ServiceName } from './src/events.ts';
import { subgraphSdl } from './src/sdl.ts';

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

async function formatted(path: string, text: string): Promise<string> {
  const config = await resolveConfig(join(root, path));
  return format(text, { ...config, filepath: path });
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  await generateSupergraph();
  await generateResolverTypes();
  for (const [path, text] of await eventOutputs()) outputs.set(path, text);
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
