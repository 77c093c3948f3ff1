import type { RestoreItem } from '@tablekeep/schema/events';
import type { ReplaceItem } from '@tablekeep/schema/verification';
import {
  checkCommon,
  checkCredentials,
  checkItemCount,
  checkPlaces,
  checkRegions,
  checkRestoreItems,
  checkVerification,
  type GivenKeys,
} from '../domain/check-input.ts';
import { applyHeldSettings } from '../run/apply-held-settings.ts';
import { startSession, type StartDeps } from '../run/start-session.ts';
import { stopSession } from '../run/stop-session.ts';
import type { Context } from './parents.ts';
import type { MutationResolvers, OneTimeKeysInput, ReplaceItemInput, RestoreItemInput } from './resolver-types.ts';

/** Everything that starts or stops a session. What is wrong with the input comes back as `userErrors`, all at once. */
export function sessionMutations(deps: StartDeps): MutationResolvers<Context> {
  return {
    runPolicy: async (_, { input }, { viewer }) => {
      const { policyId, reason, idempotencyKey } = input;
      const session = await startSession(deps, viewer, {
        request: { type: 'POLICY_BACKUP', policyId, slot: null },
        reason: reason ?? null,
        idempotencyKey: idempotencyKey ?? null,
        problems: checkCommon(common(input)),
        askOwner: true,
      });
      return { session, userErrors: [] };
    },
    backupTables: async (_, { input }, { viewer }) => {
      const session = await startSession(deps, viewer, {
        request: {
          type: 'MANUAL_BACKUP',
          tableArns: [...input.tableArns],
          vaultName: input.vaultName,
          region: input.region ?? null,
          throughVaultName: input.throughVaultName ?? null,
          customTags: (input.customTags ?? []).map(({ key, value }) => ({ key, value })),
          expireAfterDays: input.expireAfterDays ?? null,
        },
        reason: input.reason ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
        problems: checkCommon(common(input)),
        askOwner: true,
      });
      return { session, userErrors: [] };
    },
    rescanInventory: async (_, { input }, { viewer }) => {
      const { accountId, regions, idempotencyKey } = input;
      const problems = [...checkCommon(common(input)), ...checkRegions(regions)];
      const session = await startSession(deps, viewer, {
        request: { type: 'INVENTORY_SCAN', accountId, regions: [...(regions ?? [])] },
        reason: null,
        idempotencyKey: idempotencyKey ?? null,
        problems,
        askOwner: regions?.length !== 0,
      });
      return { session, userErrors: [] };
    },
    restoreTables: async (_, { input }, { viewer }) => {
      const items = input.items.map(restoreItem);
      const credentials = givenKeys(input.credentials);
      const count = checkItemCount(items.length);
      const session = await startSession(deps, viewer, {
        request: { type: 'RESTORE', items },
        reason: input.reason ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
        credentials,
        problems: [
          ...checkCommon(common(input)),
          ...count,
          ...checkCredentials(credentials),
          ...checkRestoreItems(items),
        ],
        askOwner: count.length === 0,
      });
      return { session, userErrors: [] };
    },
    applyHeldSettings: async (_, { input }, { viewer }) => {
      const { sessionId, taskIds } = input;
      const session = await applyHeldSettings(deps, viewer, {
        sessionId,
        taskIds: taskIds == null ? null : [...taskIds],
        credentials: givenKeys(input.credentials),
        ...common(input),
      });
      return { session, userErrors: [] };
    },
    verifyRestorePoints: async (_, { input }, { viewer }) => {
      const { restorePointIds, policyId, countItems, reason, idempotencyKey } = input;
      const problems = checkVerification(input);
      const session = await startSession(deps, viewer, {
        request: {
          type: 'VERIFICATION',
          restorePointIds: [...(restorePointIds ?? [])],
          policyId: policyId ?? null,
          slotAt: null,
          countItems: countItems ?? false,
        },
        reason: reason ?? null,
        idempotencyKey: idempotencyKey ?? null,
        problems: [...checkCommon(common(input)), ...problems],
        askOwner: problems.length === 0,
      });
      return { session, userErrors: [] };
    },
    replaceTables: async (_, { input }, { viewer }) => {
      const items = input.items.map(replaceItem);
      const count = checkItemCount(items.length);
      const asRestores = items.map(({ restorePointId, changes }) => ({
        restorePointId,
        mode: 'ORIGINAL' as const,
        region: null,
        tableName: null,
        ...changes,
      }));
      const session = await startSession(deps, viewer, {
        request: { type: 'REPLACEMENT', items },
        reason: input.reason ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
        problems: [...checkCommon(common(input)), ...count, ...checkRestoreItems(asRestores)],
        askOwner: count.length === 0,
      });
      return { session, userErrors: [] };
    },
    deleteRestorePoints: async (_, { input }, { viewer }) => {
      const { previewId, reason, idempotencyKey } = input;
      const session = await startSession(deps, viewer, {
        request: { type: 'DELETION', previewId },
        reason: reason ?? null,
        idempotencyKey: idempotencyKey ?? null,
        problems: checkCommon(common(input)),
        askOwner: true,
      });
      return { session, userErrors: [] };
    },
    importRestorePoints: async (_, { input }, { viewer }) => {
      const { accountId, regions, vaults, reason, idempotencyKey } = input;
      const places = checkPlaces(regions, vaults);
      const session = await startSession(deps, viewer, {
        request: {
          type: 'IMPORT',
          accountId,
          regions: [...(regions ?? [])],
          vaults: (vaults ?? []).map(({ region, vaultName }) => ({ region, vaultName })),
          awsAccountId: null,
          readSealedAgain: true,
        },
        reason: reason ?? null,
        idempotencyKey: idempotencyKey ?? null,
        problems: [...checkCommon(common(input)), ...places],
        askOwner: places.length === 0,
      });
      return { session, userErrors: [] };
    },
    runRetention: async (_, { input }, { viewer }) => {
      const { accountId, dryRun, reason, idempotencyKey } = input;
      const session = await startSession(deps, viewer, {
        request: { type: 'RETENTION', accountId, dryRun: dryRun ?? true, day: null },
        reason: reason ?? null,
        idempotencyKey: idempotencyKey ?? null,
        problems: checkCommon(common(input)),
        askOwner: true,
      });
      return { session, userErrors: [] };
    },
    stopSession: async (_, { input }, { viewer }) => ({
      session: await stopSession(deps, viewer, input),
      userErrors: [],
    }),
  };
}

