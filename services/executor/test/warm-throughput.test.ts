import { DescribeTableCommand, UpdateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PointMade } from '@tablekeep/schema/events';
import { availableEngines } from '@tablekeep/testkit/engines';
import { createTable } from './aws-account.ts';
import { backupOf, restoreOf } from './work.ts';
import { startWorld, type World } from './world.ts';

const [engine] = await availableEngines();

describe('warm throughput', () => {
  let world: World;
  let point: PointMade;
  beforeAll(async () => {
    world = await startWorld(engine!);
    const table = await createTable(world.owner, 'Warm');
    const dynamodb = world.owner.dynamodb();
    const update = { TableName: 'Warm', WarmThroughput: { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 8_000 } };
    await dynamodb.send(new UpdateTableCommand(update));
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: 'Warm' });
    const { taskId } = await world.perform(backupOf(table));
    point = (await world.succeeded(taskId)).point!;
  }, 90_000);
  afterAll(() => world.stop());

  const warmth = async (TableName: string) =>
    (await world.owner.dynamodb().send(new DescribeTableCommand({ TableName }))).Table?.WarmThroughput;
  const restored = async (name: string, changes: Parameters<typeof restoreOf>[2]) => {
    const { taskId } = await world.perform(restoreOf(point, name, changes));
    const { restored: report, warnings } = await world.succeeded(taskId);
    return { line: report!.lines.find(({ property }) => property === 'warmThroughput'), warnings };
  };

  test('is read at backup, and a restore that does not ask for it says what it was', async () => {
    expect(point.settings?.warmThroughput).toEqual({ read: 20_000, write: 8_000 });
    const { line, warnings } = await restored('Cool', {});
    expect(line).toMatchObject({ atBackup: '20000 read, 8000 write', asked: null, outcome: 'NOT_RESTORABLE' });
    expect(warnings.filter((text) => text.includes('warmThroughput'))).toEqual([]);
    expect((await warmth('Cool'))?.ReadUnitsPerSecond).toBeLessThan(20_000);
  });

  test('comes back where it is asked for', async () => {
    const { line } = await restored('WarmAgain', { warmThroughput: 'REAPPLY' });
    expect(line).toMatchObject({
      atBackup: '20000 read, 8000 write',
      found: '20000 read, 8000 write',
      outcome: 'SAME',
    });
    expect(await warmth('WarmAgain')).toMatchObject({ ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 8_000 });
  });
});
