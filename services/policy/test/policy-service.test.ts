import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld, type UserError } from './world.ts';

const noVaults = { vaultScans: [], failedVaults: [] };

describe.each(await availableEngines())('policy service on %s', (engine) => {
  const world = policyWorld(engine);
  const { createPolicy, scanned, inventory, names, plans, requested, finished, catalogued, deleted } = world;

  test('a scan is in the inventory once all its chunks are, in whatever order and however often they come', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')], 2, 2);
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      [tableSettings('Airports')],
      2,
      2,
      'another event, the same chunk',
    );
    expect(await names()).toEqual([]);
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('airports')], 1, 2);
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Late')], 1, 2, 'after the whole');
    expect(await names()).toEqual(['Airports', 'airports']);
  });

  test('an older scan that comes late changes nothing; a table that a newer one misses is marked, not forgotten', async () => {
    await scanned('newer', '2026-01-31T02:00:00.000Z', [tableSettings('Airports'), tableSettings('Movies')]);
    await scanned('older', '2026-01-31T01:00:00.000Z', [tableSettings('Gone')]);
    expect(await names()).toEqual(['Airports', 'Movies']);
    await scanned('newest', '2026-01-31T03:00:00.000Z', [tableSettings('Movies')]);
    expect(await names()).toEqual(['Movies']);
    expect((await inventory(true)).find((table) => table.name === 'Airports')?.vanishedAt).toBe(
      '2026-01-31T03:00:00.000Z',
    );
  });

  test('a run is planned once a round although it is asked for twice: scans first, then one backup and copy for each table', async () => {
    const { policy } = await createPolicy({ exclude: { tableNames: ['Scratch'] } });
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id, slot: null } as const;
    await requested({ sessionId: 's-1', request }, 'r-1');
    await requested({ sessionId: 's-1', request }, 'r-2');
    await eventually(() =>
      expect(plans()).toMatchObject([
        { round: 1, final: false, tasks: [{ region: HOME, parameters: { kind: 'SCAN' } }] },
      ]),
    );

    const finished = (id: string) =>
      world.service.tell({
        type: 'dev.tablekeep.session.round.finished.v1',
        source: 'session',
        subject: 's-1',
        id,
        data: {
          sessionId: 's-1',
          round: 1,
          request,
          scans: [{ region: HOME, scanId: 'scan-9' }],
          failedRegions: [],
          ...noVaults,
        },
      });
    // The end of the round comes before its scan: nothing is planned from yesterday's inventory.
    await finished('f-1');
    expect(plans()).toHaveLength(1);
    // Nor does it hold up another run that has all it needs.
    await requested({ sessionId: 's-other', request });
    await eventually(() => expect(plans()).toHaveLength(2));
    await scanned('scan-9', '2026-01-31T04:00:00.000Z', [
      tableSettings('Airports'),
      tableSettings('Scratch'),
      tableSettings('Other', { tags: { state: 'known', value: [] } }),
    ]);
    await finished('f-2');
    await eventually(() => expect(plans().filter((plan) => plan.round === 2)).toHaveLength(1));
    const second = plans().find((plan) => plan.round === 2)!;
    expect(second).toMatchObject({ sessionId: 's-1', final: true, taskCount: 2, notes: [] });
    expect(second.tasks.map((task) => [task.parameters.kind, task.table?.name, task.after])).toEqual([
      ['BACKUP', 'Airports', null],
      ['COPY', 'Airports', second.tasks[0]!.key],
    ]);
  });

  test('a run that finds no table says so, and a policy that is gone is refused with the reason', async () => {
    const { policy } = await createPolicy();
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id, slot: null } as const;
    await requested({ sessionId: 's-2', request });
    await scanned('scan-2', '2026-01-31T01:00:00.000Z', []);
    const scans = [{ region: HOME, scanId: 'scan-2' }];
    await world.service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-2',
      data: { sessionId: 's-2', round: 1, request, scans, failedRegions: [], ...noVaults },
    });
    await eventually(() =>
      expect(plans().slice(1)).toMatchObject([{ taskCount: 0, notes: ["No table matches the policy's selection."] }]),
    );
    await requested({ sessionId: 's-3', request: { type: 'POLICY_BACKUP', policyId: 'gone', slot: null } });
    await eventually(() =>
      expect(world.service.heardOf('dev.tablekeep.session.rejected.v1')[0]?.data.reasons[0]).toContain('deleted'),
    );
  });

  test('two policies of one name made at once: one is made, the other is told', async () => {
    const answers = await Promise.all([createPolicy(), createPolicy(), createPolicy()]);
    expect(answers.filter((answer) => answer.policy !== null)).toHaveLength(1);
    for (const answer of answers.filter((one) => one.policy === null)) {
      expect(answer.userErrors).toMatchObject([{ code: 'DUPLICATE_NAME', path: ['name'] }]);
    }
  });

  test('an edit of a policy that has changed meanwhile is refused, not lost', async () => {
    const { policy } = await createPolicy();
    const input = {
      name: 'Nightly',
      accountId: world.accountId,
      regions: [HOME],
      include: { allTables: true },
      vaults: [{ region: HOME, vaultName: 'gold' }],
    };
    const update = async (version: number) => {
      const { updatePolicy } = await world.service.graphql<{
        updatePolicy: { policy: { version: number } | null; userErrors: UserError[] };
      }>(
        'mutation ($input: UpdatePolicyInput!) { updatePolicy(input: $input) { policy { version } userErrors { code path message } } }',
        { input: { id: policy!.id, version, policy: input } },
      );
      return updatePolicy;
    };
    expect(await update(1)).toMatchObject({ policy: { version: 2 } });
    expect(await update(1)).toMatchObject({
      policy: null,
      userErrors: [{ code: 'VERSION_CONFLICT', path: ['version'] }],
    });
  });

  test('a vault that cannot be looked up is not taken for one that exists', async () => {
    const { policy, userErrors } = await createPolicy({
      regions: ['ap-south-1'],
      vaults: [{ region: 'ap-south-1', vaultName: 'gold' }],
      copies: [],
    });
    expect(policy).toBeNull();
    expect(userErrors).toMatchObject([
      {
        code: 'COULD_NOT_TELL',
        path: ['vaults', '0', 'vaultName'],
        message: expect.stringContaining('did not answer'),
      },
    ]);
  });

  test('a pre-flight that AWS would not answer is unknown, never good', async () => {
    const { policyTest } = await world.service.graphql<{
      policyTest: { ok: boolean; checks: { code: string; outcome: string; region: string | null; message: string }[] };
    }>('query ($input: PolicyInput) { policyTest(input: $input) { ok checks { code outcome region message } } }', {
      input: {
        name: 'Far',
        accountId: world.accountId,
        regions: ['ap-south-1'],
        include: { allTables: true },
        vaults: [{ region: 'ap-south-1', vaultName: 'gold' }],
        backupRetentionDays: 7,
      },
    });
    const because = expect.stringContaining('AWS did not answer in time');
    expect(policyTest.ok).toBe(false);
    expect(policyTest.checks).toMatchObject([
      { code: 'COULD_NOT_TELL', outcome: 'UNKNOWN', message: because },
      { code: 'PERMISSIONS', outcome: 'UNKNOWN', message: because },
      { code: 'ADVANCED_FEATURES', outcome: 'UNKNOWN', region: 'ap-south-1', message: because },
      { code: 'NO_SCHEDULE', outcome: 'WARNING' },
      { code: 'NOT_SCANNED', outcome: 'UNKNOWN', region: 'ap-south-1' },
      { code: 'COVERED_TABLES', outcome: 'WARNING' },
    ]);
  });

  test('protection follows policies and backups', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const protection = async () => (await inventory())[0]?.protection;
    expect(await protection()).toBe('UNPROTECTED');
    const { policy } = await createPolicy();
    expect(await protection()).toBe('AWAITING_FIRST_BACKUP');
    await catalogued(tableSettings('Airports').tableArn, policy!.id);
    expect(await protection()).toBe('PROTECTED');
    await world.service.graphql(
      'mutation ($id: ID!) { disablePolicy(input: { id: $id }) { policy { id } userErrors { code } } }',
      { id: policy!.id },
    );
    expect(await protection()).toBe('POLICY_DISABLED');
  });

  test('a state older than the RPO is a breach, in the inventory, the overview and the policy’s health', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports'), tableSettings('Movies')]);
    const { policy } = await createPolicy({
      include: { tableNames: ['Airports'] },
      rpoHours: 24,
      schedules: { timeZone: 'UTC', daily: { times: ['04:00', '10:00'] } },
    });
    await catalogued(tableSettings('Airports').tableArn, policy!.id);
    await finished({
      sessionId: 's-1',
      type: 'POLICY_BACKUP',
      status: 'WARNING',
      policyId: policy!.id,
      finishedAt: '2026-01-31T05:00:00.000Z',
    });
    await finished({
      sessionId: 's-2',
      type: 'POLICY_BACKUP',
      status: 'FAILED',
      policyId: policy!.id,
      finishedAt: '2026-01-31T11:00:00.000Z',
      copiesBehind: 2,
    });
    await finished({
      sessionId: 's-0',
      type: 'POLICY_BACKUP',
      status: 'FAILED',
      policyId: policy!.id,
      finishedAt: '2026-01-31T04:00:00.000Z',
    });
    expect(await inventory()).toMatchObject([{ name: 'Airports', protection: 'RPO_BREACHED' }, { name: 'Movies' }]);
    const seen = await world.service.graphql<{ overview: object; policyHealth: object[] }>(
      `{ overview { tables tablesProtected tablesRpoBreached tablesUnprotected nextRuns { policyName } }
         policyHealth { policyName lastRunAt lastRunStatus lastSuccessAt expectedIntervalSeconds overdue coveredTables
           tablesRpoBreached copiesBehind } }`,
    );
    expect(seen.overview).toEqual({
      tables: 2,
      tablesProtected: 0,
      tablesRpoBreached: 1,
      tablesUnprotected: 1,
      nextRuns: [{ policyName: 'Nightly' }],
    });
    expect(seen.policyHealth).toEqual([
      {
        policyName: 'Nightly',
        lastRunAt: '2026-01-31T11:00:00.000Z',
        lastRunStatus: 'FAILED',
        lastSuccessAt: '2026-01-31T05:00:00.000Z',
        expectedIntervalSeconds: 64_800,
        // Its schedules are a moment old: no slot of theirs has come.
        overdue: false,
        coveredTables: 1,
        tablesRpoBreached: 1,
        copiesBehind: 2,
      },
    ]);
  });

  test('a breach counts for the policy that processes the table, not for those that leave it or are off', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const strict = { include: { tableNames: ['Airports'] }, copies: [], rpoHours: 1 };
    await createPolicy({ ...strict, name: 'Off', enabled: false });
    await createPolicy({ ...strict, name: 'First', rpoHours: 8_784 });
    await createPolicy({ ...strict, name: 'Second' });
    await catalogued(tableSettings('Airports').tableArn, null, {
      revision: 1,
      points: 1,
      newestAt: new Date(Date.now() - 2 * 3_600_000).toISOString(),
    });
    const health = async () => {
      const { policyHealth } = await world.service.graphql<{
        policyHealth: { policyName: string; coveredTables: number; tablesRpoBreached: number }[];
      }>('{ policyHealth { policyName coveredTables tablesRpoBreached } }');
      return policyHealth.map((one) => `${one.policyName} ${one.coveredTables} ${one.tablesRpoBreached}`);
    };
    expect(await health()).toEqual(['Off 1 0', 'First 1 0', 'Second 1 0']);
    await createPolicy({ ...strict, name: 'Zero' });
    const { policies } = await world.service.graphql<{
      policies: { nodes: { id: string; name: string; version: number }[] };
    }>('{ policies { nodes { id name version } } }');
    const asRead = (wanted: string) => {
      const { id, version } = policies.nodes.find(({ name }) => name === wanted)!;
      return { id, version };
    };
    const order = ['Zero', 'Off', 'First', 'Second'].map(asRead);
    await world.service.graphql(
      'mutation ($input: ReorderPoliciesInput!) { reorderPolicies(input: $input) { userErrors { code } } }',
      { input: { accountId: world.accountId, policies: order } },
    );
    expect(await health()).toEqual(['Zero 1 1', 'Off 1 0', 'First 1 0', 'Second 1 0']);
  });

  test('a table whose points are gone is not protected by them; what the catalog says last counts, in any order', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const { policy } = await createPolicy();
    const table = tableSettings('Airports').tableArn;
    const seen = async () => (await inventory())[0];
    const newestAt = '2026-01-30T04:00:00.000Z';
    await catalogued(table, policy!.id, { revision: 2, points: 2, newestAt });
    await catalogued(table, policy!.id, { revision: 1, points: 1, newestAt: '2026-01-29T04:00:00.000Z' });
    expect(await seen()).toMatchObject({ protection: 'PROTECTED', lastBackupAt: newestAt });
    await deleted(table, { revision: 4, points: 0, newestAt: null });
    await deleted(table, { revision: 3, points: 1, newestAt });
    expect(await seen()).toMatchObject({ protection: 'AWAITING_FIRST_BACKUP', lastBackupAt: null });
  });

  test('a run that waits for a scan is forgotten with its session', async () => {
    const { policy } = await createPolicy();
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id, slot: null } as const;
    await world.service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-1',
      data: {
        sessionId: 's-1',
        round: 1,
        request,
        scans: [{ region: HOME, scanId: 'late' }],
        failedRegions: [],
        ...noVaults,
      },
    });
    await finished({ sessionId: 's-1', type: 'POLICY_BACKUP', notes: [] });
    await scanned('late', '2026-01-31T06:00:00.000Z', [tableSettings('Airports')]);
    expect(await names()).toEqual(['Airports']);
    expect(plans()).toEqual([]);
  });

  test('tables are found by part of their name, whatever the case, wildcards of SQL taken as they are', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Order_Items'), tableSettings('OrderXItems')]);
    const { tables } = await world.service.graphql<{ tables: { nodes: { name: string }[] } }>(
      'query { tables(filter: { nameContains: "order_" }) { nodes { name } } }',
    );
    expect(tables.nodes).toEqual([{ name: 'Order_Items' }]);
  });
});