type Common = { idempotencyKey?: string | null | undefined; reason?: string | null | undefined };
const common = ({ idempotencyKey, reason }: Common) => ({
  idempotencyKey: idempotencyKey ?? null,
  reason: reason ?? null,
});

function givenKeys(keys: OneTimeKeysInput | null | undefined): GivenKeys | null {
  if (keys == null) return null;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? null };
}

function restoreItem(item: RestoreItemInput): RestoreItem {
  return {
    restorePointId: item.restorePointId ?? null,
    ...(item.tableArn != null && { tableArn: item.tableArn }),
    mode: item.mode,
    region: item.region ?? null,
    tableName: item.tableName ?? null,
    ...changesOf(item),
  };
}

/** What was not confirmed is denied. */
function replaceItem(item: ReplaceItemInput): ReplaceItem {
  return {
    restorePointId: item.restorePointId,
    confirmTableName: item.confirmTableName,
    confirmWritesStopped: item.confirmWritesStopped ?? false,
    acknowledgeWritesMayBeLost: item.acknowledgeWritesMayBeLost ?? false,
    confirmDeletionProtectionOff: item.confirmDeletionProtectionOff ?? false,
    protectiveVaultName: item.protectiveVaultName ?? null,
    tableId: null,
    changes: changesOf(item),
  };
}

type Changes = Omit<RestoreItemInput, 'restorePointId' | 'mode' | 'region' | 'tableName'>;

/** Absent becomes null: what is not asked for stays as it was at backup. */
function changesOf(item: Changes): ReplaceItem['changes'] {
  const { encryption } = item;
  return {
    tableClass: item.tableClass ?? null,
    billingMode: item.billingMode ?? null,
    readCapacityUnits: item.readCapacityUnits ?? null,
    writeCapacityUnits: item.writeCapacityUnits ?? null,
    indexCapacity: (item.indexCapacity ?? []).map(({ indexName, readCapacityUnits, writeCapacityUnits }) => ({
      indexName,
      readCapacityUnits,
      writeCapacityUnits,
    })),
    deletionProtection: item.deletionProtection ?? null,
    pointInTimeRecovery: item.pointInTimeRecovery ?? null,
    encryption: encryption == null ? null : { type: encryption.type, kmsKeyArn: encryption.kmsKeyArn ?? null },
    timeToLive: item.timeToLive ?? null,
    streams: item.streams ?? null,
    ...(item.warmThroughput != null && { warmThroughput: item.warmThroughput }),
    ...(item.throughVaultName != null && { throughVaultName: item.throughVaultName }),
    ...(item.scaledCapacity != null && { scaledCapacity: item.scaledCapacity }),
  };
}
