import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { settleAlerts, watchDeadEvents, type AlertWatch, type Condition } from '@tablekeep/platform/alerts';
import { fakeClock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { nameOutbox } from '@tablekeep/platform/outbox';
import type { AlertFacts } from '@tablekeep/schema/alert-events';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';

const begin = new Date('2026-11-27T00:00:00.000Z');
const MINUTE = 60_000;
const model = { name: 'policy', entities: [], migrations: [] };
const facts: AlertFacts = {
  severity: 'ERROR',
  accountId: null,
  region: null,
  policyId: null,
  policyName: null,
  sessionId: null,
  summary: 'Something is missing',
  cause: 'Nobody knows.',
  nextTry: null,
  remedy: 'Look.',
  count: 1,
  about: [],
  since: begin.toISOString(),
};

describe.each(await availableEngines())('alerts on %s', (engine: Engine) => {
  let db: Database;
  let other: Database;
  const clock = fakeClock(begin);
  beforeEach(async () => {
    const config = await engine.freshDatabase();
    await migrate(config, model);
    db = await openDatabase(config, model);
    // SQLite has one process; MySQL has as many as there are replicas.
    other = engine.name === 'SQLite' ? db : await openDatabase(config, model);
    for (const one of new Set([db, other])) nameOutbox(one, 'policy', 'EMULATED');
    clock.set(begin);
  }, 60_000);
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const conditions = (...subjects: string[]): Condition[] =>
    subjects.map((subject) => ({ subject, describe: () => ({ ...facts, summary: subject }) }));
  const watch = (look: AlertWatch['look']): AlertWatch => ({ kind: 'NO_SUCCESS', look });
  const holds = (...subjects: string[]) => watch(async () => conditions(...subjects));
  /** Raised and cleared, in the order they were recorded. */
  const told = async () => {
    const rows = await db.reader.query<{ body: string }[]>('SELECT body FROM outbox ORDER BY seq');
    return rows
      .map(({ body }) => JSON.parse(body) as EventEnvelope<'dev.tablekeep.alert.raised.v1'>)
      .map(({ type, data }) => ({
        how: type.split('.')[3],
        what: data.summary,
        id: data.alertId,
        subject: data.subject,
      }));
  };
  const words = async () => (await told()).map(({ how, what }) => `${what} ${how}`);

  test('what holds is raised once and cleared once, and is another alert when it comes back', async () => {
    await settleAlerts(db, clock, holds('a', 'b'));
    await settleAlerts(db, clock, holds('a', 'b'));
    await settleAlerts(db, clock, holds('b'));
    await settleAlerts(db, clock, holds('b'));
    await settleAlerts(db, clock, holds('a', 'b'));
    expect(await words()).toEqual(['a raised', 'b raised', 'a cleared', 'a raised']);
    expect((await told()).map(({ subject }) => subject)).toEqual(['a', 'b', 'a', 'a']);
    const [first, , cleared, again] = await told();
    expect(cleared?.id).toBe(first?.id);
    expect(again?.id).not.toBe(first?.id);
  });

  test('kinds do not know of each other', async () => {
    await settleAlerts(db, clock, holds('a'));
    await settleAlerts(db, clock, { kind: 'SLOT_MISSED', look: async () => [] });
    expect(await words()).toEqual(['a raised']);
  });

  test('replicas that look at once raise and clear once', async () => {
    for (let round = 0; round < 10; round++) {
      const watched = round % 2 === 0 ? holds('a', 'b', 'c') : holds();
      await Promise.all([db, other, db, other].map((one) => settleAlerts(one, clock, watched)));
    }
    const three = (how: string) => ['a', 'b', 'c'].map((what) => `${what} ${how}`);
    const all = await words();
    for (let round = 0; round < 10; round++) {
      const some = all.slice(round * 3, round * 3 + 3);
      expect(some.toSorted()).toEqual(three(round % 2 === 0 ? 'raised' : 'cleared'));
    }
    expect(all).toHaveLength(30);
  });

  test('a replica whose look was overtaken by another one says nothing of what it saw', async () => {
    await settleAlerts(db, clock, holds('a'));
    let seen: () => void = () => undefined;
    let go: () => void = () => undefined;
    const hasSeen = new Promise<void>((resolve) => (seen = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const slow = settleAlerts(
      other,
      clock,
      watch(async () => {
        seen();
        await mayGo;
        return conditions('a', 'b');
      }),
    );
    await hasSeen;
    expect(await settleAlerts(db, clock, holds())).toBe('SETTLED');
    go();
    expect(await slow).toBe('OVERTAKEN');
    expect(await words()).toEqual(['a raised', 'a cleared']);
    expect(await settleAlerts(other, clock, holds('b'))).toBe('SETTLED');
    expect(await words()).toEqual(['a raised', 'a cleared', 'b raised']);
  });

  test('where one cannot be described or written, nothing of the pass is kept, and the next one has it all', async () => {
    const broken = { subject: 'b', describe: () => Promise.reject(new Error('the database is away')) };
    await expect(
      settleAlerts(
        db,
        clock,
        watch(async () => [...conditions('a'), broken]),
      ),
    ).rejects.toThrow('away');
    const unreadable = { subject: 'b', describe: () => ({ ...facts, severity: 'NONE' as 'ERROR' }) };
    await expect(
      settleAlerts(
        db,
        clock,
        watch(async () => [...conditions('a'), unreadable]),
      ),
    ).rejects.toThrow();
    expect(await told()).toEqual([]);
    await settleAlerts(db, clock, holds('a', 'b'));
    expect(await words()).toEqual(['a raised', 'b raised']);
  });

  test('time without a look is known as such, also where a clock ran ahead', async () => {
    const since: string[] = [];
    const look = watch(async ({ watchedSince }) => {
      since.push(watchedSince.toISOString().slice(11, 16));
      return [];
    });
    const at = async (minutes: number) => {
      clock.set(new Date(begin.getTime() + minutes * MINUTE));
      await settleAlerts(db, clock, look);
    };
    for (const minutes of [0, 9, 18]) await at(minutes);
    expect(since).toEqual(['00:00', '00:00', '00:00']);
    await at(29);
    await at(30);
    expect(since.slice(3)).toEqual(['00:29', '00:29']);
    await at(600);
    await at(31);
    await at(32);
    expect(since.slice(5)).toEqual(['10:00', '00:31', '00:31']);
  });

  test('dead events are worth an alert once the oldest has waited, until none is old', async () => {
    const dead = (id: string, minutesAgo: number) => {
      const at = new Date(Date.now() - minutesAgo * MINUTE).toISOString().replace('T', ' ').slice(0, 23);
      return db.transaction((tx) =>
        tx.query(
          `INSERT INTO dead_event (consumer, event_id, type, body, reason, attempts, died_at) VALUES ('policy', ?, 'dev.x', '{}', 'it is broken', 5, ?)`,
          [id, at],
        ),
      );
    };
    const look = () => settleAlerts(db, clock, watchDeadEvents(db, 'policy', 15 * MINUTE));
    await look();
    await dead('young', 14);
    await look();
    expect(await told()).toEqual([]);
    await dead('old', 16);
    await look();
    await look();
    expect(await words()).toEqual(['The policy service could not handle 2 events raised']);
    await db.transaction((tx) => tx.query(`DELETE FROM dead_event WHERE event_id = 'old'`));
    await look();
    expect(await words()).toEqual([
      'The policy service could not handle 2 events raised',
      'The policy service could not handle 2 events cleared',
    ]);
  });
});
