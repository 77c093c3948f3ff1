import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Clock } from '@tablekeep/platform/clock';
import { systemClock } from '@tablekeep/platform/clock';
import { openDatabase } from '@tablekeep/platform/database';
import { callInternal } from '@tablekeep/platform/rpc';
import type { ServiceDeps } from '@tablekeep/platform/service';
import type { EventData } from '@tablekeep/schema/events';
import type { InternalOutput } from '@tablekeep/schema/internal';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createRetentionService, retentionModel } from '../src/service.ts';
import { freshFate, RestorePointEntity, type RestorePointRow } from '../src/store/entities.ts';

const HOME = 'us-east-1';
const TABLE = `arn:aws:dynamodb:${HOME}:111122223333:table/Orders`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const arnOf = (id: string) => `arn:aws:backup:${HOME}:111122223333:recovery-point:${id}`;

function row(id: string, change: Partial<RestorePointRow> = {}): RestorePointRow {
  const createdAt = new Date('2026-01-31T04:00:00.000Z');
  return {
    id,
    kind: 'BACKUP',
    recoveryPointArn: arnOf(id),
    sourceRecoveryPointArn: null,
    accountId: 'account-1',
    awsAccountId: '111122223333',
    tableArn: TABLE,
    tableName: 'Orders',
    tableRegion: HOME,
    tableId: 't-1',
    region: HOME,
    vaultName: 'gold',
    sizeBytes: 100,
    createdAt,
    completedAt: createdAt,
    expiresAt: null,
    flags: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    settings: null,
    selfSufficient: true,
    ...freshFate,
    ...change,
  };
}

type Preview = {
  id: string;
  deleteCount: number;
  deleteBytes: number;
  keepCount: number;
  warnings: string[];
  points: { verdict: string; because: string | null; restorePoint: { id: string } }[];
};
type Payload = { userErrors: { code: string; path: string[]; message: string }[] };

