import type { Dialect, Migration } from '@tablekeep/platform/database';
import { alertMigrations, alertSubjectMigrations } from './alerts.ts';

/** An audit row is never changed nor removed: the database itself refuses, whoever asks. */
function refuse(d: Dialect, what: 'UPDATE' | 'DELETE'): string {
  const name = `audit_entry_no_${what.toLowerCase()}`;
  return d.kind === 'sqlite'
    ? `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${what} ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`
    : `CREATE TRIGGER ${name} BEFORE ${what} ON audit_entry FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only'`;
}

const addColumn = (id: string, table: string, definition: (d: Dialect) => string): Migration => ({
  id,
  up: (d) => `ALTER TABLE ${table} ADD COLUMN ${definition(d)}`,
});
const addIndex = (id: string, table: string, name: string, columns: string): Migration => ({
  id,
  up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}${name} ON ${table} (${columns})`,
});

export const migrations: readonly Migration[] = [
  {
    id: '202611230301-notification-settings',
    up: (d) => `CREATE TABLE IF NOT EXISTS notification_settings (
      id ${d.int} NOT NULL PRIMARY KEY,
      enabled ${d.bool} NOT NULL,
      smtp_host ${d.varchar(255)} NULL,
      smtp_port ${d.int} NULL,
      smtp_secure ${d.bool} NOT NULL,
      smtp_user ${d.varchar(255)} NULL,
      smtp_password ${d.varchar(2000)} NULL,
      from_address ${d.varchar(254)} NULL,
      recipients ${d.json} NOT NULL,
      notify_on ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230302-delivery',
    up: (d) => `CREATE TABLE IF NOT EXISTS delivery (
      id ${d.id} NOT NULL PRIMARY KEY,
      event_id ${d.id} NOT NULL,
      recipient ${d.varchar(254)} NOT NULL,
      mail ${d.json} NOT NULL,
      status ${d.varchar(16)} NOT NULL,
      attempts ${d.int} NOT NULL,
      last_error ${d.varchar(1000)} NULL,
      created_at ${d.time} NOT NULL,
      next_try_at ${d.time} NULL,
      delivered_at ${d.time} NULL,
      UNIQUE (event_id, recipient)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230303-delivery-due',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}delivery_due ON delivery (next_try_at)`,
  },
  {
    id: '202611230304-audit-entry',
    up: (d) => `CREATE TABLE IF NOT EXISTS audit_entry (
      id ${d.id} NOT NULL PRIMARY KEY,
      audit_id ${d.id} NOT NULL,
      recorded_at ${d.time} NOT NULL,
      phase ${d.varchar(16)} NOT NULL,
      actor_name ${d.varchar(255)} NOT NULL,
      actor_role ${d.varchar(16)} NOT NULL,
      service ${d.varchar(32)} NOT NULL,
      action ${d.varchar(64)} NOT NULL,
      input ${d.json} NOT NULL,
      outcome ${d.varchar(1000)} NULL,
      request_id ${d.varchar(64)} NOT NULL,
      UNIQUE (audit_id, phase)
    ) ${d.tableOptions}`,
  },
  { id: '202611230305-audit-no-update', up: (d) => refuse(d, 'UPDATE') },
  { id: '202611230306-audit-no-delete', up: (d) => refuse(d, 'DELETE') },
  {
    id: '202611240330-policy-override',
    up: (d) => `CREATE TABLE IF NOT EXISTS policy_override (
      policy_id ${d.id} NOT NULL PRIMARY KEY,
      version ${d.int} NOT NULL,
      overriding ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270701-channel',
    up: (d) => `CREATE TABLE IF NOT EXISTS channel (
      id ${d.id} NOT NULL PRIMARY KEY,
      kind ${d.varchar(16)} NOT NULL,
      name ${d.varchar(100)} NOT NULL,
      enabled ${d.bool} NOT NULL,
      version ${d.int} NOT NULL,
      url ${d.varchar(4000)} NULL,
      shown_url ${d.varchar(2000)} NULL,
      topic_arn ${d.arn} NULL,
      account_id ${d.id} NULL,
      severities ${d.json} NULL,
      policy_ids ${d.json} NULL,
      event_types ${d.json} NULL,
      secrets ${d.json} NOT NULL,
      disabled_because ${d.varchar(1000)} NULL,
      disabled_at ${d.time} NULL,
      created_at ${d.time} NOT NULL,
      updated_at ${d.time} NOT NULL,
      UNIQUE (name)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270702-delivery-attempt',
    up: (d) => `CREATE TABLE IF NOT EXISTS delivery_attempt (
      delivery_id ${d.id} NOT NULL,
      number ${d.int} NOT NULL,
      tried_at ${d.time} NOT NULL,
      duration_ms ${d.int} NULL,
      answer_code ${d.int} NULL,
      answer ${d.varchar(500)} NULL,
      error ${d.varchar(1000)} NULL,
      PRIMARY KEY (delivery_id, number)
    ) ${d.tableOptions}`,
  },
  addColumn('202611270703-delivery-kind', 'delivery', (d) => `kind ${d.varchar(16)} NOT NULL DEFAULT 'EMAIL'`),
  addColumn('202611270704-delivery-channel', 'delivery', (d) => `channel_id ${d.id} NULL`),
  addColumn('202611270705-delivery-lane', 'delivery', (d) => `lane ${d.varchar(36)} NOT NULL DEFAULT 'EMAIL'`),
  addColumn('202611270706-delivery-severity', 'delivery', (d) => `severity ${d.varchar(16)} NULL`),
  addColumn('202611270707-delivery-policy', 'delivery', (d) => `policy_id ${d.id} NULL`),
  addColumn('202611270708-delivery-tries', 'delivery', (d) => `tries_from ${d.int} NOT NULL DEFAULT 0`),
  // Finding what is due passes over the lanes that are busy: it must not read their rows for that.
  addIndex('202611270709-delivery-due-lane', 'delivery', 'delivery_due_lane', 'next_try_at, lane'),
  addIndex('202611270710-delivery-list', 'delivery', 'delivery_list', 'created_at, id'),
  addIndex('202611270711-delivery-of-channel', 'delivery', 'delivery_of_channel', 'channel_id, created_at, id'),
  addIndex('202611270712-delivery-status', 'delivery', 'delivery_by_status', 'status, created_at, id'),
  addColumn('202611270713-smtp-tls', 'notification_settings', (d) => `smtp_tls ${d.varchar(16)} NULL`),
  addColumn('202611270714-smtp-ca', 'notification_settings', (d) => `smtp_ca ${d.json} NULL`),
  addColumn('202611270715-smtp-oauth', 'notification_settings', (d) => `smtp_oauth ${d.json} NULL`),
  addColumn('202611270716-subject', 'notification_settings', (d) => `subject_template ${d.varchar(250)} NULL`),
  {
    id: '202611270717-known-account',
    up: (d) => `CREATE TABLE IF NOT EXISTS known_account (
      account_id ${d.id} NOT NULL PRIMARY KEY,
      name ${d.varchar(255)} NOT NULL,
      aws_account_id ${d.varchar(12)} NOT NULL,
      announced_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  addColumn('202611270718-policy-next-run', 'policy_override', (d) => `next_run_at ${d.time} NULL`),
  {
    id: '202611270801-event-log',
    up: (d) => `CREATE TABLE IF NOT EXISTS event_log (
      position ${d.bigint} NOT NULL PRIMARY KEY,
      event_id ${d.id} NOT NULL UNIQUE,
      type ${d.varchar(120)} NOT NULL,
      logged_at ${d.time} NOT NULL,
      bytes ${d.int} NOT NULL,
      body ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270802-event-log-by-time',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}event_log_by_time ON event_log (logged_at, position)`,
  },
  {
    id: '202611270803-event-log-head',
    up: (d) => `CREATE TABLE IF NOT EXISTS event_log_head (
      id ${d.int} NOT NULL PRIMARY KEY,
      log ${d.varchar(8)} NOT NULL,
      position ${d.bigint} NOT NULL,
      logged_at ${d.time} NULL,
      pruned_to ${d.bigint} NOT NULL,
      pruned_until ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271150-refresh-turn',
    up: (d) => `CREATE TABLE IF NOT EXISTS refresh_turn (
      id ${d.int} NOT NULL PRIMARY KEY,
      epoch ${d.int} NOT NULL,
      taken_until ${d.time} NULL
    ) ${d.tableOptions}`,
  },
  ...alertMigrations,
  addColumn('202611271151-daily-report-settings', 'notification_settings', (d) => `daily_report ${d.json} NULL`),
  {
    id: '202611271152-daily-report',
    up: (d) => `CREATE TABLE IF NOT EXISTS daily_report (
      id ${d.id} NOT NULL PRIMARY KEY,
      day ${d.varchar(10)} NOT NULL,
      time_zone ${d.varchar(64)} NOT NULL,
      due_at ${d.time} NOT NULL,
      covers_until ${d.time} NOT NULL,
      made_at ${d.time} NOT NULL,
      figures ${d.json} NULL
    ) ${d.tableOptions}`,
  },
  addIndex('202611271153-daily-report-due', 'daily_report', 'daily_report_due', 'due_at'),
  {
    id: '202611271251-delivery-count',
    up: (d) => `CREATE TABLE IF NOT EXISTS delivery_count (
      kind ${d.varchar(16)} NOT NULL,
      outcome ${d.varchar(16)} NOT NULL,
      deliveries ${d.bigint} NOT NULL,
      PRIMARY KEY (kind, outcome)
    ) ${d.tableOptions}`,
  },
  addColumn('202611271730-delivery-traceparent', 'delivery', (d) => `traceparent ${d.varchar(64)} NULL`),
  ...alertSubjectMigrations,
  addColumn('202611271920-delivery-alert', 'delivery', (d) => `alert_id ${d.id} NULL`),
  addIndex('202611271921-delivery-of-alert', 'delivery', 'delivery_of_alert', 'alert_id'),
  addColumn('202611271922-channel-last-end', 'channel', (d) => `last_end_at ${d.time} NULL`),
];
