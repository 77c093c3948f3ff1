import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines, MARIADB_CA, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { EntitySchema } from 'typeorm';
import {
  column,
  createSchema,
  isDuplicateKey,
  migrate,
  openDatabase,
  type Database,
  type Migration,
  type MysqlConfig,
} from '../src/database/index.ts';
import { TransientError } from '../src/errors/index.ts';

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

  // SQLite has one writer, for which the inner transaction would wait for ever.
  const testOnSqlite = engine.name === 'SQLite' ? test : test.skip;
  testOnSqlite('a transaction inside a transaction throws instead of waiting for itself', async () => {
    await expect(db.transaction(() => db.transaction(async () => 1))).rejects.toThrow('inside a transaction');
    expect(await db.transaction(async () => 2)).toBe(2);
  });

  test('migrating twice changes nothing, and a database that is behind is refused by name', async () => {
    const config = await engine.freshDatabase();
    expect(await migrate(config, model)).toContain('202611230100-thing');
    expect(await migrate(config, model)).toEqual([]);
    const ahead = { ...model, migrations: [...migrations, { id: '209901010000-later', up: () => 'SELECT 1' }] };
    await expect(openDatabase(config, ahead, { migrate: false })).rejects.toThrow('209901010000-later');
  }, 30_000);
});

const mariaDb = (await availableEngines()).find((engine) => engine.name === 'MariaDB');
const onMariaDb = mariaDb ? describe : describe.skip;

onMariaDb('a database at the other end of a network', () => {
  async function freshDatabase(): Promise<MysqlConfig> {
    const config = (await mariaDb!.freshDatabase()) as MysqlConfig;
    await migrate(config, model);
    return config;
  }

  test('whose host has vanished is given up, and used again once it is back', async () => {
    const config = await freshDatabase();
    const network = await startNetwork(Number(new URL(config.url).port));
    const url = new URL(config.url);
    url.port = String(network.port);
    const db = await openDatabase({ ...config, url: url.href, silenceMs: 500 }, model);
    try {
      await db.transaction((tx) => tx.insert(RowEntity, row('before')));
      const half = db.transaction(async (tx) => {
        await tx.insert(RowEntity, row('half'));
        network.vanish();
        await tx.insert(RowEntity, row('never answered'));
      });
      await expect(half).rejects.toThrow(TransientError);
      await expect(half).rejects.toThrow('connection was lost');
      network.comeBack();
      await db.transaction((tx) => tx.insert(RowEntity, row('after')));
      const found = await db.reader.find(RowEntity);
      expect(found.map((one) => one.name).sort()).toEqual(['after', 'before']);
    } finally {
      await db.close();
      await network.close();
    }
  }, 60_000);

  test('that is quiet only because nobody asks is there when somebody does', async () => {
    const config = await freshDatabase();
    const watcher = await openDatabase(config, model);
    const db = await openDatabase({ ...config, silenceMs: 300 }, model);
    try {
      const [used] = await db.reader.query<{ id: unknown }[]>('SELECT CONNECTION_ID() AS id');
      const find = 'SELECT 1 FROM information_schema.processlist WHERE id = ?';
      await eventually(async () => expect(await watcher.reader.query(find, [used?.id])).toEqual([]));
      await db.transaction((tx) => tx.insert(RowEntity, row('later')));
      expect((await db.reader.find(RowEntity)).map((one) => one.name)).toEqual(['later']);
    } finally {
      await watcher.close();
      await db.close();
    }
  }, 60_000);

  const ca = process.env[MARIADB_CA];
  const withTls = ca === undefined ? test.skip : test;

  withTls(
    'is spoken to over TLS by all who open it, and only where it proves who it is',
    async () => {
      const url = new URL((await freshDatabase()).url);
      url.hostname = 'localhost';
      url.pathname = `${url.pathname}_tls`;
      const config = { kind: 'mysql', url: url.href, tls: { ca }, silenceMs: 2_000 } as const;
      await createSchema(config);
      await migrate(config, model);
      const db = await openDatabase(config, model);
      try {
        const [status] = await db.reader.query<{ Value: string }[]>("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
        expect(status?.Value).toMatch(/^TLS_|AES|CHACHA/u);
      } finally {
        await db.close();
      }
      const stranger = { ...config, tls: { ca: undefined } };
      await expect(createSchema(stranger)).rejects.toThrow(/certificate/iu);
      await expect(openDatabase(stranger, model)).rejects.toThrow(/certificate/iu);
    },
    60_000,
  );
});

/** A way to the server that can swallow everything without a word, as a host without power does. */
async function startNetwork(to: number) {
  const pairs = new Set<readonly [Socket, Socket]>();
  let dead = false;
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: to });
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, into] of [pair, [far, near] as const]) {
      from.on('data', (data) => void (dead || into.write(data)));
      from.on('close', () => {
        if (!dead) into.destroy();
      });
      from.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    vanish: () => void (dead = true),
    comeBack: () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      dead = false;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
