import { describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { explain } from '@tablekeep/testkit/explain';
import type { Schedules } from '../src/domain/schedules/schedule.ts';
import { settleOwed } from '../src/settle-owed.ts';
import { FinishedSessionEntity, OpenSessionEntity, PlannedRoundEntity, PolicyEntity } from '../src/store/entities.ts';
import { forgetOldSessions } from '../src/store/in-use.ts';
import { policiesAhead } from '../src/store/slots.ts';
import { kept, plannerWorld, twiceADay } from './planner-world.ts';

const DAY = 24 * 60 * 60_000;

describe.each(await availableEngines())('slots that are held up on %s', (engine: Engine) => {
  const world = plannerWorld(engine);
  const { policy, look, lookAt, toldOf, due, types, state, requested, finished } = world;
  const openSessions = () => world.db.reader.count(OpenSessionEntity);

  test('a session that is over is not begun again by an event that comes late, nor by one that comes at that moment', async () => {
    await policy('nightly', twiceADay());
    await finished('s-1');
    await requested('s-1', 'nightly');
    expect(await openSessions()).toBe(0);
    expect(await world.db.reader.count(PlannedRoundEntity)).toBe(0);
    for (let i = 2; i < 8; i++) await Promise.all([finished(`s-${i}`), requested(`s-${i}`, 'nightly')]);
    expect(await openSessions()).toBe(0);
    // It is remembered for as long as such an event can come.
    world.clock.set(new Date(world.clock.now().getTime() + 29 * DAY));
    await forgetOldSessions(world.db, world.clock.now());
    expect(await world.db.reader.count(FinishedSessionEntity)).toBe(7);
    world.clock.set(new Date(world.clock.now().getTime() + 2 * DAY));
    await forgetOldSessions(world.db, world.clock.now());
    expect(await world.db.reader.count(FinishedSessionEntity)).toBe(0);
  });

  test('a slot that waits long for the run before it is told of once, and shown; the next wait is told of again', async () => {
    await policy('nightly', twiceADay());
    await lookAt('2026-11-27T04:00:01Z');
    const [first] = await due();
    await requested(first!.sessionId, 'nightly');
    await lookAt('2026-11-27T16:00:01Z');
    expect(await state('nightly')).toMatchObject({ scheduleState: 'WAITING', scheduleMessage: null });
    await lookAt('2026-11-27T16:06:00Z');
    await lookAt('2026-11-27T16:07:00Z');
    await lookAt('2026-11-28T04:10:00Z');
    const waiting = () => toldOf('dev.tablekeep.policy.slots.waiting.v1');
    const sessionId = first!.sessionId;
    expect(await waiting()).toEqual([
      { policyId: 'nightly', policyName: 'nightly', since: '2026-11-27T16:00:00.000Z', count: 1, sessionId },
    ]);
    expect((await state('nightly')).scheduleMessage).toContain(sessionId);
    await finished(sessionId);
    await lookAt('2026-11-28T04:11:00Z');
    expect(await state('nightly')).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null });
    const [, second] = await due();
    await requested(second!.sessionId, 'nightly');
    await lookAt('2026-11-28T16:00:01Z');
    await lookAt('2026-11-28T16:10:00Z');
    expect((await waiting()).map(({ sessionId: id }) => id)).toEqual([sessionId, second!.sessionId]);
  });

  test('a clock that ran ahead and is put right silences nobody, and the slots in between run at their time', async () => {
    await policy('nightly', twiceADay());
    await policy('weekly', {
      ...twiceADay(),
      daily: null,
      weekly: { days: ['FRIDAY'], time: '05:00', copyDays: [], ...kept },
    });
    await policy('off', twiceADay(), { enabled: false });
    await lookAt('2027-01-10T04:00:01Z');
    const early = await due();
    expect(early.map(({ policyId }) => policyId).sort()).toEqual(['nightly', 'weekly']);
    for (const { sessionId, policyId } of early) {
      await requested(sessionId, policyId);
      await finished(sessionId);
    }
    await lookAt('2026-11-27T03:00:00Z');
    expect(await toldOf('dev.tablekeep.policy.slots.reset.v1')).toMatchObject([
      { policyId: 'nightly', takenUntil: '2027-01-10T04:00:01.000Z', slotsAfter: '2026-11-27T03:00:00.000Z' },
      { policyId: 'weekly' },
    ]);
    await look();
    await lookAt('2026-11-27T04:00:01Z');
    await lookAt('2026-11-27T05:00:01Z');
    const later = (await due()).slice(early.length);
    expect(later.map(({ policyId, slot }) => `${policyId} ${slot.at}`)).toEqual([
      'nightly 2026-11-27T04:00:00.000Z',
      'weekly 2026-11-27T05:00:00.000Z',
    ]);
    expect(await types()).not.toContain('unplannable.v1');
    // A slot that the wrong clock had run before its time is run at its time as well.
    const slotAt = new Date(early.find(({ policyId }) => policyId === 'nightly')!.slot.at);
    const slotsAfter = new Date(slotAt.getTime() - 60_000);
    for (const { sessionId } of later) {
      await requested(sessionId, 'nightly');
      await finished(sessionId);
    }
    world.clock.set(slotAt);
    await world.db.transaction((tx) => tx.update(PolicyEntity, { id: 'nightly' }, { slotsAfter, lookAt: slotAt }));
    await look();
    const again = (await due()).at(-1)!;
    expect(again.slot.at).toBe(slotAt.toISOString());
    expect(early.map(({ sessionId }) => sessionId)).not.toContain(again.sessionId);
  });

  test('a policy whose look fails says so, on itself and in one event, and runs late with that reason once it can', async () => {
    await policy('broken', twiceADay());
    const { document } = await state('broken');
    const schedules = { timeZone: 'UTC', daily: {} } as Schedules;
    await world.db.transaction((tx) =>
      tx.update(PolicyEntity, { id: 'broken' }, { document: { ...document, schedules } }),
    );
    for (const time of ['04:00:01', '04:02:00', '04:04:00']) await lookAt(`2026-11-27T${time}Z`);
    expect(await types()).toEqual(['unplannable.v1']);
    expect(await state('broken')).toMatchObject({
      scheduleState: 'UNPLANNABLE',
      scheduleMessage: expect.stringContaining('TypeError'),
    });
    await world.db.transaction((tx) => tx.update(PolicyEntity, { id: 'broken' }, { document }));
    await lookAt('2026-11-27T04:06:00Z');
    expect(await due()).toMatchObject([{ lateBecause: expect.stringContaining('its schedules could not be planned') }]);
    expect(await toldOf('dev.tablekeep.policy.slots.missed.v1')).toMatchObject([
      { because: 'NOT_RUNNING', reason: expect.stringContaining('could not be planned') },
    ]);
    expect(await state('broken')).toMatchObject({ scheduleState: 'PLANNED', scheduleMessage: null });
  });

  describe('when somebody changes the policy', () => {
    const now = new Date('2026-11-29T04:01:00Z');
    const change = async (id: string, changes: object | null) => {
      const before = await state(id);
      const after = changes && { ...before, ...changes };
      await world.db.transaction((tx) => settleOwed(world.db, tx, 'BACKUP', { before, after, now }));
    };
    const rare = { ...twiceADay(), weekly: null };

    test('what is owed is run as the schedules stood', async () => {
      await policy('nightly', twiceADay(), { slotsAfter: new Date('2026-11-28T16:00:00Z') });
      const { document } = await state('nightly');
      await change('nightly', { document: { ...document, schedules: rare } });
      expect(await due()).toMatchObject([
        { slot: { at: '2026-11-29T04:00:00.000Z', rules: [{ flag: 'D' }, { flag: 'W' }] }, lateBecause: null },
      ]);
    });

    test('what waits for a run is told of, for nobody will run it', async () => {
      await policy('nightly', twiceADay(), { slotsAfter: new Date('2026-11-28T15:00:00Z'), scheduleState: 'WAITING' });
      await requested('s-1', 'nightly');
      const { document } = await state('nightly');
      await change('nightly', { document: { ...document, schedules: rare } });
      expect(await due()).toEqual([]);
      expect(await toldOf('dev.tablekeep.policy.slots.dropped.v1')).toEqual([
        {
          policyId: 'nightly',
          policyName: 'nightly',
          because: 'EDITED',
          count: 2,
          slots: ['2026-11-28T16:00:00.000Z', '2026-11-29T04:00:00.000Z'],
        },
      ]);
    });

    test.each([
      ['DISABLED', { enabled: false }],
      ['DELETED', null],
    ])('%s: what is owed is told of', async (because, changes) => {
      await policy('nightly', twiceADay(), { slotsAfter: new Date('2026-11-28T16:00:00Z') });
      await change('nightly', changes);
      expect(await due()).toEqual([]);
      expect(await toldOf('dev.tablekeep.policy.slots.dropped.v1')).toMatchObject([{ because, count: 1 }]);
    });

    test('nothing is said where nothing is owed, and of a policy that was off', async () => {
      await policy('early', twiceADay(), { slotsAfter: new Date('2026-11-29T04:00:00Z') });
      await policy('off', twiceADay(), { enabled: false });
      for (const id of ['early', 'off']) await change(id, null);
      expect(await types()).toEqual([]);
    });
  });

  test.each(['BACKUP', 'VERIFICATION'] as const)(
    'the look for %s that lies ahead does not read the others',
    async (purpose) => {
      if (engine.name !== 'MariaDB') return;
      await world.db.reader.query(
        `INSERT INTO policy (id, name, account_id, enabled, version, document, created_at, updated_at, look_at, slots_after, verify_at, verified_after, schedule_state)
       SELECT CONCAT('p-', seq), CONCAT('p-', seq), 'a', 1, 1, '{}', NOW(3), NOW(3),
         NOW(3) + INTERVAL 1 MINUTE, NOW(3) - INTERVAL seq MINUTE, NOW(3) + INTERVAL 1 MINUTE, NOW(3) - INTERVAL seq MINUTE, 'PLANNED' FROM seq_1_to_5000`,
      );
      await world.db.reader.query('ANALYZE TABLE policy');
      const far = { after: new Date(Date.now() + 300_000), lookAt: new Date(Date.now() + 3_900_000) };
      const accesses = await explain(world.db, () => policiesAhead(world.db, purpose, far, 20));
      expect(accesses.length).toBeGreaterThan(0);
      for (const { rows } of accesses) expect(rows).toBeLessThan(100);
    },
  );
});
