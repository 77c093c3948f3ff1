import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeClock } from '@tablekeep/platform/clock';
import { migrate, openDatabase, type Database } from '@tablekeep/platform/database';
import { nameOutbox } from '@tablekeep/platform/outbox';
import type { EventEnvelope } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { scanOldInventory } from '../src/scan-old-inventory.ts';
import { policyModel } from '../src/service.ts';
import { AccountEntity, AppliedScanEntity } from '../src/store/entities.ts';
import { HOME, policyWorld } from './world.ts';

const HOUR = 3_600_000;
const begin = new Date('2026-11-27T00:00:00.000Z');
const REGIONS = ['us-east-1', 'eu-west-1'];

describe.each(await availableEngines())('scans of an inventory that grows old on %s', (engine: Engine) => {
  let db: Database;
  let other: Database;
  const clock = fakeClock(begin);
  beforeEach(async () => {
    const config = await engine.freshDatabase();
    await migrate(config, policyModel);
    db = await openDatabase(config, policyModel);
    other = engine.name === 'SQLite' ? db : await openDatabase(config, policyModel);
    for (const one of new Set([db, other])) nameOutbox(one, 'policy', 'EMULATED');
    clock.set(begin);
    await db.transaction((tx) =>
      tx.insert(AccountEntity, {
        id: 'account-1',
        name: 'Production',
        awsAccountId: '111122223333',
        roleArn: 'arn:aws:iam::111122223333:role/Operator',
        serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
        externalId: 'x',
        regions: REGIONS,
        uses: null,
        connection: 'UNTRIED',
        connectionMessage: null,
        createdAt: begin,
        scanAt: null,
      }),
    );
  }, 60_000);
  afterEach(async () => {
    if (other !== db) await other.close();
    await db.close();
  });
  const pass = (on = db) => scanOldInventory({ db: on, clock, scanMs: 6 * HOUR });
  const announced = async () => {
    const rows = await db.reader.query<{ body: string }[]>('SELECT body FROM outbox ORDER BY seq');
    return rows
      .map(({ body }) => JSON.parse(body) as EventEnvelope)
      .flatMap((event) => (event.type === 'dev.tablekeep.account.scan.due.v1' ? [event.data] : []));
  };
  const scanned = (scanId: string, region: string, startedAt: Date) =>
    db.transaction((tx) => tx.insert(AppliedScanEntity, { scanId, accountId: 'account-1', region, startedAt }));

  test('each is announced once by however many replicas, again when it is old again, and only for Regions that are', async () => {
    await Promise.all([pass(), pass(other), pass(), pass(other)]);
    expect(await announced()).toMatchObject([{ accountId: 'account-1', regions: REGIONS }]);
    clock.set(new Date(begin.getTime() + 5 * HOUR));
    await pass();
    expect(await announced()).toHaveLength(1);
    await scanned('by-hand', 'eu-west-1', clock.now());
    clock.set(new Date(begin.getTime() + 6 * HOUR));
    await Promise.all([pass(), pass(other)]);
    const [first, second, ...more] = await announced();
    expect(more).toEqual([]);
    expect(second?.regions).toEqual(['us-east-1']);
    expect(second?.sessionId).not.toBe(first?.sessionId);
  });

  test('a scan that begins a while after it was due is due again a period after it began, not two', async () => {
    await pass();
    for (const [i, region] of REGIONS.entries())
      await scanned(`first ${region}`, region, new Date(begin.getTime() + 3_000 + i * 2_000));
    clock.set(new Date(begin.getTime() + 6 * HOUR));
    await pass();
    expect(await announced()).toHaveLength(1);
    clock.set(new Date(begin.getTime() + 6 * HOUR + 3_000));
    await pass();
    expect(await announced()).toMatchObject([{ regions: REGIONS }, { regions: REGIONS }]);
  });

  test('an inventory that runs keep fresh is not scanned besides', async () => {
    for (const region of REGIONS) await scanned(`run ${region}`, region, begin);
    clock.set(new Date(begin.getTime() + HOUR));
    await pass();
    expect(await announced()).toEqual([]);
  });
});

