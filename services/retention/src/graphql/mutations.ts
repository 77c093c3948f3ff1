import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { acknowledgeChain } from '../acknowledge-chain.ts';
import { acknowledgeImport } from '../acknowledge-import.ts';
import { changeSettings } from '../change-settings.ts';
import { setLegalHold } from '../hold-points.ts';
import { applyPolicyRetention, previewPolicyRetention } from '../policy-retention.ts';
import { setRestorePointExpiry } from '../set-expiry.ts';
import { findPoints } from '../store/restore-points.ts';
import { previewDeletion } from '../preview-deletion.ts';
import type { Context } from './parents.ts';
import type {
  MutationAcknowledgeChainArgs,
  MutationAcknowledgeImportArgs,
  MutationApplyPolicyRetentionArgs,
  MutationPreviewDeletionArgs,
  MutationPreviewPolicyRetentionArgs,
  MutationSetLegalHoldArgs,
  MutationSetRestorePointExpiryArgs,
  MutationUpdateRetentionSettingsArgs,
} from './resolver-types.ts';
import { shownSettings } from './shown-settings.ts';

export function retentionMutations(db: Database, deps: ServiceDeps) {
  return {
    previewDeletion: async (_parent: unknown, { input }: MutationPreviewDeletionArgs) => {
      const preview = await previewDeletion(db, deps, {
        restorePointIds: input.restorePointIds ?? null,
        tableArn: input.tableArn ?? null,
        kinds: input.kinds ?? null,
        createdBefore: input.createdBefore ?? null,
      });
      const doomed = preview.points.filter(({ verdict }) => verdict === 'DELETE');
      return {
        preview: {
          ...preview,
          warnings: [...preview.warnings],
          deleteCount: doomed.length,
          deleteBytes: doomed.reduce((sum, { restorePoint }) => sum + restorePoint.sizeBytes, 0),
          keepCount: preview.points.length - doomed.length,
          points: preview.points.map((point) => ({ because: null, ...point })),
        },
        userErrors: [],
      };
    },
    setLegalHold: async (_parent: unknown, { input }: MutationSetLegalHoldArgs, { viewer }: Context) => {
      const { restorePointIds, hold, reason } = input;
      const restorePoints = await setLegalHold(db, deps, viewer, { restorePointIds, hold, reason: reason ?? null });
      return { restorePoints, userErrors: [] };
    },
    setRestorePointExpiry: async (
      _parent: unknown,
      { input }: MutationSetRestorePointExpiryArgs,
      { viewer }: Context,
    ) => {
      const { restorePointIds, expiresAt } = input;
      const wish = { restorePointIds, expiresAt: expiresAt ?? null };
      return { restorePoints: await setRestorePointExpiry(db, deps, viewer, wish), userErrors: [] };
    },
    previewPolicyRetention: async (_parent: unknown, { input }: MutationPreviewPolicyRetentionArgs) => {
      const { policyId, tableArn } = input;
      const preview = await previewPolicyRetention(db, deps, { policyId, tableArn: tableArn ?? null });
      const ids = preview.points.map(({ restorePoint }) => restorePoint.id);
      const rows = new Map((await findPoints(db.reader, ids)).map((row) => [row.id, row]));
      const points = preview.points.flatMap((point) => {
        const restorePoint = rows.get(point.restorePoint.id);
        return restorePoint ? [{ ...point, restorePoint }] : [];
      });
      return { preview: { ...preview, points }, userErrors: [] };
    },
    applyPolicyRetention: async (_parent: unknown, { input }: MutationApplyPolicyRetentionArgs) => ({
      changedCount: await applyPolicyRetention(db, deps, input.previewId),
      userErrors: [],
    }),
    acknowledgeChain: async (_parent: unknown, { input }: MutationAcknowledgeChainArgs, { viewer }: Context) => {
      const { id, reason } = input;
      const chain = await acknowledgeChain(db, deps.clock, viewer, { id, reason: reason ?? null });
      return { chain, userErrors: [] };
    },
    acknowledgeImport: async (_parent: unknown, { input }: MutationAcknowledgeImportArgs, { viewer }: Context) => {
      const { accountId, expectedCount, reason } = input;
      const wish = { accountId, expectedCount, reason: reason ?? null };
      return { releasedCount: await acknowledgeImport(db, deps.clock, viewer, wish), userErrors: [] };
    },
    updateRetentionSettings: async (_parent: unknown, { input }: MutationUpdateRetentionSettingsArgs) => {
      const { sessionRecords, timeOfDay, timeZone, jitterMinutes, sharePercent } = input;
      const now = deps.clock.now();
      const settings = await changeSettings(db, now, {
        ...(timeOfDay != null && { timeOfDay }),
        ...(timeZone != null && { timeZone }),
        ...(jitterMinutes != null && { jitterMinutes }),
        ...(sharePercent != null && { sharePercent }),
        sessionRecords: sessionRecords
          ? { keepAll: sessionRecords.keepAll ?? null, keepDays: sessionRecords.keepDays ?? null }
          : null,
      });
      return { settings: await shownSettings(db, now, settings), userErrors: [] };
    },
  };
}
