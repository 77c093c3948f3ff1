import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventData, PointMade, RestoreItem } from '@tablekeep/schema/events';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { snapshotOf, tableSettings } from '@tablekeep/testkit/table-settings';
import { eventually } from '@tablekeep/testkit/eventually';
import { openDatabase } from '@tablekeep/platform/database';
import { restorePointIdOf } from '@tablekeep/platform/ids';
import { createRetentionService } from '../src/service.ts';
import { entities, freshFate, RestorePointEntity, type RestorePointRow } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';
import { newestOfTables } from '../src/store/restore-points.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const arnOf = (point: string, region = HOME) => `arn:aws:backup:${region}:111122223333:recovery-point:${point}`;

function point(id: string, table: string, change: Partial<PointMade> = {}): PointMade {
  const settings = snapshotOf(table);
  return {
    recoveryPointArn: arnOf(id),
    sourceRecoveryPointArn: null,
    accountId: 'account-1',
    awsAccountId: '111122223333',
    region: HOME,
    vaultName: 'gold',
    createdAt: '2026-01-31T04:00:00.000Z',
    completedAt: '2026-01-31T04:06:00.000Z',
    sizeBytes: 293_427,
    table: { arn: settings.tableArn, name: table, region: HOME, tableId: settings.tableId },
    origin: {
      kind: 'BACKUP',
      policyId: 'p-1',
      policyName: 'Nightly',
      retention: { backupDays: 35, copyDays: null },
      rules: [],
      coldAfterDays: null,
    },
    settings,
    selfSufficient: true,
    ...change,
  };
}
const copyOf = (id: string, table: string): PointMade =>
  point(`${id}-copy`, table, {
    recoveryPointArn: arnOf(`${id}-copy`, AWAY),
    sourceRecoveryPointArn: arnOf(id),
    region: AWAY,
    origin: {
      kind: 'COPY',
      policyId: 'p-1',
      policyName: 'Nightly',
      retention: { backupDays: 35, copyDays: 90 },
      rules: [],
      coldAfterDays: null,
    },
    settings: null,
  });

/** A row of the catalog: the i-th point of a table, a minute after the one before. */
function rowOf(table: string, i: number): RestorePointRow {
  const { tableArn, tableId } = tableSettings(table);
  const createdAt = new Date(Date.UTC(2026, 0, 1) + i * 60_000);
  const recoveryPointArn = arnOf(`${table}-${i}`);
  return {
    id: restorePointIdOf(recoveryPointArn),
    kind: 'BACKUP',
    recoveryPointArn,
    sourceRecoveryPointArn: null,
    accountId: 'account-1',
    awsAccountId: '111122223333',
    tableArn,
    tableName: table,
    tableRegion: HOME,
    tableId,
    region: HOME,
    vaultName: 'gold',
    sizeBytes: 1,
    createdAt,
    completedAt: createdAt,
    expiresAt: null,
    flags: null,
    policyId: null,
    policyName: null,
    sessionId: null,
    settings: null,
    selfSufficient: true,
    ...freshFate,
  };
}

type Seen = {
  id: string;
  kind: string;
  tableName: string;
  expiresAt: string | null;
  settings: { tableClass: string } | null;
  copies: { region: string }[];
  source: { region: string } | null;
};

