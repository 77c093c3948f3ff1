import { every } from '@tablekeep/platform/lifecycle';
import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { announceRetention, watchAnnouncedRetention } from './announce-retention.ts';
import { onDeletionEnded } from './events/deletion-ended.ts';
import { onSessionRequested } from './events/session-requested.ts';
import { onRoundFinished } from './events/session-round-finished.ts';
import { onTaskSucceeded } from './events/task-succeeded.ts';
import { onVaultScanned } from './events/vault-scanned.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { Context } from './graphql/parents.ts';
import { retentionResolvers } from './graphql/resolvers.ts';
import { forgetWaiting } from './plan-next-round.ts';
import { retentionGauges } from './retention-gauges.ts';
import { reconcileDue } from './reconcile-catalog.ts';
import { retentionAnswers } from './resolve-targets.ts';
import { countedDrift } from './store/drift.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations.ts';
import { forgetOldScans } from './store/vault-scans.ts';

export const retentionModel = { name: 'retention', entities, migrations };

const HOUR_MS = 3_600_000;
const DAYS_EVERY_MS = 30_000;
const UNTAKEN_EVERY_MS = 60_000;

const RECONCILE_EVERY_MS = 300_000;

/**
 * The catalog of restore points, and what may be restored from it.
 * @param options.reconcileHours how often it is compared with the vaults; absent or 0: never
 */
export async function createRetentionService(
  deps: ServiceDeps,
  options: Readonly<{ reconcileHours?: number | undefined }> = {},
): Promise<RunningService> {
  const periodMs = (options.reconcileHours ?? 0) * HOUR_MS;
  return assembleService<Context>({
    name: 'retention',
    deps,
    model: retentionModel,
    typeDefs: subgraphSdl('retention'),
    resolvers: (db) => retentionResolvers(db, deps),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db) }),
    internal: (db) => retentionAnswers(db, deps),
    topics: ['tablekeep.session', 'tablekeep.task'],
    handlers: (db) => ({
      'dev.tablekeep.session.requested.v1': (tx, event) => onSessionRequested(db, deps.clock, tx, event),
      'dev.tablekeep.session.round.finished.v1': (tx, event) => onRoundFinished(db, deps.clock, tx, event),
      'dev.tablekeep.session.finished.v1': (tx, event) => forgetWaiting(tx, event.data.sessionId),
      'dev.tablekeep.vault.scanned.v1': (tx, event) => onVaultScanned(db, deps.clock, tx, event),
      'dev.tablekeep.task.succeeded.v1': (tx, event) => onTaskSucceeded(db, deps.clock, tx, event),
      'dev.tablekeep.task.failed.v1': (tx, event) => onDeletionEnded(tx, event),
      'dev.tablekeep.task.canceled.v1': (tx, event) => onDeletionEnded(tx, event),
    }),
    loops: (db) => {
      const { clock, log } = deps;
      const pass = () => forgetOldScans(db, clock.now());
      const timer = { clock, log };
      const loops = [
        every({ ...timer, name: 'old looks at vaults', everyMs: HOUR_MS, pass }),
        every({ ...timer, name: 'daily retention', everyMs: DAYS_EVERY_MS, pass: () => announceRetention(db, deps) }),
        every({
          ...timer,
          name: 'untaken retention',
          everyMs: UNTAKEN_EVERY_MS,
          pass: () => watchAnnouncedRetention(db, deps),
        }),
      ];
      if (periodMs === 0) return loops;
      const reconcile = () => reconcileDue({ ...deps, db, periodMs });
      return [
        ...loops,
        every({ ...timer, name: 'catalog reconciliation', everyMs: RECONCILE_EVERY_MS, pass: reconcile }),
      ];
    },
    gauges: (db) => [
      ...retentionGauges(db),
      {
        name: 'tablekeep_catalog_drift_points',
        help: 'Restore points of which catalog and vault say different things, by account and kind, as last compared',
        labels: ['account', 'kind'],
        read: async () =>
          (await countedDrift(db.reader)).map(({ accountId, kind, points }) => ({
            labels: { account: accountId, kind },
            value: points,
          })),
      },
    ],
  });
}
