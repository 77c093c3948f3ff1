import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import { every } from '@tablekeep/platform/lifecycle';
import { randomBytes } from 'node:crypto';
import { startDeliveries } from './deliver-loop.ts';
import { onAuditRecorded } from './events/audit-recorded.ts';
import { alsoLogged, loggedTopics } from './events/log-event.ts';
import { onPolicyChanged } from './events/policy-changed.ts';
import { onSessionFinished } from './events/session-finished.ts';
import { notificationResolvers } from './graphql/resolvers.ts';
import { News } from './news.ts';
import { eventLogCalls } from './read-event-log.ts';
import { entities } from './store/entities.ts';
import { ensureLog, pruneLog } from './store/event-log.ts';
import { migrations } from './store/migrations.ts';

export const notificationModel = { name: 'notification', entities, migrations };

export type NotificationOptions = Readonly<{ eventLogDays?: number }>;

const EVENT_LOG_DAYS = 14;
const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Tells people what happened, keeps the audit log, and the event log from which programs are told. */
export async function createNotificationService(
  deps: ServiceDeps,
  options: NotificationOptions = {},
): Promise<RunningService> {
  const { clock, log } = deps;
  const keepMs = (options.eventLogDays ?? EVENT_LOG_DAYS) * DAY_MS;
  const news = new News();
  return assembleService({
    name: 'notification',
    deps,
    model: notificationModel,
    typeDefs: subgraphSdl('notification'),
    resolvers: (db) => notificationResolvers(db, deps),
    topics: loggedTopics,
    internal: (db) => eventLogCalls(db, clock, news),
    handlers: (db) =>
      alsoLogged(db, clock, news, {
        'dev.tablekeep.session.finished.v1': (tx, event) => onSessionFinished(db, deps.clock, tx, event),
        'dev.tablekeep.policy.changed.v1': (tx, event) => onPolicyChanged(db, tx, event),
        'dev.tablekeep.audit.recorded.v1': (tx, event) => onAuditRecorded(db, tx, event),
      }),
    extend: async (db, onStop) => {
      await ensureLog(db, randomBytes(4).toString('hex'));
      onStop('who waits for events', () => news.stop());
    },
    loops: (db) => [
      startDeliveries(db, deps),
      every({
        name: 'event log',
        everyMs: PRUNE_EVERY_MS,
        clock,
        log,
        pass: () => pruneLog(db, new Date(clock.now().getTime() - keepMs)).then(() => undefined),
      }),
    ],
  });
}
