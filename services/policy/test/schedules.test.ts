import { describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import type { Schedules } from '../src/domain/schedules/schedule.ts';
import { watchAnnouncedSlots } from '../src/fire-due-slots.ts';
import { PolicyEntity } from '../src/store/entities.ts';
import { policiesToLookAt } from '../src/store/slots.ts';
import { begin, kept, plannerWorld, twiceADay as daily } from './planner-world.ts';

const DAY = 24 * 60 * 60_000;

describe.each(await availableEngines())('due slots on %s', (engine: Engine) => {
  const world = plannerWorld(engine);
  const { policy, look, lookAt, told, due, types, state, requested, finished } = world;

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
    // Nobody's next look is further away than an hour, so that a wrong clock harms no longer.
    expect((await state('nightly')).lookAt?.toISOString()).toBe('2026-11-27T05:00:01.000Z');
    await lookAt('2026-11-27T15:30:00Z');
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
    const watch = () =>
      Promise.all([watchAnnouncedSlots(world), watchAnnouncedSlots({ db: world.other, clock: world.clock })]);
    await watch();
    expect(await types()).not.toContain('slot.untaken.v1');
    world.clock.set(new Date('2026-11-27T04:11:00Z'));
    await watch();
    await watch();
    expect((await types()).filter((type) => type === 'slot.untaken.v1')).toHaveLength(1);
    await lookAt('2026-11-27T16:00:01Z');
    expect(await due()).toHaveLength(1);
    world.clock.set(new Date('2026-11-28T04:10:00Z'));
    await watch();
    await look();
    expect(await due()).toHaveLength(2);
  });

  test('schedules that cannot be planned are a visible state, told once, and planned again once they can be', async () => {
    await policy('martian', daily('Mars/Olympus'));
    await look();
    world.clock.set(new Date(begin.getTime() + DAY));
    await look();
    expect(await types()).toEqual(['unplannable.v1']);
    expect(await state('martian')).toMatchObject({
      scheduleState: 'UNPLANNABLE',
      scheduleMessage: expect.stringContaining('Mars/Olympus'),
    });
    const { document } = await state('martian');
    await world.db.transaction((tx) =>
      tx.update(PolicyEntity, { id: 'martian' }, { document: { ...document, schedules: daily() } }),
    );
    world.clock.set(new Date(begin.getTime() + 2 * DAY));
    await look();
    expect(await state('martian')).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null });
  });

  test('a policy that cannot be looked at does not stand in the way of the others, and stays owed', async () => {
    await policy('a broken one', daily());
    await policy('a sound one', daily());
    const { document } = await state('a broken one');
    await world.db.transaction((tx) =>
      tx.update(
        PolicyEntity,
        { id: 'a broken one' },
        { document: { ...document, schedules: { timeZone: 'UTC', daily: {} } as Schedules } },
      ),
    );
    await lookAt('2026-11-27T04:00:01Z');
    expect((await due()).map(({ policyId }) => policyId)).toEqual(['a sound one']);
    await world.db.transaction((tx) => tx.update(PolicyEntity, { id: 'a broken one' }, { document }));
    await lookAt('2026-11-27T04:02:00Z');
    expect((await due()).map(({ policyId }) => policyId)).toEqual(['a sound one', 'a broken one']);
  });

  test('a policy that is off, or has no schedule, does not run', async () => {
    await policy('off', daily(), { enabled: false });
    await policy('by hand', null);
    await lookAt('2026-11-27T04:00:01Z');
    expect(await due()).toEqual([]);
  });

  test('a thousand that come due in the same minute start in small passes, each once and none late', async () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => `p-${i}`);
    await world.policies(ids, daily());
    const announced = async () => {
      const [row] = await world.db.reader.query<{ n: number | string }[]>('SELECT COUNT(*) AS n FROM announced_slot');
      return Number(row!.n);
    };
    const started: number[] = [];
    let before = 0;
    // What a pass every two seconds does in two minutes, by the clock.
    for (let second = 1; before < ids.length && second < 120; second += 2) {
      await lookAt(new Date(Date.parse('2026-11-27T04:00:00Z') + second * 1_000).toISOString());
      const now = await announced();
      started.push(now - before);
      before = now;
    }
    // Twenty of each of the two replicas.
    expect(Math.max(...started)).toBeLessThanOrEqual(40);
    expect(Math.min(...started)).toBeGreaterThan(0);
    const all = await due();
    expect(all.map(({ policyId }) => policyId).sort()).toEqual(ids.sort());
    expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(ids.length);
    expect(new Set(all.map(({ slot, lateBecause }) => `${slot.at} ${lateBecause}`))).toEqual(
      new Set(['2026-11-27T04:00:00.000Z null']),
    );
    await lookAt('2026-11-27T04:03:00Z');
    expect(await due()).toHaveLength(ids.length);
  }, 120_000);

  test('the look for due policies uses its index', async () => {
    if (engine.name !== 'MariaDB') return;
    await world.db.reader.query(
      `INSERT INTO policy (id, name, account_id, enabled, version, document, created_at, updated_at, look_at, schedule_state)
       SELECT CONCAT('p-', seq), CONCAT('p-', seq), 'a', 1, 1, '{}', NOW(3), NOW(3),
         NOW(3) + INTERVAL seq MINUTE, 'PLANNED' FROM seq_1_to_5000`,
    );
    await world.db.reader.query('ANALYZE TABLE policy');
    const accesses = await explain(world.db, () => policiesToLookAt(world.db, new Date(), 20));
    expect(accesses.length).toBeGreaterThan(0);
    for (const { key } of accesses) expect(key).toBe('policy_by_look_at');
  });
});
