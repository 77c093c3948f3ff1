import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { notificationModel } from '../src/service.ts';
import { listDeliveries } from '../src/graphql/list-deliveries.ts';
import type { DeliveryFilter } from '../src/graphql/resolver-types.ts';
import { claimDue, forgetDeliveries, nextDue } from '../src/store/deliveries.ts';

const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');

(mariadb ? describe : describe.skip)('what every replica asks twice a second uses its index', () => {
  let db: Database;
  const later = new Date('2100-01-01T00:00:00.000Z');
  beforeAll(async () => {
    const config = await mariadb!.freshDatabase();
    await migrate(config, notificationModel);
    db = await openDatabase(config, notificationModel);
    await db.transaction((tx) =>
      tx.query(
        `INSERT INTO delivery (id, event_id, recipient, lane, channel_id, mail, status, attempts, created_at, next_try_at)
         SELECT CONCAT('d-', seq), CONCAT('e-', seq), 'dba@example.com', IF(seq % 200 = 0, 'busy', 'EMAIL'), IF(seq % 200 = 0, 'busy', NULL), '{}', IF(seq % 100 = 0, 'PENDING', 'DELIVERED'), 1, NOW(3),
           IF(seq % 100 = 0, NOW(3) + INTERVAL seq SECOND, NULL)
         FROM seq_1_to_10000`,
      ),
    );
    await db.reader.query('ANALYZE TABLE delivery');
  }, 60_000);
  afterAll(() => db.close());

  test.each<[string, () => Promise<unknown>]>([
    ['the delivery that is due', () => claimDue(db, later, 60_000)],
    ['the delivery that is due where a lane is busy', () => claimDue(db, later, 60_000, { lanes: ['busy'] })],
    [
      'the mail that is due where all channels are busy',
      () => claimDue(db, later, 60_000, { allChannels: true, ids: ['d-100'] }),
    ],
    ['when the next one is', () => nextDue(db)],
  ])('%s', async (_what, work) => {
    const accesses = (await explain(db, work)).filter(({ table }) => table === 'delivery');
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key, type, rows } of accesses) {
      expect({ key, all: type === 'ALL' }).toEqual({
        key: expect.stringMatching(/^(?:delivery_due(?:_lane)?|PRIMARY)$/u),
        all: false,
      });
      expect(rows).toBeLessThan(1_500);
    }
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['a list of all', () => list(db, {}), /^delivery_list$/u],
    ['a list of a channel', () => list(db, { channelId: 'busy' }), /^delivery_of_channel$/u],
    ['a list of what failed', () => list(db, { statuses: ['FAILED'] }), /^delivery_(?:by_status|list)$/u],
    [
      'what may be forgotten',
      () => forgetDeliveries(db, new Date('2000-01-01T00:00:00.000Z')),
      /^delivery_(?:list|due|due_lane)$/u,
    ],
  ])('%s', async (_what, work, index) => {
    const accesses = (await explain(db, work)).filter(({ table }) => /delivery|DeliveryEntity/u.test(table));
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key, rows } of accesses) {
      expect(key).toMatch(index);
      expect(rows).toBeLessThan(1_500);
    }
  });
});

const list = (db: Database, filter: DeliveryFilter) => listDeliveries(db, { filter, first: 50 });
