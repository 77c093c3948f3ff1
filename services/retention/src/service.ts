import { every } from '@tablekeep/platform/lifecycle';
import { ALERT_AFTER, assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { announceRetention, watchAnnouncedRetention } from './announce-retention.ts';
import { onDeletionEnded, onTaskFailed } from './events/deletion-ended.ts';
import { onInventoryScanned } from './events/inventory-scanned.ts';
import { onSessionRequested } from './events/session-requested.ts';
import { onRoundFinished } from './events/session-round-finished.ts';
import { onTaskSucceeded } from './events/task-succeeded.ts';
import { onVaultScanned } from './events/vault-scanned.ts';
import { onVerificationTables } from './events/verification-tables.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { Context } from './graphql/parents.ts';
import { retentionResolvers } from './graphql/resolvers.ts';
import { readRetentionMetrics } from './metrics.ts';
import { reconcileDue } from './reconcile-catalog.ts';
import { reportPoints } from './report-points.ts';
import { retentionAnswers } from './resolve-targets.ts';
import { entities } from './store/entities.ts';
import { forgetOldSessions, noteSessionOver } from './store/finished-sessions.ts';
import { migrations } from './store/migrations.ts';
import { forgetOldScans } from './store/vault-scans.ts';
import { watchUntakenSessions } from './watch-untaken.ts';

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
    internal: (db) => ({
      ...retentionAnswers(db, deps),
      reportPoints: (input) => reportPoints(db, deps.clock, input),
    }),
    topics: ['tablekeep.session', 'tablekeep.task', 'tablekeep.policy', 'tablekeep.inventory'],
    handlers: (db) => ({
      'dev.tablekeep.session.requested.v1': (tx, event) => onSessionRequested(db, deps.clock, tx, event),
      'dev.tablekeep.session.round.finished.v1': (tx, event) => onRoundFinished(db, deps.clock, tx, event),
      'dev.tablekeep.session.finished.v1': (tx, { data: { sessionId, finishedAt } }) =>
        noteSessionOver(db, tx, sessionId, new Date(finishedAt)),
      'dev.tablekeep.inventory.scanned.v1': (tx, event) => onInventoryScanned(db, tx, event, deps.clock.now()),
      'dev.tablekeep.vault.scanned.v1': (tx, event) => onVaultScanned(db, deps.clock, tx, event),
      'dev.tablekeep.task.succeeded.v1': (tx, event) => onTaskSucceeded(db, deps.clock, tx, event),
      'dev.tablekeep.verification.tables.v1': (tx, event) => onVerificationTables(db, tx, event),
      'dev.tablekeep.task.failed.v1': (tx, event) => onTaskFailed(db, tx, event),
      'dev.tablekeep.task.canceled.v1': (tx, event) => onDeletionEnded(tx, event),
    }),
    loops: (db) => {
      const { clock, log } = deps;
      const timer = { clock, log };
      const forget = () => forgetOldScans(db, clock.now());
      const reconcile = () => reconcileDue({ ...deps, db, periodMs });
      const name = 'catalog reconciliation';
      return [
        ...(periodMs === 0 ? [] : [every({ ...timer, name, everyMs: RECONCILE_EVERY_MS, pass: reconcile })]),
        every({ ...timer, name: 'old looks at vaults', everyMs: HOUR_MS, pass: forget }),
        every({ ...timer, name: 'old sessions', everyMs: HOUR_MS, pass: () => forgetOldSessions(db, clock.now()) }),
        every({ ...timer, name: 'daily retention', everyMs: DAYS_EVERY_MS, pass: () => announceRetention(db, deps) }),
        every({
          ...timer,
          name: 'untaken retention',
          everyMs: UNTAKEN_EVERY_MS,
          pass: () => watchAnnouncedRetention(db, deps),
        }),
      ];
    },
    alerts: (db) => [watchUntakenSessions(db, (deps.alertAfter ?? ALERT_AFTER).untakenMs)],
    metrics: (db) => readRetentionMetrics(db),
  });
}
