import { GraphQLError } from 'graphql';

/** A problem of a query's arguments; mutations answer with `userErrors`. Never says the value where that may be a secret. */
export const badInput = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
