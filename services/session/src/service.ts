import type { Database } from '@tablekeep/platform/database';
import { every } from '@tablekeep/platform/lifecycle';
import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { guardMutations } from '@tablekeep/platform/subgraph';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { eventHandlers, topics } from './events/handlers.ts';
import { revive, sessionExport } from './export/session-export.ts';
import { createLoaders } from './graphql/loaders.ts';
import { sessionMutations } from './graphql/mutations.ts';
import { readResolvers } from './graphql/resolvers.ts';
import { applyWaitingSettings } from './loops/apply-waiting-settings.ts';
import { expirePlans } from './loops/expire-plans.ts';
import { forgetSessions } from './loops/forget-sessions.ts';
import { resendUnanswered } from './loops/resend-unanswered.ts';
import { startDueRetries } from './loops/start-due-retries.ts';
import { readSessionMetrics } from './metrics.ts';
import { reportSessions } from './report-sessions.ts';
import type { StartDeps } from './run/start-session.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations.ts';

const HOUR_MS = 3_600_000;

export type SessionOptions = Readonly<{
  /** After which a work item that nobody answered is sent again; milliseconds. */
  resendAfterMs?: number;
  /** How long a plan, or its next round, may take before the session is FAILED; milliseconds. */
  planDeadlineMs?: number;
  /** How long the catalog may take to confirm a session's last points; milliseconds. */
  catalogDeadlineMs?: number;
  /** How long the records of ended sessions are kept, in days, until the settings say; null: for ever. Default 92, three months. */
  keepDays?: number | null;
  /** How often the timers look for what is due; milliseconds. */
  lookEveryMs?: number;
}>;

export const sessionModel = { name: 'session', entities, migrations };

/** The run of every operation: sessions, their tasks and log; the only sender of work items. */
export async function createSessionService(deps: ServiceDeps, options: SessionOptions = {}): Promise<RunningService> {
  const {
    resendAfterMs = 60_000,
    planDeadlineMs = 600_000,
    catalogDeadlineMs = 3_600_000,
    lookEveryMs = 1_000,
  } = options;
  const keepDays = options.keepDays === undefined ? 92 : options.keepDays;
  const { clock, log, identity, peers, environment } = deps;
  const runDeps = (db: Database): StartDeps => ({
    db,
    clock,
    log,
    identity,
    peers,
    resendAfterMs,
    planDeadlineMs,
    catalogDeadlineMs,
  });
  return assembleService({
    name: 'session',
    deps,
    model: sessionModel,
    typeDefs: subgraphSdl('session'),
    resolvers: (db) => ({
      ...readResolvers(db, clock, identity),
      Mutation: guardMutations({ db, service: 'session', environment, clock }, sessionMutations(runDeps(db))),
    }),
    internal: (db) => ({ reportSessions: (input) => reportSessions(db, input) }),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db) }),
    download: (db) => (claims) => sessionExport(db, revive(claims)),
    topics,
    handlers: (db) => eventHandlers(runDeps(db)),
    metrics: (db) => readSessionMetrics(db, clock),
    loops: (db) => {
      const begunMs = clock.monotonicMs();
      // After downtime the answers to old questions are still on their way: nothing expires before it had its time with us.
      const expireOnceSettled = async (run: StartDeps) => {
        if (clock.monotonicMs() - begunMs >= planDeadlineMs) await expirePlans(run);
      };
      const timers = {
        resend: resendUnanswered,
        retries: startDueRetries,
        plans: expireOnceSettled,
        settings: applyWaitingSettings,
      };
      const passes = Object.entries(timers).map(([name, pass]) =>
        every({ name, everyMs: lookEveryMs, clock, log, pass: () => pass(runDeps(db)) }),
      );
      const forget = () => forgetSessions(runDeps(db), keepDays);
      return [...passes, every({ name: 'old records', everyMs: HOUR_MS, clock, log, pass: forget })];
    },
  });
}
