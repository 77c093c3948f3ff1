import {
  DeleteRecoveryPointCommand,
  DescribeRecoveryPointCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import type { ParametersOf } from '@tablekeep/schema/work-items';
import { eventually } from '@tablekeep/testkit';
import { availableEngines } from '@tablekeep/testkit/engines';
import { createTable, VAULT } from './aws-account.ts';
import { backupOf, copyOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();
const DAY = 86_400_000;

describe('a safety net', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
  }, 60_000);
  afterEach(() => world.stop());

  const origin = (coldAfterDays: number | null = null, backupDays: number | null = 35) => ({
    ...({ kind: 'BACKUP', policyId: 'policy-1', policyName: 'Gold', rules: [] } as const),
    ...{ rules: [], retention: { backupDays, copyDays: 90 }, coldAfterDays, safetyNetDays: 30 },
  });
  const shown = async (point: PointMade) =>
    world.owner.backup(point.region).send(
      new DescribeRecoveryPointCommand({
        BackupVaultName: point.vaultName,
        RecoveryPointArn: point.recoveryPointArn,
      }),
    );
  async function backedUp(name: string, cold: number | null = null, days: number | null = 35): Promise<PointMade> {
    const { taskId } = await world.perform(
      backupOf(await createTable(world.owner, name), {
        lifecycle: { moveToColdStorageAfterDays: cold, deleteAfterDays: null },
        origin: origin(cold, days),
      }),
    );
    return (await world.succeeded(taskId)).point!;
  }
  const prolong = (point: PointMade, deleteAfterDays: number): ParametersOf<'LIFECYCLE'> => ({
    ...{ kind: 'LIFECYCLE', table: point.table, restorePointId: 'restore-point-1', deleteAfterDays },
    ...{ recoveryPointArn: point.recoveryPointArn, vaultName: point.vaultName },
  });
  const updates = () => world.calls('UpdateRecoveryPointLifecycle');

  test('is AWS’s own deletion of a point, days after its last flag, and of its copy after the copy’s', async () => {
    const point = await backedUp('Netted');
    expect((await shown(point)).Lifecycle?.DeleteAfterDays).toBe(65);
    expect(point.awsDeleteAt).toBe(new Date(Date.parse(point.createdAt) + 65 * DAY).toISOString());
    const { taskId } = await world.perform(copyOf(point, { origin: { ...origin(), kind: 'COPY' } }));
    const copy = (await world.succeeded(taskId)).point!;
    expect((await shown(copy)).Lifecycle?.DeleteAfterDays).toBe(120);
    // In cold storage for 90 days at least; and what is kept for ever has none.
    expect((await shown(await backedUp('NettedCold', 30, 35))).Lifecycle?.DeleteAfterDays).toBe(120);
    const kept = await backedUp('NettedForEver', null, null);
    expect((await shown(kept)).Lifecycle?.DeleteAfterDays ?? null).toBeNull();
    expect(kept.awsDeleteAt).toBeNull();
  });

  test('is put off with the whole lifecycle, once, and never brought forward', async () => {
    const point = await backedUp('PutOff', 30, 200);
    const before = updates();
    const { taskId, item } = await world.perform(prolong(point, 400));
    await world.send(item);
    expect(await world.succeeded(taskId)).toMatchObject({
      kind: 'LIFECYCLE',
      lifecycle: {
        restorePointId: 'restore-point-1',
        awsDeleteAt: new Date(Date.parse(point.createdAt) + 400 * DAY).toISOString(),
      },
    });
    expect((await shown(point)).Lifecycle).toMatchObject({ MoveToColdStorageAfterDays: 30, DeleteAfterDays: 400 });
    expect(updates() - before).toBe(1);
    const again = await world.perform(prolong(point, 300));
    expect((await world.succeeded(again.taskId)).lifecycle?.awsDeleteAt).toBe(
      new Date(Date.parse(point.createdAt) + 400 * DAY).toISOString(),
    );
    expect(updates() - before).toBe(1);
  });

  test('is put off by one job at a time: what one has made later, no other brings forward', async () => {
    const point = await backedUp('PutOffTwice');
    // The first has looked, and its write is long on its way: time for the other to look and write.
    const slow = { service: 'backup', operation: 'UpdateRecoveryPointLifecycle', count: 1, kind: 'delay' } as const;
    world.emulator.fault({ ...slow, delayMs: 3_000 });
    const before = updates();
    const shorter = await world.perform(prolong(point, 100));
    await eventually(() => expect(updates()).toBe(before + 1), { everyMs: 5 });
    const longer = await world.perform(prolong(point, 400));
    await world.succeeded(longer.taskId);
    await world.succeeded(shorter.taskId);
    expect((await shown(point)).Lifecycle?.DeleteAfterDays).toBe(400);
  });

  test('of a point in cold storage is put off, and what was said of cold storage stays', async () => {
    const point = await backedUp('PutOffCold', 1, 200);
    await world.emulator.clock.advance(2 * DAY);
    expect((await shown(point)).StorageClass).toBe('COLD');
    const { taskId } = await world.perform(prolong(point, 400));
    await world.succeeded(taskId);
    expect((await shown(point)).Lifecycle).toMatchObject({ MoveToColdStorageAfterDays: 1, DeleteAfterDays: 400 });
  });

  test('a point that is gone fails with the reason', async () => {
    const point = await backedUp('PutOffTooLate');
    await world.owner
      .backup()
      .send(
        new DeleteRecoveryPointCommand({ BackupVaultName: point.vaultName, RecoveryPointArn: point.recoveryPointArn }),
      );
    const late = await world.perform(prolong(point, 400));
    expect((await world.failed(late.taskId)).code).toMatch(/^(?:TOO_LATE|POINT_NOT_FOUND)$/u);
  });

  test('that a vault was locked since is an outcome, in AWS’s words, and the point’s end stays as it was', async () => {
    const locked = await backedUp('PutOffLocked');
    await world.owner
      .backup()
      .send(new PutBackupVaultLockConfigurationCommand({ BackupVaultName: VAULT, MinRetentionDays: 1 }));
    const { taskId } = await world.perform(prolong(locked, 400));
    expect(await world.succeeded(taskId)).toMatchObject({
      warnings: [expect.stringMatching(/nobody can put that off: .*is locked/u)],
      lifecycle: {
        restorePointId: 'restore-point-1',
        awsDeleteAt: locked.awsDeleteAt,
        lockedBecause: expect.stringContaining('is locked'),
      },
    });
  });
});
