import type { Migration } from '@tablekeep/platform/database';

export const migrations: readonly Migration[] = [
  {
    id: '202611230001-api-token',
    up: (d) => `CREATE TABLE IF NOT EXISTS api_token (
      id ${d.id} NOT NULL PRIMARY KEY,
      name ${d.varchar(127)} NOT NULL,
      role ${d.varchar(16)} NOT NULL,
      secret_hash ${d.varchar(64)} NOT NULL UNIQUE,
      created_at ${d.time} NOT NULL,
      last_used_at ${d.time} NULL,
      revoked_at ${d.time} NULL
    ) ${d.tableOptions}`,
  },
];
