import type { Dialect, Migration } from '@tablekeep/platform/database';

const index = (id: string, columns: string): Migration => ({
  id,
  up: (d: Dialect) => {
    const name = id.replace(/^\d+-/u, '').replaceAll('-', '_');
    return `CREATE INDEX ${d.kind === 'sqlite' ? 'IF NOT EXISTS ' : ''}${name} ON restore_point (${columns})`;
  },
});

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
  index('202611230202-restore-point-by-time', 'created_at, id'),
  index('202611230203-restore-point-by-table', 'table_arn, created_at, id'),
  index('202611230204-restore-point-by-source', 'source_recovery_point_arn'),
  {
    id: '202611230205-planned-round',
    up: (d) => `CREATE TABLE IF NOT EXISTS planned_round (
      session_id ${d.id} NOT NULL,
      round ${d.int} NOT NULL,
      PRIMARY KEY (session_id, round)
    ) ${d.tableOptions}`,
  },
];
