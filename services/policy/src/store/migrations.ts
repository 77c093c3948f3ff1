import type { Dialect, Migration } from '@tablekeep/platform/database';
import { textIn } from './json-member.ts';
import { alertMigrations } from './alert-migrations.ts';

const addColumn = (id: string, table: string, definition: (d: Dialect) => string): Migration => ({
  id,
  up: (d) => `ALTER TABLE ${table} ADD COLUMN ${definition(d)}`,
});

export const migrations: readonly Migration[] = [
  {
    id: '202611230101-account',
    up: (d) => `CREATE TABLE IF NOT EXISTS account (
      id ${d.id} NOT NULL PRIMARY KEY,
      name ${d.varchar(127)} NOT NULL UNIQUE,
      aws_account_id ${d.varchar(12)} NOT NULL UNIQUE,
      role_arn ${d.arn} NOT NULL,
      service_role_arn ${d.arn} NOT NULL,
      external_id ${d.varchar(128)} NOT NULL,
      regions ${d.json} NOT NULL,
      connection ${d.varchar(16)} NOT NULL,
      connection_message ${d.json} NULL,
      created_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230102-protected-table',
    up: (d) => `CREATE TABLE IF NOT EXISTS protected_table (
      arn ${d.arn} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      name ${d.varchar(255)} NOT NULL,
      settings ${d.json} NOT NULL,
      scan_started_at ${d.time} NOT NULL,
      vanished_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230103-protected-table-by-region',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}protected_table_by_region ON protected_table (account_id, region)`,
  },
  {
    id: '202611230104-policy',
    up: (d) => `CREATE TABLE IF NOT EXISTS policy (
      id ${d.id} NOT NULL PRIMARY KEY,
      name ${d.varchar(127)} NOT NULL UNIQUE,
      account_id ${d.id} NOT NULL,
      enabled ${d.bool} NOT NULL,
      version ${d.int} NOT NULL,
      document ${d.json} NOT NULL,
      created_at ${d.time} NOT NULL,
      updated_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230105-scan-chunk',
    up: (d) => `CREATE TABLE IF NOT EXISTS scan_chunk (
      scan_id ${d.varchar(64)} NOT NULL,
      chunk ${d.int} NOT NULL,
      chunks ${d.int} NOT NULL,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      started_at ${d.time} NOT NULL,
      tables ${d.json} NOT NULL,
      PRIMARY KEY (scan_id, chunk)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230106-applied-scan',
    up: (d) => `CREATE TABLE IF NOT EXISTS applied_scan (
      scan_id ${d.varchar(64)} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      started_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230107-planned-round',
    up: (d) => `CREATE TABLE IF NOT EXISTS planned_round (
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      PRIMARY KEY (session_id, round)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230108-last-backup',
    up: (d) => `CREATE TABLE IF NOT EXISTS last_backup (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      last_backup_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230109-waiting-round',
    up: (d) => `CREATE TABLE IF NOT EXISTS waiting_round (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      round ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611231300-applied-scan-by-region',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}applied_scan_by_region ON applied_scan (account_id, region, started_at)`,
  },
  {
    id: '202611231401-open-session',
    up: (d) => `CREATE TABLE IF NOT EXISTS open_session (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      requested_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611232350-table-points',
    up: (d) => `CREATE TABLE IF NOT EXISTS table_points (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      revision ${d.int} NOT NULL,
      points ${d.int} NOT NULL,
      newest_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611232351-table-points-of-last-backup',
    // The catalog's next word on a table corrects the number.
    up: () => `INSERT INTO table_points (table_arn, revision, points, newest_at)
      SELECT table_arn, 0, 1, last_backup_at FROM last_backup
      WHERE NOT EXISTS (SELECT 1 FROM table_points AS there WHERE there.table_arn = last_backup.table_arn)`,
  },
  { id: '202611232352-drop-last-backup', up: () => 'DROP TABLE IF EXISTS last_backup' },
  addColumn(
    '202611240001-policy-slots-after',
    'policy',
    (d) => `slots_after ${d.time} NOT NULL DEFAULT '2026-11-01 00:00:00.000'`,
  ),
  addColumn('202611240002-policy-look-at', 'policy', (d) => `look_at ${d.time} NULL`),
  addColumn(
    '202611240003-policy-schedule-state',
    'policy',
    (d) => `schedule_state ${d.varchar(16)} NOT NULL DEFAULT 'NONE'`,
  ),
  addColumn('202611240004-policy-schedule-message', 'policy', (d) => `schedule_message ${d.varchar(255)} NULL`),
  addColumn('202611240005-open-session-policy', 'open_session', (d) => `policy_id ${d.id} NULL`),
  {
    id: '202611240006-policy-by-look-at',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}policy_by_look_at ON policy (look_at, id)`,
  },
  {
    id: '202611240007-open-session-by-policy',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}open_session_by_policy ON open_session (policy_id)`,
  },
  {
    id: '202611240008-announced-slot',
    up: (d) => `CREATE TABLE IF NOT EXISTS announced_slot (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      policy_id ${d.id} NOT NULL,
      slot_at ${d.time} NOT NULL,
      announced_at ${d.time} NOT NULL,
      alerted ${d.bool} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611240009-announced-slot-by-policy',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}announced_slot_by_policy ON announced_slot (policy_id)`,
  },
  {
    id: '202611240010-announced-slot-by-time',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}announced_slot_by_time ON announced_slot (alerted, announced_at)`,
  },
  addColumn('202611240101-policy-priority', 'policy', (d) => `priority ${d.int} NOT NULL DEFAULT 0`),
  {
    id: '202611240102-policy-by-priority',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}policy_by_priority ON policy (account_id, priority, id)`,
  },
  {
    id: '202611240103-policy-run',
    up: (d) => `CREATE TABLE IF NOT EXISTS policy_run (
      policy_id ${d.id} NOT NULL PRIMARY KEY,
      last_run_at ${d.time} NOT NULL,
      last_run_status ${d.varchar(16)} NOT NULL,
      last_success_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  addColumn('202611240201-account-uses', 'account', (d) => `uses ${d.json} NULL`),
  addColumn('202611240203-account-scan-at', 'account', (d) => `scan_at ${d.time} NULL`),
  {
    id: '202611270601-points-of-table',
    up: (d) => `CREATE TABLE IF NOT EXISTS points_of_table (
      table_arn ${d.arn} NOT NULL,
      table_id ${d.varchar(64)} NOT NULL,
      revision ${d.int} NOT NULL,
      points ${d.int} NOT NULL,
      newest_at ${d.time} NULL,
      PRIMARY KEY (table_arn, table_id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270602-points-of-table-from-table-points',
    // Nobody kept whose they were: they count for the table that is there now, and the catalog's next word puts it right.
    up: (d) => `INSERT INTO points_of_table (table_arn, table_id, revision, points, newest_at)
      SELECT p.table_arn, COALESCE(${textIn(d, 't.settings', 'tableId')}, ''), p.revision, p.points, p.newest_at
      FROM table_points AS p LEFT JOIN protected_table AS t ON t.arn = p.table_arn
      WHERE NOT EXISTS (SELECT 1 FROM points_of_table AS there WHERE there.table_arn = p.table_arn)`,
  },
  addColumn(
    '202611270603-protected-table-id',
    'protected_table',
    (d) => `table_id ${d.varchar(64)} NOT NULL DEFAULT ''`,
  ),
  addColumn('202611270604-protected-table-tags', 'protected_table', (d) => `tags ${d.json} NULL`),
  addColumn('202611270605-protected-table-since', 'protected_table', (d) => `since_at ${d.time} NULL`),
  addColumn('202611270607-policy-run-copies-behind', 'policy_run', (d) => `copies_behind ${d.int} NULL`),
  addColumn('202611270608-scan-chunk-unreadable', 'scan_chunk', (d) => `unreadable ${d.json} NULL`),
  {
    id: '202611270609-unreadable-table',
    up: (d) => `CREATE TABLE IF NOT EXISTS unreadable_table (
      arn ${d.arn} NOT NULL PRIMARY KEY,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      name ${d.varchar(255)} NOT NULL,
      reason ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270610-unreadable-table-by-region',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}unreadable_table_by_region ON unreadable_table (account_id, region)`,
  },
  addColumn('202611270606-policy-selects-since', 'policy', (d) => `selects_since ${d.time} NULL`),
  {
    id: '202611270501-finished-session',
    up: (d) => `CREATE TABLE IF NOT EXISTS finished_session (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      finished_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270502-finished-session-by-time',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}finished_session_by_time ON finished_session (finished_at)`,
  },
  addColumn('202611270503-policy-scheduled-since', 'policy', (d) => `scheduled_since ${d.time} NULL`),
  {
    id: '202611270504-policy-by-slots-after',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}policy_by_slots_after ON policy (slots_after, id)`,
  },
  addColumn('202611270505-applied-scan-applied-at', 'applied_scan', (d) => `applied_at ${d.time} NULL`),
  {
    id: '202611270506-applied-scan-by-time',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}applied_scan_by_time ON applied_scan (account_id, applied_at)`,
  },
  {
    id: '202611270507-region-scan',
    up: (d) => `CREATE TABLE IF NOT EXISTS region_scan (
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      session_id ${d.id} NOT NULL,
      claimed_at ${d.time} NOT NULL,
      PRIMARY KEY (account_id, region)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270508-region-scan-by-session',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}region_scan_by_session ON region_scan (session_id)`,
  },
  {
    id: '202611270509-run-region',
    up: (d) => `CREATE TABLE IF NOT EXISTS run_region (
      session_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      account_id ${d.id} NOT NULL,
      state ${d.varchar(8)} NOT NULL,
      scanned_by ${d.id} NULL,
      since ${d.time} NOT NULL,
      PRIMARY KEY (session_id, region)
    ) ${d.tableOptions}`,
  },
  addColumn('202611270510-waiting-round-look-at', 'waiting_round', (d) => `look_at ${d.time} NULL`),
  addColumn('202611270511-waiting-round-since', 'waiting_round', (d) => `since ${d.time} NULL`),
  {
    id: '202611270512-waiting-round-by-look-at',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}waiting_round_by_look_at ON waiting_round (look_at, session_id)`,
  },
  {
    id: '202611270513-waiting-round-by-account',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}waiting_round_by_account ON waiting_round (account_id)`,
  },
  addColumn(
    '202611270421-policy-verified-after',
    'policy',
    (d) => `verified_after ${d.time} NOT NULL DEFAULT '2026-11-01 00:00:00.000'`,
  ),
  addColumn('202611270422-policy-verify-at', 'policy', (d) => `verify_at ${d.time} NULL`),
  addColumn(
    '202611270423-policy-verification-state',
    'policy',
    (d) => `verification_state ${d.varchar(16)} NOT NULL DEFAULT 'NONE'`,
  ),
  {
    id: '202611270424-policy-by-verify-at',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}policy_by_verify_at ON policy (verify_at, id)`,
  },
  addColumn('202611270425-open-session-verifies', 'open_session', (d) => `verifies_policy_id ${d.id} NULL`),
  {
    id: '202611270426-open-session-by-verified-policy',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}open_session_by_verified_policy ON open_session (verifies_policy_id)`,
  },
  addColumn(
    '202611270427-announced-slot-purpose',
    'announced_slot',
    (d) => `purpose ${d.varchar(16)} NOT NULL DEFAULT 'BACKUP'`,
  ),
  {
    id: '202611270428-table-verification',
    up: (d) => `CREATE TABLE IF NOT EXISTS table_verification (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      outcome ${d.varchar(16)} NOT NULL,
      verified_at ${d.time} NOT NULL,
      restore_seconds ${d.int} NULL
    ) ${d.tableOptions}`,
  },
  ...alertMigrations,
  {
    id: '202611271901-policy-by-verified-after',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}policy_by_verified_after ON policy (verified_after)`,
  },
];
