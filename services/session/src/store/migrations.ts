import type { Migration } from '@tablekeep/platform/database';

/**
 * Indexes are written as UNIQUE constraints that end in the primary key: they arrive with the table in one statement that
 * is safe to run twice, which CREATE INDEX is not on every engine.
 */
export const migrations: readonly Migration[] = [
  {
    id: '202611230101-session',
    up: (d) => `CREATE TABLE IF NOT EXISTS session (
      id ${d.id} NOT NULL PRIMARY KEY,
      type ${d.varchar(32)} NOT NULL,
      status ${d.varchar(16)} NOT NULL,
      triggered_by ${d.varchar(16)} NOT NULL,
      requested_by ${d.varchar(255)} NOT NULL,
      requested_by_id ${d.varchar(200)} NOT NULL,
      reason ${d.varchar(1000)} NULL,
      idempotency_key ${d.varchar(200)} NULL,
      input_hash ${d.varchar(64)} NOT NULL,
      account_id ${d.varchar(64)} NOT NULL,
      policy_id ${d.varchar(64)} NULL,
      policy_name ${d.varchar(255)} NULL,
      retry_count ${d.int} NOT NULL,
      retry_delay_seconds ${d.int} NOT NULL,
      request ${d.json} NOT NULL,
      notes ${d.json} NOT NULL,
      created_at ${d.time} NOT NULL,
      started_at ${d.time} NULL,
      finished_at ${d.time} NULL,
      planned_round ${d.int} NOT NULL,
      plan_final ${d.bool} NOT NULL,
      plan_failed ${d.bool} NOT NULL,
      announced_round ${d.int} NOT NULL,
      plan_due_at ${d.time} NULL,
      stop_requested_by ${d.varchar(255)} NULL,
      stop_reason ${d.varchar(1000)} NULL,
      tally ${d.json} NOT NULL,
      log_count ${d.int} NOT NULL,
      CONSTRAINT session_by_caller_key UNIQUE (requested_by_id, idempotency_key),
      CONSTRAINT session_by_time UNIQUE (created_at, id),
      CONSTRAINT session_by_policy UNIQUE (policy_id, created_at, id),
      CONSTRAINT session_by_status UNIQUE (status, created_at, id),
      CONSTRAINT session_by_account UNIQUE (account_id, created_at, id),
      CONSTRAINT session_by_type UNIQUE (type, created_at, id),
      CONSTRAINT session_by_plan_due UNIQUE (plan_due_at, id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230102-task',
    up: (d) => `CREATE TABLE IF NOT EXISTS task (
      id ${d.id} NOT NULL PRIMARY KEY,
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      position ${d.int} NOT NULL,
      task_key ${d.varchar(640)} NOT NULL,
      after_key ${d.varchar(640)} NULL,
      account_id ${d.varchar(64)} NOT NULL,
      aws_account_id ${d.varchar(12)} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      table_arn ${d.arn} NULL,
      table_name ${d.varchar(255)} NULL,
      table_region ${d.varchar(32)} NULL,
      kind ${d.varchar(16)} NOT NULL,
      status ${d.varchar(16)} NOT NULL,
      attempt ${d.int} NOT NULL,
      parameters ${d.json} NOT NULL,
      queued_at ${d.time} NOT NULL,
      dispatched_at ${d.time} NULL,
      resend_at ${d.time} NULL,
      retry_at ${d.time} NULL,
      accepted_at ${d.time} NULL,
      started_at ${d.time} NULL,
      finished_at ${d.time} NULL,
      percent ${d.int} NULL,
      aws_job_id ${d.varchar(128)} NULL,
      reason ${d.varchar(2000)} NULL,
      reason_code ${d.varchar(128)} NULL,
      warnings ${d.json} NOT NULL,
      point_arn ${d.arn} NULL,
      catalogued_arn ${d.arn} NULL,
      scan_id ${d.varchar(128)} NULL,
      restored ${d.json} NULL,
      CONSTRAINT task_by_place UNIQUE (session_id, round, position),
      CONSTRAINT task_by_status UNIQUE (session_id, status, round, position),
      CONSTRAINT task_by_key UNIQUE (session_id, round, task_key),
      CONSTRAINT task_by_predecessor UNIQUE (session_id, round, after_key, id),
      CONSTRAINT task_by_resend UNIQUE (resend_at, id),
      CONSTRAINT task_by_retry UNIQUE (retry_at, id)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230103-task-attempt',
    up: (d) => `CREATE TABLE IF NOT EXISTS task_attempt (
      task_id ${d.id} NOT NULL,
      attempt ${d.int} NOT NULL,
      status ${d.varchar(16)} NOT NULL,
      reason ${d.varchar(2000)} NULL,
      reason_code ${d.varchar(128)} NULL,
      dispatched_at ${d.time} NOT NULL,
      started_at ${d.time} NULL,
      finished_at ${d.time} NULL,
      aws_job_id ${d.varchar(128)} NULL,
      aws_request_id ${d.varchar(128)} NULL,
      PRIMARY KEY (task_id, attempt)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230104-plan-chunk',
    up: (d) => `CREATE TABLE IF NOT EXISTS plan_chunk (
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      chunk ${d.int} NOT NULL,
      data ${d.json} NOT NULL,
      PRIMARY KEY (session_id, round, chunk)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611230105-session-log',
    up: (d) => `CREATE TABLE IF NOT EXISTS session_log (
      session_id ${d.id} NOT NULL,
      seq ${d.int} NOT NULL,
      logged_at ${d.time} NOT NULL,
      level ${d.varchar(16)} NOT NULL,
      task_id ${d.id} NULL,
      message ${d.varchar(2200)} NOT NULL,
      PRIMARY KEY (session_id, seq)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611231501-task-by-table',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}task_by_table ON task (table_arn, session_id)`,
  },
  {
    id: '202611231502-session-stat',
    up: (d) => `CREATE TABLE IF NOT EXISTS session_stat (
      hour ${d.time} NOT NULL,
      type ${d.varchar(32)} NOT NULL,
      status ${d.varchar(16)} NOT NULL,
      sessions ${d.int} NOT NULL,
      duration_seconds ${d.bigint} NOT NULL,
      tasks_succeeded ${d.int} NOT NULL,
      tasks_warning ${d.int} NOT NULL,
      tasks_failed ${d.int} NOT NULL,
      PRIMARY KEY (hour, type, status)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611231503-session-by-end',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}session_by_end ON session (finished_at, id)`,
  },
  {
    id: '202611240310-session-log-by-task',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}session_log_by_task ON session_log (task_id, seq)`,
  },
  {
    id: '202611270100-record-retention',
    up: (d) => `CREATE TABLE IF NOT EXISTS record_retention (
      id ${d.id} NOT NULL PRIMARY KEY,
      version ${d.int} NOT NULL,
      keep_days ${d.int} NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270301-waiting-settings',
    up: (d) => `CREATE TABLE IF NOT EXISTS waiting_settings (
      task_id ${d.id} NOT NULL PRIMARY KEY,
      session_id ${d.id} NOT NULL,
      due_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611270302-waiting-settings-due',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}waiting_settings_due ON waiting_settings (due_at)`,
  },
  {
    id: '202611271203-session-traceparent',
    up: (d) => `ALTER TABLE session ADD COLUMN traceparent ${d.varchar(55)} NULL`,
  },
  {
    id: '202611271251-operation-count',
    up: (d) => `CREATE TABLE IF NOT EXISTS operation_count (
      operation ${d.varchar(16)} NOT NULL,
      policy_id ${d.varchar(64)} NOT NULL,
      counted ${d.varchar(32)} NOT NULL,
      amount ${d.bigint} NOT NULL,
      PRIMARY KEY (operation, policy_id, counted)
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271252-counted-policy',
    up: (d) => `CREATE TABLE IF NOT EXISTS counted_policy (
      id ${d.varchar(64)} NOT NULL PRIMARY KEY,
      name ${d.varchar(255)} NOT NULL,
      version ${d.int} NOT NULL,
      deleted ${d.bool} NOT NULL
    ) ${d.tableOptions}`,
  },
];
