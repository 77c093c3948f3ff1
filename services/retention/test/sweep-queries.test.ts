import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { retentionModel } from '../src/service.ts';
import { namesOfOtherTables } from '../src/store/chain-points.ts';
import { accountsToLookAt, announcedBefore } from '../src/store/retained-accounts.ts';
import { countChain, duePoints, topsOfChains } from '../src/store/retained-points.ts';

const mariadb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');

/** Twenty thousand points of a hundred tables, one in a hundred due. */
async function fill(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO restore_point (id, kind, recovery_point_arn, account_id, aws_account_id, table_arn, table_name, table_region,
         table_id, region, vault_name, size_bytes, created_at, completed_at, expires_at, next_look_at, self_sufficient)
       SELECT CONCAT('point-', seq), 'BACKUP', CONCAT('arn-', seq), CONCAT('account-', seq % 2), '111122223333',
         CONCAT('table-', seq % 100), 'x', 'r', CONCAT('id-', seq % 100), 'r', 'gold', 1, NOW(3) - INTERVAL seq SECOND, NOW(3),
         NOW(3), IF(seq % 100 = 0, NOW(3) - INTERVAL 1 DAY, NOW(3) + INTERVAL 30 DAY), 1
       FROM seq_1_to_20000`,
    );
    await tx.query(
      `INSERT INTO retained_account (account_id, aws_account_id, look_at, last_day)
       SELECT CONCAT('account-', seq), '111122223333', NOW(3) + INTERVAL IF(seq < 5, -1, 1) DAY, '2026-01-01' FROM seq_1_to_2000`,
    );
    await tx.query(
      `INSERT INTO announced_retention (session_id, account_id, day, announced_at, alerted)
       SELECT CONCAT('s-', seq), CONCAT('account-', seq), '2026-01-01', NOW(3) - INTERVAL IF(seq < 5, 1, 0) DAY, 0
       FROM seq_1_to_2000`,
    );
  });
  await db.reader.query('ANALYZE TABLE restore_point, retained_account, announced_retention');
}

(mariadb ? describe : describe.skip)('what retention looks for it finds by an index', () => {
  let db: Database;
  const now = new Date();
  const due = { accountId: 'account-0', now, limit: 50 };
  beforeAll(async () => {
    const config = await mariadb!.freshDatabase();
    await migrate(config, retentionModel);
    db = await openDatabase(config, retentionModel);
    await fill(db);
  }, 120_000);
  afterAll(() => db.close());

  const chain = { key: 'k', tableArn: 'table-7', tableId: 'id-7' };
  test.each<[string, string, number, () => Promise<unknown>]>([
    ['due points', 'restore_point_by_look', 400, () => duePoints(db.reader, { ...due, after: null })],
    [
      'due points after a place',
      'restore_point_by_look',
      400,
      () => duePoints(db.reader, { ...due, after: { at: new Date(now.getTime() - 86_400_000), id: 'point-500' } }),
    ],
    ['the top of a chain', 'restore_point_by_table|PRIMARY', 400, () => topsOfChains(db, db.reader, [chain])],
    ['the count of a chain', 'restore_point_by_table', 400, () => countChain(db, db.reader, chain, 10)],
    [
      'names that have points of another table',
      'restore_point_by_table_id',
      400,
      () => namesOfOtherTables(db.reader, [{ tableArn: 'table-7', tableId: 'another' }]),
    ],
    ['accounts whose day has come', 'retained_account_by_look', 100, () => accountsToLookAt(db, now, 20)],
    [
      'days that nobody takes up',
      'announced_retention_by_time',
      100,
      () => announcedBefore(db, new Date(now.getTime() - 3_600_000), false, 20),
    ],
  ])('%s', async (_what, key, most, work) => {
    const accesses = (await explain(db, work)).filter(({ table }) => !table.startsWith('<'));
    expect(accesses.length).toBeGreaterThan(0);
    for (const access of accesses) {
      expect(access).toMatchObject({
        key: expect.stringMatching(new RegExp(`^(?:${key})$`, 'u')),
        type: expect.stringMatching(/^(?!ALL|index)/u),
      });
      expect(access.rows).toBeLessThanOrEqual(most);
    }
  });
});
