import { describe, expect, test } from '@jest/globals';
import { migrate, openDatabase } from '@tablekeep/platform/database';
import { availableEngines } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { TablePointsEntity } from '../src/store/entities.ts';
import { policyModel } from '../src/service.ts';
import { policyWorld } from './world.ts';

const newestAt = '2026-01-30T04:00:00.000Z';
const { tableArn } = tableSettings('Airports');

describe.each(await availableEngines())('a table is its id, not its name, on %s', (engine) => {
  const world = policyWorld(engine);
  const { createPolicy, scanned, inventory, catalogued, deleted } = world;

  test('made anew under its name, it is not protected by the former one’s points', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    await createPolicy();
    await catalogued(tableArn, null, { revision: 5, points: 2, newestAt });
    expect(await inventory()).toMatchObject([{ protection: 'PROTECTED', lastBackupAt: newestAt }]);
    await scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('Airports', { tableId: 'the-new-one' })]);
    expect(await inventory()).toMatchObject([{ protection: 'AWAITING_FIRST_BACKUP', lastBackupAt: null }]);
    // The former one's points go; the new one's come, and are told of late.
    await deleted(tableArn, { revision: 7, points: 1, newestAt });
    await catalogued(tableArn, null, { revision: 6, points: 1, newestAt: '2026-01-31T04:00:00.000Z' }, 'the-new-one');
    const protectedAnew = [{ protection: 'PROTECTED', lastBackupAt: '2026-01-31T04:00:00.000Z' }];
    expect(await inventory()).toMatchObject(protectedAnew);
    await catalogued(tableArn, null, null, null);
    expect(await inventory()).toMatchObject(protectedAnew);
  });
});

test.each(await availableEngines())(
  'points that were kept by name alone count for the table that is there, on %s',
  async (engine) => {
    const config = await engine.freshDatabase();
    const before = policyModel.migrations.filter(({ id }) => id < '202611270601');
    await migrate(config, { ...policyModel, migrations: before });
    const old = await openDatabase(config, { ...policyModel, migrations: before });
    const settings = JSON.stringify(tableSettings('Airports'));
    await old.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO protected_table (arn, account_id, region, name, settings, scan_started_at)
       VALUES (?, 'a', 'us-east-1', 'Airports', ?, '2026-01-31 01:00:00.000')`,
        [tableArn, settings],
      );
      for (const arn of [tableArn, 'arn:gone'])
        await tx.query(
          "INSERT INTO table_points (table_arn, revision, points, newest_at) VALUES (?, 9, 2, '2026-01-30 04:00:00.000')",
          [arn],
        );
    });
    await old.close();
    await migrate(config, policyModel);
    const db = await openDatabase(config, policyModel);
    try {
      const rows = await db.reader.find(TablePointsEntity, { order: { tableArn: 'ASC' } });
      expect(rows).toEqual([
        { tableArn, tableId: 'id-of-Airports', revision: 9, points: 2, newestAt: new Date(newestAt) },
        { tableArn: 'arn:gone', tableId: '', revision: 9, points: 2, newestAt: new Date(newestAt) },
      ]);
    } finally {
      await db.close();
    }
  },
  60_000,
);
