import { StartBackupJobCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openKeyring } from '@tablekeep/platform/keyring';
import type { EventData, PointMade } from '@tablekeep/schema/events';
import { vaultPoint } from '@tablekeep/schema/vault-points';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_TAG } from '../src/domain/point-tags.ts';
import { account, AWAY, createTable, HOME, operatorActions, VAULT } from './aws-account.ts';
import { backupOf, copyOf } from './work.ts';
import { startWorld, type World } from './world.ts';

type Scanned = EventData<'dev.tablekeep.vault.scanned.v1'>;
const [engine] = await availableEngines();

describe('reading a vault', () => {
  let world: World;
  let ours: PointMade;
  let copy: PointMade;
  let foreign: string;

  beforeAll(async () => {
    world = await startWorld(engine!);
    const table = await createTable(world.owner, 'Flights', { Tags: [{ Key: 'team', Value: 'the table’s own' }] });
    const other = await createTable(world.owner, 'Others');
    const [backup, away] = [world.workOf(backupOf(table)), await startForeign(other.arn)];
    foreign = away;
    await world.send(backup.item);
    ours = (await world.succeeded(backup.taskId)).point!;
    const { taskId } = await world.perform(copyOf(ours));
    copy = (await world.succeeded(taskId)).point!;
  }, 60_000);
  afterAll(() => world.stop());

  async function startForeign(tableArn: string): Promise<string> {
    const { RecoveryPointArn } = await world.owner.backup().send(
      new StartBackupJobCommand({
        BackupVaultName: VAULT,
        ResourceArn: tableArn,
        IamRoleArn: account.serviceRoleArn,
        RecoveryPointTags: { made: 'by hand' },
      }),
    );
    return RecoveryPointArn!;
  }

  async function look(points: string[] | null, region = HOME): Promise<{ scanned: Scanned; told: number }> {
    const { taskId } = await world.perform({ kind: 'IMPORT', vaultName: VAULT, points }, { region });
    const { vault } = await world.succeeded(taskId);
    const scanned = await eventually(() => {
      const [heard] = world.heard.flatMap((event) =>
        event.type === 'dev.tablekeep.vault.scanned.v1' && event.data.scanId === vault!.scanId ? [event.data] : [],
      );
      expect(heard).toBeDefined();
      return heard!;
    });
    expect(vault).toEqual({ scanId: `${taskId}/1`, vaultName: VAULT, points: scanned.points.length });
    return { scanned, told: vault!.points };
  }

  test('the listing of a vault names every point and reads no tags', async () => {
    await eventually(async () => {
      const { scanned } = await look(null);
      expect(scanned).toMatchObject({ complete: true, chunk: 1, chunks: 1, region: HOME, vaultName: VAULT });
      expect(scanned.points.map((point) => point.recoveryPointArn).sort()).toEqual(
        [ours.recoveryPointArn, foreign].sort(),
      );
      for (const point of scanned.points) expect(point).toMatchObject({ status: 'COMPLETED', tags: null });
    });
    const { scanned } = await look(null, AWAY);
    expect(scanned.points).toMatchObject([
      {
        recoveryPointArn: copy.recoveryPointArn,
        createdAt: ours.createdAt,
        sourceVaultArn: expect.stringContaining(`${HOME}:111122223333:backup-vault:${VAULT}`),
      },
    ]);
  }, 60_000);

  test('named points are described with their tags unsealed; a copy says what its source says', async () => {
    const { scanned } = await look([ours.recoveryPointArn, foreign, `${foreign}-gone`]);
    expect(scanned.complete).toBe(false);
    const seen = new Map(scanned.points.map((point) => [point.recoveryPointArn, vaultPoint.parse(point)]));
    expect([...seen.keys()].sort()).toEqual([ours.recoveryPointArn, foreign].sort());
    const metadata = seen.get(ours.recoveryPointArn)!.tags!.metadata!;
    expect(metadata).toMatchObject({
      table: ours.table,
      origin: ours.origin,
      settings: { tableClass: 'STANDARD', timeToLive: { state: 'known', value: null } },
    });
    expect(seen.get(ours.recoveryPointArn)).toMatchObject({ storageClass: 'WARM', tags: { because: null } });
    expect(seen.get(foreign)!.tags).toEqual({
      metadata: null,
      because: expect.stringContaining('no tags of Tablekeep'),
      sealedWith: null,
      userTags: [{ key: 'made', value: 'by hand' }],
    });
    const away = await look([copy.recoveryPointArn], AWAY);
    expect(away.scanned.points[0]!.tags!.metadata).toEqual(metadata);
  }, 60_000);

  test('tags moved to another point, or sealed with another keyring’s key, are told apart from none', async () => {
    const backup = world.owner.backup();
    const folder = await mkdtemp(join(tmpdir(), 'tablekeep-other-key-'));
    const otherKey = await openKeyring(join(folder, 'keyring.json'));
    const tags = { [RUN_TAG]: 'task/1', 'tablekeep:m0': otherKey.encrypt('{}', 'point-tags/task/1') };
    await backup.send(new TagResourceCommand({ ResourceArn: foreign, Tags: tags }));
    expect((await look([foreign])).scanned.points[0]!.tags).toMatchObject({
      metadata: null,
      sealedWith: otherKey.currentKeyId,
      because: expect.stringContaining(otherKey.currentKeyId),
    });
    const moved = world.keyring.encrypt('{}', 'point-tags/another/1');
    await backup.send(new TagResourceCommand({ ResourceArn: foreign, Tags: { ...tags, 'tablekeep:m0': moved } }));
    expect((await look([foreign])).scanned.points[0]!.tags).toMatchObject({
      metadata: null,
      sealedWith: null,
      because: expect.stringContaining('changed, or moved'),
    });
    await backup.send(new UntagResourceCommand({ ResourceArn: foreign, TagKeyList: Object.keys(tags) }));
  }, 60_000);

  test('a vault that is not there, and one that may not be looked at, fail the look with the reason', async () => {
    const gone = await world.perform({ kind: 'IMPORT', vaultName: 'nowhere', points: null });
    expect(['NOT_FOUND', 'ACCESS_DENIED']).toContain((await world.failed(gone.taskId)).code);
    await world.owner.allow(operatorActions.filter((one) => one !== 'backup:ListRecoveryPointsByBackupVault'));
    const denied = await world.perform({ kind: 'IMPORT', vaultName: VAULT, points: null });
    const { code, reason } = await world.failed(denied.taskId);
    await world.owner.allow(operatorActions);
    expect(code).toBe('ACCESS_DENIED');
    expect(reason).toContain('backup:ListRecoveryPointsByBackupVault');
  }, 60_000);
});
