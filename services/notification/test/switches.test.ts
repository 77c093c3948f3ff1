import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { answering, startReceiver, type Receiver } from '@tablekeep/testkit/http-receiver';
import { startWorld, type World } from './world.ts';

describe.each(await availableEngines())('dead-man’s switches on %s', (engine: Engine) => {
  let world: World;
  let receiver: Receiver;
  beforeEach(async () => {
    world = await startWorld(engine, { allowedNetworks: ['127.0.0.1/32'] });
    receiver = await startReceiver();
  }, 60_000);
  afterEach(async () => {
    await world.service.stop();
    await receiver.stop();
  });

  test('a switch that a run has turned red is not turned green by an older run', async () => {
    receiver.answer(answering(500));
    await world.channel({ kind: 'PING', name: 'Switch', url: receiver.url, policyIds: ['p'] });
    const ended = (sessionId: string, status: 'SUCCEEDED' | 'FAILED', finishedAt: string) =>
      world.finished(sessionId, status, `finished ${sessionId}`, { finishedAt });
    await ended('s-1', 'SUCCEEDED', '2026-01-31T04:05:00.000Z');
    await world.passing(async () =>
      expect(await world.deliveries()).toMatchObject([{ attempts: 1, lastError: expect.stringContaining('500') }]),
    );
    receiver.answer(answering(200));
    await ended('s-2', 'FAILED', '2026-01-31T04:06:00.000Z');
    // Ended before, and heard of afterwards.
    await ended('s-0', 'SUCCEEDED', '2026-01-31T04:04:00.000Z');
    await world.service.tell({
      type: 'dev.tablekeep.session.changed.v1',
      source: 'session',
      subject: 's-0',
      data: {
        sessionId: 's-0',
        type: 'POLICY_BACKUP',
        status: 'RUNNING',
        policyId: 'p',
        counts: { total: 1, open: 1, succeeded: 0, warning: 0, failed: 0 },
      },
    });
    const later = world.clock.now().getTime() + 3_600_000;
    await world.passing(() => expect(world.clock.now().getTime()).toBeGreaterThan(later), 15_000);
    await world.passing(async () =>
      expect((await world.deliveries()).map(({ status, lastError }) => [status, lastError]).toSorted()).toEqual([
        ['CANCELED', 'a run that ended later was told first'],
        ['CANCELED', 'a run that ended later was told first'],
        ['DELIVERED', null],
      ]),
    );
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook?rid=s-1', '/hook/fail?rid=s-2']);
    await ended('s-3', 'SUCCEEDED', '2026-01-31T05:06:00.000Z');
    await world.passing(() => expect(receiver.received.at(-1)!.path).toBe('/hook?rid=s-3'));
  }, 40_000);
});
