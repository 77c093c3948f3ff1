import type { Migration } from '@tablekeep/platform/database';
import { index, pointColumn } from './migration-steps.ts';

/** What is seen in vaults. */
export const vaultMigrations: readonly Migration[] = [
  pointColumn('202611270201-restore-point-last-seen', (d) => `last_seen_at ${d.time} NULL`),
  pointColumn('202611270202-restore-point-aws-status', (d) => `aws_status ${d.varchar(32)} NULL`),
  pointColumn('202611270203-restore-point-aws-storage-class', (d) => `aws_storage_class ${d.varchar(32)} NULL`),
  pointColumn('202611270204-restore-point-aws-delete-at', (d) => `aws_delete_at ${d.time} NULL`),
  pointColumn('202611270205-restore-point-missing-since', (d) => `missing_since ${d.time} NULL`),
  pointColumn('202611270206-restore-point-run-tag', (d) => `run_tag ${d.varchar(64)} NULL`),
  pointColumn('202611270207-restore-point-source-vault', (d) => `source_vault_arn ${d.arn} NULL`),
  pointColumn('202611270208-restore-point-foreign', (d) => `foreign_because ${d.varchar(1_000)} NULL`),
  pointColumn('202611270209-restore-point-sealed-with', (d) => `sealed_with ${d.varchar(64)} NULL`),
  index('202611270210-restore-point-by-run', 'restore_point', 'run_tag'),
  index('202611270211-restore-point-by-vault', 'restore_point', 'account_id, region, vault_name, id'),
  {
    id: '202611270212-vault-scan',
    up: (d) => `CREATE TABLE IF NOT EXISTS vault_scan (
      scan_id ${d.varchar(128)} NOT NULL PRIMARY KEY,
      session_id ${d.id} NOT NULL,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      vault_name ${d.varchar(64)} NOT NULL,
      started_at ${d.time} NOT NULL,
      complete ${d.bool} NOT NULL,
      chunks ${d.int} NOT NULL,
      points ${d.int} NOT NULL,
      whole_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  index('202611270213-vault-scan-by-vault', 'vault_scan', 'account_id, region, vault_name, started_at'),
  index('202611270214-vault-scan-by-time', 'vault_scan', 'started_at'),
  {
    id: '202611270215-vault-scan-chunk',
    up: (d) => `CREATE TABLE IF NOT EXISTS vault_scan_chunk (
      scan_id ${d.varchar(128)} NOT NULL,
      chunk ${d.int} NOT NULL,
      PRIMARY KEY (scan_id, chunk)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270216-vault-scan-point',
    up: (d) => `CREATE TABLE IF NOT EXISTS vault_scan_point (
      scan_id ${d.varchar(128)} NOT NULL,
      point_id ${d.id} NOT NULL,
      recovery_point_arn ${d.arn} NOT NULL,
      status ${d.varchar(32)} NOT NULL,
      point ${d.json} NOT NULL,
      PRIMARY KEY (scan_id, point_id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270217-vault-gate',
    up: (d) => `CREATE TABLE IF NOT EXISTS vault_gate (account_id ${d.id} NOT NULL PRIMARY KEY) ${d.tableOptions}`,
  },
  {
    id: '202611270218-waiting-round',
    up: (d) => `CREATE TABLE IF NOT EXISTS waiting_round (
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      account_id ${d.id} NOT NULL,
      finished ${d.json} NOT NULL,
      PRIMARY KEY (session_id, round)
    ) ${d.tableOptions}`,
  },
  index('202611270219-waiting-round-by-account', 'waiting_round', 'account_id'),
  pointColumn('202611270220-restore-point-aws-status-since', (d) => `aws_status_since ${d.time} NULL`),
  pointColumn('202611270221-restore-point-aws-size', (d) => `aws_size_bytes ${d.bigint} NULL`),
  pointColumn('202611270222-restore-point-catalogued-at', (d) => `catalogued_at ${d.time} NULL`),
  pointColumn('202611270223-restore-point-adopted-at', (d) => `adopted_at ${d.time} NULL`),
  pointColumn('202611270224-restore-point-deleted-because', (d) => `deleted_because ${d.varchar(1_000)} NULL`),
  index('202611270225-restore-point-by-aws-status', 'restore_point', 'account_id, aws_status'),
  index('202611270226-restore-point-by-missing', 'restore_point', 'account_id, missing_since'),
  index('202611270227-restore-point-by-adoption', 'restore_point', 'account_id, adopted_at'),
  {
    id: '202611270228-adoption',
    up: (d) => `CREATE TABLE IF NOT EXISTS adoption (
      session_id ${d.id} NOT NULL,
      scan_id ${d.varchar(128)} NOT NULL,
      chunk ${d.int} NOT NULL,
      ours ${d.int} NOT NULL,
      foreign_points ${d.int} NOT NULL,
      sealed ${d.json} NOT NULL,
      PRIMARY KEY (session_id, scan_id, chunk)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270229-catalog-drift',
    up: (d) => `CREATE TABLE IF NOT EXISTS catalog_drift (
      account_id ${d.id} NOT NULL,
      kind ${d.varchar(32)} NOT NULL,
      points ${d.int} NOT NULL,
      changed_at ${d.time} NOT NULL,
      PRIMARY KEY (account_id, kind)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270230-reconcile-slot',
    up: (d) => `CREATE TABLE IF NOT EXISTS reconcile_slot (
      account_id ${d.id} NOT NULL PRIMARY KEY,
      slot ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
];