describe.each(await availableEngines())('deleting by hand on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let deps: ServiceDeps;
  let url: string;
  let now: number;
  let vaults: InternalOutput<'lookupVaults'>['answer'];

  beforeEach(async () => {
    now = Date.UTC(2026, 1, 1);
    const clock: Clock = { ...systemClock, now: () => new Date(now) };
    const vault = (name: string, locked: boolean) => ({
      name,
      arn: `arn:aws:backup:${HOME}:111122223333:backup-vault:${name}`,
      encryptionKeyArn: null,
      locked,
      minRetentionDays: null,
      maxRetentionDays: null,
      recoveryPoints: 1,
    });
    vaults = { state: 'known', value: [vault('gold', false), vault('vaulted', true)] };
    const create = async (given: ServiceDeps) => {
      deps = given;
      const running = await createRetentionService(given);
      url = running.url;
      return running;
    };
    service = await startServiceUnderTest(engine, retentionModel, create, {
      clock,
      neighbours: { lookupVaults: async () => ({ answer: vaults, asOf: 'now' }) },
    });
    const db = await openDatabase(service.database, retentionModel);
    await db.transaction((tx) =>
      db.insertMany(tx, RestorePointEntity, [
        row('old', { createdAt: new Date('2026-01-01T04:00:00.000Z') }),
        row('new'),
        row('copy', { kind: 'COPY', sourceRecoveryPointArn: arnOf('new') }),
        row('manual', { kind: 'MANUAL', createdAt: new Date('2026-01-15T04:00:00.000Z') }),
        row('locked', { vaultName: 'vaulted', tableArn: `${TABLE}2`, tableName: 'Orders2' }),
      ]),
    );
    await db.close();
  }, 60_000);
  afterEach(() => service.stop());

  const tryPreview = async (input: object): Promise<Payload & { preview: Preview | null }> => {
    const { previewDeletion } = await service.graphql<{ previewDeletion: Payload & { preview: Preview | null } }>(
      `mutation ($input: PreviewDeletionInput!) { previewDeletion(input: $input) {
         preview { id deleteCount deleteBytes keepCount warnings points { verdict because restorePoint { id } } }
         userErrors { code path message } } }`,
      { input },
    );
    return previewDeletion;
  };
  const preview = async (input: object): Promise<Preview> => {
    const payload = await tryPreview(input);
    expect(payload.userErrors).toEqual([]);
    return payload.preview!;
  };
  const codes = (payload: Payload) => payload.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
  const hold = async (restorePointIds: string[], on = true) => {
    const { setLegalHold } = await service.graphql<{ setLegalHold: Payload }>(
      'mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { userErrors { code path message } } }',
      { input: { restorePointIds, hold: on, reason: on ? 'Case 17' : null } },
    );
    return setLegalHold;
  };
  const listed = async (filter: object = {}) => {
    const { restorePoints } = await service.graphql<{ restorePoints: { nodes: { id: string }[] } }>(
      'query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { id } } }',
      { filter },
    );
    return restorePoints.nodes.map(({ id }) => id).sort();
  };
  const ask = async (previewId: string): Promise<InternalOutput<'resolveTargets'>> => {
    const answer = await callInternal({
      peer: () => url,
      identity: deps.identity,
      service: 'session',
      call: 'resolveTargets',
      input: { request: { type: 'DELETION', previewId } },
      timeoutMs: 10_000,
    });
    if (answer.state === 'unknown') throw new Error(answer.because);
    return answer.value;
  };
  const permit = async (id: string, version: number, taskId = `task-${id}`, attempt = 1) => {
    const answer = await callInternal({
      peer: () => url,
      identity: deps.identity,
      service: 'executor',
      call: 'deletePermit',
      input: { taskId, attempt, restorePointId: id, version, recoveryPointArn: arnOf(id) },
      timeoutMs: 10_000,
    });
    if (answer.state === 'unknown') throw new Error(answer.because);
    return answer.value;
  };
  const request = (previewId: string, sessionId: string, id = `e-${sessionId}`) =>
    service.tell({
      type: 'dev.tablekeep.session.requested.v1',
      source: 'session',
      subject: sessionId,
      id,
      data: {
        sessionId,
        request: { type: 'DELETION', previewId },
        accountId: 'account-1',
        requestedBy: 'Operator',
        requestedAt: '2026-02-01T00:00:00.000Z',
      },
    });
  const ended = (
    type: 'dev.tablekeep.task.failed.v1' | 'dev.tablekeep.task.canceled.v1',
    taskId: string,
    attempt = 1,
  ) => {
    const data = { sessionId: 's-1', taskId, attempt, kind: 'DELETE' as const, reason: 'no' };
    const failed = { ...data, code: 'NOT_DELETED', retryable: false, awsJobId: null, awsRequestId: null };
    return service.tell({ type, source: 'executor', subject: 's-1', data: failed });
  };
  const gone = (id: string, outcome: 'GONE' | 'KEPT' = 'GONE', sessionId = 's-1', taskId = `task-${id}`) =>
    service.tell({
      type: 'dev.tablekeep.task.succeeded.v1',
      source: 'executor',
      subject: sessionId,
      data: {
        sessionId,
        taskId,
        attempt: 1,
        kind: 'DELETE',
        warnings: [],
        point: null,
        restored: null,
        scan: null,
        deleted: {
          restorePointId: id,
          recoveryPointArn: arnOf(id),
          outcome,
          because: outcome === 'KEPT' ? 'It is on legal hold: Case 17' : null,
        },
        awsJobId: null,
      },
    });
  const planned = () => service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data);
  const rejected = () => service.heardOf('dev.tablekeep.session.rejected.v1').map((event) => event.data);
  const plan = (): Promise<EventData<'dev.tablekeep.session.tasks.planned.v1'>> =>
    eventually(() => {
      const [first] = planned();
      if (!first) throw new Error('nothing planned yet');
      return first;
    });

  test('the preview shows what would go, chosen by id or by table, kind and age, and deletes nothing', async () => {
    expect(await preview({ tableArn: TABLE })).toMatchObject({
      deleteCount: 4,
      deleteBytes: 400,
      keepCount: 0,
      warnings: ['No restore point of Orders would be left.'],
    });
    const backups = await preview({ tableArn: TABLE, kinds: ['BACKUP'] });
    expect(backups.points.map(({ restorePoint }) => restorePoint.id)).toEqual(['new', 'old']);
    // The copy holds the same newest state.
    expect(backups.warnings).toEqual([]);
    expect((await preview({ tableArn: TABLE, createdBefore: '2026-01-10T00:00:00Z' })).deleteCount).toBe(1);
    expect((await preview({ restorePointIds: ['new', 'copy'] })).warnings).toEqual([
      'The newest state of Orders, of 2026-01-31T04:00:00.000Z, would be gone; the newest left is of 2026-01-15T04:00:00.000Z.',
    ]);
    expect(await listed()).toEqual(['copy', 'locked', 'manual', 'new', 'old']);
  });

  test('what is kept says why: a hold, a locked vault; a vault that cannot be looked at is said', async () => {
    expect(codes(await hold(['old']))).toEqual([]);
    const { points, deleteCount } = await preview({ restorePointIds: ['old', 'new', 'locked'] });
    expect(deleteCount).toBe(1);
    const because = Object.fromEntries(points.map((one) => [one.restorePoint.id, one.because]));
    expect(because).toEqual({
      new: null,
      old: 'It is on legal hold: Case 17',
      locked: expect.stringContaining('Vault vaulted in us-east-1 is locked'),
    });
    vaults = { state: 'unknown', because: 'AccessDenied' };
    expect((await preview({ restorePointIds: ['new'] })).warnings.join()).toMatch(
      /could not be told \(AccessDenied\)/u,
    );
  });

  test('bad input is refused with all that is wrong', async () => {
    const both = await tryPreview({ tableArn: TABLE, restorePointIds: ['new', 'new'], kinds: [] });
    expect(codes(both)).toEqual(['ONE_OF tableArn', 'DUPLICATE restorePointIds.1', 'EMPTY kinds']);
    const neither = await tryPreview({ kinds: ['COPY'], createdBefore: '2026-01-10T00:00:00Z' });
    expect(codes(neither)).toEqual(['ONE_OF restorePointIds', 'NOT_ALLOWED kinds', 'NOT_ALLOWED createdBefore']);
    expect(codes(await tryPreview({ restorePointIds: ['x', 'new', 'y'] }))).toEqual([
      'NOT_FOUND restorePointIds.0',
      'NOT_FOUND restorePointIds.2',
    ]);
    expect(codes(await tryPreview({ tableArn: `${TABLE}9` }))).toEqual(['NOTHING_FOUND tableArn']);
    expect(codes(await hold([]))).toEqual(['EMPTY restorePointIds']);
    expect(codes(await hold(['locked', 'new']))).toEqual(['VAULT_LOCKED restorePointIds.0']);
    expect(await listed({ onLegalHold: true })).toEqual([]);
  });

  test('a preview is good for half an hour, for one session, and while its points stand as it showed them', async () => {
    const refusal = async (id: string) => {
      const answer = await ask(id);
      return answer.ok ? 'ok' : answer.userErrors[0]!.code;
    };
    const { id } = await preview({ restorePointIds: ['old'] });
    expect(await refusal(id)).toBe('ok');
    expect(await refusal('another')).toBe('NOT_FOUND');
    now += 31 * MINUTE;
    expect(await refusal(id)).toBe('PREVIEW_EXPIRED');
    now -= 31 * MINUTE;
    await hold(['old']);
    expect(await refusal(id)).toBe('PREVIEW_OUTDATED');
    expect(await refusal((await preview({ restorePointIds: ['old'] })).id)).toBe('NOTHING_TO_DELETE');
    const used = await preview({ restorePointIds: ['new'] });
    await request(used.id, 's-1');
    await plan();
    expect(await refusal(used.id)).toBe('PREVIEW_USED');
  });

  test('each point is one task at the version that was seen; asked twice, or by two sessions, it is planned once', async () => {
    const { id } = await preview({ restorePointIds: ['old', 'new'] });
    await request(id, 's-1', 'first');
    await request(id, 's-1', 'again');
    await request(id, 's-2');
    expect((await plan()).tasks).toMatchObject([
      { key: 'delete:new', region: HOME, parameters: { kind: 'DELETE', version: 1, recoveryPointArn: arnOf('new') } },
      { key: 'delete:old', parameters: { vaultName: 'gold' } },
    ]);
    await eventually(() => expect(rejected()).toMatchObject([{ sessionId: 's-2' }]));
    expect(planned()).toHaveLength(1);
  });

  test('what is held between the confirmation and the plan is left out, and said', async () => {
    const { id } = await preview({ restorePointIds: ['old', 'new'] });
    await hold(['old']);
    await request(id, 's-1');
    expect(await plan()).toMatchObject({
      taskCount: 1,
      notes: [`Restore point ${arnOf('old')} is kept: It is on legal hold: Case 17`],
    });
    const other = await preview({ restorePointIds: ['new'] });
    await hold(['new']);
    await request(other.id, 's-2');
    await eventually(() => expect(rejected()).toMatchObject([{ sessionId: 's-2', reasons: [expect.any(String)] }]));
  });

  test('a permit is for the version that was seen, and again for whoever asks again; a hold revokes it', async () => {
    expect(await permit('old', 1)).toEqual({ granted: true, validMs: 15_000 });
    expect(await permit('old', 1)).toMatchObject({ granted: true });
    expect(await permit('old', 2)).toMatchObject({ granted: false, because: expect.stringContaining('changed') });
    await expect(permit('not here yet', 1)).rejects.toThrow();
    await hold(['new']);
    expect(await permit('new', 1)).toMatchObject({ granted: false, because: 'It is on legal hold: Case 17' });
    await hold(['new'], false);
    // The hold is gone, and so is the wish that was older than it.
    expect(await permit('new', 1)).toMatchObject({ granted: false });
    expect(await permit('new', 3)).toMatchObject({ granted: true });
  });

  test('while a permit is out a hold comes too late, for all of its points or none; after the task it does not', async () => {
    await permit('old', 1);
    expect(codes(await hold(['new', 'old']))).toEqual(['TOO_LATE restorePointIds.1']);
    expect(await listed({ onLegalHold: true })).toEqual([]);
    now += HOUR;
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
    await gone('old', 'KEPT');
    expect(codes(await hold(['new', 'old']))).toEqual([]);
    expect(await listed({ onLegalHold: true })).toEqual(['new', 'old']);
  });

  test.each(['dev.tablekeep.task.failed.v1', 'dev.tablekeep.task.canceled.v1'] as const)(
    'after %s the point may be held again',
    async (type) => {
      await permit('old', 1);
      await ended(type, 'task-old');
      expect(codes(await hold(['old']))).toEqual([]);
    },
  );

  test('one task at a time deletes a point, and the end of another one does not let it be held', async () => {
    expect(await permit('old', 1, 'task-a')).toMatchObject({ granted: true });
    const other = await permit('old', 1, 'task-b');
    expect(other).toEqual({ granted: false, because: 'Another task is deleting it already.' });
    await gone('old', 'KEPT', 's-2', 'task-b');
    await ended('dev.tablekeep.task.canceled.v1', 'task-b');
    // The call of the first may be out.
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
    await gone('old', 'KEPT', 's-1', 'task-a');
    expect(await permit('old', 1, 'task-b')).toMatchObject({ granted: true });
  });

  test('the end of an attempt, heard late or twice, withdraws nothing of a later one', async () => {
    await permit('old', 1, 'task-a', 1);
    // The first has failed, and the second asks before that is heard here.
    expect(await permit('old', 1, 'task-a', 2)).toMatchObject({ granted: true });
    await ended('dev.tablekeep.task.failed.v1', 'task-a', 1);
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
    const late = await permit('old', 1, 'task-a', 1);
    expect(late).toEqual({ granted: false, because: 'A later attempt is deleting it.' });
    await ended('dev.tablekeep.task.failed.v1', 'task-a', 2);
    expect(codes(await hold(['old']))).toEqual([]);
  });

  test('of tasks that ask in the same moment one is permitted; of a hold and a permit one stands', async () => {
    const asked = await Promise.all(Array.from({ length: 6 }, (_, i) => permit('old', 1, `task-${i}`)));
    expect(asked.filter(({ granted }) => granted)).toHaveLength(1);
    for (const id of ['new', 'copy', 'manual']) {
      const [held, permits] = await Promise.all([
        hold([id]),
        Promise.all([1, 2, 3].map((i) => permit(id, 1, `task-${i}`))),
      ]);
      const granted = permits.filter((one) => one.granted).length;
      expect({ id, outcomes: Number(codes(held).length === 0) + granted }).toEqual({ id, outcomes: 1 });
    }
  });

  test('a permit whose task nobody hears of again stands in nobody’s way for ever', async () => {
    await permit('old', 1, 'task-lost');
    now += 13 * 24 * HOUR;
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
    now += 2 * 24 * HOUR;
    expect(await permit('old', 1, 'task-b')).toMatchObject({ granted: true });
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
  });

  test('a point that AWS is deleting already is not promised to stay', async () => {
    const db = await openDatabase(service.database, retentionModel);
    await db.transaction((tx) => tx.update(RestorePointEntity, { id: 'old' }, { awsStatus: 'DELETING' }));
    await db.close();
    expect(codes(await hold(['old', 'new']))).toEqual(['TOO_LATE restorePointIds.0']);
  });

  test('a point that is gone leaves the lists for good, and each session that asked is told', async () => {
    await gone('old');
    await gone('old', 'GONE', 's-2');
    const told = await eventually(() => {
      const events = service.heardOf('dev.tablekeep.restore-point.deleted.v1');
      expect(events).toHaveLength(2);
      return events.map((event) => event.data);
    });
    expect(told).toMatchObject([
      {
        restorePointId: 'old',
        sessionId: 's-1',
        tableArn: TABLE,
        deletedAt: '2026-02-01T00:00:00.000Z',
        ofTable: { revision: 1, points: 3, newestAt: '2026-01-31T04:00:00.000Z' },
      },
      { restorePointId: 'old', sessionId: 's-2', deletedAt: '2026-02-01T00:00:00.000Z' },
    ]);
    expect(await listed()).not.toContain('old');
    expect(await listed({ includeDeleted: true })).toContain('old');
    expect(await permit('old', 2)).toMatchObject({ granted: false, because: expect.stringContaining('gone') });
    expect(codes(await hold(['old']))).toEqual(['TOO_LATE restorePointIds.0']);
  });
});
