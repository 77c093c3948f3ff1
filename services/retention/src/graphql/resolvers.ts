import type { Database } from '@tablekeep/platform/database';
import { connection } from '@tablekeep/platform/subgraph';
import { notRecorded, type Known } from '@tablekeep/schema/settings';
import type { FindOptionsWhere } from 'typeorm';
import type { RestorePointRow } from '../store/entities.ts';
import { keyOfPoint, pageOfPoints } from '../store/restore-points.ts';
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

export function retentionResolvers(db: Database): Resolvers {
  return {
    Query: {
      restorePoints: (_parent, { filter, first, after }) =>
        connection<RestorePointRow>({ first, after }, keyOfPoint, (from, limit) =>
          pageOfPoints(db, conditions(filter ?? {}), from, limit),
        ),
      restorePoint: (_parent, { id }, { loaders }) => loaders.point.load(id),
    },
    RestorePoint: {
      __resolveReference: ({ id }, { loaders }) => loaders.point.load(id),
      storageClass: () => 'WARM',
      session: ({ sessionId }) => (sessionId === null ? null : { id: sessionId }),
      source: ({ sourceRecoveryPointArn }, _args, { loaders }) =>
        sourceRecoveryPointArn === null ? null : loaders.byArn.load(sourceRecoveryPointArn),
      copies: ({ recoveryPointArn }, _args, { loaders }) => loaders.copies.load(recoveryPointArn),
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
      restorePoints: ({ arn }, page, { loaders }) =>
        // Pages of many tables are asked for at once, and must be bounded together.
        connection<RestorePointRow>(page, keyOfPoint, (after, limit) =>
          loaders.ofTable.load({ tableArn: arn, after, limit }),
        ),
    },
  };
}

function conditions(filter: RestorePointFilter): FindOptionsWhere<RestorePointRow> {
  const given = Object.entries(filter).filter(([, value]) => value != null);
  return Object.fromEntries(given);
}
