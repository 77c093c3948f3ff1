import { afterEach, describe, expect, test } from '@jest/globals';
import type { EventEnvelope, ServiceName } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { pino } from 'pino';
import { createInProcessBus, type EventBus } from '../src/bus/index.ts';
import { systemClock } from '../src/clock/index.ts';
import { migrate, openDatabase, type Database } from '../src/database/index.ts';
import { TransientError } from '../src/errors/index.ts';
import { consume, once, type Handlers } from '../src/inbox/index.ts';
import { askReplay, dropDeadEvents, listDeadEvents, startReplays } from '../src/inbox/dead-events.ts';
import { pruneInbox } from '../src/inbox/prune.ts';
import { nameOutbox, recordEvent, startRelays } from '../src/outbox/index.ts';

const log = pino({ level: 'silent' });
const clock = systemClock;
const model = {
  name: 'messaging',
  entities: [],
  migrations: [
    {
      id: '202611230100-effect',
      up: (d: { varchar(n: number): string }) => `CREATE TABLE IF NOT EXISTS effect (what ${d.varchar(80)} NOT NULL)`,
    },
    {
      id: '202611230101-session',
      up: (d: { varchar(n: number): string }) =>
        `CREATE TABLE IF NOT EXISTS run (id ${d.varchar(36)} NOT NULL PRIMARY KEY, open_tasks INT NOT NULL, finished INT NOT NULL)`,
    },
  ],
};

type Station = { db: Database; handlers: Handlers; effects(): Promise<string[]> };
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function station(engine: Engine, source: ServiceName): Promise<Station> {
  const config = await engine.freshDatabase();
  await migrate(config, model);
  const db = await openDatabase(config, model);
  stops.push(() => db.close());
  nameOutbox(db, source, 'EMULATED');
  const effects = async () =>
    (await db.reader.query<{ what: string }[]>('SELECT what FROM effect ORDER BY what')).map((row) => row.what);
  return { db, handlers: {}, effects };
}

async function listen(one: Station, bus: EventBus, name: string, handlers: Handlers): Promise<void> {
  const topics = ['tablekeep.policy', 'tablekeep.session'] as const;
  const consumer = await consume({ db: one.db, bus, name, topics, handlers, clock, log });
  stops.push(() => consumer.stop());
}

async function relay(one: Station, bus: EventBus, source: ServiceName) {
  const relays = await startRelays({ db: one.db, bus, source, clock, log });
  stops.push(() => relays.stop());
  return relays;
}

const TYPE = 'dev.tablekeep.policy.changed.v1';
const say = (one: Station, name: string) =>
  one.db.transaction((tx) =>
    recordEvent(one.db, tx, {
      type: TYPE,
      subject: name,
      data: { policyId: name, name, enabled: true, deleted: false },
    }),
  );
const note = (what: string) => ['INSERT INTO effect (what) VALUES (?)', [what]] as const;

