import { column } from '@tablekeep/platform/database';
import type { PolicyNotifications } from '@tablekeep/schema/events';
import { EntitySchema } from 'typeorm';
import type { Content, DeliveryKind } from '../domain/content.ts';
import type { NotifyOn } from '../domain/message.ts';
import type { OAuthFacts, SmtpTls } from '../domain/validate-settings.ts';
import { AlertEntity } from './alerts.ts';
import { ChannelEntity, DeliveryAttemptEntity } from './channel-entities.ts';
import type { ReportTime } from '../domain/report-slot.ts';
import { DailyReportEntity } from './daily-report-entity.ts';
import { RefreshTurnEntity } from './refresh-turn-entity.ts';
import { DeliveryCountEntity } from './delivery-count-entity.ts';
import { EventLogHeadEntity, LoggedEventEntity } from './event-log-entities.ts';

/** `recipients` null: those of the settings. Reports that are due after `after` are owed. */
export type DailyReportSettings = ReportTime & { enabled: boolean; recipients: string[] | null; after: string };

/** One row, id 1. Password, client secret and refresh token are encrypted with the keyring. */
export type SettingsRow = {
  id: number;
  enabled: boolean;
  smtpHost: string | null;
  smtpPort: number | null;
  /** As releases before smtpTls had it: written on, so that one of them could still read it. */
  smtpSecure: boolean;
  /** Null: from before there was a choice. */
  smtpTls: SmtpTls | null;
  smtpCa: string | null;
  smtpUser: string | null;
  smtpPassword: string | null;
  /** `consent`: the same for a refresh token that a person gave and for those that have taken its place since. */
  smtpOAuth: (OAuthFacts & { clientSecret: string | null; refreshToken: string | null; consent?: string }) | null;
  from: string | null;
  recipients: string[];
  notifyOn: NotifyOn[];
  subjectTemplate: string | null;
  /** Null: nobody has said anything of it. */
  dailyReport: DailyReportSettings | null;
};

/**
 * A message to one recipient. `nextTryAt` null: over; while a sender has it: the end of its lease. `lane`: what is sent one
 * after the other, so that a receiver that hangs holds up itself alone. Of a channel `recipient` is its id.
 */
export type DeliveryRow = {
  id: string;
  eventId: string;
  kind: DeliveryKind;
  channelId: string | null;
  lane: string;
  recipient: string;
  content: Content;
  severity: NotifyOn | null;
  policyId: string | null;
  status: 'PENDING' | 'DELIVERED' | 'FAILED' | 'CANCELED';
  attempts: number;
  /** The alert whose beginning it tells; null: none, and of what is for programs. */
  alertId: string | null;
  /** The attempts before the present round of tries: a redelivery has all of them before it again. */
  triesFrom: number;
  /** W3C `traceparent` of what it was queued by; null: that was not traced. */
  traceparent: string | null;
  lastError: string | null;
  createdAt: Date;
  nextTryAt: Date | null;
  deliveredAt: Date | null;
};

export type AuditRow = {
  id: string;
  auditId: string;
  at: Date;
  phase: 'REQUESTED' | 'COMPLETED' | 'REFUSED' | 'FAILED';
  actorName: string;
  actorRole: string;
  service: string;
  action: string;
  input: unknown;
  outcome: string | null;
  requestId: string;
};

