import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError } from '../errors/index.ts';
import type { Logger } from '../logging/index.ts';
import { withoutValues } from './input-errors.ts';

/** The last line of defence: what we did not mean to say, we do not say. */
export function formatError(log: Logger) {
  return (told: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const formatted = withoutValues(told);
    const cause = unwrapResolverError(thrown);
    const { locations, path } = formatted;
    const say = (message: string, code: unknown): GraphQLFormattedError => ({
      message,
      ...(locations && { locations }),
      ...(path && { path }),
      extensions: { code },
    });
    if (cause instanceof DomainError) return say(cause.message, cause.code);
    const code = formatted.extensions?.['code'];
    if (cause instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR') return say(formatted.message, code);
    log.error({ err: cause, path }, 'resolver failed');
    return say('Something went wrong on our side', 'INTERNAL_SERVER_ERROR');
  };
}
