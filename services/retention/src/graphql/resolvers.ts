import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { connection, guardMutations } from '@tablekeep/platform/subgraph';
import { notRecorded, type Known, type StoredSnapshot } from '@tablekeep/schema/settings';
import { wholeSettings } from '@tablekeep/schema/vault-points';
import { Equal, IsNull, Not, Or, type FindOptionsWhere } from 'typeorm';
import { driftOf } from '../domain/drift-of-point.ts';
import { countedDrift, pageOfDrift } from '../store/drift.ts';
import { previewRetention } from '../preview-retention.ts';
import { keyOfFreeze, pageOfFreezes } from '../store/frozen-chains.ts';
import type { FrozenChainRow } from '../store/retention-entities.ts';
import { readSettings } from '../store/retention-settings.ts';
import { shownSettings } from './shown-settings.ts';
import type { RestorePointRow } from '../store/entities.ts';
import { restoreNotes } from '../domain/restore-notes.ts';
import { keyOfPoint, pageOfPoints, restorable, storedByRegion } from '../store/restore-points.ts';
import type { RetentionVerdictParent } from './parents.ts';
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
      catalogDrift: (_parent, { accountId, kind, first, after }) =>
        connection<RestorePointRow>({ first, after }, keyOfPoint, (from, limit) =>
          pageOfDrift(db, { accountId, kind: kind ?? null, now: deps.clock.now() }, from, limit),
        ),
      catalogDriftCounts: (_parent, { accountId }) => countedDrift(db.reader, accountId),
      retentionSettings: async () => shownSettings(db, deps.clock.now(), await readSettings(db.reader)),
      retentionPreview: async (_parent, { accountId, tableArn, onlyExpired, first, after }) => {
        const wish = { accountId, tableArn: tableArn ?? null, onlyExpired: onlyExpired ?? false };
        return connection<RetentionVerdictParent>(
          { first, after },
          ({ row }) => keyOfPoint(row),
          (from, limit) => previewRetention(db, deps, wish, { after: from, limit }),
        );
      },
      frozenChains: (_parent, { accountId, includeAcknowledged, first, after }) => {
        const filter = { accountId: accountId ?? null, includeAcknowledged: includeAcknowledged ?? false };
        return connection<FrozenChainRow>({ first, after }, keyOfFreeze, (from, limit) =>
          pageOfFreezes(db.reader, filter, from, limit),
        );
      },
    },
    Mutation: guardMutations(guard, retentionMutations(db, deps)),
    RestorePoint: {
      __resolveReference: ({ id }, { loaders }) => loaders.point.load(id),
      storageClass: ({ coldAt, awsStorageClass }) =>
        awsStorageClass === 'COLD' || (coldAt !== null && coldAt <= deps.clock.now()) ? 'COLD' : 'WARM',
      movesToColdAt: ({ coldAt }) => coldAt,
      restoreNotes: (row) => restoreNotes(restorable(row), deps.clock.now()),
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
      foreign: ({ foreignBecause }) => foreignBecause !== null,
      importedAt: ({ adoptedAt }) => adoptedAt,
      drift: async (point, _args, { loaders }) => {
        const { sourceRecoveryPointArn: source } = point;
        return driftOf(point, source !== null && (await loaders.byArn.load(source)) !== null, deps.clock.now());
      },
    },
    RetentionVerdict: {
      restorePoint: ({ row }) => row,
      verdict: ({ goes }) => (goes ? 'DELETE' : 'KEEP'),
      reasons: ({ reasons }) => [...reasons],
    },
    Overview: {
      __resolveReference: ({ window }) => ({ window }),
      storage: () => storedByRegion(db, deps.clock.now()),
    },
    SettingsSnapshot: {
      keys: (settings) => wholeSettings(settings)?.keySchema ?? null,
      indexes: (settings) => indexesOf(wholeSettings(settings)),
      provisioned: (settings) => capacity(wholeSettings(settings)?.provisioned ?? null),
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

function indexesOf(settings: StoredSnapshot | null) {
  return (
    settings && [
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
    ]
  );
}

function conditions(filter: RestorePointFilter): FindOptionsWhere<RestorePointRow> {
  const { onLegalHold, includeDeleted, foreign, verified, awaitsReview, ...columns } = filter;
  return {
    ...Object.fromEntries(Object.entries(columns).filter(([, value]) => value != null)),
    ...(onLegalHold != null && { holdReason: onLegalHold ? Not(IsNull()) : IsNull() }),
    ...(foreign != null && { foreignBecause: foreign ? Not(IsNull()) : IsNull() }),
    ...(awaitsReview != null && { awaitsReviewSince: awaitsReview ? Not(IsNull()) : IsNull() }),
    ...(verified != null && { verifiedOutcome: verified ? 'VERIFIED' : Or(IsNull(), Equal('FAILED')) }),
    ...(includeDeleted !== true && { deletedAt: IsNull() }),
  };
}
