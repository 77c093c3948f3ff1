import type { Database } from '@tablekeep/platform/database';
import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { guardMutations } from '@tablekeep/platform/subgraph';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { eventHandlers, topics } from './events/handlers.ts';
import { createLoaders } from './graphql/loaders.ts';
import { sessionMutations } from './graphql/mutations.ts';
import { readResolvers } from './graphql/resolvers.ts';
import { every } from './loops/every.ts';
import { expirePlans } from './loops/expire-plans.ts';
import { resendUnanswered } from './loops/resend-unanswered.ts';
import { startDueRetries } from './loops/start-due-retries.ts';
import type { StartDeps } from './run/start-session.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations.ts';

export type SessionOptions = Readonly<{
  /** After which a work item that nobody answered is sent again; milliseconds. */
  resendAfterMs?: number;
  /** How long a plan, or its next round, may take before the session is FAILED; milliseconds. */
  planDeadlineMs?: number;
  /** How long the catalog may take to confirm a session's last points; milliseconds. */
  catalogDeadlineMs?: number;
  /** How often the three timers look for what is due; milliseconds. */
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
      ...readResolvers(db, clock),
      Mutation: guardMutations({ db, service: 'session', environment, clock }, sessionMutations(runDeps(db))),
    }),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db) }),
    topics,
    handlers: (db) => eventHandlers(runDeps(db)),
    loops: (db) => {
      const begunMs = clock.monotonicMs();
      // After downtime the answers to old questions are still on their way: nothing expires before it had its time with us.
      const expireOnceSettled = async (run: StartDeps) => {
        if (clock.monotonicMs() - begunMs >= planDeadlineMs) await expirePlans(run);
      };
      const timers = { resend: resendUnanswered, retries: startDueRetries, plans: expireOnceSettled };
      return Object.entries(timers).map(([name, pass]) =>
        every({ name, everyMs: lookEveryMs, clock, log, pass: () => pass(runDeps(db)) }),
      );
    },
  });
}
