import { ListRecoveryPointsByBackupVaultCommand } from '@aws-sdk/client-backup';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, createTable } from './aws-account.ts';
import { backupOf, copyOf, deleteOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const vaultName = 'tablekeep-restore-0123456789abcdef';
const inVault = { afterRestore: { temporaryVault: true } };
const noPoint = { restorePointId: null, recoveryPointArn: null };

for (const engine of await availableEngines()) {
  describe(`the clean-up of a restore whose account was removed, on ${engine.name}`, () => {
    let world: World;
    let copy: PointMade;
    beforeAll(async () => {
      world = await startWorld(engine);
      const backup = await world.perform(backupOf(await createTable(world.owner, 'Elsewhere')));
      const { point } = await world.succeeded(backup.taskId);
      const forRestore = { temporaryVault: true };
      const copied = await world.perform(copyOf(point!, { destinationVaultName: vaultName, forRestore }));
      copy = (await world.succeeded(copied.taskId)).point!;
      // A deletion that has begun stays open.
      world.permits.reachable = false;
    }, 60_000);
    afterAll(() => world.stop());
    beforeEach(() => world.announce(account));

    const cleanUp = (changes: Partial<ParametersOf<'DELETE'>>) =>
      world.perform(deleteOf(copy, changes), { region: AWAY });
    async function expectUntouched() {
      const points = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: vaultName });
      const { RecoveryPoints } = await world.owner.backup(AWAY).send(points);
      expect(RecoveryPoints).toMatchObject([{ RecoveryPointArn: copy.recoveryPointArn }]);
      expect(world.calls('DeleteRecoveryPoint') + world.calls('DeleteBackupVault')).toBe(0);
    }

    test('while it was open: it ends, and a person is told what is left and where', async () => {
      const { taskId } = await cleanUp(inVault);
      await world.heardOf(taskId, 'dev.tablekeep.task.started.v1');
      await world.announce(account, true);
      expect(await world.failed(taskId)).toMatchObject({
        ...{ code: 'ACCOUNT_NOT_FOUND', retryable: false },
        reason: `The account ${account.id} is not registered any more. What was made for a restore may be there: ${copy.recoveryPointArn}, the vault ${vaultName} in ${AWAY}. Delete it by hand.`,
      });
      await expectUntouched();
    });

    test.each<[string, Partial<ParametersOf<'DELETE'>>, () => string[], () => string[]]>([
      ['a copy alone', { afterRestore: { temporaryVault: false } }, () => [copy.recoveryPointArn], () => [vaultName]],
      ['a vault alone', { ...noPoint, ...inVault }, () => [`the vault ${vaultName}`], () => [copy.recoveryPointArn]],
      ['nothing', { ...noPoint, afterRestore: { temporaryVault: false } }, () => [], () => ['may be there']],
      ['no point of a restore', {}, () => [], () => ['may be there']],
    ])('before it began, where it left %s: no more is named', async (_, changes, named, unnamed) => {
      await world.announce(account, true);
      const { reason } = await world.failed((await cleanUp(changes)).taskId);
      for (const left of named()) expect(reason).toContain(`may be there: ${left} in ${AWAY}. Delete it by hand.`);
      for (const other of unnamed()) expect(reason).not.toContain(other);
      await expectUntouched();
    });
  });
}