export const SettingsEntity = new EntitySchema<SettingsRow>({
  name: 'notification_settings',
  columns: {
    id: { ...column.int(), primary: true },
    enabled: column.bool(),
    smtpHost: { ...column.text(255, { nullable: true }), name: 'smtp_host' },
    smtpPort: { ...column.int({ nullable: true }), name: 'smtp_port' },
    smtpSecure: { ...column.bool(), name: 'smtp_secure' },
    smtpTls: { ...column.text(16, { nullable: true }), name: 'smtp_tls' },
    smtpCa: { ...column.json({ nullable: true }), name: 'smtp_ca' },
    smtpOAuth: { ...column.json({ nullable: true }), name: 'smtp_oauth' },
    dailyReport: { ...column.json({ nullable: true }), name: 'daily_report' },
    subjectTemplate: { ...column.text(250, { nullable: true }), name: 'subject_template' },
    smtpUser: { ...column.text(255, { nullable: true }), name: 'smtp_user' },
    smtpPassword: { ...column.text(2000, { nullable: true }), name: 'smtp_password' },
    from: { ...column.text(254, { nullable: true }), name: 'from_address' },
    recipients: column.json(),
    notifyOn: { ...column.json(), name: 'notify_on' },
  },
});

export const DeliveryEntity = new EntitySchema<DeliveryRow>({
  name: 'delivery',
  columns: {
    id: { ...column.id(), primary: true },
    eventId: { ...column.id(), name: 'event_id' },
    kind: column.text(16),
    channelId: { ...column.id({ nullable: true }), name: 'channel_id' },
    lane: column.text(36),
    recipient: column.text(254),
    content: { ...column.json(), name: 'mail' },
    severity: column.text(16, { nullable: true }),
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    status: column.text(16),
    attempts: column.int(),
    alertId: { ...column.id({ nullable: true }), name: 'alert_id' },
    triesFrom: { ...column.int(), name: 'tries_from' },
    traceparent: column.text(64, { nullable: true }),
    lastError: { ...column.text(1000, { nullable: true }), name: 'last_error' },
    createdAt: { ...column.time(), name: 'created_at' },
    nextTryAt: { ...column.time({ nullable: true }), name: 'next_try_at' },
    deliveredAt: { ...column.time({ nullable: true }), name: 'delivered_at' },
  },
});

export const AuditEntity = new EntitySchema<AuditRow>({
  name: 'audit_entry',
  columns: {
    id: { ...column.id(), primary: true },
    auditId: { ...column.id(), name: 'audit_id' },
    at: { ...column.time(), name: 'recorded_at' },
    phase: column.text(16),
    actorName: { ...column.text(255), name: 'actor_name' },
    actorRole: { ...column.text(16), name: 'actor_role' },
    service: column.text(32),
    action: column.text(64),
    input: column.json(),
    outcome: column.text(1000, { nullable: true }),
    requestId: { ...column.text(64), name: 'request_id' },
  },
});

/** What a policy says of its own notifications, as it was announced last, and when it runs next. */
export type PolicyOverrideRow = {
  policyId: string;
  version: number;
  override: PolicyNotifications;
  nextRunAt: Date | null;
};

export const PolicyOverrideEntity = new EntitySchema<PolicyOverrideRow>({
  name: 'policy_override',
  columns: {
    policyId: { ...column.id(), name: 'policy_id', primary: true },
    version: column.int(),
    override: { ...column.json(), name: 'overriding' },
    nextRunAt: { ...column.time({ nullable: true }), name: 'next_run_at' },
  },
});

/** Accounts as announced, for the words of messages. */
export type KnownAccountRow = { accountId: string; name: string; awsAccountId: string; announcedAt: Date };

export const KnownAccountEntity = new EntitySchema<KnownAccountRow>({
  name: 'known_account',
  columns: {
    accountId: { ...column.id(), name: 'account_id', primary: true },
    name: column.text(255),
    awsAccountId: { ...column.text(12), name: 'aws_account_id' },
    announcedAt: { ...column.time(), name: 'announced_at' },
  },
});

export const entities = [
  AlertEntity,
  SettingsEntity,
  DeliveryEntity,
  AuditEntity,
  PolicyOverrideEntity,
  KnownAccountEntity,
  ChannelEntity,
  DeliveryAttemptEntity,
  LoggedEventEntity,
  EventLogHeadEntity,
  RefreshTurnEntity,
  DailyReportEntity,
  DeliveryCountEntity,
];
