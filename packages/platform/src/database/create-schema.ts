import { createConnection } from 'mysql2/promise';
import type { MysqlConfig } from './model.ts';
import { sslOf } from './ssl.ts';

/** Makes the schema that a MySQL url names, where it is missing. Names are case-sensitive in it, as DynamoDB's are. */
export async function createSchema(config: MysqlConfig): Promise<void> {
  const at = new URL(config.url);
  const schema = decodeURIComponent(at.pathname.slice(1));
  at.pathname = '/';
  const connection = await createConnection({ uri: at.href, connectTimeout: 5_000, ...sslOf(config) });
  try {
    await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', [schema]);
  } finally {
    await connection.end();
  }
}
