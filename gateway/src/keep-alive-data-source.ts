import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import { Pool } from 'undici';

/** What every operation carries through the gateway. */
export type GatewayContext = Readonly<{ authorization: string; requestId: string }>;

/**
 * Posts to one subgraph over kept-alive connections, with a deadline: one stuck subgraph must not hold every request.
 * A failure names the subgraph, never its address or what it said.
 */
export class KeepAliveDataSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #timeoutMs: number;
  readonly #address: () => string;
  #pool: Pool | undefined;

  constructor(name: string, address: () => string, timeoutMs: number) {
    this.#name = name;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<GatewayGraphQLResponse> {
    const { authorization, requestId } = context as Partial<GatewayContext>;
    this.#pool ??= new Pool(this.#address(), { connections: 64, keepAliveTimeout: 30_000 });
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: '/graphql',
        headers: {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization }),
          ...(requestId !== undefined && { 'x-request-id': requestId }),
        },
        body: JSON.stringify({
          query: request.query,
          variables: request.variables,
          operationName: request.operationName,
        }),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const answer: unknown = await body.json();
      if (typeof answer !== 'object' || answer === null) throw new TypeError(`status ${statusCode} without an answer`);
      return answer;
    } catch (cause) {
      throw new GraphQLError(`The ${this.#name} service did not answer`, {
        extensions: { code: 'SERVICE_UNAVAILABLE', service: this.#name },
        originalError: cause instanceof Error ? cause : new Error(String(cause)),
      });
    }
  }

  async close(): Promise<void> {
    await this.#pool?.destroy();
  }
}
