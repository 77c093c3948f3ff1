import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId, restorePointIdOf } from '@tablekeep/platform/ids';
import type { EventData, EventType, PlannedTask, PointMade } from '@tablekeep/schema/events';
import type { Verification } from '@tablekeep/schema/verification';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { snapshotOf } from '@tablekeep/testkit/table-settings';
import { createRetentionService } from '../src/service.ts';
import { entities } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';
const arnOf = (point: string, region = HOME) => `arn:aws:backup:${region}:111122223333:recovery-point:${point}`;
const tableArn = (name: string) => snapshotOf(name).tableArn;

function point(id: string, table: string, day: number, kind: 'BACKUP' | 'COPY' = 'BACKUP'): PointMade {
  const settings = snapshotOf(table);
  const region = kind === 'COPY' ? AWAY : HOME;
  return {
    recoveryPointArn: arnOf(id, region),
    sourceRecoveryPointArn: null,
    accountId: 'account-1',
    awsAccountId: '111122223333',
    region,
    vaultName: 'gold',
    createdAt: `2026-01-${String(day).padStart(2, '0')}T04:00:00.000Z`,
    completedAt: `2026-01-${String(day).padStart(2, '0')}T04:06:00.000Z`,
    sizeBytes: 1,
    table: { arn: settings.tableArn, name: table, region: HOME, tableId: settings.tableId },
    origin: {
      kind,
      policyId: 'p-1',
      policyName: 'Nightly',
      retention: { backupDays: 35, copyDays: 90 },
      rules: [],
      coldAfterDays: null,
    },
    settings,
    selfSufficient: true,
  };
}

