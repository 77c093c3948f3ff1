import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { backup, chunk, copy, mutate, plan, reaches, read, runPolicy, taskId, voices } from './story.ts';
import { startWorld, type World } from './world.ts';

/** Lets every timer look again; more often than once, for a pass may have begun just before the clock moved. */
const look = (world: World) => world.clock.advance(1_000);

for (const engine of await availableEngines()) {
  describe(`what time does to a session on ${engine.name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(engine);
      // Two replicas where the engine allows it: everything below must still happen once.
      if (engine.name === 'MariaDB') await world.addReplica();
    }, 60_000);
    afterAll(() => world.stop());

    /** Advances past `ms` and lets the timers look until `seen` holds. */
    async function after<T>(ms: number, seen: () => Promise<T>): Promise<T> {
      world.clock.advance(ms);
      return eventually(async () => {
        look(world);
        return seen();
      });
    }

    test('a work item nobody answered is sent again with the same task and attempt, and not once it is accepted', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), backup('airports')]);
      await world.received(id, 'PERFORM', 2);
      await voices(world, id).accepted(backup('airports'));
      world.clock.advance(59_000);
      expect(await world.received(id, 'PERFORM', 2)).toHaveLength(2);
      const items = await after(2_000, async () => world.itemsOf(id, 'PERFORM', 3));
      expect(items.slice(2).map((item) => [item.taskId, item.attempt])).toEqual([[taskId(id, backup('orders')), 1]]);
      expect((await read(world, id)).log.nodes.at(-1)).toEqual({
        level: 'WARNING',
        message: 'Backup of orders in eu-west-1 was not taken up for 1 min 0 s; its work item is sent again',
      });
      await voices(world, id).accepted(backup('orders'));
      await voices(world, id).failed(backup('orders'));
      await voices(world, id).failed(backup('airports'));
      await reaches(world, id, 'FAILED');
      world.clock.advance(120_000);
      look(world);
      expect(await world.received(id, 'PERFORM', 3)).toHaveLength(3);
    });

    test('an accepted task of which nothing more is heard is asked about every hour, and its late answer settles it', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      await world.received(id, 'PERFORM', 1);
      const voice = voices(world, id);
      await voice.accepted(backup('orders'));
      world.clock.advance(3_590_000);
      expect(await world.received(id, 'PERFORM', 1)).toHaveLength(1);
      const items = await after(11_000, async () => world.itemsOf(id, 'PERFORM', 2));
      expect(items[0]?.firstSentAt).toBeNull();
      expect(items[1]).toEqual({
        ...items[0],
        correlationId: expect.any(String),
        firstSentAt: expect.stringMatching(/^2026-11-23T/u),
      });
      await after(3_600_000, async () => world.itemsOf(id, 'PERFORM', 3));
      expect((await read(world, id)).log.nodes.filter((line) => line.level === 'WARNING')).toEqual([]);
      await voice.succeeded(backup('orders'));
      await voice.catalogued(backup('orders'));
      await reaches(world, id, 'SUCCEEDED');
    });

    test('a failed table is tried again after the delay of its policy, alone, once, as attempt 2', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), copy('orders'), backup('airports')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('airports'));
      await voice.catalogued(backup('airports'));
      await voice.failed(backup('orders'), 1, true);
      await voice.failed(backup('orders'), 1, true);
      const waiting = await read(world, id);
      expect(waiting.status).toBe('RUNNING');
      expect(waiting.tasks.nodes.map((task) => [task.status, task.attempt])).toEqual([
        ['QUEUED', 2],
        ['QUEUED', 1],
        ['SUCCEEDED', 1],
      ]);
      expect(await world.received(id, 'PERFORM', 2)).toHaveLength(2);

      const items = await after(300_000, async () => world.itemsOf(id, 'PERFORM', 3));
      expect(items.slice(2).map((item) => [item.taskId, item.attempt])).toEqual([[taskId(id, backup('orders')), 2]]);
      // Late word of the first attempt changes nothing.
      await voice.succeeded(backup('orders'), 1);
      expect((await read(world, id)).tasks.nodes[0]?.status).toBe('QUEUED');
      await voice.succeeded(backup('orders'), 2);
      await voice.catalogued(backup('orders'));
      await voice.succeeded(copy('orders'));
      await voice.catalogued(copy('orders'));
      const session = await reaches(world, id, 'SUCCEEDED');
      expect(session.tasks.nodes[0]).toMatchObject({
        status: 'SUCCEEDED',
        attempt: 2,
        reason: null,
        attempts: [
          { attempt: 1, status: 'FAILED', reason: 'AWS says: insufficient privileges' },
          { attempt: 2, status: 'SUCCEEDED', reason: null },
        ],
      });
      expect(await world.received(id, 'PERFORM', 4)).toHaveLength(4);
    });

    test('after its last attempt a table is FAILED; one that would fail again is not tried again', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), backup('airports')]);
      const voice = voices(world, id);
      await voice.failed(backup('airports'), 1, false);
      await voice.failed(backup('orders'), 1, true);
      await after(300_000, async () => world.itemsOf(id, 'PERFORM', 3));
      await voice.failed(backup('orders'), 2, true);
      const session = await reaches(world, id, 'FAILED');
      expect(session.tasks.nodes.map((task) => [task.status, task.attempt, task.reasonCode])).toEqual([
        ['FAILED', 2, 'JOB_FAILED'],
        ['FAILED', 1, 'JOB_FAILED'],
      ]);
    });

    test('a plan that is not complete in time makes the session FAILED and says what was missing', async () => {
      const [none, part] = [await runPolicy(world), await runPolicy(world)];
      await world.say(
        'dev.tablekeep.session.tasks.planned.v1',
        'policy',
        chunk(part, [backup('orders')], { chunk: 2, chunks: 3, taskCount: 3 }),
      );
      await after(600_000, () => reaches(world, none, 'FAILED'));
      expect((await read(world, none)).notes).toEqual(['No complete plan within 10 min 0 s: nothing of it arrived.']);
      expect((await reaches(world, part, 'FAILED')).notes).toEqual([
        'No complete plan within 10 min 0 s: 1 of 3 parts arrived.',
      ]);
      const { data } = await world.heardOf('dev.tablekeep.session.finished.v1', none);
      expect(data).toMatchObject({ status: 'FAILED', counts: { total: 0 } });
      expect(world.work.filter((item) => item.sessionId === part)).toEqual([]);
    });

    test('points that the catalog does not confirm in time: the session ends with a note, its backups kept', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), backup('airports')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('orders'));
      await voice.catalogued(backup('orders'));
      await voice.succeeded(backup('airports'));
      expect((await read(world, id)).status).toBe('RUNNING');
      const session = await after(3_600_000, () => reaches(world, id, 'WARNING'));
      expect(session.notes).toEqual([
        expect.stringContaining('The catalog did not confirm 1 recovery point(s) within 1 h'),
      ]);
      expect(session.tasks.nodes.map((task) => task.status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    });

    test('a CANCEL that nobody answered is sent again, and nothing is begun any more', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), backup('airports')]);
      await world.received(id, 'PERFORM', 2);
      await voices(world, id).accepted(backup('airports'));
      await mutate(world, 'stopSession', 'StopSessionInput', { id });
      await world.received(id, 'CANCEL', 2);
      await after(61_000, async () => world.itemsOf(id, 'CANCEL', 4));
      expect(await world.received(id, 'PERFORM', 2)).toHaveLength(2);
      await voices(world, id).canceled(backup('orders'));
      await voices(world, id).canceled(backup('airports'));
      await reaches(world, id, 'CANCELED');
    });
  });
}
