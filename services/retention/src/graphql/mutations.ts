import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { setLegalHold } from '../hold-points.ts';
import { previewDeletion } from '../preview-deletion.ts';
import type { Context } from './parents.ts';
import type { MutationPreviewDeletionArgs, MutationSetLegalHoldArgs } from './resolver-types.ts';

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
  };
}
