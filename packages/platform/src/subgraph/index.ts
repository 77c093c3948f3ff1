import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { internalCalls, type InternalCall } from '@tablekeep/schema/internal';
import type { ServiceName } from '@tablekeep/schema/events';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { parse } from 'graphql';
import { headersOf, type OpenDownload } from '../downloads/index.ts';
import type { InternalIdentity, Viewer } from '../identity/index.ts';
import { newId } from '../ids/index.ts';
import { withCorrelation, type Logger } from '../logging/index.ts';
import type { InternalHandlers } from '../rpc/index.ts';
import { graphqlSpan, inServerSpan, tracedRoute } from '../tracing/index.ts';
import { formatError } from './format-error.ts';
import { checkVariables } from './input-errors.ts';
import type { RequestContext } from './request-context.ts';
import { scalars } from './scalars.ts';

export { badInput } from './bad-input.ts';
export { connection, type Connection, type Key, type PageArguments } from './connection.ts';
export { guardMutations } from './guard-mutations.ts';
export { checkVariables, withoutValues } from './input-errors.ts';
export type { RequestContext } from './request-context.ts';
export { scalars } from './scalars.ts';

export type SubgraphOptions<Context extends RequestContext> = Readonly<{
  name: ServiceName;
  typeDefs: string;
  /** As typed by the generated `Resolvers` of the service. */
  resolvers: object;
  context?: (base: RequestContext) => Context;
  internal?: InternalHandlers;
  /** The file that a signed address names. */
  download?: (claims: Readonly<Record<string, unknown>>) => OpenDownload;
  identity: InternalIdentity;
  http: Readonly<{ host?: string; port: number }>;
  log: Logger;
}>;

/** A connection that is open and silent may delay a shutdown by this, no longer. */
const LINGER_MS = 3_000;
const REQUEST_MS = 30_000;

/** The audience of addresses that name a file of this service. */
export const downloadsOf = (service: ServiceName): string => `downloads of ${service}`;
const EXPIRED = 'This address is forged or too old: ask for the download again.';

const UNAUTHENTICATED = {
  errors: [{ message: 'This address answers the gateway only', extensions: { code: 'UNAUTHENTICATED' } }],
};

/**
 * Serves a subgraph at `POST /graphql` and the service's internal calls at `POST /internal/<name>`. Both answer 401 without
 * a signed identity, the second also 403 to anybody but a service: being inside the network is not an identity. Files are at
 * `GET /downloads?key=…`, where the key itself is signed.
 */
export async function startSubgraph<Context extends RequestContext>(
  o: SubgraphOptions<Context>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const app = fastify({ bodyLimit: 4 * 1_048_576, requestTimeout: REQUEST_MS });
  const declared = Object.fromEntries(
    Object.entries(scalars).filter(([name]) => o.typeDefs.includes(`scalar ${name}`)),
  );
  const server = new ApolloServer<Context>({
    schema: buildSubgraphSchema([{ typeDefs: parse(o.typeDefs), resolvers: { ...declared, ...o.resolvers } }]),
    introspection: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    formatError: formatError(o.log),
    plugins: [checkVariables(), fastifyApolloDrainPlugin(app), ApolloServerPluginInlineTraceDisabled(), graphqlSpan()],
  });
  await server.start();

  const viewers = new WeakMap<FastifyRequest, Viewer>();
  const authenticate = async (request: FastifyRequest, reply: FastifyReply) => {
    const token = /^Bearer (.+)$/u.exec(request.headers.authorization ?? '')?.[1];
    try {
      viewers.set(request, await o.identity.verify(token ?? ''));
      return undefined;
    } catch {
      return reply.code(401).send(UNAUTHENTICATED);
    }
  };
  const viewerOf = (request: FastifyRequest): Viewer => {
    const viewer = viewers.get(request);
    if (!viewer) throw new Error('a request without identity passed the door');
    return viewer;
  };

  // A trace begins with the client's request, at the gateway, or with an event: never here.
  const traced = { service: o.name, method: 'POST', neverFirst: true };
  app.route({
    url: '/graphql',
    method: 'POST',
    // Before the body is read.
    onRequest: authenticate,
    handler: tracedRoute(
      { ...traced, route: '/graphql' },
      fastifyApolloHandler(server, {
        context: async (request) => {
          const viewer = viewerOf(request);
          const requestId = viewer.requestId === '' ? newId() : viewer.requestId;
          const base: RequestContext = { viewer, requestId, log: o.log.child({ requestId }) };
          return (o.context ? o.context(base) : base) as Context;
        },
      }),
    ),
  });
  app.post<{ Params: { call: string }; Body: unknown }>(
    '/internal/:call',
    { onRequest: authenticate },
    async (request, reply) => {
      const viewer = viewerOf(request);
      if (viewer.kind !== 'service') return reply.code(403).send({ message: 'services only' });
      const call = request.params.call as InternalCall;
      const handler = o.internal?.[call] as ((input: unknown, viewer: Viewer) => Promise<unknown>) | undefined;
      if (!handler) return reply.code(404).send({ message: `${o.name} does not answer ${call}` });
      const input = internalCalls[call].input.safeParse(request.body);
      if (!input.success) return reply.code(400).send({ message: input.error.message });
      try {
        const { requestId } = viewer;
        const { traceparent } = request.headers;
        const output = await inServerSpan({ ...traced, route: `/internal/${call}`, traceparent }, reply, () =>
          withCorrelation({ correlationId: requestId, requestId }, () => handler(input.data, viewer)),
        );
        return internalCalls[call].output.parse(output);
      } catch (error) {
        o.log.error({ err: error, call }, 'internal call failed');
        return reply.code(500).send({ message: 'failed' });
      }
    },
  );

  const { download } = o;
  if (download) {
    app.get<{ Querystring: { key?: string } }>('/downloads', async (request, reply) => {
      const claims = await o.identity.verifyClaims(downloadsOf(o.name), request.query.key ?? '').catch(() => null);
      if (claims === null) return reply.code(403).send({ message: EXPIRED });
      const file = download(claims);
      file.stream.on('error', (error) => o.log.warn({ err: error, fileName: file.fileName }, 'a download was cut off'));
      return reply.headers(headersOf(file)).send(file.stream);
    });
  }

  const url = await app.listen({ host: o.http.host ?? '127.0.0.1', port: o.http.port });
  return {
    url,
    stop: async () => {
      // Requests under way may end; whoever still holds a connection after that is cut off.
      const cut = setTimeout(() => app.server.closeAllConnections(), LINGER_MS);
      await server.stop();
      await app.close();
      clearTimeout(cut);
    },
  };
}
