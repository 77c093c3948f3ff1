import type { Database } from '@tablekeep/platform/database';
import { every } from '@tablekeep/platform/lifecycle';
import { assembleService, type RunningService, type ServiceDeps } from '@tablekeep/platform/service';
import { subgraphSdl } from '@tablekeep/schema/sdl';
import type { DeliverDeps } from './deliver.ts';
import { startDeliveries } from './deliver-loop.ts';
import { onAccountChanged } from './events/account-changed.ts';
import { onAlertCleared, onAlertRaised } from './events/alert-told.ts';
import { onAuditRecorded } from './events/audit-recorded.ts';
import { onChainFrozen, onChainReleased } from './events/chain-changed.ts';
import { onChannelDisabled } from './events/channel-disabled.ts';
import { alsoLogged, loggedTopics } from './events/log-event.ts';
import { onPolicyChanged, onPolicyDue } from './events/policy-changed.ts';
import { onRunFinished, onSessionChanged } from './events/queue-pings.ts';
import { onRetentionRefused } from './events/retention-refused.ts';
import { onSessionFinished } from './events/session-finished.ts';
import { withWebhooks } from './events/tell-webhooks.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { Context } from './graphql/parents.ts';
import { notificationResolvers } from './graphql/resolvers.ts';
import { dailyReports } from './make-daily-report.ts';
import { readNotificationMetrics } from './metrics.ts';
import { News } from './news.ts';
import { eventLogCalls } from './read-event-log.ts';
import { createAccessTokens } from './senders/access-token.ts';
import { networksOf } from './senders/networks.ts';
import { systemResolve, type Resolve } from './senders/post.ts';
import { forgetAlerts } from './store/alerts.ts';
import { forgetDeliveries } from './store/deliveries.ts';
import { entities } from './store/entities.ts';
import { ensureLog, newLogName, pruneLog } from './store/event-log.ts';
import { migrations } from './store/migrations.ts';

export const notificationModel = { name: 'notification', entities, migrations };

export type NotificationOptions = Readonly<{
  /** Base address for links in messages; null: none. */
  publicUrl?: string | null;
  /** Networks that are not public and to which messages may go nevertheless. */
  allowedNetworks?: readonly string[];
  /** How long deliveries that are over are kept. */
  keepDays?: number;
  /** How long the event log keeps what clients of /events may have missed. */
  eventLogDays?: number;
  /** How names of receivers become addresses. */
  resolve?: Resolve;
}>;

/** A report is due to the minute. */
const REPORT_EVERY_MS = 15_000;
const KEEP_DAYS = 90;
const FORGET_EVERY_MS = 60_000;
const EVENT_LOG_DAYS = 14;
const PRUNE_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Tells people and programs what happened, and keeps the audit log and the event log. */
export async function createNotificationService(
  deps: ServiceDeps,
  options: NotificationOptions = {},
): Promise<RunningService> {
  const { clock, log, keyring } = deps;
  const { publicUrl = null, keepDays = KEEP_DAYS, eventLogDays = EVENT_LOG_DAYS } = options;
  const http = { networks: networksOf(options.allowedNetworks ?? []), resolve: options.resolve ?? systemResolve };
  const tokens = createAccessTokens({ keyring, clock });
  const news = new News();
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY_MS);
  const sendingOf = (db: Database): DeliverDeps => ({ ...deps, db, http, tokens, chance: Math.random });
  return assembleService<Context>({
    name: 'notification',
    deps,
    model: notificationModel,
    typeDefs: subgraphSdl('notification'),
    resolvers: (db) => notificationResolvers(db, deps, sendingOf(db)),
    context: (db) => (base) => ({ ...base, loaders: createLoaders(db) }),
    topics: loggedTopics,
    internal: (db) => eventLogCalls(db, clock, news),
    metrics: (db) => readNotificationMetrics(db, clock),
    handlers: (db) => {
      const told = withWebhooks(
        { db, clock },
        {
          'dev.tablekeep.session.changed.v1': (tx, event) => onSessionChanged({ db, clock }, tx, event),
          'dev.tablekeep.session.finished.v1': async (tx, event) => {
            await onSessionFinished({ db, clock, publicUrl }, tx, event);
            await onRunFinished({ db, clock }, tx, event);
          },
          'dev.tablekeep.policy.changed.v1': (tx, event) => onPolicyChanged(db, tx, event),
          'dev.tablekeep.policy.due.v1': (tx, event) => onPolicyDue(tx, event),
          'dev.tablekeep.account.changed.v1': (tx, event) => onAccountChanged(db, tx, event),
          'dev.tablekeep.retention.refused.v1': (tx, event) => onRetentionRefused({ db, clock, publicUrl }, tx, event),
          'dev.tablekeep.chain.frozen.v1': (tx, event) => onChainFrozen({ db, clock, publicUrl }, tx, event),
          'dev.tablekeep.chain.released.v1': (tx, event) => onChainReleased({ db, clock, publicUrl }, tx, event),
          'dev.tablekeep.notification.channel.disabled.v1': (tx, event) => onChannelDisabled({ db, clock }, tx, event),
          'dev.tablekeep.alert.raised.v1': (tx, event) => onAlertRaised({ db, clock, publicUrl }, tx, event),
          'dev.tablekeep.alert.cleared.v1': (tx, event) => onAlertCleared({ db, clock, publicUrl }, tx, event),
          'dev.tablekeep.audit.recorded.v1': (tx, event) => onAuditRecorded(db, tx, event),
        },
      );
      return alsoLogged(db, clock, news, told);
    },
    extend: async (db, onStop) => {
      await ensureLog(db, newLogName());
      onStop('who waits for events', () => news.stop());
      return undefined;
    },
    loops: (db) => [
      // Stopped after the deliveries that ask for tokens.
      { stop: () => tokens.stop() },
      startDeliveries(sendingOf(db)),
      every({
        name: 'daily report',
        everyMs: REPORT_EVERY_MS,
        clock,
        log,
        pass: dailyReports({ ...deps, db }),
      }),
      every({
        name: 'old deliveries',
        everyMs: FORGET_EVERY_MS,
        clock,
        log,
        pass: async () => {
          const before = daysAgo(keepDays);
          while ((await forgetDeliveries(db, before)) > 0);
          while ((await forgetAlerts(db, before)) > 0);
        },
      }),
      every({
        name: 'event log',
        everyMs: PRUNE_EVERY_MS,
        clock,
        log,
        pass: () => pruneLog(db, daysAgo(eventLogDays)).then(() => undefined),
      }),
    ],
  });
}
