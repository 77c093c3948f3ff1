import {
  CreateBackupVaultCommand,
  DescribeRecoveryPointCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { AWAY, createTable, HOME } from './aws-account.ts';
import { backupOf, copyOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();

const origin = (backupDays: number | null, copyDays: number | null = null) => ({
  kind: 'BACKUP' as const,
  policyId: 'policy-1',
  policyName: 'Gold',
  retention: { backupDays, copyDays },
  rules: [],
  coldAfterDays: null,
});

describe('a vault that is locked', () => {
  let world: World;
  const LOCKED = 'compliance';
  beforeAll(async () => {
    world = await startWorld(engine!);
    for (const region of [HOME, AWAY]) {
      const backup = world.owner.backup(region);
      await backup.send(new CreateBackupVaultCommand({ BackupVaultName: LOCKED }));
      await backup.send(
        new PutBackupVaultLockConfigurationCommand({
          BackupVaultName: LOCKED,
          MinRetentionDays: 7,
          MaxRetentionDays: 100,
        }),
      );
    }
  }, 60_000);
  afterAll(() => world.stop());

  const lifecycle = async (point: PointMade) => {
    const { Lifecycle } = await world.owner.backup(point.region).send(
      new DescribeRecoveryPointCommand({
        BackupVaultName: point.vaultName,
        RecoveryPointArn: point.recoveryPointArn,
      }),
    );
    return Lifecycle?.DeleteAfterDays;
  };

  test('takes a point with its retention as AWS’s own lifecycle, and a copy with the copy’s', async () => {
    const table = await createTable(world.owner, 'Kept');
    const backup = await world.perform(backupOf(table, { vaultName: LOCKED, origin: origin(35) }));
    const point = (await world.succeeded(backup.taskId)).point!;
    expect(await lifecycle(point)).toBe(35);
    const copy = await world.perform(
      copyOf(point, {
        destinationVaultName: LOCKED,
        lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: 36_500 },
        origin: { ...origin(35, 90), kind: 'COPY' },
      }),
    );
    expect(await lifecycle((await world.succeeded(copy.taskId)).point!)).toBe(90);
  });

  test.each([
    ['too short', 3, 'at least 7 days; this one is kept for 3 days'],
    ['too long', 101, 'at most 100 days; this one is kept for 101 days'],
    ['for ever', null, 'at most 100 days; this one is kept for ever'],
  ])('refuses a retention that is %s before AWS is asked to start', async (name, days, says) => {
    const table = await createTable(world.owner, `Refused-${name.replaceAll(' ', '-')}`);
    const before = world.calls('StartBackupJob');
    const { taskId } = await world.perform(backupOf(table, { vaultName: LOCKED, origin: origin(days) }));
    expect(await world.failed(taskId)).toMatchObject({ code: 'VAULT_LOCKED', reason: expect.stringContaining(says) });
    expect(world.calls('StartBackupJob')).toBe(before);
  });
});

test('a vault that was locked since a backup was checked is met again before a call that comes long after', async () => {
  const world = await startWorld(engine!);
  try {
    const backup = world.owner.backup();
    await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'later' }));
    const table = await createTable(world.owner, 'Long-ago');
    const before = world.calls('StartBackupJob');
    world.emulator.fault({ service: 'backup', operation: 'StartBackupJob', count: 1_000, kind: 'throttle' });
    const { taskId } = await world.perform(backupOf(table, { vaultName: 'later', origin: origin(35) }));
    await eventually(() => expect(world.calls('StartBackupJob')).toBeGreaterThan(before), { timeoutMs: 15_000 });
    await world.stopReplicas();
    world.emulator.clearFaults();
    await backup.send(
      new PutBackupVaultLockConfigurationCommand({
        BackupVaultName: 'later',
        MinRetentionDays: 7,
        MaxRetentionDays: 30,
      }),
    );
    const calls = world.calls('StartBackupJob');
    // To whom a moment is as long as twelve hours and more.
    await world.addReplica({ timeScale: 10_000_000 });
    expect(await world.failed(taskId)).toMatchObject({
      code: 'VAULT_LOCKED',
      reason: expect.stringContaining('at most 30 days; this one is kept for 35 days'),
    });
    expect(world.calls('StartBackupJob')).toBe(calls);
  } finally {
    await world.stop();
  }
}, 60_000);
