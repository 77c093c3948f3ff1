import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { newId } from '@tablekeep/platform/ids';
import type { InternalIdentity } from '@tablekeep/platform/identity';
import type { Logger } from '@tablekeep/platform/logging';
import type { ObservedMetric } from '@tablekeep/platform/metrics';
import { checkVariables, withoutValues } from '@tablekeep/platform/subgraph';
import { graphqlSpan, tracedRoute } from '@tablekeep/platform/tracing';
import { serviceNames, type ServiceName } from '@tablekeep/schema/events';
import { supergraphSdl } from '@tablekeep/schema/sdl';
import fastify, { type FastifyRequest } from 'fastify';
import { Agent } from 'undici';
import { queryPage, queryPageHeaders } from './browser/query-page.ts';
import { bearerSecret, tokenHash } from './domain/api-token.ts';
import { KeepAliveDataSource, type GatewayContext } from './keep-alive-data-source.ts';
import { queryCostLimit } from './query-cost.ts';
import { findLiveToken, noteTokenUse } from './store/api-tokens.ts';
import type { ApiTokenRow } from './store/entities.ts';
import { serveEvents, type EventStreamOptions } from './stream/serve-events.ts';
import type { WebOrigins } from './web-origins.ts';

export type PublicServerOptions = Readonly<{
  db: Database;
  identity: InternalIdentity;
  peers: Readonly<Record<ServiceName, () => string>>;
  clock: Clock;
  log: Logger;
  http: Readonly<{ host: string; port: number }>;
  subgraphTimeoutMs: number;
  eventStream: EventStreamOptions;
  origins: WebOrigins;
}>;

/** For a whole request to arrive: nobody may hold a connection by sending slowly. */
const REQUEST_MS = 30_000;
/** For a connection on which nothing moves; longer than any answer takes. */
const SILENCE_MS = 60_000;
/** A connection that is still open may delay a shutdown by this, no longer. */
const LINGER_MS = 5_000;

