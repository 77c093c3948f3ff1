/**
 * `npm run dead-events -- list|replay|drop --database URL_OR_FILE [event ids]`: what a service could not handle. The
 * database is mysql://… of the service (with DATABASE_TLS and DATABASE_TLS_CA_FILE as the service has them), or its SQLite
 * file. `replay` without ids asks for all; `drop` needs ids.
 */
import { parseArgs } from 'node:util';
import { openDatabase } from '../database/index.ts';
import { databaseNamed } from '../process/environment.ts';
import { askReplay, dropDeadEvents, listDeadEvents } from './dead-events.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { database: { type: 'string' } } });
const [command, ...ids] = positionals;
if (values.database === undefined || !['list', 'replay', 'drop'].includes(command ?? '')) {
  console.error('usage: npm run dead-events -- list|replay|drop --database mysql://…|FILE.sqlite [event ids]');
  process.exit(2);
}
const config = databaseNamed(values.database, process.env);
const db = await openDatabase(config, { name: 'named', entities: [], migrations: [] }, { migrate: false });
try {
  if (command === 'list') for (const event of await listDeadEvents(db)) console.log(JSON.stringify(event));
  if (command === 'replay') console.log(`asked for ${await askReplay(db, ids.length > 0 ? ids : 'all')}`);
  if (command === 'drop') console.log(`dropped ${await dropDeadEvents(db, ids)}`);
} finally {
  await db.close();
}
