import type { Clock } from '@tablekeep/platform/clock';
import type { Database } from '@tablekeep/platform/database';
import { UserErrors } from '@tablekeep/platform/errors';
import { newId } from '@tablekeep/platform/ids';
import { guardMutations } from '@tablekeep/platform/subgraph';
import type { Environment } from '@tablekeep/schema/events';
import { randomBytes } from 'node:crypto';
import { tokenHash, tokenSecret } from '../domain/api-token.ts';
import { insertToken, listTokens, revokeToken } from '../store/api-tokens.ts';
import { ApiTokenEntity } from '../store/entities.ts';
import type { Resolvers } from './resolver-types.ts';

/** The subgraph of access: API tokens and who the caller is. */
export function accessResolvers(db: Database, clock: Clock, environment: Environment): Resolvers {
  return {
    Query: {
      viewer: (_parent, _args, { viewer }) => ({ name: viewer.name, role: viewer.role }),
      apiTokens: () => listTokens(db),
    },
    Mutation: guardMutations(
      { db, service: 'gateway', environment, clock },
      {
        createApiToken: async (
          _parent: unknown,
          { input }: { input: { name: string; role: 'ADMIN' | 'READ_ONLY' } },
        ) => {
          const name = input.name.trim();
          if (name.length === 0 || name.length > 127) {
            throw new UserErrors([{ code: 'BAD_NAME', message: 'A name has 1 to 127 characters.', path: ['name'] }]);
          }
          const secret = tokenSecret(randomBytes(32));
          const id = newId();
          await db.transaction((tx) =>
            insertToken(db, tx, { id, name, role: input.role, secretHash: tokenHash(secret), createdAt: clock.now() }),
          );
          return { apiToken: await db.reader.findOneByOrFail(ApiTokenEntity, { id }), secret, userErrors: [] };
        },
        revokeApiToken: async (_parent: unknown, { input }: { input: { id: string } }) => {
          const apiToken = await revokeToken(db, input.id, clock.now());
          if (!apiToken) {
            throw new UserErrors([{ code: 'NOT_FOUND', message: `There is no API token ${input.id}.`, path: ['id'] }]);
          }
          return { apiToken, userErrors: [] };
        },
      },
    ),
  };
}
