import { column } from '@tablekeep/platform/database';
import type { PolicyNotifications } from '@tablekeep/schema/events';
import { EntitySchema } from 'typeorm';
import type { Mail, NotifyOn } from '../domain/compose-mail.ts';
import { EventLogHeadEntity, LoggedEventEntity } from './event-log-entities.ts';

/** One row, id 1. The password is encrypted with the keyring. */
export type SettingsRow = {
  id: number;
  enabled: boolean;
  smtpHost: string | null;
  smtpPort: number | null;
  smtpSecure: boolean;
  smtpUser: string | null;
  smtpPassword: string | null;
  from: string | null;
  recipients: string[];
  notifyOn: NotifyOn[];
};

/** A mail to one recipient. `nextTryAt` null: over. `leaseUntil`: a sender has it until then. */
export type DeliveryRow = {
  id: string;
  eventId: string;
  recipient: string;
  mail: Mail;
  status: 'PENDING' | 'DELIVERED' | 'FAILED';
  attempts: number;
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
    recipient: column.text(254),
    mail: column.json(),
    status: column.text(16),
    attempts: column.int(),
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

/** What a policy says of its own notifications, as it was announced last. */
export type PolicyOverrideRow = { policyId: string; version: number; override: PolicyNotifications };

export const PolicyOverrideEntity = new EntitySchema<PolicyOverrideRow>({
  name: 'policy_override',
  columns: {
    policyId: { ...column.id(), name: 'policy_id', primary: true },
    version: column.int(),
    override: { ...column.json(), name: 'overriding' },
  },
});

export const entities = [
  SettingsEntity,
  DeliveryEntity,
  AuditEntity,
  PolicyOverrideEntity,
  LoggedEventEntity,
  EventLogHeadEntity,
];
