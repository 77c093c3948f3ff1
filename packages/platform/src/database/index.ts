export { createSchema } from './create-schema.ts';
export { column } from './column.ts';
export { databaseClock, databaseNow, databaseTime } from './database-time.ts';
export type { Dialect } from './dialect.ts';
export {
  isDuplicateKey,
  type Database,
  type DatabaseConfig,
  type DatabaseTls,
  type Migration,
  type Model,
  type MysqlConfig,
  type Tx,
} from './model.ts';
export { migrate, openDatabase } from './open-database.ts';
export { inPieces, MOST_IN, timeOf } from './plain-queries.ts';
