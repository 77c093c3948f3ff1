import type { Database } from '@tablekeep/platform/database';
import { connection } from '@tablekeep/platform/subgraph';
import type { Environment } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';
import type { Lookups } from '../answer-lookups.ts';
import { listDeadWorkItems } from '../store/dead-work-items.ts';
import type { Resolvers } from './resolver-types.ts';

export function createResolvers(db: Database, lookups: Lookups, environment: Environment): Resolvers {
  return {
    Query: {
      environment: () => environment,
      vaults: async (_parent, { accountId, region }) => {
        const { answer, asOf } = await lookups.vaults({ accountId, account: null, region });
        return { vaults: listOf(answer), asOf, couldNotTell: becauseOf(answer) };
      },
      kmsKeys: async (_parent, { accountId, region }) => {
        const { answer, asOf } = await lookups.kmsKeys({ accountId, account: null, region });
        return { keys: listOf(answer), asOf, couldNotTell: becauseOf(answer) };
      },
      regions: async (_parent, { accountId }) => {
        const { answer, asOf } = await lookups.regions({ accountId, account: null });
        return { regions: listOf(answer), asOf, couldNotTell: becauseOf(answer) };
      },
      deadWorkItems: (_parent, page) =>
        connection(
          page,
          (item) => [item.id],
          (after, limit) => listDeadWorkItems(db, after === null ? null : String(after[0]), limit),
        ),
    },
  };
}

function listOf<T>(answer: Known<readonly T[]>): T[] {
  return answer.state === 'known' ? [...answer.value] : [];
}

function becauseOf(answer: Known<unknown>): string | null {
  return answer.state === 'known' ? null : answer.because;
}
