import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase, type Database } from '@tablekeep/platform/database';
import type { VaultPoint, VaultScanned } from '@tablekeep/schema/vault-points';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { createRetentionService, retentionModel } from '../src/service.ts';
import { VaultScanPointEntity } from '../src/store/vault-entities.ts';
import { forgetOldScans, SCANS_KEPT_MS, wholeScan } from '../src/store/vault-scans.ts';

const arnOf = (i: number) => `arn:aws:backup:us-east-1:111122223333:recovery-point:${i}`;
const seen = (i: number, change: Partial<VaultPoint> = {}): VaultPoint => ({
  recoveryPointArn: arnOf(i),
  status: 'COMPLETED',
  tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/Orders',
  createdAt: '2026-01-31T04:00:00.000Z',
  completedAt: '2026-01-31T04:06:00.000Z',
  sizeBytes: 10,
  storageClass: null,
  deleteAt: null,
  movesToColdAt: null,
  encryptionKeyArn: null,
  sourceVaultArn: null,
  tags: null,
  ...change,
});

describe.each(await availableEngines())('looks at vaults on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let db: Database;
  beforeEach(async () => {
    service = await startServiceUnderTest(engine, retentionModel, createRetentionService);
    db = await openDatabase(service.database, retentionModel);
  }, 60_000);
  afterEach(async () => {
    await db.close();
    await service.stop();
  });

  const chunk = (at: number, chunks: number, points: VaultPoint[], startedAt = new Date()): VaultScanned => ({
    scanId: 'task-1/1',
    sessionId: 's-1',
    taskId: 'task-1',
    accountId: 'account-1',
    awsAccountId: '111122223333',
    region: 'us-east-1',
    vaultName: 'gold',
    startedAt: startedAt.toISOString(),
    complete: true,
    chunk: at,
    chunks,
    points,
  });
  const told = (data: VaultScanned) =>
    service.tell({ type: 'dev.tablekeep.vault.scanned.v1', source: 'executor', subject: data.scanId, data });

  test('a look is whole once all its chunks are there, in any order and however often they come', async () => {
    await told(chunk(3, 3, [seen(3)]));
    await told(chunk(3, 3, [seen(3)]));
    expect(await wholeScan(db.reader, 'task-1/1')).toBeNull();
    await told(chunk(1, 3, [seen(1), seen(2, { status: 'EXPIRED' })]));
    await told(chunk(2, 3, [seen(2)]));
    const scan = await wholeScan(db.reader, 'task-1/1');
    expect(scan).toMatchObject({ region: 'us-east-1', vaultName: 'gold', complete: true, points: 3 });
    const found = await scan!.find([arnOf(1), arnOf(2), arnOf(9)]);
    expect([...found].map(([arn, { status }]) => [arn, status])).toEqual([
      [arnOf(1), 'COMPLETED'],
      [arnOf(2), 'EXPIRED'],
    ]);
    expect(await wholeScan(db.reader, 'another/1')).toBeNull();
  }, 60_000);

  test('ten thousand points are found by ARN, and an empty vault is whole too', async () => {
    const points = Array.from({ length: 10_000 }, (_, i) => seen(i));
    await told(chunk(1, 1, points));
    const scan = await wholeScan(db.reader, 'task-1/1');
    const asked = Array.from({ length: 12_000 }, (_, i) => arnOf(i));
    expect((await scan!.find(asked)).size).toBe(10_000);
    await told({ ...chunk(1, 1, []), scanId: 'empty/1' });
    expect(await wholeScan(db.reader, 'empty/1')).toMatchObject({ points: 0 });
  }, 60_000);

  test('old looks are forgotten, and one that comes late is not kept', async () => {
    const old = new Date(Date.now() - SCANS_KEPT_MS + 60_000);
    await told(chunk(1, 1, [seen(1)], old));
    await forgetOldScans(db, new Date());
    expect(await wholeScan(db.reader, 'task-1/1')).not.toBeNull();
    await forgetOldScans(db, new Date(Date.now() + 120_000));
    expect(await wholeScan(db.reader, 'task-1/1')).toBeNull();
    expect(await db.reader.count(VaultScanPointEntity)).toBe(0);
    await told({ ...chunk(1, 1, [seen(1)], new Date(Date.now() - SCANS_KEPT_MS - 1_000)), scanId: 'late/1' });
    expect(await db.reader.count(VaultScanPointEntity)).toBe(0);
  }, 60_000);
});
