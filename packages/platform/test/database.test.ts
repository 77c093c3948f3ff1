import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { EntitySchema } from 'typeorm';
import { column, isDuplicateKey, migrate, openDatabase, type Database, type Migration } from '../src/database/index.ts';

type Row = { id: string; name: string; total: number; at: Date; facts: { tags: string[] } };
const RowEntity = new EntitySchema<Row>({
  name: 'thing',
  columns: {
    id: { ...column.id(), primary: true },
    name: column.arn(),
    total: column.bigint(),
    at: column.time(),
    facts: column.json(),
  },
});
const migrations: Migration[] = [
  {
    id: '202611230100-thing',
    up: (d) =>
      `CREATE TABLE IF NOT EXISTS thing (id ${d.id} NOT NULL PRIMARY KEY, name ${d.arn} NOT NULL UNIQUE, total ${d.bigint} NOT NULL, at ${d.time} NOT NULL, facts ${d.json} NOT NULL) ${d.tableOptions}`,
  },
];
const model = { name: 'thing', entities: [RowEntity], migrations };
const at = new Date('2026-01-31T04:05:06.789Z');
const row = (name: string): Row => ({
  id: `id-${name}`.slice(0, 36),
  name,
  total: 2 ** 40,
  at,
  facts: { tags: ['a'] },
});

describe.each(await availableEngines())('database on %s', (engine: Engine) => {
  let db: Database;
  beforeAll(async () => {
    const config = await engine.freshDatabase();
    await migrate(config, model);
    db = await openDatabase(config, model);
  }, 60_000);
  afterAll(() => db.close());
  const names = async () => (await db.reader.find(RowEntity)).map((one) => one.name);

  test('a row comes back as it was written: time to the millisecond, big numbers, JSON', async () => {
    await db.transaction((tx) => tx.insert(RowEntity, row('round trip')));
    expect(await db.reader.findOneByOrFail(RowEntity, { name: 'round trip' })).toEqual(row('round trip'));
  });

  test('transactions that overlap do not run inside each other: what one rolls back, the other keeps', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const failing = db.transaction(async (tx) => {
      await tx.insert(RowEntity, row('rolled back'));
      await held;
      throw new Error('no');
    });
    const succeeding = db.transaction((tx) => tx.insert(RowEntity, row('kept')));
    release();
    await expect(failing).rejects.toThrow('no');
    await succeeding;
    expect(await names()).toEqual(expect.arrayContaining(['kept']));
    expect(await names()).not.toContain('rolled back');
  });

  test('a reader never sees a row that is not committed', async () => {
    await db.transaction(async (tx) => {
      await tx.insert(RowEntity, row('uncommitted'));
      expect(await names()).not.toContain('uncommitted');
    });
    expect(await names()).toContain('uncommitted');
  });

  test('Orders and orders are two tables', async () => {
    await db.transaction(async (tx) => {
      await tx.insert(RowEntity, row('Orders'));
      await tx.insert(RowEntity, row('orders'));
    });
    expect(await names()).toEqual(expect.arrayContaining(['Orders', 'orders']));
    expect((await db.reader.findOneByOrFail(RowEntity, { name: 'orders' })).id).toBe('id-orders');
  });

  test('insertOnce says whether the row is new, and the transaction goes on', async () => {
    const seen = await db.transaction(async (tx) => {
      const first = await db.insertOnce(tx, RowEntity, row('once'));
      const second = await db.insertOnce(tx, RowEntity, { ...row('once'), id: 'another id' });
      await tx.insert(RowEntity, row('after once'));
      return [first, second];
    });
    expect(seen).toEqual([true, false]);
    expect(await names()).toContain('after once');
  });

  test('insertOnce throws what is not a duplicate', async () => {
    const bad = db.transaction((tx) =>
      db.insertOnce(tx, RowEntity, { ...row('bad'), name: null as unknown as string }),
    );
    await expect(bad).rejects.toThrow();
    await bad.catch((error: unknown) => expect(isDuplicateKey(error)).toBe(false));
  });

  test('execute says how many rows changed', async () => {
    await db.transaction((tx) => tx.insert(RowEntity, row('counted')));
    const changed = (name: string) =>
      db.transaction((tx) => db.execute(tx, 'UPDATE thing SET total = total + 1 WHERE name = ?', [name]));
    expect(await changed('counted')).toBe(1);
    expect(await changed('nobody')).toBe(0);
  });

  test('more rows than one statement may have parameters are inserted all', async () => {
    const many = Array.from({ length: 9_000 }, (_, i) => ({ ...row(`many ${i}`), id: `many-${i}` }));
    await db.transaction((tx) => db.insertMany(tx, RowEntity, many));
    expect((await names()).filter((name) => name.startsWith('many '))).toHaveLength(9_000);
  }, 30_000);

  test('what waits for the commit runs after it, and not after a rollback', async () => {
    const ran: string[] = [];
    await db.transaction(async (tx) => db.afterCommit(tx, () => ran.push('committed')));
    await db
      .transaction(async (tx) => {
        db.afterCommit(tx, () => ran.push('rolled back'));
        throw new Error('no');
      })
      .catch(() => undefined);
    expect(ran).toEqual(['committed']);
  });

  test('migrating twice changes nothing, and a database that is behind is refused by name', async () => {
    const config = await engine.freshDatabase();
    expect(await migrate(config, model)).toContain('202611230100-thing');
    expect(await migrate(config, model)).toEqual([]);
    const ahead = { ...model, migrations: [...migrations, { id: '209901010000-later', up: () => 'SELECT 1' }] };
    await expect(openDatabase(config, ahead, { migrate: false })).rejects.toThrow('209901010000-later');
  }, 30_000);
});

test('on SQLite a transaction inside a transaction throws instead of waiting for itself', async () => {
  const [sqlite] = await availableEngines();
  const db = await openDatabase(await sqlite!.freshDatabase(), model);
  await expect(db.transaction(() => db.transaction(async () => 1))).rejects.toThrow('inside a transaction');
  expect(await db.transaction(async () => 2)).toBe(2);
  await db.close();
});
