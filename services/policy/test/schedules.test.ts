import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database, type DatabaseConfig } from '@tablekeep/platform/database';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox } from '@tablekeep/platform/outbox';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import { fireDueSlots, watchAnnouncedSlots } from '../src/fire-due-slots.ts';
import type { PolicyDocument } from '../src/domain/policy-document.ts';
import { NOTHING } from '../src/domain/policy-document.ts';
import { WEEKDAYS, type Schedules } from '../src/domain/schedules/schedule.ts';
import { onSessionRequested } from '../src/events/session-requested.ts';
import { policyModel } from '../src/service.ts';
import { PolicyEntity, type PolicyRow } from '../src/store/entities.ts';
import { forgetSession } from '../src/store/in-use.ts';
import { policiesToLookAt } from '../src/store/slots.ts';

const log = createLogger({ service: 'policy', level: 'silent' });
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const kept = { keep: { value: 7, unit: 'DAYS' as const }, keepCopies: null };
const daily = (timeZone = 'UTC'): Schedules => ({
  timeZone,
  daily: { days: [...WEEKDAYS], times: ['04:00', '16:00'], copyTimes: ['04:00'], ...kept },
  weekly: { days: ['SUNDAY'], time: null, copyDays: [], keep: { value: 3, unit: 'MONTHS' }, keepCopies: null },
  monthly: null,
  yearly: null,
});

