import { readFileSync } from 'node:fs';
import type { ServiceName } from './events.ts';

/** The SDL of a subgraph, as committed in schema/graphql. */
export function subgraphSdl(name: ServiceName): string {
  return readFileSync(new URL(`../graphql/${name}.graphql`, import.meta.url), 'utf8');
}

/** The composed supergraph, as committed in schema/generated; `npm run check` fails when it is stale. */
export function supergraphSdl(): string {
  return readFileSync(new URL('../generated/supergraph.graphql', import.meta.url), 'utf8');
}
