import type { Environment, ServiceName, Topic } from '@tablekeep/schema/events';
import { watchAlerts, watchDeadEvents, type AlertWatch } from '../alerts/index.ts';
import type { EventBus } from '../bus/index.ts';
import type { Clock } from '../clock/index.ts';
import { openDatabase, type Database, type DatabaseConfig, type Model } from '../database/index.ts';
import { startAdmin } from '../health/index.ts';
import type { InternalIdentity } from '../identity/index.ts';
import { consume, type Handlers } from '../inbox/index.ts';
import { startReplays } from '../inbox/dead-events.ts';
import { startPruning } from '../inbox/prune.ts';
import type { Keyring } from '../keyring/index.ts';
import { Lifecycle } from '../lifecycle/index.ts';
import type { Logger } from '../logging/index.ts';
import { observe, type ObservedMetric } from '../metrics/index.ts';
import { nameOutbox, startRelays } from '../outbox/index.ts';
import type { WorkQueue } from '../queue/index.ts';
import type { InternalHandlers } from '../rpc/index.ts';
import { startSubgraph, type RequestContext, type SubgraphOptions } from '../subgraph/index.ts';
import { ALERT_AFTER, type AlertAfter } from './alert-after.ts';
import { readPlatformMetrics } from './platform-metrics.ts';

export { ALERT_AFTER, type AlertAfter } from './alert-after.ts';
export { platformMetrics } from './platform-metrics.ts';

/** What every service is given. */
export type ServiceDeps = Readonly<{
  environment: Environment;
  database: DatabaseConfig;
  bus: EventBus;
  identity: InternalIdentity;
  keyring: Keyring;
  clock: Clock;
  log: Logger;
  http: Readonly<{ host: string; port: number }>;
  admin: Readonly<{ host: string; port: number }> | null;
  /** Base addresses of the other services, asked for when needed: they may not be up yet. */
  peers: Readonly<Record<ServiceName, () => string>>;
  queue?: WorkQueue;
  /** Absent: as ALERT_AFTER has it. */
  alertAfter?: AlertAfter;
}>;

export type RunningService = Readonly<{
  name: ServiceName;
  url: string;
  adminUrl: string | null;
  /** Relays and loops start here, once every service has subscribed. */
  run(): Promise<void>;
  stop(): Promise<void>;
}>;

/** Something of a service that runs until stopped. */
export type Loop = Readonly<{ stop(): Promise<void> }>;

export type ServiceParts<Context extends RequestContext, Extension> = Readonly<{
  name: ServiceName;
  deps: ServiceDeps;
  model: Pick<Model, 'entities' | 'migrations'>;
  typeDefs: string;
  resolvers: (db: Database) => object;
  context?: (db: Database) => (base: RequestContext) => Context;
  topics: readonly Topic[];
  handlers: (db: Database) => Handlers;
  internal?: (db: Database) => InternalHandlers;
  download?: (db: Database) => NonNullable<SubgraphOptions<Context>['download']>;
  /** Started by run(), stopped first. */
  loops?: (db: Database) => readonly Loop[];
  /** The alerts it owns, beside that of its dead events, which every service has. */
  alerts?: (db: Database) => readonly AlertWatch[];
  /** What its admin port shows beside what every service's does. */
  metrics?: (db: Database) => readonly ObservedMetric[];
  /** More that this service starts with its database; what it returns is handed back as `extension`. */
  extend?: (db: Database, onStop: Lifecycle['onStop']) => Promise<Extension>;
}>;

const STOP_BUDGET_MS = 15_000;

/**
 * Wires a service in one place: database, subscriptions, subgraph, admin port; then, by run(), relays and loops. Stops in
 * the reverse order: no new work, loops, relays, HTTP, database.
 */
export async function assembleService<Context extends RequestContext = RequestContext, Extension = undefined>(
  parts: ServiceParts<Context, Extension>,
): Promise<RunningService & Readonly<{ extension: Extension; db: Database }>> {
  const { name, deps } = parts;
  const { log, clock, bus } = deps;
  const life = new Lifecycle(log);
  try {
    const db = await openDatabase(deps.database, { name, ...parts.model }, { log });
    life.onStop('database', () => db.close());
    nameOutbox(db, name, deps.environment);

    const internal = parts.internal?.(db);
    const context = parts.context?.(db);
    const download = parts.download?.(db);
    const subgraph = await startSubgraph<Context>({
      name,
      typeDefs: parts.typeDefs,
      resolvers: parts.resolvers(db),
      identity: deps.identity,
      http: deps.http,
      log,
      ...(context && { context }),
      ...(internal && { internal }),
      ...(download && { download }),
    });
    life.onStop('subgraph', () => subgraph.stop());
    const extension = (await parts.extend?.(db, (what, stop) => life.onStop(what, stop))) as Extension;

    const admin = deps.admin && (await startAdmin({ service: name, http: deps.admin, checks: checksOf(db) }));
    if (admin) life.onStop('admin port', () => admin.stop());
    if (parts.topics.length > 0) {
      const consumer = await consume({ db, bus, name, topics: parts.topics, handlers: parts.handlers(db), clock, log });
      life.onStop('consumer', () => consumer.stop());
    }
    return {
      name,
      url: subgraph.url,
      adminUrl: admin?.url ?? null,
      extension,
      db,
      run: async () => {
        const relays = await startRelays({
          db,
          bus,
          source: name,
          clock,
          log,
          ...(deps.queue && { queue: deps.queue }),
        });
        life.onStop('relays', () => relays.stop());
        const pruning = startPruning({ db, clock, log });
        life.onStop('pruning', () => pruning.stop());
        const handlers = parts.handlers(db);
        const replays = startReplays({ db, name, handlers, clock, log });
        life.onStop('replays', () => replays.stop());
        if (admin) {
          const metrics = [...readPlatformMetrics(db, deps, relays), ...(parts.metrics?.(db) ?? [])];
          for (const metric of metrics) observe(admin.registry, log, metric);
        }
        const { deadLetterMs } = deps.alertAfter ?? ALERT_AFTER;
        const watches = [...(parts.alerts?.(db) ?? []), watchDeadEvents(db, name, deadLetterMs)];
        const alerts = watchAlerts({ db, clock, log, watches });
        life.onStop('alerts', () => alerts.stop());
        for (const loop of parts.loops?.(db) ?? []) life.onStop('loop', () => loop.stop());
      },
      stop: async () => {
        if (!(await life.stop(STOP_BUDGET_MS))) throw new Error(`${name} did not stop cleanly`);
      },
    };
  } catch (error) {
    await life.stop(STOP_BUDGET_MS);
    throw error;
  }
}

/**
 * Ready is who can answer: the database is needed for that. Kafka and the queue are not: while they are away, what is to be
 * said waits in the outbox, and readers must still be served. How they are is in the metrics.
 */
function checksOf(db: Database): Record<string, () => Promise<void>> {
  return { database: () => db.check() };
}
