import type { Migration } from '@tablekeep/platform/database';
import { index, pointColumn } from './migration-steps.ts';
import { retentionMigrations } from './retention-migrations.ts';
import { vaultMigrations } from './vault-migrations.ts';

export const migrations: readonly Migration[] = [
  {
    id: '202611230201-restore-point',
    up: (d) => `CREATE TABLE IF NOT EXISTS restore_point (
      id ${d.id} NOT NULL PRIMARY KEY,
      kind ${d.varchar(16)} NOT NULL,
      recovery_point_arn ${d.arn} NOT NULL UNIQUE,
      source_recovery_point_arn ${d.arn} NULL,
      account_id ${d.id} NOT NULL,
      aws_account_id ${d.varchar(12)} NOT NULL,
      table_arn ${d.arn} NOT NULL,
      table_name ${d.varchar(255)} NOT NULL,
      table_region ${d.varchar(32)} NOT NULL,
      table_id ${d.varchar(64)} NULL,
      region ${d.varchar(32)} NOT NULL,
      vault_name ${d.varchar(64)} NOT NULL,
      size_bytes ${d.bigint} NOT NULL,
      created_at ${d.time} NOT NULL,
      completed_at ${d.time} NOT NULL,
      expires_at ${d.time} NULL,
      policy_id ${d.id} NULL,
      policy_name ${d.varchar(127)} NULL,
      session_id ${d.id} NULL,
      settings ${d.json} NULL,
      self_sufficient ${d.bool} NOT NULL
    ) ${d.tableOptions}`,
  },
  index('202611230202-restore-point-by-time', 'restore_point', 'created_at, id'),
  index('202611230203-restore-point-by-table', 'restore_point', 'table_arn, created_at, id'),
  index('202611230204-restore-point-by-source', 'restore_point', 'source_recovery_point_arn'),
  {
    id: '202611230205-planned-round',
    up: (d) => `CREATE TABLE IF NOT EXISTS planned_round (
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      PRIMARY KEY (session_id, round)
    ) ${d.tableOptions}`,
  },
  pointColumn('202611232301-restore-point-version', (d) => `version ${d.int} NOT NULL DEFAULT 1`),
  pointColumn('202611232302-restore-point-deleted-at', (d) => `deleted_at ${d.time} NULL`),
  pointColumn('202611232303-restore-point-hold-reason', (d) => `hold_reason ${d.varchar(1_000)} NULL`),
  pointColumn('202611232304-restore-point-hold-by', (d) => `hold_by ${d.varchar(255)} NULL`),
  pointColumn('202611232305-restore-point-held-at', (d) => `held_at ${d.time} NULL`),
  pointColumn('202611232306-restore-point-permit-task', (d) => `permit_task_id ${d.id} NULL`),
  pointColumn('202611232307-restore-point-permit-until', (d) => `permit_until ${d.time} NULL`),
  index('202611232308-restore-point-by-permit', 'restore_point', 'permit_task_id'),
  {
    id: '202611232309-deletion-preview',
    up: (d) => `CREATE TABLE IF NOT EXISTS deletion_preview (
      id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      expires_at ${d.time} NOT NULL,
      points ${d.json} NOT NULL,
      session_id ${d.id} NULL
    ) ${d.tableOptions}`,
  },
  index('202611232310-deletion-preview-by-time', 'deletion_preview', 'expires_at'),
  pointColumn('202611232313-restore-point-cold-at', (d) => `cold_at ${d.time} NULL`),
  pointColumn('202611232312-restore-point-flags', (d) => `flags ${d.json} NULL`),
  {
    id: '202611232311-table-revision',
    up: (d) => `CREATE TABLE IF NOT EXISTS table_revision (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      revision ${d.int} NOT NULL
    ) ${d.tableOptions}`,
  },
  ...vaultMigrations,
  ...retentionMigrations,
  pointColumn('202611270401-restore-point-verification', (d) => `verification ${d.json} NULL`),
  pointColumn('202611270402-restore-point-verified-outcome', (d) => `verified_outcome ${d.varchar(16)} NULL`),
  {
    id: '202611270403-verification-plan',
    up: (d) => `CREATE TABLE IF NOT EXISTS verification_plan (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      parts ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270404-restore-time',
    up: (d) => `CREATE TABLE IF NOT EXISTS restore_time (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      restore_seconds ${d.int} NOT NULL,
      measured_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270405-open-replacement',
    up: (d) => `CREATE TABLE IF NOT EXISTS open_replacement (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      session_id ${d.id} NOT NULL
    ) ${d.tableOptions}`,
  },
  index('202611270406-open-replacement-by-session', 'open_replacement', 'session_id'),
  index('202611270407-restore-point-by-session', 'restore_point', 'session_id'),
  pointColumn('202611271201-restore-point-permit-attempt', (d) => `permit_attempt ${d.int} NULL`),
  {
    // Of permits that are out nobody knows the attempt: the next end of the task withdraws them, as before.
    id: '202611271202-restore-point-permit-attempt-known',
    up: () => 'UPDATE restore_point SET permit_attempt = 1 WHERE permit_task_id IS NOT NULL',
  },
  pointColumn('202611271203-restore-point-aws-delete-at-as-of', (d) => `aws_delete_at_as_of ${d.time} NULL`),
  {
    id: '202611271210-open-replacement-point',
    up: (d) => `ALTER TABLE open_replacement ADD COLUMN restore_point_id ${d.id} NULL`,
  },
  {
    id: '202611271211-finished-session',
    up: (d) => `CREATE TABLE IF NOT EXISTS finished_session (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      finished_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  index('202611271212-finished-session-by-time', 'finished_session', 'finished_at'),
  pointColumn('202611271221-restore-point-awaits-review', (d) => `awaits_review_since ${d.time} NULL`),
  index('202611271222-restore-point-by-review', 'restore_point', 'account_id, awaits_review_since'),
  index('202611271301-restore-point-by-table-id', 'restore_point', 'table_arn, deleted_at, table_id'),
  {
    id: '202611271302-deletion-preview-remaining',
    up: (d) => `ALTER TABLE deletion_preview ADD COLUMN remaining ${d.json} NULL`,
  },
];
