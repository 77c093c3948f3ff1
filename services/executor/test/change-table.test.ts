import { systemClock } from '@tablekeep/platform/clock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { changeTable } from '../src/aws/change-table.ts';
import { NotSentError } from '../src/aws/not-sent.ts';
import { AwsCallError } from '../src/aws/explain-fault.ts';
import { standardRates } from '../src/domain/api-limits.ts';
import { connectAws, type Aws } from '../src/aws/region-aws.ts';
import { startBackup } from '../src/aws/start-backup.ts';
import { account, createTable, HOME, ownerKeys } from './aws-account.ts';
import { backupOf } from './work.ts';
import { SPEED, startWorld, type World } from './world.ts';

const [engine] = await availableEngines();
const change = { property: 'deletionProtection', enabled: true } as const;
const holding = { signal: new AbortController().signal, leftMs: () => 60_000 };

describe('a call that cannot be repeated safely', () => {
  let world: World;
  let aws: Aws;
  let table: Awaited<ReturnType<typeof createTable>>;
  beforeAll(async () => {
    world = await startWorld(engine!);
    const access = { endpoint: world.emulator.endpoint, credentials: ownerKeys };
    aws = connectAws({ access, clock: systemClock, rates: standardRates, share: 0.5, timeScale: SPEED });
    table = await createTable(world.owner, 'Guarded');
  });
  beforeEach(() => world.emulator.resetCalls());
  afterAll(async () => {
    aws.close();
    await world.stop();
  });

  test('is not sent to a table that took the name of the one meant', async () => {
    const other = { ...table, tableId: '00000000-0000-4000-8000-000000000000' };
    const sent = changeTable(aws.at(account, HOME, holding), other, change, holding.leftMs);
    await expect(sent).rejects.toEqual(new NotSentError('other-table'));
    expect(world.calls('UpdateTable')).toBe(0);
  });

  test('is not sent when the lease ran out while the table was looked at', async () => {
    const sent = changeTable(aws.at(account, HOME, holding), table, change, () => 100);
    await expect(sent).rejects.toEqual(new NotSentError('lease'));
    expect(world.calls('UpdateTable')).toBe(0);
  });

  test('is not sent by a process whose lease is over, nor by one that holds none', async () => {
    const over = { ...holding, leftMs: () => 0 };
    for (const at of [aws.at(account, HOME, over), aws.at(account, HOME)]) {
      const failure: unknown = await startBackup(at, backupOf(table), 'token', {}).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AwsCallError);
      expect((failure as AwsCallError).fault).toMatchObject({ code: 'NOT_SENT', transient: true, effect: 'none' });
    }
    expect(world.calls('StartBackupJob')).toBe(0);
  });

  test('goes out once where lease and table are right', async () => {
    await changeTable(aws.at(account, HOME, holding), table, change, holding.leftMs);
    expect(world.calls('UpdateTable')).toBe(1);
  });
});