describe.each(await availableEngines())('retention service on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let existing: string[];
  beforeEach(async () => {
    existing = [];
    service = await startServiceUnderTest(engine, { name: 'retention', entities, migrations }, createRetentionService, {
      neighbours: {
        lookupTable: async ({ tableName }) => ({
          answer: { state: 'known', value: { exists: existing.includes(tableName), status: null } },
          asOf: 'now',
        }),
      },
    });
  }, 60_000);
  afterEach(() => service.stop());

  const made = (of: PointMade, id?: string, by: Readonly<{ sessionId?: string; taskId?: string }> = {}) =>
    service.tell({
      type: 'dev.tablekeep.task.succeeded.v1',
      source: 'executor',
      subject: 's-1',
      ...(id !== undefined && { id }),
      data: {
        sessionId: 's-1',
        taskId: `task-${of.recoveryPointArn.slice(-12)}`,
        attempt: 1,
        kind: of.origin.kind === 'COPY' ? 'COPY' : 'BACKUP',
        warnings: [],
        point: of,
        restored: null,
        scan: null,
        deleted: null,
        awsJobId: 'job',
        ...by,
      },
    });
  const catalog = async (filter: object = {}) => {
    const { restorePoints } = await service.graphql<{ restorePoints: { nodes: Seen[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes {
        id kind tableName expiresAt settings { tableClass } copies { region } source { region } } } }`,
      { filter },
    );
    return restorePoints.nodes;
  };

  test('a point is in the catalog once, however often it is told; an event that comes twice is answered once', async () => {
    await made(point('a', 'Airports'), 'e-1');
    await made(point('a', 'Airports'), 'e-1');
    await made(point('a', 'Airports'), 'another event of the same point');
    expect(await catalog()).toMatchObject([
      { kind: 'BACKUP', tableName: 'Airports', expiresAt: '2026-03-07T04:00:00.000Z' },
    ]);
    await eventually(() => expect(service.heardOf('dev.tablekeep.restore-point.catalogued.v1')).toHaveLength(2));
  });

  test('a second task with the same point is told that it is in the catalog, as it is there', async () => {
    await made(point('a', 'Airports'));
    await made(point('a', 'Airports', { sizeBytes: 1 }), 'e-2', { sessionId: 's-2', taskId: 'task-2' });
    const told = await eventually(() => {
      const events = service.heardOf('dev.tablekeep.restore-point.catalogued.v1');
      expect(events).toHaveLength(2);
      return events.map((event) => event.data);
    });
    const ofTable = { ...told[0]!.ofTable, revision: 2 };
    expect(told[1]).toEqual({ ...told[0], sessionId: 's-2', taskId: 'task-2', ofTable });
    expect(await catalog({ sessionId: 's-1' })).toHaveLength(1);
  });

  test('a table made anew under its name has none of the former one’s points, and is told of after them', async () => {
    await made(point('a', 'Airports'));
    const { table } = point('b', 'Airports');
    await made(point('b', 'Airports', { table: { ...table, tableId: 'the-new-one' } }));
    await made(point('c', 'Airports', { table: { ...table, tableId: null }, createdAt: '2026-01-30T04:00:00.000Z' }));
    const newestAt = '2026-01-31T04:00:00.000Z';
    const told = () => service.heardOf('dev.tablekeep.restore-point.catalogued.v1').map(({ data }) => data.ofTable);
    await eventually(() =>
      expect(told()).toEqual([
        { revision: 1, points: 1, newestAt },
        { revision: 2, points: 1, newestAt },
        { revision: 3, points: 1, newestAt: '2026-01-30T04:00:00.000Z' },
      ]),
    );
  });

  test.each([
    ['backup first', false],
    ['copy first', true],
  ])('a copy is tied to its source and has its settings: %s', async (_name, copyFirst) => {
    const both = [point('a', 'Airports'), copyOf('a', 'Airports')];
    for (const one of copyFirst ? both.toReversed() : both) await made(one);
    const points = await catalog();
    expect(points.find((one) => one.kind === 'BACKUP')).toMatchObject({ copies: [{ region: AWAY }], source: null });
    expect(points.find((one) => one.kind === 'COPY')).toMatchObject({
      source: { region: HOME },
      settings: { tableClass: 'STANDARD' },
      expiresAt: '2026-05-01T04:00:00.000Z',
    });
  });

  test('points of many tables are paged newest first, each once, and filtered by case-sensitive names', async () => {
    for (let i = 0; i < 12; i++) {
      await made(
        point(`p${i}`, i % 2 === 0 ? 'Orders' : 'orders', {
          createdAt: `2026-01-${10 + Math.floor(i / 3)}T04:00:00.000Z`,
        }),
      );
    }
    const seen: { id: string; createdAt: string }[] = [];
    for (let after: string | null = null; ;) {
      const {
        restorePoints,
      }: {
        restorePoints: {
          nodes: { id: string; createdAt: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      } = await service.graphql(
        'query ($after: String) { restorePoints(first: 5, after: $after) { nodes { id createdAt } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      seen.push(...restorePoints.nodes);
      if (!restorePoints.pageInfo.hasNextPage) break;
      after = restorePoints.pageInfo.endCursor;
    }
    expect(new Set(seen.map((one) => one.id)).size).toBe(12);
    expect(seen.map((one) => one.createdAt)).toEqual(
      seen
        .map((one) => one.createdAt)
        .toSorted()
        .toReversed(),
    );
    expect(await catalog({ tableName: 'orders' })).toHaveLength(6);
  });

  test('the newest points of several tables come by reference, each table its own', async () => {
    for (const table of ['Airports', 'Movies'])
      for (const i of [1, 2, 3]) await made(point(`${table}${i}`, table, { createdAt: `2026-01-0${i}T04:00:00.000Z` }));
    const { _entities: entitiesSeen } = await service.graphql<{
      _entities: {
        restorePoints: { nodes: { tableName: string; createdAt: string }[]; pageInfo: { hasNextPage: boolean } };
      }[];
    }>(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Table { restorePoints(first: 2) { nodes { tableName createdAt } pageInfo { hasNextPage } } } } }',
      { of: ['Airports', 'Movies'].map((name) => ({ __typename: 'Table', arn: tableSettings(name).tableArn })) },
    );
    expect(entitiesSeen.map((one) => one.restorePoints)).toEqual(
      ['Airports', 'Movies'].map((tableName) => ({
        nodes: ['2026-01-03T04:00:00.000Z', '2026-01-02T04:00:00.000Z'].map((createdAt) => ({ tableName, createdAt })),
        pageInfo: { hasNextPage: true },
      })),
    );
  });

  describe('one query for the points of many tables', () => {
    const pagesOf = (tables: number, args: string) =>
      service.graphql<{ _entities: { restorePoints: { nodes: { tableName: string }[] } }[] }>(
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Table { restorePoints(${args}) { nodes { tableName } } } } }`,
        {
          of: Array.from({ length: tables }, (_, i) => ({
            __typename: 'Table',
            arn: tableSettings(`T${i}`).tableArn,
          })),
        },
      );

    test('is refused where it would load too many, by first, with what would be taken', async () => {
      await expect(pagesOf(400, 'first: 26')).rejects.toThrow(/BAD_USER_INPUT/u);
      await expect(pagesOf(400, 'first: 26')).rejects.toThrow(/first is at most 25 for 400 tables/u);
      const { _entities: taken } = await pagesOf(400, 'first: 25');
      expect(taken).toHaveLength(400);
    });

    test('is refused at later pages as well', async () => {
      const after = Buffer.from(JSON.stringify([0, 'x'])).toString('base64url');
      await expect(pagesOf(400, `first: 500, after: "${after}"`)).rejects.toThrow(/first is at most 25/u);
      expect((await pagesOf(2, `first: 500, after: "${after}"`))._entities).toHaveLength(2);
    });

    test('answers every table its own newest, in order, although they are read in several statements', async () => {
      const db = await openDatabase(service.database, { name: 'retention', entities, migrations });
      const rows = Array.from({ length: 24 }, (_, t) => t).flatMap((t) =>
        Array.from({ length: 260 }, (_, i) => rowOf(`T${t}`, i)),
      );
      await db.transaction((tx) => db.insertMany(tx, RestorePointEntity, rows));
      const newest = await newestOfTables(
        db,
        Array.from({ length: 24 }, (_, t) => tableSettings(`T${t}`).tableArn),
        250,
      );
      await db.close();
      expect(newest.size).toBe(24);
      for (const [arn, points] of newest) {
        expect(points.map((one) => one.tableArn)).toEqual(Array(250).fill(arn));
        expect(points.map((one) => one.createdAt.getTime())).toEqual(
          Array.from({ length: 250 }, (_, i) => Date.UTC(2026, 0, 1) + (259 - i) * 60_000),
        );
      }
    }, 60_000);
  });

  test('a restore is planned once although asked for twice; one whose point is gone is refused', async () => {
    await made(point('a', 'Airports'));
    const [backup] = await catalog();
    const ask = (restorePointId: string, sessionId: string, id: string) => {
      const item: RestoreItem = {
        restorePointId,
        mode: 'NEW',
        region: null,
        tableName: 'Airports-2',
        tableClass: null,
        billingMode: null,
        readCapacityUnits: null,
        writeCapacityUnits: null,
        indexCapacity: [],
        deletionProtection: null,
        pointInTimeRecovery: null,
        encryption: null,
        timeToLive: null,
        streams: null,
      };
      const data: EventData<'dev.tablekeep.session.requested.v1'> = {
        sessionId,
        request: { type: 'RESTORE', items: [item] },
        accountId: 'account-1',
        requestedBy: 'Operator',
        requestedAt: '2026-02-01T00:00:00.000Z',
      };
      return service.tell({
        type: 'dev.tablekeep.session.requested.v1',
        source: 'session',
        subject: sessionId,
        id,
        data,
      });
    };
    await ask(backup!.id, 's-2', 'r-1');
    await ask(backup!.id, 's-2', 'r-2');
    await ask('gone', 's-3', 'r-3');
    await eventually(() =>
      expect(service.heardOf('dev.tablekeep.session.rejected.v1')).toMatchObject([{ data: { sessionId: 's-3' } }]),
    );
    expect(service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data)).toMatchObject([
      {
        sessionId: 's-2',
        taskCount: 1,
        tasks: [
          {
            region: HOME,
            parameters: { kind: 'RESTORE', targetTableName: 'Airports-2', settings: { tableName: 'Airports' } },
          },
        ],
      },
    ]);
  });
});
