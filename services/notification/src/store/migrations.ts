import type { Dialect, Migration } from '@tablekeep/platform/database';

/** An audit row is never changed nor removed: the database itself refuses, whoever asks. */
function refuse(d: Dialect, what: 'UPDATE' | 'DELETE'): string {
  const name = `audit_entry_no_${what.toLowerCase()}`;
  return d.kind === 'sqlite'
    ? `CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${what} ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`
    : `CREATE TRIGGER ${name} BEFORE ${what} ON audit_entry FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the audit log is append-only'`;
}

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
];
