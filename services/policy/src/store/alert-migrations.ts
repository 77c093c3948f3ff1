import type { Migration } from '@tablekeep/platform/database';

/** What the policy service keeps to tell whether an alert holds. */
export const alertMigrations: readonly Migration[] = [
  {
    id: '202611271211-missed-slots',
    up: (d) => `CREATE TABLE IF NOT EXISTS missed_slots (
      policy_id ${d.id} NOT NULL PRIMARY KEY,
      since ${d.time} NOT NULL,
      slots ${d.int} NOT NULL,
      reason ${d.varchar(500)} NOT NULL,
      session_id ${d.id} NOT NULL,
      noted_at ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271212-policy-copies',
    up: (d) => `CREATE TABLE IF NOT EXISTS policy_copies (
      policy_id ${d.id} NOT NULL PRIMARY KEY,
      as_of ${d.time} NOT NULL,
      session_id ${d.id} NOT NULL,
      behind ${d.int} NOT NULL,
      since ${d.time} NULL,
      missing ${d.json} NOT NULL
    ) ${d.tableOptions}`,
  },
  {
    id: '202611271213-unprotected-table',
    up: (d) => `CREATE TABLE IF NOT EXISTS unprotected_table (
      table_arn ${d.arn} NOT NULL PRIMARY KEY,
      scan_id ${d.varchar(64)} NOT NULL,
      account_id ${d.id} NOT NULL,
      region ${d.varchar(32)} NOT NULL,
      since ${d.time} NOT NULL
    ) ${d.tableOptions}`,
  },
];
