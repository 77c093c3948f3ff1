import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { onInventoryScanned } from '../src/events/inventory-scanned.ts';
import {
  ACCOUNT,
  codes,
  DAY,
  HOME,
  startRetentionWorld,
  tableArn,
  type Payload,
  type RetentionWorld,
} from './retention-world.ts';

const HOUR = 3_600_000;

describe.each(await availableEngines())('tables that scans have seen, on %s', (engine: Engine) => {
  let world: RetentionWorld;
  beforeEach(async () => {
    world = await startRetentionWorld(engine);
  }, 60_000);
  afterEach(() => world.stop());

  const ago = (ms: number) => new Date(Date.now() - ms);
  /** A chunk of a scan, in which each of these names bears a table with this id. */
  const chunk = (startedAt: Date, idOf: Record<string, string>, createdAt = ago(400 * DAY)) => ({
    ...{ scanId: `scan-${startedAt.getTime()}`, accountId: ACCOUNT, awsAccountId: '111122223333', region: HOME },
    ...{ startedAt: startedAt.toISOString(), chunk: 1, chunks: 2 },
    tables: Object.entries(idOf).map(([name, tableId]) =>
      tableSettings(name, { tableId, createdAt: createdAt.toISOString() }),
    ),
  });
  const scanned = (data: ReturnType<typeof chunk>, id?: string) =>
    world.service.tell({
      ...{ type: 'dev.tablekeep.inventory.scanned.v1', source: 'executor', subject: data.scanId, data },
      ...(id !== undefined && { id }),
    });
  const frozen = async () => {
    const { frozenChains } = await world.service.graphql<{
      frozenChains: { nodes: { id: string; tableName: string; tableId: string; because: string; detail: string }[] };
    }>('{ frozenChains { nodes { id tableName tableId because detail } } }');
    return frozenChains.nodes.map((node) => ({ ...node, of: `${node.tableName} ${node.tableId}` }));
  };
  const told = () => world.service.heardOf('dev.tablekeep.chain.frozen.v1').length;

  test('another table of the name freezes the former one’s points before it has any, and none of them goes', async () => {
    await world.add('p-20', 20);
    await world.add('p-25', 25);
    await world.add('p-30', 30);
    await world.add('p-40', 40, { tableId: null });
    await world.learnLocks();
    expect(await world.permit('p-30')).toMatchObject({ granted: true });
    await scanned(chunk(ago(2 * HOUR), { Orders: 't-1', Airports: 't-7' }));
    expect(await frozen()).toEqual([]);
    const again = chunk(ago(HOUR), { Orders: 't-2', Airports: 't-7' });
    await scanned(again, 'event-1');
    await scanned(again, 'event-1');
    await scanned(chunk(ago(0), { Orders: 't-2' }));
    expect(await world.heard('dev.tablekeep.chain.frozen.v1', 1)).toMatchObject([
      { accountId: ACCOUNT, tableArn: tableArn('Orders'), tableId: 't-1', because: 'REPLACED' },
    ]);
    expect(await frozen()).toMatchObject([{ of: 'Orders t-1', detail: expect.stringContaining('(t-2)') }]);
    expect(await world.permit('p-30', { taskId: 'another' })).toMatchObject({
      granted: false,
      because: expect.stringContaining('frozen'),
    });
    await world.request('night');
    expect((await world.plan('night', 1)).tasks).toEqual([]);
  });

  test('acknowledged, it stays so at the next scan and with the new table’s first point', async () => {
    await world.add('p-20', 20);
    await scanned(chunk(ago(HOUR), { Orders: 't-2' }));
    const [chain] = await frozen();
    const input = { id: chain!.id, reason: 'It was moved' };
    expect(codes(await world.mutate<Payload>('acknowledgeChain', 'AcknowledgeChainInput', input, ''))).toEqual([]);
    await scanned(chunk(ago(0), { Orders: 't-2' }));
    const table = { arn: tableArn('Orders'), name: 'Orders', region: HOME, tableId: 't-2' };
    await world.made('new', { table });
    expect(await frozen()).toEqual([]);
    expect(told()).toBe(1);
  });

  test('a scan that is told of late does not make the old table the present one', async () => {
    await world.add('old', 20);
    await world.add('new', 0, { tableId: 't-2' });
    await scanned(chunk(ago(HOUR), { Orders: 't-1' }));
    // Neither does one whose table says nothing of itself; the new one's own points tell.
    await scanned(chunk(ago(0), { Orders: '' }));
    expect((await frozen()).map(({ of }) => of)).toEqual(['Orders t-1']);
  });

  test('a table that was made while the scan went on is the present one, though the former’s last point is newer than its beginning', async () => {
    await world.add('last', 0, { createdAt: ago(50 * 60_000) });
    await scanned(chunk(ago(HOUR), { Orders: 't-2' }, ago(40 * 60_000)));
    expect((await frozen()).map(({ of }) => of)).toEqual(['Orders t-1']);
  });

  test('replicas that hear of it at once, beside the new table’s first point, freeze it once', async () => {
    for (const [i, name] of ['A', 'B', 'C'].entries()) {
      await world.add(`old-${i}`, 20, { tableArn: tableArn(name), tableName: name });
    }
    const names = { A: 't-2', B: 't-2', C: 't-2' };
    const backwards = { C: 't-2', B: 't-2', A: 't-2' };
    const handle = (idOf: Record<string, string>) =>
      world.db.transaction((tx) =>
        onInventoryScanned(world.db, tx, { data: chunk(ago(0), idOf) } as never, new Date()),
      );
    const first = { arn: tableArn('B'), name: 'B', region: HOME, tableId: 't-2' };
    const others = engine.name === 'MariaDB' ? [names, backwards] : [];
    await Promise.all([
      scanned(chunk(ago(0), names)),
      ...others.map((idOf) => handle(idOf)),
      world.made('b', { table: first }),
    ]);
    expect((await frozen()).map(({ of }) => of).sort()).toEqual(['A t-1', 'B t-1', 'C t-1']);
    await world.heard('dev.tablekeep.chain.frozen.v1', 3);
  });
});