describe.each(await availableEngines())('verification of points on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest(engine, { name: 'retention', entities, migrations }, createRetentionService);
  }, 60_000);
  afterEach(() => service.stop());

  const tell = <T extends EventType>(
    type: T,
    source: 'executor' | 'policy' | 'session',
    data: EventData<T>,
    id: string = newId(),
  ) => service.tell({ type, source, subject: 's-1', id, data });
  const succeeded = (
    more: Partial<EventData<'dev.tablekeep.task.succeeded.v1'>>,
    kind: 'BACKUP' | 'VERIFY' = 'BACKUP',
  ) =>
    tell('dev.tablekeep.task.succeeded.v1', 'executor', {
      sessionId: 's-1',
      taskId: 'task-1',
      attempt: 1,
      kind,
      warnings: [],
      point: null,
      restored: null,
      scan: null,
      deleted: null,
      awsJobId: null,
      ...more,
    });
  const tables = (chunk: number, chunks: number, tableArns: string[], id?: string) =>
    tell(
      'dev.tablekeep.verification.tables.v1',
      'policy',
      { sessionId: 's-9', policyId: 'p-1', accountId: 'account-1', countItems: true, chunk, chunks, tableArns },
      id,
    );
  const planned = () =>
    service
      .heardOf('dev.tablekeep.session.tasks.planned.v1')
      .flatMap(({ data }) => (data as { tasks: PlannedTask[] }).tasks.map((task) => task.parameters));
  const verdict = (of: PointMade, change: Partial<Verification> = {}): Verification => ({
    restorePointId: restorePointIdOf(of.recoveryPointArn),
    recoveryPointArn: of.recoveryPointArn,
    tableArn: of.table.arn,
    outcome: 'VERIFIED',
    verifiedAt: '2026-02-01T00:00:00.000Z',
    restoreSeconds: 120.4,
    itemCount: 7,
    countedExactly: true,
    sizeBytes: 100,
    problems: [],
    remarks: ['A remark'],
    ...change,
  });
  const shown = async (filter: object = {}) => {
    const { restorePoints } = await service.graphql<{
      restorePoints: { nodes: { id: string; verification: Verification | null }[] };
    }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { id
         verification { outcome verifiedAt restoreSeconds itemCount countedExactly problems remarks sessionId } } } }`,
      { filter },
    );
    return restorePoints.nodes;
  };
  const restoreTime = async (name: string) => {
    const { _entities: found } = await service.graphql<{ _entities: { measuredRestoreSeconds: number | null }[] }>(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Table { measuredRestoreSeconds } } }',
      { of: [{ __typename: 'Table', arn: tableArn(name) }] },
    );
    return found[0]?.measuredRestoreSeconds;
  };

  test('the newest state of each table is planned once all tables are told, in any order and however often', async () => {
    for (const one of [
      point('a1', 'Airports', 1),
      point('a2', 'Airports', 2),
      point('a2-copy', 'Airports', 2, 'COPY'),
      point('m1-copy', 'Movies', 1, 'COPY'),
    ])
      await succeeded({ point: one });
    await succeeded({ verification: verdict(point('a2', 'Airports', 2)) }, 'VERIFY');
    await tables(2, 2, [tableArn('Movies'), tableArn('Bare')], 'second');
    await tables(2, 2, [tableArn('Movies'), tableArn('Bare')], 'second');
    await tables(2, 2, [tableArn('Movies'), tableArn('Bare')], 'second again');
    expect(planned()).toEqual([]);
    await tables(1, 2, [tableArn('Airports')]);
    await eventually(() =>
      expect(planned()).toMatchObject([
        { kind: 'VERIFY', recoveryPointArn: arnOf('a2'), countItems: true, countedBefore: 7 },
        { kind: 'VERIFY', recoveryPointArn: arnOf('m1-copy', AWAY), countedBefore: null },
      ]),
    );
    await tables(1, 2, [tableArn('Airports')]);
    await tables(2, 2, [tableArn('Movies')]);
    const plans = service.heardOf('dev.tablekeep.session.tasks.planned.v1');
    expect(plans).toHaveLength(1);
    expect(plans[0]?.data).toMatchObject({
      final: true,
      notes: ['Nothing to verify, for there is no restore point: Bare.'],
    });
    expect(plans[0]?.data).toMatchObject({ tasks: [{ region: HOME }, { region: AWAY }] });
  });

  test('the latest verdict stays, whatever order they come in; each is confirmed to its session', async () => {
    const one = point('a1', 'Airports', 1);
    await succeeded({ point: one });
    expect(await shown({ verified: false })).toMatchObject([{ verification: null }]);
    const later = verdict(one, {
      outcome: 'FAILED',
      verifiedAt: '2026-02-03T00:00:00.000Z',
      restoreSeconds: null,
      problems: ['Lost'],
    });
    await tell('dev.tablekeep.task.failed.v1', 'executor', {
      sessionId: 's-2',
      taskId: 'task-2',
      attempt: 1,
      kind: 'VERIFY',
      code: 'JOB_FAILED',
      reason: 'Lost',
      retryable: false,
      awsJobId: null,
      awsRequestId: null,
      verification: later,
    });
    await succeeded({ verification: verdict(one) }, 'VERIFY');
    await succeeded({ verification: verdict(one) }, 'VERIFY');
    expect(await shown({ verified: true })).toEqual([]);
    expect(await shown({ verified: false })).toMatchObject([
      { verification: { outcome: 'FAILED', problems: ['Lost'], sessionId: 's-2' } },
    ]);
    // A restore that got nowhere measured nothing: what one took stays known.
    expect(await restoreTime('Airports')).toBe(120);
    await eventually(() =>
      expect(
        service
          .heardOf('dev.tablekeep.restore-point.verified.v1')
          .map(({ data }) => data)
          .map(({ taskId, outcome, policyId }) => `${taskId} ${outcome} ${policyId}`),
      ).toEqual(['task-2 FAILED p-1', 'task-1 VERIFIED p-1', 'task-1 VERIFIED p-1']),
    );
    await succeeded({ verification: verdict(one, { verifiedAt: '2026-02-04T00:00:00.000Z' }) }, 'VERIFY');
    expect(await shown({ verified: true })).toMatchObject([{ verification: { remarks: ['A remark'], itemCount: 7 } }]);
  });

  test('points that were asked for are planned; one that has gone since fails the whole', async () => {
    const requested = (sessionId: string, restorePointIds: string[]) =>
      tell('dev.tablekeep.session.requested.v1', 'session', {
        sessionId,
        accountId: 'account-1',
        requestedBy: 'Operator',
        requestedAt: '2026-02-01T00:00:00.000Z',
        request: { type: 'VERIFICATION', restorePointIds, policyId: null, slotAt: null, countItems: false },
      });
    const one = point('a1', 'Airports', 1);
    await succeeded({ point: one });
    await requested('s-3', [restorePointIdOf(one.recoveryPointArn)]);
    await eventually(() => expect(planned()).toMatchObject([{ kind: 'VERIFY', recoveryPointArn: arnOf('a1') }]));
    await requested('s-4', [restorePointIdOf(one.recoveryPointArn), 'gone']);
    await eventually(() =>
      expect(service.heardOf('dev.tablekeep.session.rejected.v1')).toMatchObject([
        { data: { sessionId: 's-4', reasons: [expect.stringContaining('gone')] } },
      ]),
    );
  });
});
