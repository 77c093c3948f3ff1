import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { backup, copy, mutate, plan, reaches, read, runPolicy, taskId, voices } from './story.ts';
import { startWorld, type World } from './world.ts';

for (const engine of await availableEngines()) {
  describe(`stopping a session on ${engine.name}`, () => {
    let world: World;
    const stop = (id: string, input: object = {}) => mutate(world, 'stopSession', 'StopSessionInput', { id, ...input });

    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterAll(() => world.stop());

    test('what waits is canceled at once, what is out is asked to stop and followed to its end', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders'), copy('orders'), backup('airports')]);
      const voice = voices(world, id);
      await voice.started(backup('orders'));
      const { session } = await stop(id, { reason: 'wrong account' });
      expect(session?.status).toBe('STOPPING');
      const items = await world.received(id, 'CANCEL', 2);
      expect(items.map((item) => [item.taskId, item.attempt, item.reason])).toEqual(
        expect.arrayContaining([
          [taskId(id, backup('orders')), 1, 'Stopped by Operator: wrong account'],
          [taskId(id, backup('airports')), 1, 'Stopped by Operator: wrong account'],
        ]),
      );
      const statuses = async () => (await read(world, id)).tasks.nodes.map((task) => task.status);
      expect(await statuses()).toEqual(['RUNNING', 'CANCELED', 'QUEUED']);

      await voice.canceled(backup('airports'));
      expect((await read(world, id)).status).toBe('STOPPING');
      // Too late to stop: what finished is kept, and must be in the catalog before the session ends.
      await voice.succeeded(backup('orders'));
      expect((await read(world, id)).status).toBe('STOPPING');
      await voice.catalogued(backup('orders'));
      const ended = await reaches(world, id, 'CANCELED');
      expect(ended.counts).toMatchObject({ total: 3, succeeded: 1, canceled: 2, open: 0 });
      expect((await world.received(id, 'PERFORM', 2)).map((item) => item.parameters.kind)).toEqual([
        'BACKUP',
        'BACKUP',
      ]);
      expect(ended.log.nodes.map((line) => line.message)).toContain('Stopped by Operator: wrong account');
    });

    test('a copy that has begun cannot be stopped, and the log says so', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('zipcodes'), copy('zipcodes')]);
      const voice = voices(world, id);
      await voice.succeeded(backup('zipcodes'));
      await voice.started(copy('zipcodes'));
      await stop(id);
      const { log } = await read(world, id);
      expect(log.nodes.map((line) => line.message)).toContain(
        'AWS cannot stop copies and restores that have begun: 1 followed to the end.',
      );
      await voice.succeeded(copy('zipcodes'));
      await voice.catalogued(backup('zipcodes'));
      await voice.catalogued(copy('zipcodes'));
      await reaches(world, id, 'CANCELED');
    });

    test('a session without a plan ends at once, and a plan that comes later starts nothing', async () => {
      const id = await runPolicy(world);
      expect((await stop(id)).session?.status).toBe('CANCELED');
      await plan(world, id, [backup('orders')]);
      const session = await read(world, id);
      expect([session.status, session.tasks.nodes]).toEqual(['CANCELED', []]);
      await world.heardOf('dev.tablekeep.session.finished.v1', id);
    });

    test('a task that fails while stopping is not tried again', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      await stop(id);
      await voices(world, id).failed(backup('orders'), 1, true);
      expect((await reaches(world, id, 'CANCELED')).tasks.nodes[0]).toMatchObject({ status: 'FAILED', attempt: 1 });
    });

    test('a task that waits for its retry is canceled at once', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      await voices(world, id).failed(backup('orders'), 1, true);
      expect((await stop(id)).session?.status).toBe('CANCELED');
      const [task] = (await read(world, id)).tasks.nodes;
      expect(task).toMatchObject({ status: 'CANCELED', attempt: 2, attempts: [{ attempt: 1, status: 'FAILED' }] });
    });

    test('stopping twice asks the executor once more; stopping what is over or unknown is a user error', async () => {
      const id = await runPolicy(world);
      await plan(world, id, [backup('orders')]);
      await stop(id);
      expect((await stop(id)).session?.status).toBe('STOPPING');
      await world.received(id, 'CANCEL', 2);
      await voices(world, id).canceled(backup('orders'));
      await reaches(world, id, 'CANCELED');
      expect((await stop(id)).userErrors).toMatchObject([{ code: 'SESSION_FINISHED', path: ['id'] }]);
      expect((await stop('no-such-session')).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['id'] }]);
    });
  });
}
