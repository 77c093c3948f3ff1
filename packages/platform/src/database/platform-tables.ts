import type { Migration } from './model.ts';

/** Outbox, inbox, dead letters and alerts: every service has them in its own database. */
export const platformMigrations: readonly Migration[] = [
  {
    id: '202611230000-outbox',
    up: (d) => `CREATE TABLE IF NOT EXISTS outbox (
      seq ${d.autoIncrementPk},
      destination ${d.varchar(16)} NOT NULL,
      topic ${d.varchar(64)} NOT NULL,
      event_id ${d.id} NOT NULL UNIQUE,
      subject ${d.varchar(512)} NOT NULL,
      body ${d.json} NOT NULL,
      recorded_at ${d.time} NOT NULL DEFAULT ${d.nowDefault}
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230001-outbox-by-destination',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS' : ''} outbox_by_destination ON outbox (destination, seq)`,
  },
  {
    id: '202611230002-outbox-gate',
    up: (d) => `CREATE TABLE IF NOT EXISTS outbox_gate (name ${d.varchar(16)} NOT NULL PRIMARY KEY) ${d.tableOptions}`,
  },
  {
    id: '202611230003-outbox-gates',
    up: (d) =>
      `INSERT ${d.kind === 'sqlite' ? 'OR IGNORE' : 'IGNORE'} INTO outbox_gate (name) VALUES ('events'), ('work')`,
  },
  {
    id: '202611230004-outbox-cursor',
    up: (d) => `CREATE TABLE IF NOT EXISTS outbox_cursor (
      consumer ${d.varchar(64)} NOT NULL PRIMARY KEY,
      seq ${d.bigint} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230005-inbox',
    up: (d) => `CREATE TABLE IF NOT EXISTS inbox (
      consumer ${d.varchar(64)} NOT NULL,
      event_id ${d.id} NOT NULL,
      handled_at ${d.time} NOT NULL DEFAULT ${d.nowDefault},
      PRIMARY KEY (consumer, event_id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230006-inbox-attempt',
    up: (d) => `CREATE TABLE IF NOT EXISTS inbox_attempt (
      consumer ${d.varchar(64)} NOT NULL,
      event_id ${d.id} NOT NULL,
      attempts ${d.int} NOT NULL,
      PRIMARY KEY (consumer, event_id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230007-dead-event',
    up: (d) => `CREATE TABLE IF NOT EXISTS dead_event (
      consumer ${d.varchar(64)} NOT NULL,
      event_id ${d.id} NOT NULL,
      type ${d.varchar(120)} NOT NULL,
      body ${d.json} NOT NULL,
      reason ${d.json} NOT NULL,
      attempts ${d.int} NOT NULL,
      died_at ${d.time} NOT NULL DEFAULT ${d.nowDefault},
      PRIMARY KEY (consumer, event_id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230008-inbox-by-time',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}inbox_by_time ON inbox (handled_at)`,
  },
  {
    id: '202611231402-dead-event-replay',
    up: (d) => `ALTER TABLE dead_event ADD COLUMN replay_asked_at ${d.time} NULL`,
  },
  {
    id: '202611271201-outbox-traceparent',
    up: (d) => `ALTER TABLE outbox ADD COLUMN traceparent ${d.varchar(55)} NULL`,
  },
  {
    id: '202611271201-raised-alert',
    up: (d) => `CREATE TABLE IF NOT EXISTS raised_alert (
      kind ${d.varchar(32)} NOT NULL,
      subject ${d.varchar(255)} NOT NULL,
      alert_id ${d.id} NOT NULL,
      facts ${d.json} NOT NULL,
      raised_at ${d.time} NOT NULL,
      PRIMARY KEY (kind, subject)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271202-alert-watch',
    up: (d) => `CREATE TABLE IF NOT EXISTS alert_watch (
      kind ${d.varchar(32)} NOT NULL PRIMARY KEY,
      version ${d.int} NOT NULL,
      looked_at ${d.time} NOT NULL,
      watched_since ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271203-announced-session',
    up: (d) => `CREATE TABLE IF NOT EXISTS announced_session (
      session_id ${d.id} NOT NULL PRIMARY KEY,
      what ${d.varchar(64)} NOT NULL,
      account_id ${d.id} NOT NULL,
      announced_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
];
