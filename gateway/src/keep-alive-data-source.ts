import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { inSpan } from '@tablekeep/platform/tracing';
import { GraphQLError } from 'graphql';
import { Pool } from 'undici';

/** What every operation carries through the gateway. */
export type GatewayContext = Readonly<{ authorization: string; requestId: string }>;

const ATTRIBUTES = { 'http.request.method': 'POST', 'url.template': '/graphql' };

/** How often one request is tried where it is known to have done nothing. */
const TRIES = 3;

/**
 * Posts to one subgraph over kept-alive connections, with a deadline: one stuck subgraph must not hold every request.
 * `address` is asked for each try, so that replicas take turns; a request that never reached its replica goes to the next
 * one, and so does a query that was cut off: a mutation that was may have been done. A failure names the subgraph, never
 * its address or what it said.
 */
export class KeepAliveDataSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #address: () => string;
  readonly #pools = new Map<string, Pool>();

  constructor(name: string, address: () => string, timeoutMs: number) {
    this.#name = name;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<GatewayGraphQLResponse> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    for (let attempt = 1; ; attempt++) {
      try {
        return await inSpan(
          {
            service: 'gateway',
            name: 'POST /graphql',
            kind: 'client',
            attributes: { ...ATTRIBUTES, 'peer.service': this.#name },
            neverFirst: true,
          },
          ({ traceparent }) => this.#post(request, { ...(context as Partial<GatewayContext>), traceparent }, signal),
        );
      } catch (cause) {
        if (attempt < TRIES && !signal.aborted && hasDoneNothing(cause, request.query ?? '')) continue;
        throw new GraphQLError(`The ${this.#name} service did not answer`, {
          extensions: { code: 'SERVICE_UNAVAILABLE', service: this.#name },
          originalError: cause instanceof Error ? cause : new Error(String(cause)),
        });
      }
    }
  }

  async #post(
    request: GraphQLDataSourceProcessOptions['request'],
    { authorization, requestId, traceparent }: Partial<GatewayContext> & Readonly<{ traceparent: string | null }>,
    signal: AbortSignal,
  ): Promise<GatewayGraphQLResponse> {
    const { statusCode, body } = await this.#pool().request({
      method: 'POST',
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        ...(authorization !== undefined && { authorization }),
        ...(requestId !== undefined && { 'x-request-id': requestId }),
        ...(traceparent !== null && { traceparent }),
      },
      body: JSON.stringify({
        query: request.query,
        variables: request.variables,
        operationName: request.operationName,
      }),
      signal,
    });
    const answer: unknown = await body.json();
    if (typeof answer !== 'object' || answer === null) throw new TypeError(`status ${statusCode} without an answer`);
    return answer;
  }

  #pool(): Pool {
    const address = this.#address();
    const pool = this.#pools.get(address) ?? new Pool(address, { connections: 64, keepAliveTimeout: 30_000 });
    this.#pools.set(address, pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);
const CUT_OFF = new Set(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE']);

function hasDoneNothing(cause: unknown, query: string): boolean {
  const code = (cause as { code?: string }).code ?? '';
  return NEVER_SENT.has(code) || (CUT_OFF.has(code) && !query.trimStart().startsWith('mutation'));
}