describe.each(await availableEngines())('due slots on %s', (engine: Engine) => {
  let config: DatabaseConfig;
  let db: Database;
  let other: Database;
  let clock: ReturnType<typeof fakeClock>;
  const begin = new Date('2026-11-27T00:00:00.000Z');

  beforeEach(async () => {
    config = await engine.freshDatabase();
    await migrate(config, policyModel);
    db = await openDatabase(config, policyModel);
    // SQLite has one process; MySQL has as many as there are replicas.
    other = engine.name === 'SQLite' ? db : await openDatabase(config, policyModel);
    for (const one of new Set([db, other])) nameOutbox(one, 'policy', 'EMULATED');
    clock = fakeClock(begin);
  }, 60_000);
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });

  const policy = async (id: string, schedules: Schedules | null, change: Partial<PolicyRow> = {}) => {
    const document: PolicyDocument = {
      description: '',
      regions: ['us-east-1'],
      include: { ...NOTHING, allTables: true },
      exclude: NOTHING,
      vaults: [{ region: 'us-east-1', vaultName: 'gold' }],
      copies: [],
      backupRetentionDays: 35,
      customTags: [],
      retryCount: 2,
      retryDelaySeconds: 60,
      schedules,
    };
    await db.transaction((tx) =>
      tx.insert(PolicyEntity, {
        id,
        name: id,
        accountId: 'account-1',
        enabled: true,
        version: 1,
        priority: 1,
        document,
        createdAt: begin,
        updatedAt: begin,
        slotsAfter: begin,
        lookAt: begin,
        scheduleState: 'PLANNED',
        scheduleMessage: null,
        ...change,
      }),
    );
  };
  const look = async () => {
    await Promise.all([fireDueSlots({ db, clock, log }), fireDueSlots({ db: other, clock, log })]);
  };
  const lookAt = async (time: string) => {
    clock.set(new Date(time));
    await look();
  };
  /** What the outbox holds, in the order it was written. */
  const told = async (): Promise<EventEnvelope[]> => {
    const rows = await db.reader.query<{ body: string }[]>('SELECT body FROM outbox ORDER BY seq');
    return rows.map(({ body }) => JSON.parse(body) as EventEnvelope);
  };
  const due = async () =>
    (await told()).flatMap((event) => (event.type === 'dev.tablekeep.policy.due.v1' ? [event.data] : []));
  const types = async () => (await told()).map(({ type }) => type.replace('dev.tablekeep.policy.', ''));
  const state = async (id: string) => db.reader.findOneByOrFail(PolicyEntity, { id });
  const requested = (sessionId: string, policyId: string) =>
    db.transaction((tx) =>
      onSessionRequested(db, tx, {
        id: `e-${sessionId}`,
        type: 'dev.tablekeep.session.requested.v1',
        source: 'session',
        subject: sessionId,
        time: clock.now().toISOString(),
        correlationid: sessionId,
        environment: 'EMULATED',
        data: {
          sessionId,
          request: { type: 'POLICY_BACKUP', policyId, slot: null },
          accountId: 'account-1',
          requestedBy: 'schedule',
          requestedAt: clock.now().toISOString(),
        },
      }),
    );
  const finished = (sessionId: string) => db.transaction((tx) => forgetSession(tx, sessionId));

  test('a slot fires once, in its minute, with the rules as they stand, although two replicas look', async () => {
    await policy('nightly', daily());
    await look();
    expect(await due()).toEqual([]);
    await lookAt('2026-11-27T04:00:01Z');
    await lookAt('2026-11-27T04:00:03Z');
    expect(await due()).toEqual([
      expect.objectContaining({
        policyId: 'nightly',
        slot: {
          at: '2026-11-27T04:00:00.000Z',
          rules: [{ flag: 'D', ...kept, copied: true }],
        },
        lateBecause: null,
        nextRunAt: '2026-11-27T16:00:00.000Z',
        retryCount: 2,
      }),
    ]);
    expect((await state('nightly')).lookAt?.toISOString()).toBe('2026-11-27T16:00:00.000Z');
  });

  test('what came while nothing ran makes one late run with all flags, and is told', async () => {
    await policy('nightly', daily());
    await look();
    // Friday to Monday: six slots, Sunday's weekly among them.
    await lookAt('2026-11-30T03:00:00Z');
    const [run, ...more] = await due();
    expect(more).toEqual([]);
    expect(run).toMatchObject({
      slot: {
        at: '2026-11-29T16:00:00.000Z',
        rules: [
          { flag: 'D', copied: true },
          { flag: 'W', copied: false },
        ],
      },
      lateBecause: expect.stringContaining('6 slots since 2026-11-27T04:00:00.000Z'),
    });
    const missed = (await told()).find(({ type }) => type === 'dev.tablekeep.policy.slots.missed.v1');
    expect(missed?.data).toMatchObject({ because: 'NOT_RUNNING', count: 6, sessionId: run!.sessionId });
  });

  test('a slot that comes while the run before it is open waits for it, and is coalesced', async () => {
    await policy('nightly', daily());
    await lookAt('2026-11-27T04:00:01Z');
    const [first] = await due();
    await requested(first!.sessionId, 'nightly');
    await lookAt('2026-11-27T16:00:01Z');
    expect(await state('nightly')).toMatchObject({ scheduleState: 'WAITING' });
    await lookAt('2026-11-28T04:00:31Z');
    expect(await due()).toHaveLength(1);
    await finished(first!.sessionId);
    await lookAt('2026-11-28T04:02:00Z');
    const [, second] = await due();
    expect(second).toMatchObject({
      slot: { at: '2026-11-28T04:00:00.000Z' },
      lateBecause: expect.stringContaining('2 slots since 2026-11-27T16:00:00.000Z'),
    });
    expect(await state('nightly')).toMatchObject({ scheduleState: 'PLANNED' });
    expect(await types()).toContain('slots.missed.v1');
  });

  test('a slot that nobody takes up is told once, and holds up the next for a day at most', async () => {
    await policy('nightly', daily());
    await lookAt('2026-11-27T04:00:01Z');
    const watch = () => Promise.all([watchAnnouncedSlots({ db, clock }), watchAnnouncedSlots({ db: other, clock })]);
    await watch();
    expect(await types()).not.toContain('slot.untaken.v1');
    clock.set(new Date('2026-11-27T04:11:00Z'));
    await watch();
    await watch();
    expect((await types()).filter((type) => type === 'slot.untaken.v1')).toHaveLength(1);
    await lookAt('2026-11-27T16:00:01Z');
    expect(await due()).toHaveLength(1);
    clock.set(new Date('2026-11-28T04:10:00Z'));
    await watch();
    await look();
    expect(await due()).toHaveLength(2);
  });

  test('schedules that cannot be planned are a visible state, told once, and planned again once they can be', async () => {
    await policy('martian', daily('Mars/Olympus'));
    await look();
    clock.set(new Date(begin.getTime() + DAY));
    await look();
    expect(await types()).toEqual(['unplannable.v1']);
    expect(await state('martian')).toMatchObject({
      scheduleState: 'UNPLANNABLE',
      scheduleMessage: expect.stringContaining('Mars/Olympus'),
    });
    const { document } = await state('martian');
    await db.transaction((tx) =>
      tx.update(PolicyEntity, { id: 'martian' }, { document: { ...document, schedules: daily() } }),
    );
    clock.set(new Date(begin.getTime() + 2 * DAY));
    await look();
    expect(await state('martian')).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null });
  });

  test('a policy that cannot be looked at does not stand in the way of the others, and stays owed', async () => {
    await policy('a broken one', daily());
    await policy('a sound one', daily());
    const { document } = await state('a broken one');
    await db.transaction((tx) =>
      tx.update(
        PolicyEntity,
        { id: 'a broken one' },
        { document: { ...document, schedules: { timeZone: 'UTC', daily: {} } as Schedules } },
      ),
    );
    await lookAt('2026-11-27T04:00:01Z');
    expect((await due()).map(({ policyId }) => policyId)).toEqual(['a sound one']);
    await db.transaction((tx) => tx.update(PolicyEntity, { id: 'a broken one' }, { document }));
    await lookAt('2026-11-27T04:02:00Z');
    expect((await due()).map(({ policyId }) => policyId)).toEqual(['a sound one', 'a broken one']);
  });

  test('a policy that is off, or has no schedule, does not run', async () => {
    await policy('off', daily(), { enabled: false });
    await policy('by hand', null);
    await lookAt('2026-11-27T04:00:01Z');
    expect(await due()).toEqual([]);
  });

  test('many that come due together are fired in passes, each once', async () => {
    for (let i = 0; i < 45; i++) await policy(`p${i}`, daily());
    await lookAt('2026-11-27T04:00:01Z');
    const first = (await due()).length;
    expect(first).toBeGreaterThanOrEqual(20);
    expect(first).toBeLessThan(45);
    await look();
    await look();
    const all = await due();
    expect(new Set(all.map(({ policyId }) => policyId)).size).toBe(45);
    expect(all).toHaveLength(45);
  });

  test('the look for due policies uses its index', async () => {
    if (engine.name !== 'MariaDB') return;
    await db.reader.query(
      `INSERT INTO policy (id, name, account_id, enabled, version, document, created_at, updated_at, look_at, schedule_state)
       SELECT CONCAT('p-', seq), CONCAT('p-', seq), 'a', 1, 1, '{}', NOW(3), NOW(3),
         NOW(3) + INTERVAL seq MINUTE, 'PLANNED' FROM seq_1_to_5000`,
    );
    await db.reader.query('ANALYZE TABLE policy');
    const accesses = await explain(db, () => policiesToLookAt(db, new Date(), 20));
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key } of accesses) expect(key).toBe('policy_by_look_at');
  });
});
