import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callInternal } from '@tablekeep/platform/rpc';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startWorld, type World } from './world.ts';
import { backup, mutate, plan, reaches, runPolicy, voices } from './story.ts';

const MINUTE = 60_000;

describe.each(await availableEngines())('what the session service tells for the daily report on %s', (engine) => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const report = async (from: Date, most = 50) => {
    const asked = await callInternal({
      peer: () => world.url,
      identity: world.identity,
      service: 'notification',
      call: 'reportSessions',
      input: { from: from.toISOString(), until: world.clock.now().toISOString(), most },
      timeoutMs: 20_000,
    });
    if (asked.state === 'unknown') throw new Error(asked.because);
    return asked.value;
  };
  const run = async (...names: string[]) => {
    const id = await runPolicy(world);
    await plan(world, id, names.map(backup));
    return { id, voice: voices(world, id) };
  };
  /** A run whose table fails for good. */
  const failing = async (name: string) => {
    const { id, voice } = await run(name);
    await voice.failed(backup(name));
    await reaches(world, id, 'FAILED');
    return id;
  };

  test('what has failed once and is tried again, the next first, with its cause; no more once it is over', async () => {
    const begun = world.clock.now();
    const { id, voice } = await run('orders', 'airports', 'invoices');
    await voice.failed(backup('orders'), 1, true);
    world.clock.advance(MINUTE);
    await voice.failed(backup('airports'), 1, true);
    await voice.succeeded(backup('invoices'));
    await voice.catalogued(backup('invoices'));
    const again = (minutes: number) => new Date(begun.getTime() + minutes * MINUTE).toISOString();
    const told = {
      sessionId: id,
      policyName: 'Gold',
      region: 'eu-west-1',
      reason: 'AWS says: insufficient privileges',
    };
    expect(await report(begun)).toMatchObject({
      open: 1,
      ended: [],
      troubled: { first: [], more: 0 },
      retrying: {
        first: [
          { ...told, name: 'orders', at: again(5) },
          { ...told, name: 'airports', at: again(6) },
        ],
        more: 0,
      },
    });
    expect((await report(begun, 1)).retrying).toMatchObject({ first: [{ name: 'orders' }], more: 1 });

    // Whoever stops the run ends the waiting.
    await mutate(world, 'stopSession', 'StopSessionInput', { id });
    await eventually(async () => expect((await report(begun)).retrying).toEqual({ first: [], more: 0 }));
  });

  test('sessions of the window by how they ended, and why; failed ones before those with warnings', async () => {
    const before = world.clock.now();
    await failing('yesterday');
    world.clock.advance(24 * 60 * MINUTE);
    const from = world.clock.now();
    const warned = await run('airports');
    await warned.voice.succeeded(backup('airports'), 1, ['A tag could not be read.']);
    await warned.voice.catalogued(backup('airports'));
    await reaches(world, warned.id, 'WARNING');
    world.clock.advance(MINUTE);
    const first = await failing('orders');
    world.clock.advance(MINUTE);
    const second = await failing('invoices');
    world.clock.advance(MINUTE);

    const { ended, open, troubled } = await report(from);
    expect({ ended, open }).toEqual({
      open: 0,
      ended: [
        { type: 'POLICY_BACKUP', status: 'FAILED', sessions: 2 },
        { type: 'POLICY_BACKUP', status: 'WARNING', sessions: 1 },
      ],
    });
    expect(troubled.first.map(({ sessionId }) => sessionId)).toEqual([second, first, warned.id]);
    expect(troubled.first.map(({ tasks }) => tasks)).toEqual([
      {
        first: [
          { name: 'invoices', region: 'eu-west-1', status: 'FAILED', reason: 'AWS says: insufficient privileges' },
        ],
        more: 0,
      },
      {
        first: [{ name: 'orders', region: 'eu-west-1', status: 'FAILED', reason: 'AWS says: insufficient privileges' }],
        more: 0,
      },
      {
        first: [{ name: 'airports', region: 'eu-west-1', status: 'WARNING', reason: 'A tag could not be read.' }],
        more: 0,
      },
    ]);
    expect((await report(from, 1)).troubled).toMatchObject({ first: [{ sessionId: second }], more: 2 });
    // The window has no gap and no overlap: what ended in its first moment is in it, in its last moment is not.
    expect((await report(before)).ended).toContainEqual({ type: 'POLICY_BACKUP', status: 'FAILED', sessions: 3 });
  });

  test('of a session with many failures the first tasks, and how many more there are', async () => {
    const from = world.clock.now();
    const names = Array.from({ length: 8 }, (_, i) => `table-${i}`);
    const { id, voice } = await run(...names);
    for (const name of names) await voice.failed(backup(name));
    await reaches(world, id, 'FAILED');
    world.clock.advance(MINUTE);
    const [one] = (await report(from)).troubled.first;
    expect(one?.tasks.first.map(({ name }) => name)).toEqual(names.slice(0, 5));
    expect(one?.tasks.more).toBe(3);
  });
});
