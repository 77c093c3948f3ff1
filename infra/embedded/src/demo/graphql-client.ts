/** One GraphQL call through the gateway; throws with everything needed to understand a failure. */
export type GraphqlClient = <T>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;

export function graphqlClient(url: string, token: string): GraphqlClient {
  return async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data?: T; errors?: unknown };
    if (answer.errors !== undefined || answer.data == null) {
      throw new Error(
        `GraphQL failed (HTTP ${response.status}, request ${response.headers.get('x-request-id') ?? 'unknown'}):\n` +
          `${query.trim()}\nvariables ${JSON.stringify(variables)}\nerrors ${JSON.stringify(answer.errors, null, 2)}`,
      );
    }
    return answer.data;
  };
}

export type UserErrorAnswer = Readonly<{ code: string; message: string; path: readonly string[] }>;

/** The payload of a mutation, where it worked; its user errors thrown where not. */
export function accepted<P extends { userErrors: readonly UserErrorAnswer[] }>(payload: P): P {
  if (payload.userErrors.length > 0) {
    throw new Error(payload.userErrors.map((one) => `${one.path.join('.')}: ${one.message} (${one.code})`).join('\n'));
  }
  return payload;
}
