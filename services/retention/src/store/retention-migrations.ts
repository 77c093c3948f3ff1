import type { Migration } from '@tablekeep/platform/database';
import { index, pointColumn } from './migration-steps.ts';

/** What decides when points go. */
export const retentionMigrations: readonly Migration[] = [
  pointColumn('202611270101-restore-point-permit-decided-by', (d) => `permit_decided_by ${d.varchar(8)} NULL`),
  pointColumn('202611270102-restore-point-next-look-at', (d) => `next_look_at ${d.time} NULL`),
  pointColumn('202611270103-restore-point-expiry-set-by', (d) => `expiry_set_by ${d.varchar(255)} NULL`),
  pointColumn('202611270104-restore-point-keep-newest', (d) => `keep_newest ${d.bool} NOT NULL DEFAULT 1`),
  pointColumn('202611270105-restore-point-grace-until', (d) => `grace_until ${d.time} NULL`),
  {
    id: '202611270106-restore-point-first-look',
    up: () => 'UPDATE restore_point SET next_look_at = expires_at WHERE next_look_at IS NULL AND deleted_at IS NULL',
  },
  // Due points are found by it whatever the size of the catalog.
  index('202611270107-restore-point-by-look', 'restore_point', 'account_id, next_look_at, id'),
  index('202611270108-restore-point-by-account', 'restore_point', 'account_id, created_at, id'),
  index('202611270109-restore-point-by-policy', 'restore_point', 'policy_id, created_at, id'),
  {
    id: '202611270110-frozen-chain',
    up: (d) => `CREATE TABLE IF NOT EXISTS frozen_chain (
      id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      table_arn ${d.arn} NOT NULL,
      table_name ${d.varchar(255)} NOT NULL,
      table_id ${d.varchar(64)} NULL,
      because ${d.varchar(16)} NOT NULL,
      detail ${d.varchar(1_000)} NOT NULL,
      frozen_at ${d.time} NOT NULL,
      acknowledged_at ${d.time} NULL,
      acknowledged_by ${d.varchar(255)} NULL,
      reason ${d.varchar(1_000)} NULL
    ) ${d.tableOptions}`,
  },
  index('202611270111-frozen-chain-by-time', 'frozen_chain', 'frozen_at, id'),
  {
    id: '202611270112-retention-settings',
    up: (d) => `CREATE TABLE IF NOT EXISTS retention_settings (
      id ${d.id} NOT NULL PRIMARY KEY,
      version ${d.int} NOT NULL,
      time_of_day ${d.varchar(5)} NOT NULL,
      time_zone ${d.varchar(64)} NOT NULL,
      jitter_minutes ${d.int} NOT NULL,
      share_percent ${d.int} NOT NULL,
      session_keep_days ${d.int} NULL,
      session_keep_said ${d.bool} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270113-retained-account',
    up: (d) => `CREATE TABLE IF NOT EXISTS retained_account (
      account_id ${d.id} NOT NULL PRIMARY KEY,
      aws_account_id ${d.varchar(12)} NOT NULL,
      look_at ${d.time} NOT NULL,
      last_day ${d.varchar(10)} NULL
    ) ${d.tableOptions}`,
  },
  index('202611270114-retained-account-by-look', 'retained_account', 'look_at'),
  {
    id: '202611270115-retained-account-of-points',
    up: (d) => `INSERT INTO retained_account (account_id, aws_account_id, look_at)
      SELECT account_id, MIN(aws_account_id), ${d.kind === 'sqlite' ? "strftime('%Y-%m-%d %H:%M:%f','now')" : 'UTC_TIMESTAMP(3)'}
      FROM restore_point WHERE account_id NOT IN (SELECT account_id FROM retained_account) GROUP BY account_id`,
  },
  {
    id: '202611270116-announced-retention',
    up: (d) => `CREATE TABLE IF NOT EXISTS announced_retention (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      day ${d.varchar(10)} NOT NULL,
      announced_at ${d.time} NOT NULL,
      alerted ${d.bool} NOT NULL
    ) ${d.tableOptions}`,
  },
  index('202611270117-announced-retention-by-time', 'announced_retention', 'alerted, announced_at'),
  {
    id: '202611270118-vault-lock',
    up: (d) => `CREATE TABLE IF NOT EXISTS vault_lock (
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      vault_name ${d.varchar(64)} NOT NULL,
      locked ${d.bool} NOT NULL,
      asked_at ${d.time} NOT NULL,
      PRIMARY KEY (account_id, region, vault_name)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270119-retention-count',
    up: (d) => `CREATE TABLE IF NOT EXISTS retention_count (
      name ${d.varchar(32)} NOT NULL,
      label ${d.varchar(64)} NOT NULL,
      counted ${d.bigint} NOT NULL,
      PRIMARY KEY (name, label)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270120-retention-change',
    up: (d) => `CREATE TABLE IF NOT EXISTS retention_change (
      id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      expires_at ${d.time} NOT NULL,
      changes ${d.json} NOT NULL,
      applied_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  index('202611270121-retention-change-by-time', 'retention_change', 'expires_at'),
  pointColumn('202611271001-restore-point-safety-net-days', (d) => `safety_net_days ${d.int} NULL`),
  // Points that AWS is about to delete are found by it, without those that are gone.
  index('202611271002-restore-point-by-aws-end', 'restore_point', 'account_id, deleted_at, aws_delete_at, id'),
  // After the table itself: migrations run in the order of their ids.
  {
    id: '202611270299-vault-scan-aws-clock',
    up: (d) => `ALTER TABLE vault_scan ADD COLUMN aws_ahead_ms ${d.int} NULL`,
  },
];
