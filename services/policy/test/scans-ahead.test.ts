import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { IsNull } from 'typeorm';
import { onInventoryScanned } from '../src/events/inventory-scanned.ts';
import { scanOldInventory } from '../src/scan-old-inventory.ts';
import { AccountEntity, TableEntity } from '../src/store/entities.ts';
import { begin, plannerWorld, twiceADay } from './planner-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGION = 'us-east-1';

describe.each(await availableEngines())('scans by a clock that ran ahead, on %s', (engine: Engine) => {
  const world = plannerWorld(engine);
  const at = (ms: number) => new Date(begin.getTime() + ms);
  beforeEach(() =>
    world.db.transaction((tx) =>
      tx.insert(AccountEntity, {
        id: 'account-1',
        name: 'Production',
        awsAccountId: '111122223333',
        roleArn: 'arn:aws:iam::111122223333:role/Operator',
        serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
        externalId: 'x',
        regions: [REGION],
        uses: null,
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: begin,
        scanAt: null,
      }),
    ),
  );
  const scanned = (scanId: string, startedAt: Date, names: string[], on = world.db) => {
    const data = {
      scanId,
      accountId: 'account-1',
      awsAccountId: '111122223333',
      region: REGION,
      startedAt: startedAt.toISOString(),
      chunk: 1,
      chunks: 1,
      tables: names.map((name) => tableSettings(name)),
    };
    const event = { subject: scanId, data } as unknown as EventEnvelope<'dev.tablekeep.inventory.scanned.v1'>;
    return on.transaction((tx) => onInventoryScanned(on, tx, event, world.clock.now()));
  };
  const names = async () => {
    const rows = await world.db.reader.find(TableEntity, { where: { vanishedAt: IsNull() }, order: { name: 'ASC' } });
    return rows.map(({ name }) => name);
  };
  const pass = (on = world.db) => scanOldInventory({ db: on, clock: world.clock, scanMs: 6 * HOUR });
  const announced = () => world.toldOf('dev.tablekeep.account.scan.due.v1');

  test('count from when they came: what is scanned after them is newer', async () => {
    await scanned('ahead', at(HOUR), ['Kept', 'Gone']);
    world.clock.set(at(10 * MINUTE));
    await scanned('right', at(9 * MINUTE), ['Kept', 'New'], world.other);
    expect(await names()).toEqual(['Kept', 'New']);
    // One that began before it still changes nothing.
    await scanned('late', at(8 * MINUTE), ['Gone']);
    expect(await names()).toEqual(['Kept', 'New']);
    world.clock.set(at(6 * HOUR + 9 * MINUTE));
    await pass();
    expect(await announced()).toHaveLength(1);
  });

  test('neither freeze the inventory nor put off scans, nor do for runs, once the clock is put right', async () => {
    world.clock.set(at(30 * 24 * HOUR));
    await scanned('ahead', world.clock.now(), ['Kept', 'Gone']);
    await pass();
    expect(await announced()).toEqual([]);
    world.clock.set(at(HOUR));
    await world.policy('nightly', twiceADay());
    const slot = { at: begin.toISOString(), rules: [] };
    await world.requested('s-1', 'nightly', slot);
    expect(await world.toldOf('dev.tablekeep.session.tasks.planned.v1')).toMatchObject([
      { tasks: [{ region: REGION, parameters: { kind: 'SCAN' } }] },
    ]);
    await Promise.all([pass(), pass(world.other)]);
    expect(await announced()).toMatchObject([{ regions: [REGION] }]);
    await scanned('right', at(HOUR), ['Kept', 'New']);
    expect(await names()).toEqual(['Kept', 'New']);
    world.clock.set(at(6 * HOUR + 59 * MINUTE));
    await pass();
    expect(await announced()).toHaveLength(1);
  });
});
