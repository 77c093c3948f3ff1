import type { Database } from '@tablekeep/platform/database';
import type { ServiceDeps } from '@tablekeep/platform/service';
import { connection, guardMutations } from '@tablekeep/platform/subgraph';
import { askExistence } from '../ask-existence.ts';
import type { DeliverDeps } from '../deliver.ts';
import { scopeOf, tokenUrlOf } from '../domain/oauth.ts';
import { STANDARD_SUBJECT } from '../domain/subject.ts';
import { nextReportAt } from '../make-daily-report.ts';
import { tlsOf } from '../senders/send-mail.ts';
import { pageOfAudit } from '../store/audit.ts';
import { ChannelEntity } from '../store/channel-entities.ts';
import { recipientOf } from '../store/deliveries.ts';
import { SettingsEntity, type AuditRow } from '../store/entities.ts';
import { NO_REPORT, SWITCHED_OFF } from '../store/settings.ts';
import { channelMutations } from './channel-mutations.ts';
import { listAlerts } from './list-alerts.ts';
import { listDeliveries } from './list-deliveries.ts';
import type {
  MutationSendTestNotificationArgs,
  MutationUpdateNotificationSettingsArgs,
  Resolvers,
} from './resolver-types.ts';
import { sendTest } from './send-test.ts';
import { updateSettings } from './settings-mutation.ts';

export function notificationResolvers(db: Database, deps: ServiceDeps, sending: DeliverDeps): Resolvers {
  const { keyring, clock, environment } = deps;
  return {
    Query: {
      notificationSettings: async () => (await db.reader.findOne(SettingsEntity, { where: { id: 1 } })) ?? SWITCHED_OFF,
      notificationChannels: () => db.reader.find(ChannelEntity, { order: { name: 'ASC' } }),
      notificationChannel: (_parent, { id }, { loaders }) => loaders.channel.load(id),
      deliveries: (_parent, args) => listDeliveries(db, args),
      alerts: (_parent, args) => listAlerts(db, args),
      auditLog: (_parent, page) =>
        connection<AuditRow>(
          page,
          (entry) => [entry.id],
          (after, limit) => pageOfAudit(db, after && String(after[0]), limit),
        ),
    },
    Mutation: guardMutations(
      { db, service: 'notification', environment, clock },
      {
        updateNotificationSettings: async (_parent: unknown, { input }: MutationUpdateNotificationSettingsArgs) => ({
          notificationSettings: await updateSettings({ db, keyring, clock }, input),
          userErrors: [],
        }),
        sendTestNotification: async (_parent: unknown, { input }: MutationSendTestNotificationArgs) => ({
          serverAnswer: await sendTest({ ...deps, ...sending }, input),
          userErrors: [],
        }),
        ...channelMutations({ db, keyring, clock, ask: (named) => askExistence(deps, named) }),
      },
    ),
    NotificationSettings: {
      smtpTls: tlsOf,
      smtpCaCertificates: ({ smtpCa }) => smtpCa,
      smtpPasswordSet: (settings) => settings.smtpPassword !== null,
      smtpOAuth: ({ smtpOAuth: oauth }) =>
        oauth && {
          ...oauth,
          tokenUrl: tokenUrlOf(oauth),
          scope: scopeOf(oauth),
          clientSecretSet: oauth.clientSecret !== null,
          refreshTokenSet: oauth.refreshToken !== null,
        },
      subjectTemplate: ({ subjectTemplate }) => subjectTemplate ?? STANDARD_SUBJECT,
      dailyReport: async ({ enabled, dailyReport: report }) => ({
        ...(report ?? NO_REPORT),
        nextAt: enabled && report?.enabled ? await nextReportAt(db, report, clock.now()) : null,
      }),
    },
    NotificationChannel: { url: ({ shownUrl }) => shownUrl },
    Delivery: {
      subject: ({ content }) => content.subject,
      recipient: recipientOf,
      channel: ({ channelId }, _args, { loaders }) => (channelId === null ? null : loaders.channel.load(channelId)),
      attemptLog: ({ id }, _args, { loaders }) => loaders.attempts.load(id),
    },
    Alert: {
      region: ({ facts }) => facts.region,
      policyName: ({ facts }) => facts.policyName,
      sessionId: ({ facts }) => facts.sessionId,
      summary: ({ facts }) => facts.summary,
      cause: ({ facts }) => facts.cause,
      nextTry: ({ facts }) => facts.nextTry,
      remedy: ({ facts }) => facts.remedy,
      count: ({ facts }) => facts.count,
      about: ({ facts }) => facts.about,
      since: ({ facts }) => facts.since,
    },
    AuditEntry: { input: (entry) => JSON.stringify(entry.input) },
  };
}