const UNAUTHENTICATED = {
  errors: [
    {
      message: 'Send "Authorization: Bearer <API token>"; the token is unknown, revoked or missing.',
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ],
};

const ONLY_POST = {
  errors: [{ message: 'Send operations with POST; a browser gets a page here.', extensions: { code: 'BAD_REQUEST' } }],
};

/**
 * The one public door: authenticates, limits, and forwards each operation to the subgraphs with a signed identity.
 * It holds no business rule. The supergraph is composed at development time, so starting needs no subgraph alive.
 */
export async function startPublicServer(
  options: PublicServerOptions,
): Promise<{ url: string; metrics: readonly ObservedMetric[]; stop(): Promise<void> }> {
  const { log } = options;
  const sources: KeepAliveDataSource[] = [];
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphSdl(),
    buildService: ({ name }) => {
      const source = new KeepAliveDataSource(name, options.peers[name as ServiceName], options.subgraphTimeoutMs);
      sources.push(source);
      return source;
    },
    logger: quietLogger(log),
  });

  const app = fastify({
    loggerInstance: log.child({}, { level: 'warn' }),
    bodyLimit: 1_048_576,
    requestTimeout: REQUEST_MS,
    connectionTimeout: SILENCE_MS,
    genReqId: () => newId(),
  });
  const armor = new ApolloArmor({
    maxDepth: { n: 15 },
    maxAliases: { n: 30 },
    maxTokens: { n: 5_000 },
    blockFieldSuggestion: { enabled: false },
    // The cost is judged with the variables at hand: see queryCostLimit.
    costLimit: { enabled: false },
  });
  const protection = armor.protect();
  // Typed against Apollo Server's CommonJS declarations, which TypeScript takes for other classes than the ESM ones.
  const limitPlugins = protection.plugins as unknown as ApolloServerPlugin<GatewayContext>[];
  const server = new ApolloServer<GatewayContext>({
    gateway,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    validationRules: protection.validationRules,
    formatError: withoutValues,
    plugins: [checkVariables(), ...limitPlugins, queryCostLimit(), graphqlSpan(), fastifyApolloDrainPlugin(app)],
    logger: quietLogger(log),
  });
  await server.start();
  const downloads = new Agent({ headersTimeout: REQUEST_MS, bodyTimeout: SILENCE_MS });

  /** The token with which somebody asks; null where it opens nothing. */
  async function tokenOf(request: FastifyRequest): Promise<ApiTokenRow | null> {
    const secret = bearerSecret(request.headers.authorization);
    if (secret === null) return null;
    const token = await findLiveToken(options.db, tokenHash(secret));
    if (token !== null) await noteTokenUse(options.db, token, options.clock.now());
    return token;
  }

  /** Who asks, as an identity the subgraphs trust for a minute; null where the token opens nothing. */
  async function authenticate(request: FastifyRequest): Promise<string | null> {
    const token = await tokenOf(request);
    if (token === null) return null;
    return options.identity.sign({
      kind: 'user',
      id: token.id,
      name: token.name,
      role: token.role,
      requestId: request.id,
    });
  }

  const contexts = new WeakMap<FastifyRequest, GatewayContext>();
  app.route({
    url: '/graphql',
    method: 'POST',
    // Before the body is read: who has no token is not waited for.
    onRequest: async (request, reply) => {
      options.origins.allow(request, reply);
      const signed = await authenticate(request);
      if (signed === null) return reply.code(401).header('www-authenticate', 'Bearer').send(UNAUTHENTICATED);
      contexts.set(request, { authorization: `Bearer ${signed}`, requestId: request.id });
      reply.header('x-request-id', request.id);
      return undefined;
    },
    handler: tracedRoute(
      { service: 'gateway', method: 'POST', route: '/graphql' },
      fastifyApolloHandler(server, {
        context: async (request) => {
          const context = contexts.get(request);
          if (!context) throw new Error('a request without identity passed the door');
          return context;
        },
      }),
    ),
  });
  app.get('/graphql', (request, reply) =>
    request.headers.accept?.includes('text/html')
      ? reply.headers(queryPageHeaders).send(queryPage)
      : reply.code(405).header('allow', 'POST').send(ONLY_POST),
  );
  // The key says what may be read and is checked by the service that has signed it.
  app.get<{ Params: { service: string }; Querystring: { key?: string } }>(
    '/downloads/:service',
    async (request, reply) => {
      const service = serviceNames.find((name) => name === request.params.service);
      if (service === undefined) return reply.code(404).send({ message: 'There are no downloads here.' });
      const from = new URL('/downloads', options.peers[service]());
      from.searchParams.set('key', request.query.key ?? '');
      try {
        const file = await downloads.request({
          origin: from.origin,
          path: `${from.pathname}${from.search}`,
          method: 'GET',
        });
        return await reply.code(file.statusCode).headers(passedOn(file.headers)).send(file.body);
      } catch (error) {
        log.warn({ err: error, service }, 'a download could not be begun');
        return reply.code(503).send({ message: `The ${service} service did not answer; ask again.` });
      }
    },
  );
  const stream = serveEvents({
    db: options.db,
    identity: options.identity,
    notification: options.peers.notification,
    clock: options.clock,
    log,
    options: options.eventStream,
    origins: options.origins,
    authenticate: tokenOf,
    unauthenticated: UNAUTHENTICATED,
  });
  app.get('/events', { exposeHeadRoute: false }, (request, reply) => stream.handle(request, reply));
  for (const url of ['/graphql', '/events']) app.options(url, (...asked) => options.origins.preflight(...asked));
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    try {
      await options.db.check();
      return { status: 'ok' };
    } catch (error) {
      log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'unavailable', failing: ['database'] });
    }
  });

  const url = await app.listen({ host: options.http.host, port: options.http.port });
  return {
    url,
    metrics: stream.metrics,
    stop: async () => {
      // Streams end only when they are told to.
      await stream.stop();
      // First the GraphQL server, which lets requests under way end; whoever still holds a connection then is cut off.
      const cut = setTimeout(() => app.server.closeAllConnections(), LINGER_MS);
      await server.stop();
      await app.close();
      clearTimeout(cut);
      await Promise.all([downloads.destroy(), ...sources.map((source) => source.close())]);
    },
  };
}

const PASSED_ON = ['content-type', 'content-disposition', 'cache-control'];

function passedOn(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  );
}

/** Apollo's chatter is ours at debug; its warnings and errors stay what they are. */
function quietLogger(log: Logger) {
  return {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.debug(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  };
}
