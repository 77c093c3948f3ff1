import type { Database } from '@tablekeep/platform/database';
import { badInput, connection, type Key } from '@tablekeep/platform/subgraph';
import type { Environment } from '@tablekeep/schema/events';
import type { Known } from '@tablekeep/schema/settings';
import type { Features } from '../advanced-features.ts';
import type { Lookups } from '../answer-lookups.ts';
import { listDeadWorkItems, type DeadWorkItemPlace } from '../store/dead-work-items.ts';
import type { DeadWorkItemRow } from '../store/entities.ts';
import type { AdvancedFeatures, Resolvers } from './resolver-types.ts';

export function createResolvers(
  db: Database,
  lookups: Lookups,
  features: (accountId: string, region: string) => Promise<Features>,
  environment: Environment,
): Omit<Resolvers, 'Mutation'> {
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
      advancedFeatures: async (_parent, { accountId, region }) => showFeatures(await features(accountId, region)),
      deadLetters: (_parent, page) =>
        connection<DeadWorkItemRow>(
          page,
          (letter) => [letter.at.toISOString(), letter.id],
          (after, limit) => listDeadWorkItems(db, after && placeOf(after), limit),
        ),
    },
  };
}

export function showFeatures(features: Features): AdvancedFeatures {
  const { accountId, region } = features;
  return features.state === 'known'
    ? {
        accountId,
        region,
        optedIn: features.optedIn,
        advanced: features.advanced,
        affectedPlans: [...features.plans],
        couldNotTell: null,
      }
    : { accountId, region, optedIn: null, advanced: null, affectedPlans: [], couldNotTell: features.because };
}

function placeOf([at, id]: Key): DeadWorkItemPlace {
  const time = new Date(String(at));
  if (Number.isNaN(time.getTime()) || typeof id !== 'string') {
    throw badInput('The cursor is not one of this list');
  }
  return { at: time, id };
}

function listOf<T>(answer: Known<readonly T[]>): T[] {
  return answer.state === 'known' ? [...answer.value] : [];
}

function becauseOf(answer: Known<unknown>): string | null {
  return answer.state === 'known' ? null : answer.because;
}
