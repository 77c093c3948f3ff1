import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock, systemClock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database, type DatabaseConfig } from '@tablekeep/platform/database';
import { streamIdOf, type EventReader, type LoggedEvent } from '@tablekeep/schema/event-stream';
import type { EventData } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MoreThan } from 'typeorm';
import { News } from '../src/news.ts';
import { eventLogCalls } from '../src/read-event-log.ts';
import { notificationModel } from '../src/service.ts';
import { EventLogHeadEntity, LoggedEventEntity } from '../src/store/event-log-entities.ts';
import { appendToLog, ensureLog, pruneLog, readHead, readLogPage } from '../src/store/event-log.ts';
import { startWorld, type World } from './world.ts';

const START = new Date('2026-01-31T05:00:00.000Z');
const MINUTE = 60_000;
const everything = { types: [], prefixes: [], policyIds: [], accountIds: [], sessionIds: [], tableArns: [] };
const reader = (filter: object = {}, role: EventReader['role'] = 'ADMIN'): EventReader => ({
  role,
  filter: { ...everything, ...filter },
});
const progressed = (id: string, size = 0): LoggedEvent => ({
  id,
  type: 'dev.tablekeep.task.progressed.v1',
  source: 'executor',
  subject: 's-1',
  time: START.toISOString(),
  correlationid: id,
  environment: 'EMULATED',
  data: { sessionId: 's-1', taskId: 't', attempt: 1, kind: 'BACKUP', percent: null, message: 'x'.repeat(size) },
});

