import { InvalidConfigError } from '@tablekeep/platform/config';
import type { ObservedMetric } from '@tablekeep/platform/metrics';
import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { admitToken, readGivenToken, readOrMakeToken } from './admin-token-file.ts';
import { accessResolvers } from './graphql/resolvers.ts';
import { startPublicServer } from './public-server.ts';
import { ApiTokenEntity } from './store/entities.ts';
import { migrations } from './store/migrations.ts';
import type { EventStreamOptions } from './stream/serve-events.ts';
import { WebOrigins } from './web-origins.ts';

export type GatewayOptions = Readonly<{
  /** Where GraphQL clients connect. Port 0: any free one. */
  publicHttp: Readonly<{ host: string; port: number }>;
  /** Embedded profile: the owner-only file with an ADMIN token, made where it is missing. */
  adminTokenFile?: string;
  /** Cluster profile: a file with an ADMIN token that must be there; nothing is started without it, and it is never written. */
  givenAdminTokenFile?: string;
  /** The same for a READ_ONLY token, for dashboards. */
  givenReadOnlyTokenFile?: string;
  subgraphTimeoutMs?: number;
  eventStream?: EventStreamOptions;
  /** Origins whose pages may use the API and read the stream; absent: none. */
  webOrigins?: readonly string[];
}>;

export const gatewayModel = { name: 'gateway', entities: [ApiTokenEntity], migrations };

export type RunningGateway = RunningService & Readonly<{ publicUrl: string }>;

/** The gateway: its own access subgraph (on the internal address) and the public door in front of all of them. */
export async function createGatewayService(deps: ServiceDeps, options: GatewayOptions): Promise<RunningGateway> {
  // Apollo's gateway sends telemetry unless told not to; a backup system does not call home.
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  const adminToken = await readAdminToken(options);
  const readOnlyToken = await readReadOnlyToken(options);
  if (readOnlyToken !== null && readOnlyToken === adminToken) {
    throw new InvalidConfigError(
      'READ_ONLY_TOKEN_FILE holds the token of ADMIN_TOKEN_FILE: it must hold one of its own. Nothing was started.',
    );
  }
  let metrics: readonly ObservedMetric[] = [];
  const service = await assembleService({
    name: 'gateway',
    deps,
    model: gatewayModel,
    typeDefs: subgraphSdl('gateway'),
    resolvers: (db) => accessResolvers(db, deps.clock, deps.environment),
    handlers: () => ({}),
    topics: [],
    metrics: () => metrics,
    extend: async (db, onStop) => {
      if (adminToken !== null) await admitToken(db, deps.clock, 'ADMIN', adminToken);
      if (readOnlyToken !== null) await admitToken(db, deps.clock, 'READ_ONLY', readOnlyToken);
      const door = await startPublicServer({
        db,
        identity: deps.identity,
        peers: deps.peers,
        clock: deps.clock,
        log: deps.log,
        http: options.publicHttp,
        subgraphTimeoutMs: options.subgraphTimeoutMs ?? 15_000,
        eventStream: options.eventStream ?? {},
        origins: new WebOrigins(options.webOrigins),
      });
      metrics = door.metrics;
      onStop('public server', () => door.stop());
      return { publicUrl: door.url };
    },
  });
  return { ...service, publicUrl: service.extension.publicUrl };
}

async function readReadOnlyToken({ givenReadOnlyTokenFile: file }: GatewayOptions): Promise<string | null> {
  return file === undefined ? null : readGivenToken(file, 'READ_ONLY_TOKEN_FILE');
}

async function readAdminToken({ adminTokenFile, givenAdminTokenFile }: GatewayOptions): Promise<string | null> {
  if (givenAdminTokenFile !== undefined) return readGivenToken(givenAdminTokenFile);
  return adminTokenFile === undefined ? null : readOrMakeToken(adminTokenFile);
}
