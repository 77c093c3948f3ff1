/**
 * `npm run event-log -- rename --database URL_OR_FILE`: after the notification service's database was put back from a copy, so
 * that whoever reads the live stream is told that events are missing, and skips none. The database is mysql://… of the service
 * (with DATABASE_TLS and DATABASE_TLS_CA_FILE as the service has them), or its SQLite file.
 */
import { openDatabase } from '@tablekeep/platform/database';
import { databaseNamed } from '@tablekeep/platform/process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EventLogHeadEntity } from '../store/event-log-entities.ts';
import { newLogName, renameLog } from '../store/event-log.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { database: { type: 'string' } } });
if (values.database === undefined || positionals.join(' ') !== 'rename') {
  console.error('usage: npm run event-log -- rename --database mysql://…|FILE.sqlite');
  process.exit(2);
}
const config = databaseNamed(values.database, process.env);
if (config.kind === 'sqlite' && !existsSync(config.file)) {
  console.error(`there is no database at ${config.file}`);
  process.exit(1);
}
const model = { name: 'notification', entities: [EventLogHeadEntity], migrations: [] };
const db = await openDatabase(config, model, { migrate: false });
try {
  const name = newLogName();
  if (await renameLog(db, name)) console.log(`the event log is called ${name} from now on`);
  else console.log('there is no event log yet: nothing to rename');
} finally {
  await db.close();
}
