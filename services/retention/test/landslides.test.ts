import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { SAFETY } from '../src/domain/retention/safety.ts';
import { HOME, startRetentionWorld, tableArn, type RetentionWorld } from './retention-world.ts';

describe.each(await availableEngines())('too many points of a table at once, on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  test('more than the set share is refused; the setting moves the line', async () => {
    // Six of eleven points are past their time; the newest is none of them.
    const names = Array.from({ length: 11 }, (_, i) => `p-${i + 1}`);
    for (const [i, name] of names.entries()) await world.add(name, (i + 1) * 2 - 0.1);
    await world.request('s-1');
    await world.scanned('s-1', names);
    await world.roundFinished('s-1');
    expect((await world.plan('s-1', 2)).notes[0]).toContain('6 of its 11 points would go at once, more than 50 %');
    await world.mutate('updateRetentionSettings', 'UpdateRetentionSettingsInput', { sharePercent: 60 }, '');
    await world.request('s-2');
    await world.scanned('s-2', names);
    await world.roundFinished('s-2');
    expect((await world.plan('s-2', 2)).taskCount).toBe(6);
  });

  test('only what is there counts: not what expired or is missing in its vault, be it of those that go or that stay', async () => {
    // Four of five go; six more are rows only.
    await world.add('new', 1);
    await world.addMany('old', 4, 30);
    await world.addMany('expired', 3, 5, { awsStatus: 'EXPIRED', lastSeenAt: new Date() });
    await world.addMany('missing', 3, 5, { missingSince: new Date() });
    const old = ['old-0', 'old-1', 'old-2', 'old-3'];
    const expired = ['expired-0 EXPIRED', 'expired-1 EXPIRED', 'expired-2 EXPIRED'];
    await world.request('s-1');
    await world.scanned('s-1', ['new', ...old, ...expired]);
    await world.roundFinished('s-1');
    expect(await world.plan('s-1', 2)).toMatchObject({
      taskCount: 0,
      notes: [expect.stringContaining('4 of its 5 points would go at once')],
    });
    // What AWS calls expired goes, however much of it there is.
    const users = { tableArn: tableArn('Users'), tableName: 'Users' };
    await world.add('user-new', 1, users);
    await world.addMany('spent', 4, 30, { ...users, awsStatus: 'EXPIRED', lastSeenAt: new Date() });
    const spent = ['spent-0 EXPIRED', 'spent-1 EXPIRED', 'spent-2 EXPIRED', 'spent-3 EXPIRED'];
    await world.request('s-2');
    await world.scanned('s-2', ['new', ...old, ...expired, 'user-new', ...spent]);
    await world.roundFinished('s-2');
    expect(await world.plan('s-2', 2)).toMatchObject({ taskCount: 4 });
  });

  test('a landslide is one also where a vault cannot be seen, or one session deletes no more', async () => {
    const silver = { region: HOME, vaultName: 'silver' };
    // All but the newest, half of them in a vault that cannot be listed today.
    await world.add('new', 1, { expiresAt: null });
    await world.addMany('gold', 5, 30);
    await world.addMany('silver', 5, 30, silver);
    const ofGold = ['new', ...Array.from({ length: 5 }, (_, i) => `gold-${i}`)];
    await world.request('s-1');
    await world.scanned('s-1', ofGold);
    await world.roundFinished('s-1', { failed: [silver] });
    const plan = await world.plan('s-1', 2);
    expect(plan.taskCount).toBe(0);
    expect(plan.notes).toContainEqual(expect.stringContaining('10 of its 11 points would go at once'));
    // What one session deletes ends in the middle of a table.
    const users = { tableArn: tableArn('Users'), tableName: 'Users' };
    await world.addMany('before', SAFETY.mostPerSession - 10, 60, { tableArn: tableArn('Big'), tableName: 'Big' });
    await world.addMany('user', 16, 20, users);
    await world.addMany('user-new', 10, 1, users);
    await world.request('s-2');
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
    await world.scanned('s-2', [...ofGold, ...names('user', 16), ...names('user-new', 10)]);
    await world.roundFinished('s-2', { failed: [silver] });
    const second = await world.plan('s-2', 2);
    expect(second.taskCount).toBe(0);
    expect(second.notes).toContainEqual(expect.stringContaining('Users: 16 of its 26 points would go at once'));
  }, 120_000);
});
