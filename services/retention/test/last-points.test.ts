import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callInternal } from '@tablekeep/platform/rpc';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { ACCOUNT, idOf, startRetentionWorld, type Payload, type RetentionWorld } from './retention-world.ts';

describe.each(await availableEngines())('a table’s last points, deleted by hand, on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const preview = async (...names: string[]) => {
    const { preview: shown } = await world.mutate<Payload & { preview: { id: string; warnings: string[] } }>(
      'previewDeletion',
      'PreviewDeletionInput',
      { restorePointIds: names.map((name) => idOf(name)) },
      'preview { id warnings }',
    );
    return shown;
  };
  const confirmed = async (previewId: string) => {
    const answer = await callInternal({
      ...{ peer: () => world.url(), identity: world.deps.identity, service: 'session', call: 'resolveTargets' },
      input: { request: { type: 'DELETION', previewId } },
      timeoutMs: 10_000,
    });
    if (answer.state === 'unknown') throw new Error(answer.because);
    return answer.value.ok ? 'ok' : answer.value.userErrors.map(({ code, message }) => `${code}: ${message}`).join();
  };
  const request = (previewId: string, sessionId: string) =>
    world.service.tell({
      ...{ type: 'dev.tablekeep.session.requested.v1', source: 'session', subject: sessionId },
      data: {
        ...{ sessionId, request: { type: 'DELETION', previewId }, accountId: ACCOUNT, requestedBy: 'Operator' },
        requestedAt: new Date().toISOString(),
      },
    });
  const rejected = () => world.service.heardOf('dev.tablekeep.session.rejected.v1').map(({ data }) => data);
  const byPerson = (name: string) => world.permit(name, { version: 1, decidedBy: 'PERSON', leavesOthers: true });

  test('whoever was told that another point stays is asked again where it is gone by then', async () => {
    await world.add('new', 1);
    await world.add('middle', 5);
    await world.add('old', 9);
    const shown = await preview('new');
    expect(shown.warnings).toEqual([expect.stringContaining('the newest left is of')]);
    // What was said of is left still.
    await world.ended('old', 'GONE');
    expect(await confirmed(shown.id)).toBe('ok');
    await world.ended('middle', 'GONE');
    expect(await confirmed(shown.id)).toBe(
      'PREVIEW_OUTDATED: Less is left of Orders than the preview said; make another one.',
    );
    // Nor does a session that was confirmed before.
    await request(shown.id, 's-1');
    const because = expect.stringContaining('less of its table is left than was said') as unknown;
    await eventually(() => expect(rejected()).toMatchObject([{ sessionId: 's-1', reasons: [because] }]));
    const last = await preview('new');
    expect(last.warnings).toEqual(['No restore point of Orders would be left.']);
    expect(await confirmed(last.id)).toBe('ok');
    await request(last.id, 's-2');
    const { tasks } = await world.plan('s-2', 1);
    expect(tasks.map(({ parameters }) => 'leavesOthers' in parameters)).toEqual([false]);
    expect(await world.permit('new', { version: 1, decidedBy: 'PERSON' })).toMatchObject({ granted: true });
  });

  test('what nobody can count on is not said to be left: what expired, is missing, goes, or was copied for a restore', async () => {
    await world.add('new', 1);
    await world.add('expired', 2, { awsStatus: 'EXPIRED' });
    await world.add('deleting', 2, { awsStatus: 'DELETING' });
    await world.add('missing', 2, { missingSince: new Date() });
    await world.add('going', 2, { permitTaskId: 'task-x', permitUntil: new Date() });
    await world.add('temporary', 1, { kind: 'COPY', vaultName: 'tablekeep-restore-0123456789abcdef' });
    expect((await preview('new')).warnings).toEqual(['No restore point of Orders would be left.']);
  });

  test('of two people who were each told that the other’s point stays one is permitted', async () => {
    const names = ['one', 'two'];
    for (const name of names) await world.add(name, 3);
    for (const name of names) {
      const { id } = await preview(name);
      await request(id, name);
    }
    for (const name of names) {
      const { tasks } = await world.plan(name, 1);
      expect(tasks).toMatchObject([{ parameters: { restorePointId: idOf(name), leavesOthers: true } }]);
    }
    const asked = await Promise.all(names.map(byPerson));
    expect(asked.filter(({ granted }) => granted)).toHaveLength(1);
    const [goes, stays] = (asked[0]?.granted ? names : names.toReversed()) as [string, string];
    const because = 'It is the last point of its table by now, which was not said when its deletion was confirmed.';
    expect(await byPerson(stays)).toEqual({ granted: false, because });
    // Asked again, the other one keeps its permit.
    expect(await byPerson(goes)).toMatchObject({ granted: true });
    await world.ended(goes, 'KEPT');
    expect(await byPerson(stays)).toMatchObject({ granted: true });
  });
});
