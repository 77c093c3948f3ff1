import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { reportPoints } from '../src/report-points.ts';
import { FrozenChainEntity, RetainedAccountEntity } from '../src/store/retention-entities.ts';
import { ACCOUNT, AWAY, DAY, startRetentionWorld, tableArn, type RetentionWorld } from './retention-world.ts';

describe.each(await availableEngines())('what the retention service tells for the daily report on %s', (engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const now = () => world.deps.clock.now();
  const report = (aheadMs = DAY, most = 50) =>
    reportPoints(world.db, world.deps.clock, { until: new Date(now().getTime() + aheadMs).toISOString(), most });
  const frozen = (name: string, hoursAgo: number, acknowledgedAt: Date | null = null) =>
    world.db.transaction((tx) =>
      tx.insert(FrozenChainEntity, {
        id: `chain of ${name}`.slice(0, 36),
        accountId: ACCOUNT,
        tableArn: tableArn(name),
        tableName: name,
        tableId: 't-1',
        because: 'COLLAPSED',
        detail: `${name} fell from 5 GiB to 12 bytes.`,
        frozenAt: new Date(now().getTime() - hoursAgo * 3_600_000),
        acknowledgedAt,
        acknowledgedBy: acknowledgedAt && 'Operator',
        reason: null,
      }),
    );

  test('what is stored by Region and class, what is gone left out; what is proven and what is not', async () => {
    const deletedAt = now();
    const coldAt = (days: number) => new Date(now().getTime() + days * DAY);
    await world.add('warm', 3, { sizeBytes: 1_000, verifiedOutcome: 'VERIFIED' });
    await world.add('soon-cold', 3, { sizeBytes: 200, coldAt: coldAt(1) });
    await world.add('cold', 30, { sizeBytes: 30, coldAt: coldAt(-1), verifiedOutcome: 'FAILED' });
    await world.add('away', 3, { sizeBytes: 4, region: AWAY });
    await world.add('gone', 3, { sizeBytes: 50_000, deletedAt, verifiedOutcome: 'VERIFIED' });
    await world.add('empty', 1, { sizeBytes: 0, region: AWAY });
    expect(await report()).toMatchObject({
      storage: [
        { region: AWAY, storageClass: 'WARM', points: 2, sizeBytes: 4 },
        { region: 'us-east-1', storageClass: 'WARM', points: 2, sizeBytes: 1_200 },
        { region: 'us-east-1', storageClass: 'COLD', points: 1, sizeBytes: 30 },
      ],
      verified: 1,
      verificationFailed: 1,
      unverified: 3,
    });
  });

  test('nothing is told as nothing', async () => {
    expect(await report()).toEqual({
      storage: [],
      verified: 0,
      verificationFailed: 0,
      unverified: 0,
      frozen: { first: [], more: 0 },
      runs: [],
    });
  });

  test('tables whose points are kept because of a doubt, until somebody acknowledges', async () => {
    await frozen('Orders', 2);
    await frozen('Airports', 1);
    await frozen('Seen', 3, now());
    const all = (await report()).frozen;
    expect(all).toMatchObject({ more: 0 });
    expect(all.first.map(({ tableName, detail }) => [tableName, detail]).toSorted()).toEqual([
      ['Airports', 'Airports fell from 5 GiB to 12 bytes.'],
      ['Orders', 'Orders fell from 5 GiB to 12 bytes.'],
    ]);
    expect((await report(DAY, 1)).frozen).toMatchObject({ first: [expect.anything()], more: 1 });
  });

  test('when each account’s retention comes in the time ahead, and only then', async () => {
    await world.db.transaction((tx) =>
      tx.insert(RetainedAccountEntity, {
        accountId: ACCOUNT,
        awsAccountId: '111122223333',
        lookAt: new Date(now().getTime() + 30 * DAY),
        lastDay: null,
      }),
    );
    const { runs } = await report(2 * DAY);
    expect(runs.map(({ accountId }) => accountId)).toEqual([ACCOUNT]);
    const at = new Date(runs[0]!.at).getTime();
    expect(at).toBeGreaterThan(now().getTime());
    expect(at).toBeLessThan(now().getTime() + 1.1 * DAY);
    expect((await report(at - now().getTime() - 1_000)).runs).toEqual([]);
  });
});
