import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { IncomingHttpHeaders } from 'node:http';
import { currentSpan, openSpan, type NewSpan } from './spans.ts';

type Answer = Readonly<{ statusCode: number }>;

/** Answers an HTTP request within a span. `route`: as it was declared, without what the caller filled in. */
export async function inServerSpan<T>(
  o: Pick<NewSpan, 'service' | 'neverFirst'> & Readonly<{ method: string; route: string; traceparent: unknown }>,
  reply: Answer,
  answer: () => Promise<T>,
): Promise<T> {
  const span = openSpan({
    service: o.service,
    name: `${o.method} ${o.route}`,
    kind: 'server',
    attributes: { 'http.request.method': o.method, 'http.route': o.route },
    parent: typeof o.traceparent === 'string' ? o.traceparent : null,
    ...(o.neverFirst === true && { neverFirst: true }),
  });
  try {
    const result = await span.run(answer);
    span.set({ 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span.fail(String(reply.statusCode));
    else span.end();
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

/** A route whose requests are each answered within a span. */
export function tracedRoute<
  This,
  Request extends Readonly<{ headers: IncomingHttpHeaders }>,
  Reply extends Answer,
  Result,
>(
  o: Pick<NewSpan, 'service' | 'neverFirst'> & Readonly<{ method: string; route: string }>,
  handler: (this: This, request: Request, reply: Reply) => Result | Promise<Result>,
): (this: This, request: Request, reply: Reply) => Promise<Result> {
  return function (request, reply) {
    const { traceparent } = request.headers;
    return inServerSpan({ ...o, traceparent }, reply, async () => handler.call(this, request, reply));
  };
}

/**
 * Names the request's span after its kind of operation, as OpenTelemetry's conventions for GraphQL say, and notes what went
 * wrong. There are none for fields and resolvers, and nothing of the document or its variables is told.
 */
export function graphqlSpan<C extends BaseContext>(): ApolloServerPlugin<C> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, operationName }) => {
        if (!operation) return;
        const span = currentSpan();
        span.rename(operation.operation);
        span.set({
          'graphql.operation.type': operation.operation,
          ...(operationName !== null && { 'graphql.operation.name': operationName }),
        });
      },
      didEncounterErrors: async ({ errors }) => {
        const code = errors[0]?.extensions['code'];
        currentSpan().set({ 'error.type': typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR' });
      },
    }),
  };
}