describe.each(await availableEngines())('the event log on %s', (engine: Engine) => {
  describe('as a table', () => {
    let config: DatabaseConfig;
    const open: Database[] = [];
    const another = async () => {
      const db = await openDatabase(config, notificationModel);
      open.push(db);
      return db;
    };
    let db: Database;
    beforeEach(async () => {
      config = await engine.freshDatabase();
      await migrate(config, notificationModel);
      db = await another();
      await ensureLog(db, 'thislog1');
    });
    afterEach(async () => {
      for (const one of open.splice(0)) await one.close();
    });
    const append = (on: Database, id: string, size = 0, now = START) =>
      on.transaction((tx) => appendToLog(on, tx, progressed(id, size), now));
    const page = async (after: number, maxBytes = 1_000_000) => {
      const { rows, reached } = await readLogPage(db, after, await readHead(db), maxBytes);
      return { ids: rows.map((row) => row.body.id), positions: rows.map((row) => row.position), reached };
    };

    test('whoever reads while many write, commit in any order and fail, skips nothing', async () => {
      // As replicas are: each with connections of its own. SQLite has one process, and one writer.
      const writers = engine.name === 'SQLite' ? [db] : [db, await another(), await another()];
      const written: string[] = [];
      const failing = new Error('rolled back');
      const write = async (n: number) => {
        const on = writers[n % writers.length]!;
        const id = `event-${n}`;
        await on
          .transaction(async (tx) => {
            await appendToLog(on, tx, progressed(id), START);
            await wait(n % 7);
            if (n % 10 === 3) throw failing;
          })
          .then(
            () => void written.push(id),
            (error: unknown) => expect(error).toBe(failing),
          );
      };
      const seen: string[] = [];
      let after = 0;
      let done = false;
      const reading = (async () => {
        for (;;) {
          const isLast = done;
          const next = await page(after);
          seen.push(...next.ids);
          after = next.reached;
          if (isLast) return;
          await wait(1);
        }
      })();
      await Promise.all(Array.from({ length: 60 }, (_, n) => write(n)));
      done = true;
      await reading;
      expect(written).toHaveLength(54);
      // Two writers may hear of their commits in the other order.
      expect(seen.toSorted()).toEqual(written.toSorted());
    }, 60_000);

    test('an event that comes twice is in it once, and the hole is nothing that is missed', async () => {
      for (const id of ['a', 'b', 'a', 'c']) await append(db, id);
      expect(await page(0)).toEqual({ ids: ['a', 'b', 'c'], positions: [1, 2, 4], reached: 4 });
      expect(await page(3)).toEqual({ ids: ['c'], positions: [4], reached: 4 });
      await append(db, 'c');
      expect(await page(4)).toEqual({ ids: [], positions: [], reached: 5 });
    });

    test('two replicas that start make one log', async () => {
      await ensureLog(await another(), 'another1');
      expect(await readHead(db)).toMatchObject({ log: 'thislog1', position: 0 });
    });

    test('a page is about as large as asked, and never empty where there is something', async () => {
      for (const id of ['a', 'b', 'c']) await append(db, id, 1_000);
      expect(await page(0, 2_700)).toMatchObject({ ids: ['a', 'b'], reached: 2 });
      expect(await page(2, 10)).toMatchObject({ ids: ['c'], reached: 3 });
    });

    test('times never fall, whatever a replica’s clock says', async () => {
      await append(db, 'a', 0, new Date(START.getTime() + MINUTE));
      await append(db, 'b', 0, START);
      const { loggedAt } = await readHead(db);
      expect(loggedAt).toEqual(new Date(START.getTime() + MINUTE));
    });

    test('what is old goes, in steps, and the log knows up to where', async () => {
      for (let i = 0; i < 12; i++) await append(db, `e-${i}`, 0, new Date(START.getTime() + i * MINUTE));
      expect(await pruneLog(db, new Date(START.getTime() + 5 * MINUTE))).toBe(5);
      expect(await pruneLog(db, new Date(START.getTime() + 5 * MINUTE))).toBe(0);
      expect((await page(0)).positions).toEqual([6, 7, 8, 9, 10, 11, 12]);
      expect(await readHead(db)).toMatchObject({
        position: 12,
        prunedTo: 5,
        prunedUntil: new Date(START.getTime() + 4 * MINUTE),
      });
      expect(await pruneLog(db, new Date(START.getTime() + 60 * MINUTE))).toBe(7);
      await append(db, 'later');
      expect((await page(12)).positions).toEqual([13]);
    });

    test('a reader is sent to where it was, to a time, to the end; what is gone or unknown is a gap', async () => {
      const { openEventLog } = eventLogCalls(db, systemClock, new News());
      const from = (asked: { lastEventId?: string; since?: Date }) =>
        openEventLog!(
          { lastEventId: asked.lastEventId ?? null, since: asked.since?.toISOString() ?? null },
          undefined as never,
        );
      const minute = (i: number) => new Date(START.getTime() + i * MINUTE);
      for (let i = 1; i <= 9; i++) await append(db, `e-${i}`, 0, minute(i));
      await pruneLog(db, minute(4));
      const completeFrom = minute(4).toISOString();
      expect(await from({})).toEqual({ log: 'thislog1', position: 9, gap: null });
      expect(await from({ lastEventId: 'thislog1-6' })).toEqual({ log: 'thislog1', position: 6, gap: null });
      expect(await from({ lastEventId: 'thislog1-3' })).toMatchObject({ position: 3, gap: null });
      expect(await from({ lastEventId: 'thislog1-2' })).toMatchObject({
        position: 3,
        gap: { reason: 'PRUNED', lastEventId: 'thislog1-2', since: null, completeFrom },
      });
      for (const lastEventId of ['thislog1-10', 'another1-5', 'nonsense']) {
        expect(await from({ lastEventId })).toMatchObject({
          position: 3,
          gap: { reason: 'UNKNOWN_POSITION', completeFrom },
        });
      }
      expect(await from({ since: minute(7) })).toMatchObject({ position: 6, gap: null });
      expect(await from({ since: minute(60) })).toMatchObject({ position: 9, gap: null });
      expect(await from({ since: minute(2) })).toMatchObject({ position: 3, gap: { reason: 'PRUNED', completeFrom } });
    });

    test('a reader from whom the log is pruned while it reads is told up to where, and gets all the rest', async () => {
      for (let i = 1; i <= 6; i++) await append(db, `e-${i}`, 0, new Date(START.getTime() + i * MINUTE));
      const pruner = engine.name === 'SQLite' ? db : await another();
      // The moment between the look at the head and the one at the page.
      let pruned = 0;
      const reader = new Proxy(db.reader, {
        get: (manager, name) => {
          const value: unknown = Reflect.get(manager, name, manager);
          if (name !== 'find') return typeof value === 'function' ? (value.bind(manager) as unknown) : value;
          return async (...asked: Parameters<typeof manager.find>) => {
            if (pruned === 0) pruned = await pruneLog(pruner, new Date(START.getTime() + 4 * MINUTE));
            return manager.find(...asked);
          };
        },
      });
      const { readEventLog } = eventLogCalls({ ...db, reader }, systemClock, new News());
      const asked = { after: 0, reader: null, maxBytes: 100_000, waitMs: 0 };
      const { events, prunedTo, completeFrom } = await readEventLog!(asked, undefined as never);
      expect(pruned).toBe(3);
      expect(events.map(({ event }) => event.id)).toEqual(['e-4', 'e-5', 'e-6']);
      expect({ prunedTo, completeFrom }).toEqual({
        prunedTo: 3,
        completeFrom: new Date(START.getTime() + 4 * MINUTE).toISOString(),
      });
    });

    test('who held a position before the database was put back is told so, also when the log has overtaken it', async () => {
      const { openEventLog } = eventLogCalls(db, systemClock, new News());
      const goOnAfter = (lastEventId: string) => openEventLog!({ lastEventId, since: null }, undefined as never);
      for (const id of ['a', 'b']) await append(db, id);
      const copy = { head: await readHead(db), rows: await db.reader.find(LoggedEventEntity) };
      for (const id of ['lost-1', 'lost-2']) await append(db, id);
      const held = streamIdOf(await readHead(db));

      await db.transaction(async (tx) => {
        await tx.delete(LoggedEventEntity, { position: MoreThan(0) });
        await db.insertMany(tx, LoggedEventEntity, copy.rows);
        await tx.update(EventLogHeadEntity, { id: 1 }, copy.head);
      });
      const named = config.kind === 'mysql' ? config.url : config.file;
      const rename = () =>
        spawnSync('npm', ['run', '--silent', 'event-log', '--', 'rename', '--database', named], { encoding: 'utf8' });
      expect(rename()).toMatchObject({ status: 0, stdout: expect.stringMatching(/called [0-9a-f]{8} from now on/u) });
      for (const id of ['new-1', 'new-2', 'new-3']) await append(db, id);

      const { log, position, gap } = await goOnAfter(held);
      expect({ position, gap }).toMatchObject({ position: 0, gap: { reason: 'UNKNOWN_POSITION', lastEventId: held } });
      expect((await page(position)).ids).toEqual(['a', 'b', 'new-1', 'new-2', 'new-3']);
      // Who has come since goes on where it was.
      expect(await goOnAfter(streamIdOf({ log, position: 4 }))).toEqual({ log, position: 4, gap: null });
    }, 60_000);

    test('the command that renames the log refuses what it cannot do, and says what it takes', () => {
      const run = (...args: string[]) =>
        spawnSync(process.execPath, [join('services', 'notification', 'src', 'event-log', 'main.ts'), ...args], {
          encoding: 'utf8',
        });
      expect(run('rename')).toMatchObject({ status: 2, stderr: expect.stringContaining('rename --database mysql://') });
      expect(run('--database', 'x.sqlite')).toMatchObject({ status: 2 });
      expect(run('rename', '--database', 'nowhere.sqlite')).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('no database at nowhere.sqlite'),
      });
    }, 60_000);

    test('waiting ends with news of this process at once, with another’s soon, and with its time', async () => {
      const news = new News();
      const { readEventLog } = eventLogCalls(db, systemClock, news);
      const read = (waitMs: number, after = 0) =>
        readEventLog!({ after, reader: null, maxBytes: 100_000, waitMs }, undefined as never);
      expect((await read(0)).events).toEqual([]);
      const waiting = read(25_000);
      await append(engine.name === 'SQLite' ? db : await another(), 'a');
      expect((await waiting).events.map(({ event }) => event.id)).toEqual(['a']);
      const stopped = read(25_000, 1);
      news.stop();
      expect((await stopped).events).toEqual([]);
    });
  });

  describe('of the service', () => {
    let world: World;
    let db: Database;
    beforeEach(async () => {
      world = await startWorld(engine);
      db = await openDatabase(world.service.database, notificationModel);
    }, 60_000);
    afterEach(async () => {
      await db.close();
      await world.service.stop();
    });
    const read = async (who: EventReader | null) => {
      const { readEventLog } = eventLogCalls(db, fakeClock(START), new News());
      const asked = { after: 0, reader: who, maxBytes: 1_000_000, waitMs: 0 };
      const { events } = await readEventLog!(asked, undefined as never);
      return events.map(({ event }) => `${event.type.replace('dev.tablekeep.', '')} ${event.subject}`);
    };
    const audit: EventData<'dev.tablekeep.audit.recorded.v1'> = {
      auditId: 'a-1',
      phase: 'REQUESTED',
      at: START.toISOString(),
      actor: { kind: 'user', id: 't', name: 'Operator', role: 'ADMIN' },
      service: 'policy',
      action: 'createPolicy',
      input: {},
      outcome: null,
      requestId: 'r',
    };

    test('has what others may see, each once; audit for admins; nothing internal; and its own word', async () => {
      const { service } = world;
      await world.settings(1, { recipients: ['dba@example.com'] });
      await world.finished('s-1', 'FAILED', 'event-1');
      await world.finished('s-1', 'FAILED', 'event-1');
      await service.tell({
        type: 'dev.tablekeep.audit.recorded.v1',
        source: 'policy',
        subject: 'a-1',
        data: audit,
      });
      await service.tell({
        type: 'dev.tablekeep.session.rejected.v1',
        source: 'policy',
        subject: 's-2',
        data: { sessionId: 's-2', reasons: ['no'] },
      });
      await service.tell({
        type: 'dev.tablekeep.policy.slot.untaken.v1',
        source: 'policy',
        subject: 'p',
        data: { policyId: 'p', slot: START.toISOString(), sessionId: 's-3', announcedAt: START.toISOString() },
      });
      const told = ['session.finished.v1 s-1', 'audit.recorded.v1 a-1', 'policy.slot.untaken.v1 p'];
      const others = (all: string[]) => all.filter((one) => !/updateNotificationSettings|notification/u.test(one));
      // The audit of the settings' own change comes when the relay brings it.
      await eventually(async () => {
        const all = others(await read(reader()));
        expect(all.filter((one) => told.includes(one))).toEqual(told);
        expect(all.filter((one) => one.startsWith('audit'))).toHaveLength(3);
      });
      const readOnly = await read(reader({}, 'READ_ONLY'));
      expect(readOnly).toEqual([told[0], told[2]]);
      expect(await read(reader({ types: ['dev.tablekeep.audit.recorded.v1'] }, 'READ_ONLY'))).toEqual([]);
      expect(await read(reader({ prefixes: ['dev.tablekeep.session.'] }))).toEqual([told[0]]);
      expect(await read(reader({ sessionIds: ['s-3'], policyIds: ['p'] }))).toEqual([told[2]]);
      expect(await read(reader({ policyIds: ['another'] }))).toEqual([]);
    });

    test('a delivery that was given up or made is in it too', async () => {
      await world.settings(1, { recipients: ['dba@example.com'] });
      await world.finished('s-1', 'FAILED');
      await world.passing(
        async () => expect((await world.deliveries())[0]).toMatchObject({ status: 'FAILED' }),
        3_600_000,
      );
      await eventually(async () =>
        expect(await read(reader({ types: ['dev.tablekeep.notification.delivered.v1'] }))).toHaveLength(1),
      );
    }, 60_000);

    test('forgets after the days of the setting', async () => {
      await world.finished('s-1', 'SUCCEEDED');
      await eventually(async () => expect(await read(null)).toHaveLength(1));
      await world.passing(async () => expect(await read(null)).toEqual([]), 6 * 3_600_000);
      expect(world.clock.now().getTime() - START.getTime()).toBeGreaterThan(14 * 24 * 60 * MINUTE);
    }, 60_000);
  });
});