describe.each(await availableEngines())('events on %s', (engine: Engine) => {
  test('an event of a transaction that rolls back is never told; one that commits is told to everybody, in order', async () => {
    const bus = createInProcessBus(log);
    const from = await station(engine, 'policy');
    const heard: string[][] = [[], []];
    for (const i of [0, 1]) {
      await listen(await station(engine, 'session'), bus, `listener-${i}`, {
        [TYPE]: async (_tx, event) => void heard[i]!.push(event.data.name),
      });
    }
    await relay(from, bus, 'policy');
    await from.db
      .transaction(async (tx) => {
        await recordEvent(from.db, tx, {
          type: TYPE,
          subject: 'x',
          data: { policyId: 'x', name: 'undone', enabled: true, deleted: false },
        });
        throw new Error('no');
      })
      .catch(() => undefined);
    const names = Array.from({ length: 250 }, (_, i) => `policy ${i}`);
    for (const name of names) await say(from, name);
    await eventually(() => expect(heard).toEqual([names, names]), { timeoutMs: 20_000 });
  }, 30_000);

  test('an event that does not fit its schema is refused before it is stored', async () => {
    const from = await station(engine, 'policy');
    const bad = from.db.transaction((tx) =>
      recordEvent(from.db, tx, { type: TYPE, subject: 'x', data: { policyId: 'x' } as never }),
    );
    await expect(bad).rejects.toThrow();
    const large = { policyId: 'x', name: 'x'.repeat(600_000), enabled: true, deleted: false };
    await expect(
      from.db.transaction((tx) => recordEvent(from.db, tx, { type: TYPE, subject: 'x', data: large })),
    ).rejects.toThrow('too large');
    await expect(
      recordEvent(from.db, from.db.reader, { type: TYPE, subject: 'x', data: {} as never }),
    ).rejects.toThrow();
  });

  test('an event delivered twice has one effect', async () => {
    const to = await station(engine, 'session');
    const bus = createInProcessBus(log);
    await listen(to, bus, 'twice', {
      [TYPE]: async (tx, event) => void (await tx.query(...mutable(note(event.data.name)))),
    });
    const event = { topic: 'tablekeep.policy', event: envelope('e-1', 'only once') };
    await bus.publish([event]);
    await bus.publish([event, event]);
    for (let i = 0; i < 20; i++) await Promise.all([bus.publish([event]), bus.publish([event]), bus.publish([event])]);
    expect(await to.effects()).toEqual(['only once']);
  });

  test('once() tells the second caller that the event was had, and its effect does not run', async () => {
    const { db } = await station(engine, 'session');
    let runs = 0;
    const had = () => db.transaction((tx) => once(db, tx, 'me', 'e-2', async () => void runs++));
    expect([await had(), await had(), runs]).toEqual([true, false, 1]);
  });

  test('events handled long ago are forgotten in batches, later ones are not', async () => {
    const { db } = await station(engine, 'session');
    const old = Array.from({ length: 2_300 }, (_, i) => `('me', 'old-${i}', '2020-01-01 00:00:00.000')`);
    await db.transaction((tx) =>
      tx.query(`INSERT INTO inbox (consumer, event_id, handled_at) VALUES ${old.join(', ')}`),
    );
    await db.transaction((tx) => once(db, tx, 'me', 'new', async () => undefined));
    expect(await pruneInbox(db)).toBe(2_300);
    const left = await db.reader.query<{ event_id: string }[]>('SELECT event_id FROM inbox');
    expect(left.map((row) => row.event_id)).toEqual(['new']);
  });

  test('a handler that fails leaves neither effect nor memory; the next delivery has both', async () => {
    const to = await station(engine, 'session');
    const bus = createInProcessBus(log);
    let fail = true;
    await listen(to, bus, 'flaky', {
      [TYPE]: async (tx, event) => {
        await tx.query(...mutable(note(event.data.name)));
        if (fail) throw new TransientError('not yet', 5);
      },
    });
    const published = bus.publish([{ topic: 'tablekeep.policy', event: envelope('e-3', 'late') }]);
    await eventually(async () => expect(await to.effects()).toEqual([]));
    fail = false;
    await published;
    expect(await to.effects()).toEqual(['late']);
  });

  test('what cannot be handled is kept as dead with its reason and attempts, and does not hold up the rest', async () => {
    const to = await station(engine, 'session');
    const bus = createInProcessBus(log);
    await listen(to, bus, 'picky', {
      [TYPE]: async (tx, event) => {
        if (event.data.name === 'poison') throw new Error('cannot swallow this');
        await tx.query(...mutable(note(event.data.name)));
      },
    });
    const unreadable = { ...envelope('e-6', 'x'), data: { nothing: true } } as unknown as EventEnvelope;
    await bus.publish(
      [envelope('e-4', 'poison'), unreadable, envelope('e-5', 'fine')].map((event) => ({
        topic: 'tablekeep.policy',
        event,
      })),
    );
    expect(await to.effects()).toEqual(['fine']);
    const dead = await to.db.reader.query<{ event_id: string; reason: string; attempts: number }[]>(
      'SELECT event_id, reason, attempts FROM dead_event ORDER BY event_id',
    );
    expect(dead).toMatchObject([
      { event_id: 'e-4', reason: 'cannot swallow this', attempts: 5 },
      { event_id: 'e-6', attempts: 1 },
    ]);
  }, 60_000);

  test('an event of a type that this release does not know is kept for the one that does', async () => {
    const to = await station(engine, 'session');
    const bus = createInProcessBus(log);
    await listen(to, bus, 'older', {
      [TYPE]: async (tx, event) => void (await tx.query(...mutable(note(event.data.name)))),
    });
    const newer = { ...envelope('e-9', 'x'), type: 'dev.tablekeep.policy.dreamt.v1' } as unknown as EventEnvelope;
    await bus.publish([newer, envelope('e-10', 'known')].map((event) => ({ topic: 'tablekeep.policy', event })));
    expect(await to.effects()).toEqual(['known']);
    expect(await listDeadEvents(to.db)).toMatchObject([{ eventId: 'e-9', type: 'dev.tablekeep.policy.dreamt.v1' }]);
  });

  test('a dead event is handled again when somebody asks, once, and stays dead with its new reason where it fails again', async () => {
    const to = await station(engine, 'session');
    const bus = createInProcessBus(log);
    let trouble: string | null = 'not mended yet';
    const handlers: Handlers = {
      [TYPE]: async (tx, event) => {
        if (trouble !== null) throw new Error(trouble);
        await tx.query(...mutable(note(event.data.name)));
      },
    };
    await listen(to, bus, 'mended', handlers);
    const unreadable = { ...envelope('e-8', 'x'), data: { nothing: true } } as unknown as EventEnvelope;
    for (const event of [envelope('e-7', 'late'), unreadable])
      await bus.publish([{ topic: 'tablekeep.policy', event }]);
    expect((await listDeadEvents(to.db)).map((dead) => [dead.eventId, dead.reason])).toEqual([
      ['e-7', 'not mended yet'],
      ['e-8', expect.stringContaining('policyId')],
    ]);
    const replicas = [1, 2].map(() => startReplays({ db: to.db, name: 'mended', handlers, clock, log, everyMs: 10 }));
    stops.push(() => Promise.all(replicas.map((one) => one.stop())));
    trouble = 'still not';
    expect(await askReplay(to.db, ['e-7'])).toBe(1);
    await eventually(async () =>
      expect((await listDeadEvents(to.db))[0]).toMatchObject({
        eventId: 'e-7',
        reason: 'still not',
        attempts: 6,
        replayAskedAt: null,
      }),
    );
    trouble = null;
    await askReplay(to.db, 'all');
    await eventually(async () => expect(await to.effects()).toEqual(['late']));
    expect((await listDeadEvents(to.db)).map((dead) => dead.eventId)).toEqual(['e-8']);
    expect(await dropDeadEvents(to.db, ['e-8'])).toBe(1);
    expect(await listDeadEvents(to.db)).toEqual([]);
  }, 60_000);

  test('two services that answer each other, relays and all, do not wait for each other for ever', async () => {
    const bus = createInProcessBus(log);
    const here = await station(engine, 'policy');
    const there = await station(engine, 'session');
    const rounds = 40;
    const answer = (one: Station, prefix: string): Handlers => ({
      [TYPE]: async (tx, event) => {
        const [who = '', left = '0'] = event.data.name.split(' ');
        if (who !== prefix) return;
        await tx.query(...mutable(note(event.data.name)));
        if (Number(left) === 0) return;
        const name = `${prefix === 'ping' ? 'pong' : 'ping'} ${Number(left) - 1}`;
        await recordEvent(one.db, tx, {
          type: TYPE,
          subject: name,
          data: { policyId: name, name, enabled: true, deleted: false },
        });
      },
    });
    await listen(here, bus, 'here', answer(here, 'ping'));
    await listen(there, bus, 'there', answer(there, 'pong'));
    await relay(here, bus, 'policy');
    await relay(there, bus, 'session');
    await Promise.all([say(here, `pong ${rounds}`), say(there, `ping ${rounds}`)]);
    await eventually(
      async () => expect((await here.effects()).length + (await there.effects()).length).toBe(2 * (rounds + 1)),
      { timeoutMs: 20_000 },
    );
  }, 30_000);

  test("a session's last two tasks ending at once finish it, because the session's row is locked first", async () => {
    const { db } = await station(engine, 'session');
    const lock = db.dialect.kind === 'mysql' ? ' FOR UPDATE' : '';
    const sessions = Array.from({ length: 30 }, (_, i) => `s-${i}`);
    for (const id of sessions)
      await db.transaction((tx) => tx.query('INSERT INTO run (id, open_tasks, finished) VALUES (?, 2, 0)', [id]));
    const endTask = (id: string) =>
      db.transaction(async (tx) => {
        const [row] = await tx.query<{ open_tasks: number }[]>(`SELECT open_tasks FROM run WHERE id = ?${lock}`, [id]);
        const open = Number(row!.open_tasks) - 1;
        await tx.query('UPDATE run SET open_tasks = ?, finished = ? WHERE id = ?', [open, open === 0 ? 1 : 0, id]);
      });
    await Promise.all(sessions.flatMap((id) => [endTask(id), endTask(id)]));
    const [row] = await db.reader.query<{ finished: unknown }[]>('SELECT SUM(finished) AS finished FROM run');
    expect(Number(row!.finished)).toBe(sessions.length);
  });

  test('a row leaves the outbox only after every consumer has committed', async () => {
    const bus = createInProcessBus(log);
    const from = await station(engine, 'policy');
    const slow = await station(engine, 'session');
    let hold = true;
    await listen(slow, bus, 'slow', {
      [TYPE]: async () => {
        if (hold) throw new TransientError('later', 5);
      },
    });
    const quickHeard: string[] = [];
    if (engine.name === 'SQLite') {
      await listen(await station(engine, 'session'), bus, 'quick', {
        [TYPE]: async (_tx, event) => void quickHeard.push(event.data.name),
      });
    }
    await relay(from, bus, 'policy');
    await say(from, 'held');
    const left = async () =>
      Number((await from.db.reader.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM outbox'))[0]!.n);
    // On SQLite each consumer has a cursor of its own, so the quick one is not held up.
    if (engine.name === 'SQLite') await eventually(() => expect(quickHeard).toEqual(['held']));
    expect(await left()).toBe(1);
    hold = false;
    await eventually(async () => expect(await left()).toBe(0));
  }, 20_000);
});

function envelope(id: string, name: string): EventEnvelope<typeof TYPE> {
  return {
    id,
    type: TYPE,
    source: 'policy',
    subject: name,
    time: '2026-01-31T00:00:00.000Z',
    correlationid: id,
    environment: 'EMULATED',
    data: { policyId: name, name, enabled: true, deleted: false },
  };
}

function mutable([sql, parameters]: readonly [string, readonly string[]]): [string, string[]] {
  return [sql, [...parameters]];
}
