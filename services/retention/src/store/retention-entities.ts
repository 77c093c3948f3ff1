import { column } from '@tablekeep/platform/database';
import { EntitySchema } from 'typeorm';

/** A chain whose retention was frozen. `acknowledgedAt` null: it still is. */
export type FrozenChainRow = {
  /** Derived from the table's ARN and id: a chain has one row for ever. */
  id: string;
  accountId: string;
  tableArn: string;
  tableName: string;
  tableId: string | null;
  because: 'REPLACED' | 'COLLAPSED';
  detail: string;
  frozenAt: Date;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  reason: string | null;
};

/** What people said of retention; no row: the defaults count. `version` rises with every change. */
export type RetentionSettingsRow = {
  id: string;
  version: number;
  timeOfDay: string;
  timeZone: string;
  jitterMinutes: number;
  sharePercent: number;
  /** Null: all, where `sessionKeepSaid`. */
  sessionKeepDays: number | null;
  sessionKeepSaid: boolean;
};

/** An account that has, or had, points: its retention comes daily. */
export type RetainedAccountRow = {
  accountId: string;
  awsAccountId: string;
  /** When its day is looked at next. */
  lookAt: Date;
  /** The last day that was announced, or that came before the account was known: YYYY-MM-DD. */
  lastDay: string | null;
};

/** A day that was announced and whose session has not been heard of. */
export type AnnouncedRetentionRow = {
  sessionId: string;
  accountId: string;
  day: string;
  announcedAt: Date;
  /** Somebody was told that nobody takes it up. */
  alerted: boolean;
};

/** Whether a vault is locked, as AWS last said. */
export type VaultLockRow = {
  accountId: string;
  region: string;
  vaultName: string;
  locked: boolean;
  askedAt: Date;
};

/** Counts for ever: points deleted, and refusals by their code. */
export type RetentionCountRow = { name: string; label: string; count: number };

/** What a policy's present rules would make of its points, as a person was shown; applied once at most. */
export type RetentionChangeRow = {
  id: string;
  accountId: string;
  expiresAt: Date;
  changes: readonly RetentionChange[];
  appliedAt: Date | null;
};
export type RetentionChange = Readonly<{
  id: string;
  version: number;
  /** As the row has them. */
  flags: readonly Readonly<{ flag: 'D' | 'W' | 'M' | 'Y'; expiresAt: string | null }>[];
  expiresAt: string | null;
  keepNewest: boolean;
}>;

export const FrozenChainEntity = new EntitySchema<FrozenChainRow>({
  name: 'frozen_chain',
  columns: {
    id: { ...column.id(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    tableArn: { ...column.arn(), name: 'table_arn' },
    tableName: { ...column.text(255), name: 'table_name' },
    tableId: { ...column.text(64, { nullable: true }), name: 'table_id' },
    because: column.text(16),
    detail: column.text(1_000),
    frozenAt: { ...column.time(), name: 'frozen_at' },
    acknowledgedAt: { ...column.time({ nullable: true }), name: 'acknowledged_at' },
    acknowledgedBy: { ...column.text(255, { nullable: true }), name: 'acknowledged_by' },
    reason: column.text(1_000, { nullable: true }),
  },
});

export const RetentionSettingsEntity = new EntitySchema<RetentionSettingsRow>({
  name: 'retention_settings',
  columns: {
    id: { ...column.id(), primary: true },
    version: column.int(),
    timeOfDay: { ...column.text(5), name: 'time_of_day' },
    timeZone: { ...column.text(64), name: 'time_zone' },
    jitterMinutes: { ...column.int(), name: 'jitter_minutes' },
    sharePercent: { ...column.int(), name: 'share_percent' },
    sessionKeepDays: { ...column.int({ nullable: true }), name: 'session_keep_days' },
    sessionKeepSaid: { ...column.bool(), name: 'session_keep_said' },
  },
});

export const RetainedAccountEntity = new EntitySchema<RetainedAccountRow>({
  name: 'retained_account',
  columns: {
    accountId: { ...column.id(), primary: true, name: 'account_id' },
    awsAccountId: { ...column.text(12), name: 'aws_account_id' },
    lookAt: { ...column.time(), name: 'look_at' },
    lastDay: { ...column.text(10, { nullable: true }), name: 'last_day' },
  },
});

export const AnnouncedRetentionEntity = new EntitySchema<AnnouncedRetentionRow>({
  name: 'announced_retention',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    accountId: { ...column.id(), name: 'account_id' },
    day: column.text(10),
    announcedAt: { ...column.time(), name: 'announced_at' },
    alerted: column.bool(),
  },
});

export const VaultLockEntity = new EntitySchema<VaultLockRow>({
  name: 'vault_lock',
  columns: {
    accountId: { ...column.id(), primary: true, name: 'account_id' },
    region: { ...column.text(32), primary: true },
    vaultName: { ...column.text(64), primary: true, name: 'vault_name' },
    locked: column.bool(),
    askedAt: { ...column.time(), name: 'asked_at' },
  },
});

export const RetentionCountEntity = new EntitySchema<RetentionCountRow>({
  name: 'retention_count',
  columns: {
    name: { ...column.text(32), primary: true },
    label: { ...column.text(64), primary: true },
    count: { ...column.bigint(), name: 'counted' },
  },
});

export const RetentionChangeEntity = new EntitySchema<RetentionChangeRow>({
  name: 'retention_change',
  columns: {
    id: { ...column.id(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    expiresAt: { ...column.time(), name: 'expires_at' },
    changes: column.json(),
    appliedAt: { ...column.time({ nullable: true }), name: 'applied_at' },
  },
});

export const retentionEntities = [
  FrozenChainEntity,
  RetentionSettingsEntity,
  RetainedAccountEntity,
  AnnouncedRetentionEntity,
  VaultLockEntity,
  RetentionCountEntity,
  RetentionChangeEntity,
];
