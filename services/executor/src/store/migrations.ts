import type { Dialect, Migration } from '@tablekeep/platform/database';

/** An index: part of the table on MySQL, where creating one twice is an error; a statement of its own on SQLite. */
function withIndexes(d: Dialect, table: string, columns: string, indexes: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(indexes);
  if (d.kind === 'mysql') {
    const keys = entries.map(([name, on]) => `, KEY ${name} (${on})`).join('');
    return [`CREATE TABLE IF NOT EXISTS ${table} (${columns}${keys}) ${d.tableOptions}`];
  }
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (${columns}) ${d.tableOptions}`,
    ...entries.map(([name, on]) => `CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${on})`),
  ];
}

export const migrations: readonly Migration[] = [
  {
    id: '202611230900-job',
    /**
     * `busy_table` is set exactly while a job holds its table, so its unique index is AWS's own rule: one backup or copy of
     * a table at a time, whichever policy, whichever replica.
     */
    up: (d) =>
      withIndexes(
        d,
        'job',
        `id ${d.id} NOT NULL PRIMARY KEY, task_id ${d.varchar(64)} NOT NULL, attempt ${d.int} NOT NULL,
         session_id ${d.varchar(64)} NOT NULL, kind ${d.varchar(16)} NOT NULL, lane ${d.varchar(128)} NOT NULL,
         account_id ${d.varchar(64)} NOT NULL, region ${d.varchar(32)} NOT NULL, table_arn ${d.arn} NULL,
         slot ${d.varchar(128)} NULL, item ${d.json} NOT NULL, step ${d.varchar(16)} NOT NULL, state ${d.json} NOT NULL,
         aws_job_id ${d.varchar(128)} NULL, cancel_reason ${d.varchar(1000)} NULL, next_at ${d.time} NULL,
         held_since ${d.time} NULL, created_at ${d.time} NOT NULL DEFAULT ${d.nowDefault}, finished_at ${d.time} NULL,
         outcome ${d.varchar(16)} NULL,
         busy_table ${d.arn} GENERATED ALWAYS AS (CASE WHEN held_since IS NOT NULL AND finished_at IS NULL THEN table_arn END) VIRTUAL,
         CONSTRAINT one_job_per_attempt UNIQUE (task_id, attempt), CONSTRAINT one_job_per_table UNIQUE (busy_table)`,
        {
          job_due: 'lane, finished_at, next_at',
          job_of_slot: 'slot, finished_at',
          job_of_table: 'table_arn, finished_at',
        },
      ),
  },
  {
    id: '202611230901-lane',
    up: (
      d,
    ) => `CREATE TABLE IF NOT EXISTS lane (name ${d.varchar(128)} NOT NULL PRIMARY KEY, account_id ${d.varchar(64)} NOT NULL,
      region ${d.varchar(32)} NOT NULL, owner ${d.varchar(64)} NULL, epoch ${d.bigint} NOT NULL, lease_until ${d.time} NULL) ${d.tableOptions}`,
  },
  {
    id: '202611230902-tombstone',
    up: (d) => `CREATE TABLE IF NOT EXISTS tombstone (task_id ${d.varchar(64)} NOT NULL, attempt ${d.int} NOT NULL,
      reason ${d.varchar(1000)} NOT NULL, PRIMARY KEY (task_id, attempt)) ${d.tableOptions}`,
  },
  {
    id: '202611230903-dead-work-item',
    up: (d) => `CREATE TABLE IF NOT EXISTS dead_work_item (id ${d.id} NOT NULL PRIMARY KEY, at ${d.time} NOT NULL,
      reason ${d.varchar(1000)} NOT NULL, body ${d.json} NOT NULL) ${d.tableOptions}`,
  },
  {
    id: '202611230904-account',
    up: (
      d,
    ) => `CREATE TABLE IF NOT EXISTS account (id ${d.varchar(64)} NOT NULL PRIMARY KEY, account ${d.json} NOT NULL,
      deleted ${d.bool} NOT NULL, announced_at ${d.varchar(40)} NOT NULL) ${d.tableOptions}`,
  },
  {
    id: '202611230905-slot-gate',
    up: (d) => `CREATE TABLE IF NOT EXISTS slot_gate (name ${d.varchar(128)} NOT NULL PRIMARY KEY) ${d.tableOptions}`,
  },
  {
    id: '202611231400-job-finished',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}job_finished ON job (finished_at)`,
  },
  {
    id: '202611231510-job-waiting',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}job_waiting ON job (slot, finished_at, step, session_id, created_at, next_at)`,
  },
  {
    id: '202611231700-job-last-word',
    up: (d) => `ALTER TABLE job ADD COLUMN last_word ${d.json} NULL`,
  },
  {
    id: '202611231830-job-look-first',
    up: (d) => `ALTER TABLE job ADD COLUMN look_first ${d.bool} NOT NULL DEFAULT 0`,
  },
  {
    id: '202611231831-tombstone-created-at',
    // A constant: SQLite adds no column whose default is the time. Those of before are old enough to go.
    up: (d) => `ALTER TABLE tombstone ADD COLUMN created_at ${d.time} NOT NULL DEFAULT '2026-11-01 00:00:00.000'`,
  },
  {
    id: '202611231832-tombstone-by-time',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}tombstone_by_time ON tombstone (created_at)`,
  },
  {
    id: '202611231810-job-due-by-kind',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}job_due_by_kind ON job (lane, finished_at, kind, next_at)`,
  },
  {
    id: '202611231750-dead-work-item-genuine',
    up: (d) => `ALTER TABLE dead_work_item ADD COLUMN genuine ${d.bool} NOT NULL DEFAULT 0`,
  },
  {
    id: '202611231751-dead-work-item-by-time',
    up: (d) =>
      `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}dead_work_item_by_time ON dead_work_item (at, id)`,
  },
  {
    id: '202611240230-job-by-aws-job',
    up: (d) => `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}job_by_aws_job ON job (aws_job_id)`,
  },
  {
    id: '202611240320-job-size',
    up: (d) => `ALTER TABLE job ADD COLUMN size_bytes ${d.bigint} NOT NULL DEFAULT 0`,
  },
  {
    id: '202611270901-one-time-keys',
    up: (d) =>
      withIndexes(
        d,
        'one_time_keys',
        `session_id ${d.varchar(64)} NOT NULL PRIMARY KEY, account_id ${d.varchar(64)} NOT NULL,
         sealed ${d.json} NOT NULL, expires_at ${d.time} NOT NULL`,
        { one_time_keys_by_end: 'expires_at' },
      ),
  },
  {
    id: '202611271202-job-traceparent',
    up: (d) => `ALTER TABLE job ADD COLUMN traceparent ${d.varchar(55)} NULL`,
  },
  {
    id: '202611271251-aws-call-count',
    up: (d) => `CREATE TABLE IF NOT EXISTS aws_call_count (aws_account_id ${d.varchar(12)} NOT NULL,
      region ${d.varchar(32)} NOT NULL, operation ${d.varchar(64)} NOT NULL, outcome ${d.varchar(16)} NOT NULL,
      calls ${d.bigint} NOT NULL, PRIMARY KEY (aws_account_id, region, operation, outcome)) ${d.tableOptions}`,
  },
];
