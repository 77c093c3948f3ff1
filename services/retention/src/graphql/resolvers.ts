import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { connection, guardMutations } from '@tablekeep/platform/subgraph';
import { notRecorded, type Known } from '@tablekeep/schema/settings';
import { Equal, IsNull, Not, Or, type FindOptionsWhere } from 'typeorm';
import type { RestorePointRow } from '../store/entities.ts';
import { keyOfPoint, pageOfPoints, storedByRegion } from '../store/restore-points.ts';
import { retentionMutations } from './mutations.ts';
import type { Resolvers, RestorePointFilter } from './resolver-types.ts';

const valueOf = <T>(known: Known<T>): T | null => (known.state === 'known' ? known.value : null);
const capacity = (units: { read: number; write: number } | null) =>
  units && { readCapacityUnits: units.read, writeCapacityUnits: units.write };

/** What may be unknown, each for its own reason. */
const knownSettings = [
  'tags',
  'timeToLive',
  'pointInTimeRecovery',
  'resourcePolicy',
  'autoScaling',
  'contributorInsights',
  'kinesisDestinations',
] as const;

export function retentionResolvers(db: Database, deps: ServiceDeps): Resolvers {
  const guard = { db, service: 'retention', environment: deps.environment, clock: deps.clock } as const;
  return {
    Query: {
      restorePoints: (_parent, { filter, first, after }) =>
        connection<RestorePointRow>({ first, after }, keyOfPoint, (from, limit) =>
          pageOfPoints(db, conditions(filter ?? {}), from, limit),
        ),
      restorePoint: (_parent, { id }, { loaders }) => loaders.point.load(id),
    },
    Mutation: guardMutations(guard, retentionMutations(db, deps)),
    RestorePoint: {
      __resolveReference: ({ id }, { loaders }) => loaders.point.load(id),
      storageClass: ({ coldAt }) => (coldAt !== null && coldAt <= deps.clock.now() ? 'COLD' : 'WARM'),
      movesToColdAt: ({ coldAt }) => coldAt,
      flags: ({ flags }) => [...(flags ?? [])],
      legalHold: ({ holdReason: reason, holdBy: placedBy, heldAt: placedAt }) =>
        reason === null || placedBy === null || placedAt === null ? null : { reason, placedBy, placedAt },
      session: ({ sessionId }) => (sessionId === null ? null : { id: sessionId }),
      verification: ({ verification }) =>
        verification && {
          ...verification,
          problems: [...verification.problems],
          remarks: [...verification.remarks],
          session: { id: verification.sessionId },
        },
      source: ({ sourceRecoveryPointArn }, _args, { loaders }) =>
        sourceRecoveryPointArn === null ? null : loaders.byArn.load(sourceRecoveryPointArn),
      copies: ({ recoveryPointArn }, _args, { loaders }) => loaders.copies.load(recoveryPointArn),
    },
    Overview: {
      __resolveReference: ({ window }) => ({ window }),
      storage: () => storedByRegion(db, deps.clock.now()),
    },
    SettingsSnapshot: {
      keys: (settings) => settings.keySchema,
      indexes: (settings) => [
        ...settings.globalIndexes.map((index) => ({
          name: index.name,
          kind: 'GLOBAL',
          keys: index.keySchema,
          projection: index.projection.type,
          provisioned: capacity(index.provisioned),
        })),
        ...settings.localIndexes.map((index) => ({
          name: index.name,
          kind: 'LOCAL',
          keys: index.keySchema,
          projection: index.projection.type,
          provisioned: null,
        })),
      ],
      provisioned: (settings) => capacity(settings.provisioned),
      onDemandMaximum: ({ onDemandMaximum: maximum }) =>
        maximum && { readRequestUnits: maximum.read, writeRequestUnits: maximum.write },
      timeToLiveAttribute: (settings) => valueOf(settings.timeToLive)?.attribute ?? null,
      pointInTimeRecoveryDays: (settings) => valueOf(settings.pointInTimeRecovery)?.recoveryPeriodDays ?? null,
      tags: (settings) => valueOf(settings.tags) ?? [],
      unknownSettings: (settings) =>
        knownSettings.flatMap((name) => {
          const known: Known<unknown> = settings[name] ?? notRecorded;
          return known.state === 'unknown' ? [`${name}: ${known.because}`] : [];
        }),
    },
    Table: {
      __resolveReference: ({ arn }) => ({ arn }),
      measuredRestoreSeconds: async ({ arn }, _args, { loaders }) =>
        (await loaders.restoreTime.load(arn))?.restoreSeconds ?? null,
      restoreMeasuredAt: async ({ arn }, _args, { loaders }) =>
        (await loaders.restoreTime.load(arn))?.measuredAt ?? null,
      restorePoints: ({ arn }, page, { loaders }) =>
        // Pages of many tables are asked for at once, and must be bounded together.
        connection<RestorePointRow>(page, keyOfPoint, (after, limit) =>
          loaders.ofTable.load({ tableArn: arn, after, limit }),
        ),
    },
  };
}

function conditions(filter: RestorePointFilter): FindOptionsWhere<RestorePointRow> {
  const { onLegalHold, includeDeleted, verified, ...columns } = filter;
  return {
    ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value != null)),
    ...(onLegalHold != null && { holdReason: onLegalHold ? Not(IsNull()) : IsNull() }),
    ...(verified != null && { verifiedOutcome: verified ? 'VERIFIED' : Or(IsNull(), Equal('FAILED')) }),
    ...(includeDeleted !== true && { deletedAt: IsNull() }),
  };
}
