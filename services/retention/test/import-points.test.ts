import { describe, expect, test } from '@jest/globals';
import { systemClock } from '@tablekeep/platform/clock';
import { callInternal } from '@tablekeep/platform/rpc';
import { eventually } from '@tablekeep/testkit/eventually';
import type { ImportRequest } from '@tablekeep/schema/catalog-events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { somebodyWaits } from '@tablekeep/testkit/lock-waits';
import { snapshotOf } from '@tablekeep/testkit/table-settings';
import { permitDeletion } from '../src/permit-deletion.ts';
import { RestorePointEntity } from '../src/store/entities.ts';
import {
  arnOf,
  AWAY,
  AWS,
  foreignTags,
  HOME,
  listing,
  look,
  request,
  seen,
  seenCopy,
  tellMade,
  vaultWorld,
} from './vault-world.ts';

describe.each(await availableEngines())('importing restore points on %s', (engine: Engine) => {
  const world = vaultWorld(engine);
  const { byArn, plans, roundOver, stored } = world;

  test('lists first, reads what the catalog lacks, and ends once it has all of it; each round once', async () => {
    await stored({});
    const requested = {
      type: 'dev.tablekeep.session.requested.v1' as const,
      source: 'session' as const,
      subject: 's-1',
      data: { sessionId: 's-1', request, accountId: 'account-1', requestedBy: 'Operator', requestedAt: 'now' },
    };
    await world.service.tell(requested);
    await world.service.tell(requested);
    expect(await plans(1)).toMatchObject([
      {
        round: 1,
        final: false,
        tasks: [
          { region: HOME, awsAccountId: AWS, parameters: { kind: 'IMPORT', vaultName: 'gold', points: null } },
          { region: AWAY, parameters: { points: null } },
        ],
      },
    ]);
    // The end of the round overtakes the second listing.
    await world.look(listing('home/1', [seen('stored'), seen('new'), seen('young', { status: 'CREATING' })]));
    await roundOver(1, [
      [HOME, 'home/1'],
      [AWAY, 'away/1'],
    ]);
    await world.look(listing('away/1', [seenCopy('new')], { region: AWAY }));
    await roundOver(1, [
      [HOME, 'home/1'],
      [AWAY, 'away/1'],
    ]);
    expect((await plans(2))[1]).toMatchObject({
      round: 2,
      final: false,
      tasks: [
        { region: HOME, parameters: { points: [arnOf('new')] } },
        { region: AWAY, parameters: { points: [arnOf('new-copy', AWAY)] } },
      ],
    });
    await roundOver(2, [
      [HOME, 'read-home/1'],
      [AWAY, 'read-away/1'],
    ]);
    await world.look(look('read-home/1', [seen('new')]));
    expect(await plans(2)).toHaveLength(2);
    await world.look(look('read-away/1', [seenCopy('new')], { region: AWAY }));
    expect((await plans(3))[2]).toMatchObject({
      round: 3,
      final: true,
      tasks: [],
      notes: [expect.stringContaining('must not expire')],
      remarks: ['2 restore points taken into the catalog: 2 of Tablekeep’s own, 0 read-only.'],
    });
  }, 60_000);

  test('a point comes back with its kind, flags, ends, settings and tags; its copy linked whichever comes first', async () => {
    await world.look(look('away/1', [seenCopy('a'), seenCopy('b')], { region: AWAY }), 'event-1');
    expect((await byArn(arnOf('a-copy', AWAY))).sourceRecoveryPointArn).toBeNull();
    await world.look(look('home/1', [seen('b'), seen('a')]));
    const again = look('away/1', [seenCopy('a'), seenCopy('b')], { region: AWAY });
    await world.look(again, 'event-2');
    const [source, copy] = [await byArn(arnOf('a')), await byArn(arnOf('a-copy', AWAY))];
    expect(source).toMatchObject({
      kind: 'BACKUP',
      tableName: 'Orders',
      tableId: 't-1',
      policyName: 'Nightly',
      flags: [{ flag: 'D', expiresAt: '2026-02-07T04:00:00.000Z' }],
      expiresAt: new Date('2026-02-07T04:00:00.000Z'),
      settings: { deletionProtection: true, tags: { value: [{ key: 'team', value: 'shop' }] } },
      selfSufficient: true,
      foreignBecause: null,
      awsStatus: 'COMPLETED',
      awsStorageClass: 'WARM',
      version: 1,
    });
    expect(copy).toMatchObject({
      kind: 'COPY',
      region: AWAY,
      sourceRecoveryPointArn: arnOf('a'),
      flags: [{ flag: 'D', expiresAt: '2026-04-30T04:00:00.000Z' }],
    });
    expect((await byArn(arnOf('b-copy', AWAY))).sourceRecoveryPointArn).toBe(arnOf('b'));
    const told = await world.heard('dev.tablekeep.restore-point.catalogued.v1', 4);
    expect(told.at(-1)).toMatchObject({ sessionId: 's-old', taskId: null, ofTable: { points: 4 } });
  }, 60_000);

  test('what the catalog has stays as people left it; a copy of it learns its whole settings', async () => {
    const settings = snapshotOf('Orders');
    await stored({
      holdReason: 'audit',
      holdBy: 'Operator',
      heldAt: new Date('2026-03-01T00:00:00.000Z'),
      expiresAt: new Date('2031-01-01T00:00:00.000Z'),
      version: 7,
      settings,
    });
    const before = await byArn(arnOf('stored'));
    await world.look(look('home/1', [seen('stored')]));
    await world.look(look('away/1', [seenCopy('stored')], { region: AWAY }));
    const { lastSeenAt, awsStatus, awsStatusSince, awsStorageClass, awsDeleteAtAsOf, ...after } = await byArn(
      arnOf('stored'),
    );
    expect(before).toMatchObject(after);
    expect([lastSeenAt, awsStatusSince, awsDeleteAtAsOf].every((one) => one !== null)).toBe(true);
    expect([awsStatus, awsStorageClass]).toEqual(['COMPLETED', 'WARM']);
    const copy = await byArn(arnOf('stored-copy', AWAY));
    expect(copy.sourceRecoveryPointArn).toBe(arnOf('stored'));
    expect(copy.settings).toEqual(settings);
    expect(await world.heard('dev.tablekeep.restore-point.catalogued.v1', 1)).toMatchObject([{ kind: 'COPY' }]);
  }, 60_000);

  test('others’ points are shown, never deleted, and count for no table; a key that comes later makes ours of them', async () => {
    const theirs = seen('theirs', { tags: foreignTags('It carries no tags of Tablekeep.') });
    const sealed = seen('sealed', { tags: foreignTags('Its tags are sealed with key k9.', 'k9') });
    await world.look(look('home/1', [theirs, sealed]));
    const { restorePoints } = await world.service.graphql<{ restorePoints: { nodes: object[] } }>(
      '{ restorePoints(filter: { foreign: true }) { nodes { recoveryPointArn foreign foreignBecause tableName } } }',
    );
    expect(restorePoints.nodes).toHaveLength(2);
    const told = await world.heard('dev.tablekeep.restore-point.catalogued.v1', 2);
    expect(told[0]).toMatchObject({ foreign: true, ofTable: { points: 0, newestAt: null } });
    const row = await byArn(arnOf('theirs'));
    const { previewDeletion } = await world.service.graphql<{
      previewDeletion: { preview: { deleteCount: number; points: { verdict: string; because: string }[] } };
    }>(
      `mutation ($input: PreviewDeletionInput!) { previewDeletion(input: $input) {
         preview { deleteCount points { verdict because } } } }`,
      { input: { restorePointIds: [row.id] } },
    );
    expect(previewDeletion.preview).toMatchObject({
      deleteCount: 0,
      points: [{ verdict: 'KEEP', because: expect.stringContaining('not Tablekeep’s to delete') }],
    });
    const { id: restorePointId, recoveryPointArn, version } = row;
    const wish = { taskId: 't', attempt: 1, restorePointId, recoveryPointArn, version };
    expect(await permitDeletion(world.db, systemClock, wish)).toMatchObject({ granted: false });

    await world.db.transaction((tx) =>
      tx.update(
        RestorePointEntity,
        { recoveryPointArn: arnOf('sealed') },
        { holdReason: 'x', holdBy: 'Operator', heldAt: new Date() },
      ),
    );
    await world.look(look('home/2', [theirs, seen('sealed')]));
    expect(await byArn(arnOf('sealed'))).toMatchObject({
      foreignBecause: null,
      sealedWith: null,
      policyName: 'Nightly',
      holdReason: 'x',
      version: 2,
    });
    // Never the other way: a key that is lost again takes nothing away.
    await world.look(look('home/3', [sealed]));
    expect(await byArn(arnOf('sealed'))).toMatchObject({ foreignBecause: null, version: 2 });
  }, 60_000);

  test('a hold that is placed while a sealed point becomes ours stays', async () => {
    const sealed = seen('sealed', { tags: foreignTags('Its tags are sealed with key k9.', 'k9') });
    await world.look(look('home/1', [sealed]));
    const { adopted } = await world.db.transaction(async (tx) => {
      const held = { holdReason: 'A lawsuit', holdBy: 'Operator', heldAt: new Date() };
      await tx.update(RestorePointEntity, { recoveryPointArn: arnOf('sealed') }, held);
      const adopted = world.look(look('home/2', [seen('sealed')]));
      // The engine renews what it shows of locks only where nobody has looked for a tenth of a second.
      await somebodyWaits(world.db);
      return { adopted };
    });
    await adopted;
    expect(await byArn(arnOf('sealed'))).toMatchObject({ foreignBecause: null, holdReason: 'A lawsuit' });
  }, 60_000);

  const unread = foreignTags('Its tags could not be read.');

  test('what a look took for somebody else’s is ours by its maker’s word, and what was said and seen of it stays', async () => {
    await world.look(look('home/1', [seen('early', { tags: unread }), seen('gone', { tags: unread })]));
    const held = { holdReason: 'A lawsuit', holdBy: 'Operator', heldAt: new Date() };
    const over = { deletedAt: new Date(), deletedBecause: 'It is no longer in its vault.' };
    await world.db.transaction(async (tx) => {
      await tx.update(RestorePointEntity, { recoveryPointArn: arnOf('early') }, held);
      await tx.update(RestorePointEntity, { recoveryPointArn: arnOf('gone') }, over);
    });
    const settings = snapshotOf('Orders');
    for (const id of ['early', 'early', 'gone']) await tellMade(world.service, id, { settings });
    const told = await world.heard('dev.tablekeep.restore-point.catalogued.v1', 4);
    expect(told[2]).toMatchObject({ sessionId: 's-made', taskId: 'task-early', ofTable: { points: 1 } });
    expect(told[2]).not.toHaveProperty('foreign');
    expect(await byArn(arnOf('early'))).toMatchObject({
      ...{ foreignBecause: null, kind: 'BACKUP', policyName: 'Nightly', tableId: 't-1', runTag: 'task-early/1' },
      ...{ expiresAt: new Date('2026-02-07T04:00:00.000Z'), settings, adoptedAt: null, version: 1 },
      ...{ holdReason: 'A lawsuit', holdBy: 'Operator', awsStatus: 'COMPLETED', lastSeenAt: expect.any(Date) },
    });
    // It counts for retention now: its time is over.
    expect((await byArn(arnOf('early'))).nextLookAt).toEqual(new Date('2026-02-07T04:00:00.000Z'));
    expect(await byArn(arnOf('gone'))).toMatchObject({ foreignBecause: null, deletedAt: expect.any(Date) });
  }, 60_000);

  test('a copy for a restore that a look found first is what its maker says, for its removal too', async () => {
    const arn = arnOf('a-copy', AWAY);
    const mine = { region: AWAY, vaultName: 'mine' };
    await world.look(look('away/1', [seenCopy('a')], mine));
    expect(await byArn(arn)).toMatchObject({ keepNewest: true, expiresAt: null });
    const retention = { backupDays: 3, copyDays: 3 };
    const copy = { kind: 'COPY' as const, policyId: null, policyName: null, rules: [], coldAfterDays: null, retention };
    await tellMade(world.service, 'a-copy', {
      ...{ recoveryPointArn: arn, sourceRecoveryPointArn: arnOf('a'), ...mine },
      origin: { ...copy, keepNewest: false },
    });
    expect(await byArn(arn)).toMatchObject({
      ...{ keepNewest: false, expiresAt: new Date('2026-02-03T04:00:00.000Z'), version: 1 },
      ...{ sourceRecoveryPointArn: arnOf('a'), policyName: null, sourceVaultArn: expect.any(String) },
    });
  }, 60_000);

  test('what a restore copied is removed also where a look found it first and could not read whose it is', async () => {
    const vaultName = 'tablekeep-restore-0123456789abcdef';
    const recoveryPointArn = arnOf('a-copy', AWAY);
    await world.look(look('away/1', [seenCopy('a', { tags: unread })], { region: AWAY, vaultName }));
    await tellMade(world.service, 'a-copy', { recoveryPointArn, region: AWAY, vaultName });
    await eventually(async () => expect(await byArn(recoveryPointArn)).toMatchObject({ foreignBecause: null }));
    const { id: restorePointId } = await byArn(recoveryPointArn);
    // As the clean-up after a restore asks.
    const answer = await callInternal({
      ...{ peer: () => world.url, identity: world.deps.identity, service: 'executor', call: 'deletePermit' },
      input: { taskId: 'clean-up', attempt: 1, restorePointId, recoveryPointArn, version: 1 },
    });
    expect(answer).toMatchObject({ state: 'known', value: { granted: true } });
  }, 60_000);

  test('a hold that is placed while the maker’s word comes stays', async () => {
    await world.look(look('home/1', [seen('early', { tags: unread })]));
    const { told } = await world.db.transaction(async (tx) => {
      const held = { holdReason: 'A lawsuit', holdBy: 'Operator', heldAt: new Date() };
      await tx.update(RestorePointEntity, { recoveryPointArn: arnOf('early') }, held);
      const told = tellMade(world.service, 'early');
      await somebodyWaits(world.db);
      return { told };
    });
    await told;
    expect(await byArn(arnOf('early'))).toMatchObject({ foreignBecause: null, holdReason: 'A lawsuit' });
  }, 60_000);

  test('what a restore left behind goes when AWS’s lifecycle says, and stands for no other point', async () => {
    const left = { region: AWAY, vaultName: 'tablekeep-restore-0123456789abcdef' };
    const deleteAt = '2026-03-20T04:00:00.000Z';
    await world.look(look('away/1', [seenCopy('a', { deleteAt }), seenCopy('b')], left));
    const row = await byArn(arnOf('a-copy', AWAY));
    expect(row).toMatchObject({ kind: 'COPY', keepNewest: false, expiresAt: new Date(deleteAt), flags: [] });
    expect(row.graceUntil).not.toBeNull();
    expect(await byArn(arnOf('b-copy', AWAY))).toMatchObject({ expiresAt: new Date('2026-02-22T04:00:00.000Z') });
  }, 60_000);

  test('vaults are those that AWS lists, or those named; everything wrong is told at once', async () => {
    const resolve = async (change: Partial<ImportRequest>) => {
      const answer = await callInternal({
        peer: () => world.url,
        identity: world.deps.identity,
        service: 'session',
        call: 'resolveTargets',
        input: { request: { ...request, vaults: [], awsAccountId: null, ...change } },
      });
      if (answer.state === 'unknown') throw new Error(answer.because);
      return answer.value;
    };
    expect(await resolve({})).toMatchObject({
      ok: true,
      accountId: 'account-1',
      request: { vaults: request.vaults, awsAccountId: AWS },
    });
    expect(await resolve({ regions: [AWAY] })).toMatchObject({ request: { vaults: [request.vaults[1]] } });
    const codes = (answer: Awaited<ReturnType<typeof resolve>>) =>
      answer.ok ? [] : answer.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);
    expect(codes(await resolve({ accountId: 'nobody' }))).toEqual(['NOT_FOUND accountId']);
    expect(codes(await resolve({ regions: ['mars-1', AWAY, 'mars-2'] }))).toEqual([
      'UNKNOWN_REGION regions.0',
      'UNKNOWN_REGION regions.2',
    ]);
    const named = [
      { region: HOME, vaultName: 'tin' },
      { region: HOME, vaultName: 'gold' },
    ];
    expect(codes(await resolve({ vaults: named }))).toEqual(['NOT_FOUND vaults.0.vaultName']);
    world.aws.vaultsKnown = false;
    expect(codes(await resolve({}))).toEqual(['COULD_NOT_TELL regions']);
    expect(await resolve({ vaults: request.vaults })).toMatchObject({ ok: true });
  }, 60_000);

  test('a point found with its time over stays for a day, so that an import is not followed by deletions the same night', async () => {
    const before = Date.now();
    const young = new Date(before - 86_400_000).toISOString();
    await world.look(
      look('read-home/1', [
        seen('over'),
        seen('young', { createdAt: young, completedAt: young }),
        seen('foreign', { tags: foreignTags('None of ours.') }),
      ]),
    );
    const over = await byArn(arnOf('over'));
    expect(over?.graceUntil?.getTime()).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(await byArn(arnOf('young'))).toMatchObject({ graceUntil: null });
    expect(await byArn(arnOf('foreign'))).toMatchObject({ graceUntil: null, nextLookAt: null });
    const { retentionPreview } = await world.service.graphql<{
      retentionPreview: { nodes: { restorePoint: { id: string }; reasons: { code: string }[] }[] };
    }>('{ retentionPreview(accountId: "account-1") { nodes { restorePoint { id } reasons { code } } } }');
    const codes = retentionPreview.nodes.find(({ restorePoint }) => restorePoint.id === over?.id)?.reasons;
    expect(codes).toContainEqual({ code: 'GRACE' });
  }, 60_000);
});
