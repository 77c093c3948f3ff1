import {
  CreateBackupVaultCommand,
  DeleteRecoveryPointCommand,
  ListRecoveryPointsByBackupVaultCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '@tablekeep/platform/database';
import type { PointMade } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { executorModel } from '../src/service.ts';
import { createTable, VAULT } from './aws-account.ts';
import { backupOf, deleteOf } from './work.ts';
import { startWorld, type World } from './world.ts';

for (const engine of await availableEngines()) {
  describe(`deleting a recovery point on ${engine.name}`, () => {
    let world: World;
    let count = 0;
    beforeAll(async () => {
      world = await startWorld(engine);
    }, 60_000);
    afterAll(() => world.stop());
    afterEach(() => {
      world.emulator.clearFaults();
      world.permits.answer = { granted: true, validMs: 15_000 };
      world.permits.reachable = true;
    });

    async function backedUp(vaultName = VAULT): Promise<PointMade> {
      count += 1;
      const { taskId } = await world.perform(
        backupOf(await createTable(world.owner, `Deleted-${count}`), { vaultName }),
      );
      const { point } = await world.succeeded(taskId);
      return point!;
    }
    async function there(point: PointMade): Promise<boolean> {
      const { RecoveryPoints } = await world.owner
        .backup()
        .send(new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: point.vaultName }));
      return (RecoveryPoints ?? []).some((one) => one.RecoveryPointArn === point.recoveryPointArn);
    }
    const deletions = () => world.calls('DeleteRecoveryPoint');

    test('needs a permit for the very version, asks AWS once, and is done when the point is gone', async () => {
      const point = await backedUp();
      const [before, asked] = [deletions(), world.permits.asked.length];
      const { taskId, item } = await world.perform({ ...deleteOf(point), leavesOthers: true });
      await Promise.all([world.send(item), world.send(item)]);
      const { deleted, warnings } = await world.succeeded(taskId);
      expect(deleted).toEqual({
        restorePointId: 'restore-point-1',
        recoveryPointArn: point.recoveryPointArn,
        outcome: 'GONE',
        because: null,
      });
      expect(warnings).toEqual([]);
      expect(await there(point)).toBe(false);
      expect(deletions() - before).toBe(1);
      const { recoveryPointArn } = point;
      const said = { decidedBy: 'PERSON', leavesOthers: true };
      expect(world.permits.asked.slice(asked)).toEqual([
        { taskId, attempt: 1, restorePointId: 'restore-point-1', version: 3, recoveryPointArn, ...said },
      ]);
    });

    test('says for whom it asks, so that what retention decided is judged again', async () => {
      const asked = world.permits.asked.length;
      world.permits.answer = { granted: false, because: 'It is the newest point of its table.' };
      const { taskId } = await world.perform({ ...deleteOf(await backedUp()), decidedBy: 'RULES' });
      expect((await world.succeeded(taskId)).deleted).toMatchObject({
        outcome: 'KEPT',
        because: 'It is the newest point of its table.',
      });
      expect(world.permits.asked.slice(asked)).toMatchObject([{ taskId, decidedBy: 'RULES' }]);
    });

    test('without a permit the point is kept, with the reason, and AWS is not asked', async () => {
      const point = await backedUp();
      const before = deletions();
      world.permits.answer = { granted: false, because: 'it is on legal hold' };
      const { taskId } = await world.perform(deleteOf(point));
      const { deleted, warnings } = await world.succeeded(taskId);
      expect(deleted).toMatchObject({ outcome: 'KEPT', because: 'it is on legal hold' });
      expect(warnings).toEqual(['The recovery point was kept: it is on legal hold']);
      expect(await there(point)).toBe(true);
      expect(deletions()).toBe(before);
    });

    test('while nobody can give a permit it waits; one that would run out during the call is no permit', async () => {
      const point = await backedUp();
      const before = deletions();
      world.permits.reachable = false;
      const { taskId } = await world.perform(deleteOf(point));
      await eventually(async () => expect(await triesOf(taskId)).toBeGreaterThan(0));
      world.permits.answer = { granted: true, validMs: 7_000 };
      world.permits.reachable = true;
      const asked = world.permits.asked.length;
      await eventually(() => expect(world.permits.asked.length).toBeGreaterThan(asked + 1), { timeoutMs: 20_000 });
      expect(deletions()).toBe(before);
      expect(await there(point)).toBe(true);
      world.permits.answer = { granted: true, validMs: 15_000 };
      expect((await world.succeeded(taskId)).deleted?.outcome).toBe('GONE');
    });

    async function triesOf(taskId: string): Promise<number> {
      const db = await openDatabase(world.database, executorModel);
      try {
        const rows = await db.reader.query<{ state: string }[]>('SELECT state FROM job WHERE task_id = ?', [taskId]);
        return (JSON.parse(rows[0]?.state ?? '{"tries":0}') as { tries: number }).tries;
      } finally {
        await db.close();
      }
    }

    test('given up without an answer, it looks what became of the point before it lets go of it', async () => {
      const point = await backedUp();
      const before = deletions();
      world.permits.reachable = false;
      const { taskId } = await world.perform(deleteOf(point));
      await eventually(async () => expect(await triesOf(taskId)).toBeGreaterThan(0));
      const db = await openDatabase(world.database, executorModel);
      const longAgo = `UPDATE job SET state = JSON_SET(state, '$.waitedMs', 50000000) WHERE task_id = ? AND step = 'deleting'`;
      // Whoever is at the step just now writes over it.
      await eventually(
        async () => {
          await db.transaction((tx) => tx.query(longAgo, [taskId]));
          const [{ step }] = await db.reader.query<[{ step: string }]>('SELECT step FROM job WHERE task_id = ?', [
            taskId,
          ]);
          expect(step).toBe('verifying');
        },
        { timeoutMs: 20_000 },
      );
      await db.close();
      const { deleted, warnings } = await world.succeeded(taskId);
      expect(deleted).toMatchObject({ outcome: 'KEPT', because: expect.stringContaining('Given up after 12 h') });
      expect(warnings).toEqual([expect.stringMatching(/^The recovery point was kept: /u)]);
      expect([await there(point), deletions() - before]).toEqual([true, 0]);
    });

    test('a point that AWS keeps as EXPIRED after saying yes is a failure, not a deletion', async () => {
      const point = await backedUp();
      world.emulator.fault({
        service: 'backup',
        operation: 'DeleteRecoveryPoint',
        count: 1,
        kind: 'expiredAfterDelete',
      });
      const { taskId } = await world.perform(deleteOf(point));
      const ended = await world.ended(taskId);
      expect(ended).toMatchObject({
        end: 'failed',
        data: { code: 'NOT_DELETED', reason: expect.stringContaining('EXPIRED') },
      });
      expect(await there(point)).toBe(true);
    });

    test('a point in a locked vault is kept, in AWS’s words', async () => {
      const vaultName = `locked-${engine.name.toLowerCase()}`;
      const backup = world.owner.backup();
      await backup.send(new CreateBackupVaultCommand({ BackupVaultName: vaultName }));
      const point = await backedUp(vaultName);
      await backup.send(
        new PutBackupVaultLockConfigurationCommand({
          BackupVaultName: vaultName,
          MinRetentionDays: 1,
          MaxRetentionDays: 100,
        }),
      );
      const { taskId } = await world.perform(deleteOf(point));
      expect((await world.succeeded(taskId)).deleted).toMatchObject({
        outcome: 'KEPT',
        because: expect.stringContaining('locked'),
      });
      expect(await there(point)).toBe(true);
    });

    test('a point that is gone already needs no permit and no call', async () => {
      const point = await backedUp();
      await world.owner
        .backup()
        .send(new DeleteRecoveryPointCommand({ BackupVaultName: VAULT, RecoveryPointArn: point.recoveryPointArn }));
      await eventually(async () => expect(await there(point)).toBe(false), { timeoutMs: 20_000 });
      const [before, asked] = [deletions(), world.permits.asked.length];
      const { taskId } = await world.perform(deleteOf(point));
      expect((await world.succeeded(taskId)).deleted?.outcome).toBe('GONE');
      expect([deletions(), world.permits.asked.length]).toEqual([before, asked]);
    });

    test('an answer that is lost after AWS has acted is not asked for again', async () => {
      const point = await backedUp();
      const before = deletions();
      world.emulator.fault({ service: 'backup', operation: 'DeleteRecoveryPoint', count: 1, kind: 'responseLost' });
      const { taskId } = await world.perform(deleteOf(point));
      await world.succeeded(taskId);
      expect(await there(point)).toBe(false);
      expect(deletions() - before).toBe(1);
    });

    test('throttled, it waits and asks again', async () => {
      const point = await backedUp();
      world.emulator.fault({ service: 'backup', operation: 'DeleteRecoveryPoint', count: 3, kind: 'throttle' });
      const { taskId } = await world.perform(deleteOf(point));
      expect((await world.succeeded(taskId)).deleted?.outcome).toBe('GONE');
    });
  });
}
