import type { Clock } from '@tablekeep/platform/clock';
import { databaseClock, databaseNow, type Database } from '@tablekeep/platform/database';
import { every } from '@tablekeep/platform/lifecycle';
import { ALERT_AFTER, assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { policyAlerts } from './alerts/policy-alerts.ts';
import { GRACE_MS } from './domain/schedules/overdue.ts';
import { onInventoryScanned } from './events/inventory-scanned.ts';
import { fireDueSlots, watchAnnouncedSlots } from './fire-due-slots.ts';
import { fireDueVerifications } from './fire-due-verifications.ts';
import { onPointVerified } from './events/point-verified.ts';
import { onCatalogChanged } from './events/catalog-changed.ts';
import { onSessionRequested } from './events/session-requested.ts';
import { onSessionFinished } from './events/session-finished.ts';
import { onRoundFinished } from './events/session-round-finished.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { Context } from './graphql/parents.ts';
import { downloadCost } from './graphql/policy-cost.ts';
import { policyResolvers } from './graphql/resolvers.ts';
import { readPolicyMetrics } from './metrics.ts';
import { planWaitingRuns } from './plan-backups-round.ts';
import { policyAnswers } from './resolve-targets.ts';
import { reportProtection } from './report-protection.ts';
import { scanOldInventory } from './scan-old-inventory.ts';
import { readPrices } from './read-prices.ts';
import { entities } from './store/entities.ts';
import { forgetOldSessions } from './store/in-use.ts';
import { migrations } from './store/migrations.ts';

export const policyModel = { name: 'policy', entities, migrations };

/** A slot is due to the minute; with twenty policies a pass a thousand of them start within two minutes. */
const SLOTS_EVERY_MS = 2_000;
const UNTAKEN_EVERY_MS = 60_000;
const SCANS_EVERY_MS = 30_000;
const WAITING_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;
const SCAN_HOURS = 6;

/** What to protect: accounts, the inventory of their tables, policies, and the plans of runs. */
/**
 * @param options.pricesFile absent: the price list that is shipped
 * @param options.scanHours how old the inventory may grow; 6 unless told
 * @param options.graceMs how long after its slot a policy’s run may take before its success is missed; an hour unless told
 */
export async function createPolicyService(
  deps: ServiceDeps,
  options: Readonly<{
    pricesFile?: string | undefined;
    scanHours?: number | undefined;
    graceMs?: number | undefined;
  }> = {},
): Promise<RunningService> {
  const prices = await readPrices(options.pricesFile);
  const { clock, log } = deps;
  // Replicas plan by the one clock that they share: one whose own is wrong would run slots before their time, or again.
  const loop = (name: string, everyMs: number, db: Database, pass: (time: Clock) => Promise<void>) =>
    every({ name, everyMs, clock, log, pass: async () => pass(await databaseClock(db, clock)) });
  const scanMs = (options.scanHours ?? SCAN_HOURS) * 3_600_000;
  return assembleService<Context>({
    name: 'policy',
    deps,
    model: policyModel,
    typeDefs: subgraphSdl('policy'),
    resolvers: (db) => policyResolvers(db, deps, prices),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db, clock) }),
    download: (db) => (claims) => downloadCost({ db, deps, prices, loaders: createLoaders(db, clock) }, claims),
    internal: (db) => ({
      ...policyAnswers(db, deps),
      reportProtection: (input) => reportProtection({ db, clock, prices }, input),
    }),
    alerts: (db) =>
      policyAlerts(db, {
        graceMs: options.graceMs ?? GRACE_MS,
        untakenMs: (deps.alertAfter ?? ALERT_AFTER).untakenMs,
      }),
    metrics: (db) => readPolicyMetrics(db, clock),
    loops: (db) => [
      loop('due slots', SLOTS_EVERY_MS, db, (time) => fireDueSlots({ db, clock: time, log })),
      loop('due verifications', SLOTS_EVERY_MS, db, (time) => fireDueVerifications({ db, clock: time, log })),
      loop('inventory scans', SCANS_EVERY_MS, db, (time) => scanOldInventory({ db, clock: time, scanMs })),
      loop('waiting runs', WAITING_EVERY_MS, db, (time) => planWaitingRuns({ db, clock: time })),
      loop('ended sessions', FORGET_EVERY_MS, db, (time) => forgetOldSessions(db, time.now())),
      loop('untaken slots', UNTAKEN_EVERY_MS, db, (time) => watchAnnouncedSlots({ db, clock: time })),
    ],
    topics: ['tablekeep.session', 'tablekeep.inventory', 'tablekeep.restore-point'],
    handlers: (db) => ({
      'dev.tablekeep.session.requested.v1': async (tx, event) =>
        onSessionRequested(db, tx, event, await databaseNow(db, tx)),
      'dev.tablekeep.session.round.finished.v1': async (tx, event) =>
        onRoundFinished(db, tx, event, await databaseNow(db, tx)),
      'dev.tablekeep.session.finished.v1': async (tx, event) =>
        onSessionFinished(db, tx, event, await databaseNow(db, tx)),
      'dev.tablekeep.inventory.scanned.v1': async (tx, event) =>
        onInventoryScanned(db, tx, event, await databaseNow(db, tx)),
      'dev.tablekeep.restore-point.catalogued.v1': (tx, event) => onCatalogChanged(db, tx, event),
      'dev.tablekeep.restore-point.deleted.v1': (tx, event) => onCatalogChanged(db, tx, event),
      'dev.tablekeep.restore-point.verified.v1': (tx, event) => onPointVerified(db, tx, event),
    }),
  });
}