describe.each(await availableEngines())('new tables that nobody protects on %s', (engine: Engine) => {
  const world = policyWorld(engine);
  const told = () => world.service.heardOf('dev.tablekeep.tables.unprotected.v1').map(({ data }) => data);
  const gold = [{ key: 'backup', value: 'nightly' }];

  test('are told of once, with the reason; those that a policy covers or excludes are not', async () => {
    const { policy } = await world.createPolicy({ exclude: { tableNames: ['Scratch'] } });
    expect(policy).not.toBeNull();
    const tagged = (name: string, tags = gold) => tableSettings(name, { tags: { state: 'known', value: tags } });
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', [
      tagged('Covered'),
      tagged('Scratch'),
      tagged('Bare', []),
    ]);
    await eventually(() => expect(told()).not.toEqual([]));
    expect(told()).toMatchObject([
      { accountName: 'Production', region: HOME, count: 1, tables: [{ name: 'Bare', reason: 'No policy covers it.' }] },
    ]);
    // The same tables again, told twice, are no news; a new one is.
    const again = [tagged('Covered'), tagged('Bare', []), tagged('Late', [])];
    await world.scanned('scan-2', '2026-01-31T02:00:00.000Z', again);
    await world.scanned('scan-2', '2026-01-31T02:00:00.000Z', again, 1, 1, 'told twice');
    const names = () => told().map(({ tables }) => tables.map(({ name }) => name));
    await eventually(() => expect(names()).toEqual([['Bare'], ['Late']]));
    // Deleted and made anew under its name, it is a new table.
    const anew = tableSettings('Late', { tableId: 'another', tags: { state: 'known', value: [] } });
    await world.scanned('scan-3', '2026-01-31T03:00:00.000Z', [anew]);
    expect(
      told()
        .at(-1)
        ?.tables.map(({ name }) => name),
    ).toEqual(['Late']);
  });

  test('a table that loses the tag by which it was covered is told of, once; one that is excluded from now on is not', async () => {
    const include = { tags: [{ key: 'backup', value: 'nightly' }] };
    await world.createPolicy({ include, exclude: { tags: [{ key: 'scratch' }] } });
    const tagged = (name: string, ...tags: { key: string; value: string }[]) =>
      tableSettings(name, { tags: { state: 'known', value: tags } });
    const covered = gold[0]!;
    const both = ['Stays', 'Loses', 'Excluded', 'Unread'].map((name) => tagged(name, covered));
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', both);
    const after = [
      tagged('Stays', { key: 'other', value: 'x' }, covered),
      tagged('Loses', { key: 'backup', value: 'never' }),
      tagged('Excluded', covered, { key: 'scratch', value: 'yes' }),
      tableSettings('Unread', { tags: { state: 'unknown', because: 'may not' } }),
    ];
    await world.scanned('scan-2', '2026-01-31T02:00:00.000Z', after);
    await world.scanned('scan-3', '2026-01-31T03:00:00.000Z', after);
    await eventually(() => expect(told()).toHaveLength(1));
    expect(told()[0]).toMatchObject({
      count: 2,
      tables: [
        { name: 'Loses', reason: 'No policy covers it.', why: 'LOST_COVER' },
        { name: 'Unread', reason: expect.stringContaining('could not be read'), why: 'LOST_COVER' },
      ],
    });
  });

  test('streams and replicas are shown as the scan saw them', async () => {
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', [
      tableSettings('Plain'),
      tableSettings('Streamed', { stream: { viewType: 'KEYS_ONLY' }, replicas: ['eu-west-1'] }),
    ]);
    const { tables } = await world.service.graphql<{ tables: { nodes: object[] } }>(
      '{ tables { nodes { name stream { viewType } replicas } } }',
    );
    expect(tables.nodes).toEqual([
      { name: 'Plain', stream: null, replicas: [] },
      { name: 'Streamed', stream: { viewType: 'KEYS_ONLY' }, replicas: ['eu-west-1'] },
    ]);
  });

  test('a Region that is taken out is forgotten with its scans; what comes of it late is not kept', async () => {
    const scanAt = async () => {
      const db = await openDatabase(world.service.database, policyModel);
      try {
        const [account] = await db.reader.find(AccountEntity);
        return { scanAt: account!.scanAt!.getTime(), scans: await db.reader.count(AppliedScanEntity) };
      } finally {
        await db.close();
      }
    };
    await world.scanned('half', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')], 1, 2);
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    expect(await scanAt()).toMatchObject({ scans: 1 });
    const asked = Date.now();
    expect(await world.updateAccount({ regions: ['eu-west-1'] })).toMatchObject({ userErrors: [] });
    expect((await scanAt()).scanAt).toBeGreaterThanOrEqual(asked - 1_000);
    expect((await scanAt()).scanAt).toBeLessThan(asked + 60_000 + 6 * HOUR);
    await world.scanned('late', '2026-01-31T02:00:00.000Z', [tableSettings('Airports')]);
    expect(await scanAt()).toMatchObject({ scans: 0 });
    await world.updateAccount({ regions: ['eu-west-1', HOME] });
    await world.scanned('half', '2026-01-31T01:00:00.000Z', [tableSettings('Movies')], 2, 2, 'the other half');
    expect(await world.names()).toEqual([]);
    await world.scanned('older', '2026-01-31T00:30:00.000Z', [tableSettings('Airports')]);
    expect(await world.names()).toEqual(['Airports']);
  });

  test('what no backup brings back of a table is said with its protection', async () => {
    await world.scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Global', { replicas: ['eu-west-1'] })]);
    const { tables } = await world.service.graphql<{
      tables: { nodes: { protectionReason: string; unsupportedFeatures: string[] }[] };
    }>('{ tables { nodes { protectionReason unsupportedFeatures } } }');
    expect(tables.nodes[0]?.unsupportedFeatures).toEqual([expect.stringContaining('replicas in eu-west-1')]);
    expect(tables.nodes[0]?.protectionReason).toContain('a restore makes no global table');
  });
});
