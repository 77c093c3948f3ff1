import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tablekeep/platform/ids';
import { eventually } from '@tablekeep/testkit/eventually';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import type { RestorePointRow } from '../src/store/entities.ts';
import { chainId } from '../src/store/frozen-chains.ts';
import { FrozenChainEntity } from '../src/store/retention-entities.ts';
import { netsUntil } from '../src/store/safety-nets.ts';
import {
  ACCOUNT,
  AWAY,
  codes,
  DAY,
  idOf,
  startRetentionWorld,
  tableArn,
  type Payload,
  type RetentionWorld,
} from './retention-world.ts';

const DUE = 'dev.tablekeep.retention.due.v1';

describe.each(await availableEngines())('safety nets on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  /** A point whose last flag ended ten days after it was made, and that AWS deletes in `left` days. */
  const netted = (name: string, left: number, change: Partial<RestorePointRow> = {}) => {
    const awsDeleteAt = new Date(Date.now() + left * DAY);
    return world.add(name, 20, { safetyNetDays: 14, awsDeleteAt, keepNewest: false, ...change });
  };
  const held = { holdReason: 'A lawsuit', holdBy: 'Operator', heldAt: new Date() };
  const nets = async (sessionId: string) => {
    await world.service.tell({
      type: 'dev.tablekeep.session.requested.v1',
      source: 'session',
      subject: sessionId,
      data: {
        sessionId,
        request: { type: 'RETENTION', accountId: ACCOUNT, dryRun: false, day: '2026-11-27', only: 'SAFETY_NETS' },
        accountId: ACCOUNT,
        requestedBy: 'schedule',
        requestedAt: new Date().toISOString(),
      },
    });
    return world.plan(sessionId, 1);
  };
  const inDays = (days: number) => new Date(Date.now() + days * DAY);
  /** The ids of each page, so many at most on one. */
  const pages = (size: number) =>
    world.db.transaction(async (tx) => {
      const found: string[][] = [];
      for await (const page of netsUntil(tx, { accountId: ACCOUNT, until: inDays(7) }, size)) {
        found.push(page.map(({ id }) => id));
      }
      return found;
    });
  /** As the executor tells of a change of a lifecycle, at that time. */
  const prolonged = (
    lifecycle: { restorePointId: string; awsDeleteAt: string; lockedBecause?: string },
    time = new Date(),
  ) =>
    world.service.tell({
      ...{ type: 'dev.tablekeep.task.succeeded.v1', source: 'executor', subject: 'nets-1', time: time.toISOString() },
      data: {
        ...{ sessionId: 'nets-1', taskId: 'task-net', attempt: 1, kind: 'LIFECYCLE', warnings: [], point: null },
        ...{ restored: null, scan: null, deleted: null, awsJobId: null, lifecycle },
      },
    });
  const hold = (name: string) =>
    world.mutate(
      'setLegalHold',
      'SetLegalHoldInput',
      { restorePointIds: [idOf(name)], hold: true, reason: 'A lawsuit' },
      '',
    );

  test('a new point is catalogued with its net, and with when AWS deletes it', async () => {
    const at = new Date();
    const awsDeleteAt = new Date(at.getTime() + 24 * DAY);
    const origin = {
      ...({ kind: 'BACKUP', policyId: 'p-1', policyName: 'Nightly', rules: [], coldAfterDays: null } as const),
      ...{ rules: [], retention: { backupDays: 10, copyDays: null }, safetyNetDays: 14 },
    };
    await world.made('new', { origin, awsDeleteAt: awsDeleteAt.toISOString() }, at);
    await eventually(async () => expect(await world.row('new')).toMatchObject({ safetyNetDays: 14, awsDeleteAt }));
    const { restorePoint } = await world.service.graphql<{ restorePoint: object }>(
      'query ($id: ID!) { restorePoint(id: $id) { safetyNetDays awsDeleteAt } }',
      { id: idOf('new') },
    );
    expect(restorePoint).toEqual({ safetyNetDays: 14, awsDeleteAt: awsDeleteAt.toISOString() });
  });

  test('what must stay is put off before AWS would delete it, and nothing else is touched', async () => {
    world.locked.add('vaulted');
    await netted('held', 6, held);
    await netted('held-long', 30, held);
    await netted('longer', 5, {
      expiresAt: new Date(Date.now() + 40.5 * DAY),
      expirySetBy: 'Operator',
      nextLookAt: null,
    });
    await netted('over', 6);
    await netted('in-doubt', 2);
    await netted('gone', 2, { ...held, deletedAt: new Date(), nextLookAt: null });
    await netted('going', 2, { permitTaskId: 'task-x', permitUntil: new Date() });
    await netted('expired', -1, { ...held, awsStatus: 'EXPIRED' });
    await netted('foreign', 2, { foreignBecause: 'Somebody else made it.', safetyNetDays: null });
    const { tasks, final } = await nets('nets-1');
    expect(final).toBe(true);
    const days = tasks.map(({ key, region, parameters }) => {
      if (parameters.kind !== 'LIFECYCLE') throw new Error(parameters.kind);
      return [key, region, parameters.restorePointId, parameters.deleteAfterDays];
    });
    // Begun days count: 21 are lived and 14 follow; the one with a later end has 40 before.
    expect(days).toEqual([
      [`lifecycle:${idOf('in-doubt')}`, 'us-east-1', idOf('in-doubt'), 35],
      [`lifecycle:${idOf('longer')}`, 'us-east-1', idOf('longer'), 75],
      [`lifecycle:${idOf('held')}`, 'us-east-1', idOf('held'), 35],
    ]);
  });

  test('points of others do not take up the places of our own', async () => {
    const foreignBecause = 'Somebody else made it.';
    for (const name of ['foreign-1', 'foreign-2']) await netted(name, 1, { safetyNetDays: null, foreignBecause });
    await netted('held', 6, held);
    expect(await pages(1)).toEqual([[idOf('held')]]);
  });

  test('are dealt with however many there are, those of one moment too', async () => {
    const awsDeleteAt = new Date(Date.now() + 3 * DAY);
    await world.addMany('same', 5, 20, { safetyNetDays: 14, awsDeleteAt });
    await netted('later', 6);
    await netted('sooner', 1);
    const found = await pages(2);
    expect(found.map((page) => page.length)).toEqual([2, 2, 2, 1]);
    const same = Array.from({ length: 5 }, (_, i) => idOf(`same-${i}`)).sort();
    expect(found.flat()).toEqual([idOf('sooner'), ...same, idOf('later')]);
  });

  test('more than one page of them is planned at once', async () => {
    await world.addMany('many', 1_005, 20, { ...held, safetyNetDays: 14, awsDeleteAt: inDays(3) });
    expect((await nets('nets-1')).taskCount).toBe(1_005);
  }, 120_000);

  test('a vault that was locked after its points were made is told of before AWS deletes what must stay', async () => {
    const vaulted = { vaultName: 'vaulted' };
    await netted('held', 6, { ...held, ...vaulted });
    await netted('longer', 5, { expiresAt: inDays(40), expirySetBy: 'Operator', nextLookAt: null, ...vaulted });
    // Its own time is over before AWS deletes it.
    await netted('in time', 5, { expiresAt: inDays(3), ...vaulted });
    await netted('far', 30, { ...held, ...vaulted });
    await netted('gone', 2, { ...held, deletedAt: new Date(), nextLookAt: null, ...vaulted });
    await world.add('over', 20);
    world.locked.add('vaulted');
    const said =
      /^AWS deletes 2 points that must stay \(of Orders\) from .* on: vault vaulted in us-east-1 is locked, so nobody/u;
    await world.request('s-1');
    const day = await world.plan('s-1', 1);
    expect(day.notes).toEqual([expect.stringMatching(said)]);
    expect(await nets('nets-1')).toMatchObject({ taskCount: 0, notes: [expect.stringMatching(said)] });
  });

  test('a vault where only such points lie is asked whether it is locked', async () => {
    world.locked.add('vaulted');
    await netted('held', 6, { ...held, vaultName: 'vaulted', region: AWAY, nextLookAt: null });
    await world.learnLocks();
    expect(await nets('nets-1')).toMatchObject({ taskCount: 0, notes: [expect.stringContaining('is locked')] });
  });

  test('that a vault is locked is learned of AWS’s refusal too, and nobody asks for the impossible again', async () => {
    await netted('held', 6, { ...held, nextLookAt: null });
    await netted('elsewhere', 6, { ...held, vaultName: 'silver', nextLookAt: null });
    expect((await nets('nets-1')).taskCount).toBe(2);
    const lifecycle = { restorePointId: idOf('held'), awsDeleteAt: inDays(6).toISOString(), lockedBecause: 'Locked.' };
    for (let twice = 0; twice < 2; twice++) await prolonged(lifecycle);
    await eventually(async () =>
      expect(await nets(newId())).toMatchObject({
        tasks: [{ key: `lifecycle:${idOf('elsewhere')}` }],
        notes: [expect.stringContaining('vault gold in us-east-1 is locked')],
      }),
    );
    // Somebody took the lock away.
    await world.learnLocks();
    expect((await nets('nets-3')).taskCount).toBe(2);
  });

  test('what people said of a point holds where AWS’s deletion is no net, but was fixed when it was made', async () => {
    const soon = { safetyNetDays: null, expiresAt: new Date(Date.now() + 5 * DAY) };
    await netted('as-made', 5, soon);
    await netted('held', 5, soon);
    await netted('said', 5, { ...soon, expiresAt: new Date(Date.now() + 40.5 * DAY), expirySetBy: 'Operator' });
    expect(codes(await hold('held'))).toEqual([]);
    expect(await world.heard(DUE, 1)).toMatchObject([{ accountId: ACCOUNT, only: 'SAFETY_NETS' }]);
    const { tasks } = await nets('nets-1');
    expect(tasks.map(({ key }) => key).sort()).toEqual(
      [`lifecycle:${idOf('held')}`, `lifecycle:${idOf('said')}`].sort(),
    );
  });

  test('nor does AWS delete at the end it was made with what retention keeps longer by now', async () => {
    const fixed = { safetyNetDays: null, expiresAt: inDays(5) };
    await netted('as-made', 5, fixed);
    await netted('edited', 5, { ...fixed, expiresAt: inDays(40.5), nextLookAt: null });
    await netted('newest', 5, { ...fixed, tableId: 't-2', keepNewest: true });
    await netted('frozen', 5, { ...fixed, tableId: 't-3' });
    // What a restore copied for itself, and a copy that somebody else planned with days of their own.
    await netted('temporary', 5, { ...fixed, tableId: 't-3', vaultName: 'tablekeep-restore-0123456789abcdef' });
    const theirs = { ...fixed, expiresAt: null, kind: 'COPY', adoptedAt: new Date(), nextLookAt: null } as const;
    await netted('unplanned', 5, theirs);
    await netted('unplanned-held', 5, { ...theirs, ...held });
    // Somebody deletes it already.
    await netted('deleting', 5, { ...fixed, expiresAt: inDays(40), awsStatus: 'DELETING', nextLookAt: null });
    const chain = { tableArn: tableArn('Orders'), tableId: 't-3' };
    await world.db.transaction((tx) =>
      tx.insert(FrozenChainEntity, {
        ...{ id: chainId(chain), accountId: ACCOUNT, ...chain, tableName: 'Orders', because: 'REPLACED' },
        ...{ detail: 'It was replaced.', frozenAt: new Date() },
        ...{ acknowledgedAt: null, acknowledgedBy: null, reason: null },
      }),
    );
    const { tasks } = await nets('nets-1');
    const put = tasks.map(({ parameters }) => parameters.kind === 'LIFECYCLE' && parameters.restorePointId);
    expect(put.sort()).toEqual(['edited', 'frozen', 'newest', 'unplanned-held'].map((name) => idOf(name)).sort());
  });

  test('a hold on a point of others, which AWS deletes by their lifecycle, is refused', async () => {
    await netted('foreign', 30, { foreignBecause: 'Somebody else made it.', safetyNetDays: null });
    await netted('foreign-kept', 30, { foreignBecause: 'Somebody else made it.', awsDeleteAt: null });
    expect(codes(await hold('foreign'))).toEqual(['FOREIGN restorePointIds.0']);
    expect(codes(await hold('foreign-kept'))).toEqual([]);
  });

  test('an edited retention puts off at once what AWS would delete within a week, and promises nothing it cannot keep', async () => {
    world.policies.set('p-1', {
      ...{ id: 'p-1', name: 'Nightly', accountId: ACCOUNT, backupDays: 90, keepNewest: false, rules: [], copies: [] },
    });
    await netted('soon', 5);
    await netted('near', 1.01);
    await netted('too-near', 0.5);
    await netted('later', 12);
    const preview = async () => {
      const selection = 'preview { id laterCount unchangedCount warnings }';
      const { preview: shown } = await world.mutate<
        Payload & { preview: { id: string; laterCount: number; unchangedCount: number; warnings: string[] } }
      >('previewPolicyRetention', 'PreviewPolicyRetentionInput', { policyId: 'p-1' }, selection);
      return shown;
    };
    const apply = async (previewId: string) =>
      codes(await world.mutate('applyPolicyRetention', 'ApplyPolicyRetentionInput', { previewId }, ''));
    const first = await preview();
    expect(first).toMatchObject({ laterCount: 3, unchangedCount: 1 });
    expect(first.warnings).toEqual([expect.stringMatching(/^1 points that AWS deletes by itself within a day/u)]);
    // While it was read another one came too near.
    world.shift.ms = 0.02 * DAY;
    expect(await apply(first.id)).toEqual(['SAFETY_NET_TOO_NEAR previewId']);
    expect(world.service.heardOf(DUE)).toEqual([]);
    const before = await world.row('too-near');
    const second = await preview();
    expect(second).toMatchObject({ laterCount: 2, unchangedCount: 2 });
    expect(await apply(second.id)).toEqual([]);
    expect(await world.heard(DUE, 1)).toMatchObject([{ accountId: ACCOUNT, only: 'SAFETY_NETS' }]);
    expect((await world.row('too-near')).expiresAt).toEqual(before.expiresAt);
    expect((await nets('nets-1')).tasks.map(({ key }) => key)).toContain(`lifecycle:${idOf('soon')}`);
  });

  test('what AWS shows afterwards is remembered, and the point is left alone until it comes near again', async () => {
    await netted('held', 6, held);
    expect((await nets('nets-1')).taskCount).toBe(1);
    const awsDeleteAt = new Date(Date.now() + 15 * DAY);
    const lifecycle = { restorePointId: idOf('held'), awsDeleteAt: awsDeleteAt.toISOString() };
    for (let twice = 0; twice < 2; twice++) await prolonged(lifecycle);
    await eventually(async () => expect((await world.row('held')).awsDeleteAt).toEqual(awsDeleteAt));
    expect((await nets('nets-2')).taskCount).toBe(0);
    world.shift.ms = 9 * DAY;
    expect((await nets('nets-3')).taskCount).toBe(1);
  });

  test('of what AWS showed the latest counts, in whatever order it is heard', async () => {
    await netted('held', 6, held);
    const days = (n: number) => new Date(Date.now() + n * DAY);
    const lifecycle = (awsDeleteAt: Date, time: Date) =>
      prolonged({ restorePointId: idOf('held'), awsDeleteAt: awsDeleteAt.toISOString() }, time);
    const [long, short] = [days(90), days(15)];
    const minutes = (n: number) => new Date(Date.now() + n * 60_000);
    await lifecycle(long, minutes(-5));
    // Of the other session, told late; and a look that began before.
    await lifecycle(short, minutes(-6));
    await world.scanned('look-1', ['held'], { startedAt: minutes(-7), deleteAt: days(6) });
    await eventually(async () => expect((await world.row('held')).lastSeenAt).not.toBeNull());
    expect((await world.row('held')).awsDeleteAt).toEqual(long);
    // Somebody has changed it by hand, and the old word comes once more.
    await world.scanned('look-2', ['held'], { startedAt: minutes(-1), deleteAt: short });
    await lifecycle(long, minutes(-5));
    await eventually(async () => expect((await world.row('held')).awsDeleteAt).toEqual(short));
    expect((await nets('nets-2')).taskCount).toBe(0);
    expect((await world.row('held')).awsDeleteAt).toEqual(short);
  });

  test('the daily session has them put off by a session of its own, a dry run only says so', async () => {
    await netted('held', 6, held);
    await world.request('dry-1', { dryRun: true });
    const said = 'AWS’s own deletion of 1 point that must stay comes near, and is put off.';
    expect((await world.plan('dry-1', 1)).remarks).toContain(said);
    expect(world.service.heardOf(DUE)).toEqual([]);
    await world.request('s-1', { id: 'event-1' });
    await world.request('s-1', { id: 'event-2' });
    const plan = await world.plan('s-1', 1);
    expect(plan.remarks).toContain(said);
    expect(plan.tasks.map(({ parameters }) => parameters.kind)).not.toContain('LIFECYCLE');
    expect(await world.heard(DUE, 1)).toMatchObject([{ accountId: ACCOUNT, only: 'SAFETY_NETS' }]);
  });

  test('a newest point that AWS is about to delete stands for no other before that is put off', async () => {
    await netted('newest', 3, { keepNewest: true, safetyNetDays: null });
    await world.add('old', 40);
    const session = async (id: string) => {
      await world.request(id);
      await world.plan(id, 1);
      await world.scanned(id, ['newest', 'old'], { deleteAt: (await world.row('newest')).awsDeleteAt! });
      await world.roundFinished(id);
      return world.plan(id, 2);
    };
    expect(await session('s-1')).toMatchObject({
      taskCount: 0,
      notes: [expect.stringMatching(/AWS deletes the point that stays for it.* by itself/u)],
    });
    expect(await world.permit('old')).toMatchObject({
      granted: false,
      because: expect.stringContaining('deletes the point that stays for it'),
    });
    await prolonged({ restorePointId: idOf('newest'), awsDeleteAt: inDays(15).toISOString() });
    await eventually(async () =>
      expect((await world.row('newest')).awsDeleteAt!.getTime()).toBeGreaterThan(+inDays(14)),
    );
    expect(await session('s-2')).toMatchObject({ taskCount: 1, notes: [] });
    expect(await world.permit('old')).toMatchObject({ granted: true });
  });

  test('a copy that AWS deletes by somebody else’s days stands for no other, whatever is said of it later', async () => {
    world.policies.set('p-1', {
      ...{ id: 'p-1', name: 'Nightly', accountId: ACCOUNT, backupDays: 9, keepNewest: true, rules: [], copies: [] },
    });
    const createdAt = new Date(Date.now() - 20 * DAY);
    await world.add('last', 20, { createdAt, keepNewest: false });
    const theirs = { createdAt, kind: 'COPY', adoptedAt: new Date(), expiresAt: null, keepNewest: false } as const;
    await world.add('theirs', 20, theirs);
    const fates = async () => {
      const { retentionPreview } = await world.service.graphql<{
        retentionPreview: { nodes: { restorePoint: { id: string }; reasons: { code: string }[] }[] };
      }>(`query ($id: ID!) { retentionPreview(accountId: $id) { nodes { restorePoint { id } reasons { code } } } }`, {
        id: ACCOUNT,
      });
      const nodes = new Map(retentionPreview.nodes.map((node) => [node.restorePoint.id, node.reasons]));
      return ['last', 'theirs'].map((name) => nodes.get(idOf(name))!.map(({ code }) => code));
    };
    const { preview } = await world.mutate<Payload & { preview: { id: string } }>(
      'previewPolicyRetention',
      'PreviewPolicyRetentionInput',
      { policyId: 'p-1' },
      'preview { id }',
    );
    const apply = { previewId: preview.id };
    expect(codes(await world.mutate('applyPolicyRetention', 'ApplyPolicyRetentionInput', apply, ''))).toEqual([]);
    world.shift.ms = 2 * DAY;
    // While AWS keeps it, it is the newest that is kept the longest.
    expect(await fates()).toEqual([[], ['FOR_EVER', 'NEWEST']]);
    await world.scanned('look-1', ['theirs'], { deleteAt: inDays(21), complete: false });
    await eventually(async () => expect((await world.row('theirs')).awsDeleteAt).not.toBeNull());
    expect(await fates()).toEqual([['NEWEST'], ['FOR_EVER']]);
    // A hold puts AWS's deletion off no longer than it stands.
    expect(codes(await hold('theirs'))).toEqual([]);
    expect(await fates()).toEqual([['NEWEST'], ['FOR_EVER', 'LEGAL_HOLD']]);
    expect(await world.permit('last')).toMatchObject({ granted: false });
  });

  test('a hold puts off at once what AWS deletes within a week, and is refused within a day', async () => {
    await netted('soon', 5);
    await netted('later', 12);
    await netted('too-near', 0.5);
    expect(codes(await hold('later'))).toEqual([]);
    expect(world.service.heardOf(DUE)).toEqual([]);
    expect(codes(await hold('too-near'))).toEqual(['SAFETY_NET_TOO_NEAR restorePointIds.0']);
    expect((await world.row('too-near')).holdReason).toBeNull();
    expect(codes(await hold('soon'))).toEqual([]);
    expect(await world.heard(DUE, 1)).toMatchObject([{ accountId: ACCOUNT, only: 'SAFETY_NETS' }]);
    const ids = [idOf('too-near')];
    const late = { restorePointIds: ids, expiresAt: new Date(Date.now() + 90 * DAY).toISOString() };
    expect(codes(await world.mutate('setRestorePointExpiry', 'SetRestorePointExpiryInput', late, ''))).toEqual([
      'SAFETY_NET_TOO_NEAR restorePointIds.0',
    ]);
    const before = { restorePointIds: ids, expiresAt: new Date(Date.now() + 0.2 * DAY).toISOString() };
    expect(codes(await world.mutate('setRestorePointExpiry', 'SetRestorePointExpiryInput', before, ''))).toEqual([]);
  });
});
