import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { pino } from 'pino';
import { createInProcessBus } from '../src/bus/index.ts';
import { systemClock as clock } from '../src/clock/index.ts';
import { migrate, openDatabase, type Database } from '../src/database/index.ts';
import { once } from '../src/inbox/index.ts';
import { pruneInbox } from '../src/inbox/prune.ts';
import { nameOutbox, startRelays } from '../src/outbox/index.ts';

const log = pino({ level: 'silent' });
const model = { name: 'claims', entities: [], migrations: [] };
const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');

(mariadb ? describe : describe.skip)('outbox and inbox use their indexes', () => {
  let db: Database;
  beforeAll(async () => {
    const config = await mariadb!.freshDatabase();
    await migrate(config, model);
    db = await openDatabase(config, model);
    nameOutbox(db, 'session', 'EMULATED');
    await db.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO outbox (destination, topic, event_id, subject, body)
         SELECT IF(seq % 2 = 0, 'events', 'work'), 't', CONCAT('e-', seq), 's', '{}' FROM seq_1_to_5000`,
      );
      await tx.query(
        `INSERT INTO inbox (consumer, event_id, handled_at)
         SELECT 'me', CONCAT('e-', seq), NOW(3) - INTERVAL seq MINUTE FROM seq_1_to_5000`,
      );
    });
    await db.reader.query('ANALYZE TABLE outbox, inbox');
  }, 60_000);
  afterAll(() => db.close());

  test('the relay takes the gate by its name and the oldest rows of its destination in order', async () => {
    const accesses = await explain(db, async () => {
      // A bus that refuses: one pass reads, and nothing leaves.
      const bus = { ...createInProcessBus(log), publish: () => Promise.reject(new Error('not now')) };
      const relays = await startRelays({ db, bus, source: 'session', clock, log });
      await relays.stop();
    });
    const of = (table: string) => accesses.filter((access) => access.table === table);
    expect(of('outbox_gate').map(({ key }) => key)).toEqual(expect.arrayContaining(['PRIMARY']));
    expect(of('outbox').length).toBeGreaterThan(0);
    for (const { key, type } of of('outbox')) {
      expect({ key, all: type === 'ALL' }).toEqual({
        key: expect.stringMatching(/^(?:outbox_by_destination|PRIMARY)$/u),
        all: false,
      });
    }
  });

  test('the inbox is pruned by time and asked by its key', async () => {
    const [prune] = await explain(db, () => pruneInbox(db));
    expect(prune).toMatchObject({ table: 'inbox', key: 'inbox_by_time' });
    expect(await db.transaction((tx) => once(db, tx, 'me', 'e-1', async () => undefined))).toBe(false);
  });
});
