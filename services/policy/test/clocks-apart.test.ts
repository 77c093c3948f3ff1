import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tablekeep/platform/clock';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import { createLogger } from '@tablekeep/platform/logging';
import { nameOutbox } from '@tablekeep/platform/outbox';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { WEEKDAYS } from '../src/domain/schedules/schedule.ts';
import { fireDueSlots } from '../src/fire-due-slots.ts';
import { policyModel } from '../src/service.ts';
import { PolicyEntity } from '../src/store/entities.ts';
import { policyWorld } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const log = createLogger({ service: 'policy', level: 'silent' });
const dailyAt = (at: Date) => ({
  daily: { days: [...WEEKDAYS], times: [at.toISOString().slice(11, 16)], keep: { value: 7, unit: 'DAYS' } },
  timeZone: 'UTC',
});

describe.each(await availableEngines())('a replica whose clock is an hour ahead, on %s', (engine: Engine) => {
  const ahead = { ...systemClock, now: () => new Date(Date.now() + HOUR) };
  const world = policyWorld(engine, { clock: ahead });
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(world.service.database, policyModel);
    nameOutbox(db, 'policy', 'EMULATED');
  });
  afterEach(() => db.close());
  const state = (id: string) => db.reader.findOneByOrFail(PolicyEntity, { id });
  const ranOf = (policyId: string) =>
    world.service
      .heardOf('dev.tablekeep.policy.due.v1')
      .filter(({ data }) => data.policyId === policyId)
      .map(({ data }) => data);

  test('runs no slot before its time, whatever others say, and what is due at once', async () => {
    const made = Date.now();
    const slotAt = new Date(made + 30 * MINUTE);
    const schedules = dailyAt(slotAt);
    const include = { allTables: true };
    const { policy: early } = await world.createPolicy({ name: 'Early', include, schedules });
    const { policy: due } = await world.createPolicy({ name: 'Due', include, schedules });
    // An hour ahead of the first and half an hour after the second by the clock that is wrong.
    expect(Math.abs((await state(early!.id)).slotsAfter.getTime() - made)).toBeLessThan(5 * MINUTE);
    const dayBefore = new Date(slotAt.getTime() - 25 * HOUR);
    await db.transaction((tx) =>
      tx.update(PolicyEntity, { id: due!.id }, { slotsAfter: dayBefore, lookAt: dayBefore }),
    );
    await eventually(() => expect(ranOf(due!.id)).toHaveLength(1));
    const slot = new Date(Math.floor(slotAt.getTime() / MINUTE) * MINUTE);
    expect(ranOf(due!.id)[0]!.slot.at).toBe(new Date(slot.getTime() - 24 * HOUR).toISOString());
    // Looked at, and left for its time; a replica whose clock is right finds nothing to put right.
    await eventually(async () => expect((await state(early!.id)).lookAt).toEqual(slot));
    await fireDueSlots({ db, clock: systemClock, log });
    expect((await state(due!.id)).lookAt).toEqual(slot);
    expect(ranOf(early!.id)).toEqual([]);
    expect(world.service.heardOf('dev.tablekeep.policy.slots.reset.v1')).toEqual([]);
  });
});
