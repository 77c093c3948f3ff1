import { describe, expect, test } from '@jest/globals';
import { availableEngines } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { HOME, policyWorld, type UserError } from './world.ts';

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
        data: { sessionId: 's-1', round: 1, request, scans: [{ region: HOME, scanId: 'scan-9' }], failedRegions: [] },
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
    await world.service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-2',
      data: { sessionId: 's-2', round: 1, request, scans: [], failedRegions: [] },
    });
    await eventually(() =>
      expect(plans()).toMatchObject([{ taskCount: 0, notes: ["No table matches the policy's selection."] }]),
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
      { code: 'ADVANCED_FEATURES', outcome: 'UNKNOWN', region: 'ap-south-1', message: because },
      { code: 'NO_SCHEDULE', outcome: 'WARNING' },
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

  describe('several policies', () => {
    const order = async (policyIds: string[]) => {
      const { reorderPolicies } = await world.service.graphql<{
        reorderPolicies: { policies: { name: string; priority: number }[] | null; userErrors: UserError[] };
      }>(
        'mutation ($input: ReorderPoliciesInput!) { reorderPolicies(input: $input) { policies { name priority } userErrors { code path message } } }',
        { input: { accountId: world.accountId, policyIds } },
      );
      return reorderPolicies;
    };
    const tagged = (name: string) => ({
      ...tableSettings(name),
      tags: { state: 'known' as const, value: [{ key: 'backup', value: 'nightly' }] },
    });
    const planOf = async (sessionId: string, policyId: string) => {
      await requested({ sessionId, request: { type: 'POLICY_BACKUP', policyId, slot: null } });
      await world.service.tell({
        type: 'dev.tablekeep.session.round.finished.v1',
        source: 'session',
        subject: sessionId,
        data: {
          sessionId,
          round: 1,
          request: { type: 'POLICY_BACKUP', policyId, slot: null },
          scans: [{ region: HOME, scanId: 'scan-1' }],
          failedRegions: [],
        },
      });
      return eventually(() => {
        const last = plans().find((plan) => plan.sessionId === sessionId && plan.final);
        if (!last) throw new Error('not planned yet');
        return last;
      });
    };

    test('a table that several cover is processed by the most important enabled one; the others say which', async () => {
      await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tagged('Airports'), tagged('Movies')]);
      const { policy: first } = await createPolicy({
        name: 'First',
        include: { tableNames: ['Airports'] },
        copies: [],
      });
      const { policy: second } = await createPolicy({ name: 'Second', copies: [] });
      const plan = await planOf('s-1', second!.id);
      expect(plan.tasks.map(({ table }) => table?.name)).toEqual(['Movies']);
      expect(plan).toMatchObject({
        notes: [],
        remarks: [`Skipped, because policy "First" comes first: Airports (${HOME}).`],
      });
      expect(await order([second!.id, first!.id])).toMatchObject({
        policies: [
          { name: 'Second', priority: 1 },
          { name: 'First', priority: 2 },
        ],
      });
      expect((await planOf('s-2', second!.id)).tasks).toHaveLength(2);
      expect((await planOf('s-3', first!.id)).tasks).toEqual([]);
      await world.service.graphql(
        'mutation ($id: ID!) { disablePolicy(input: { id: $id }) { policy { id } userErrors { code } } }',
        { id: second!.id },
      );
      expect((await planOf('s-4', first!.id)).tasks).toHaveLength(1);
    });

    test('an order that misses a policy, or names another, is refused', async () => {
      const { policy: first } = await createPolicy({ name: 'First' });
      await createPolicy({ name: 'Second' });
      const refused = await order([first!.id, 'nobody', first!.id]);
      expect(refused.policies).toBeNull();
      expect(refused.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
        'NOT_FOUND policyIds.1',
        'DUPLICATE policyIds.2',
        'INCOMPLETE policyIds',
      ]);
    });
  });

  describe('a policy as a document', () => {
    const exported = async (id: string) => {
      const { policyDocument } = await world.service.graphql<{ policyDocument: { json: string; fileName: string } }>(
        'query ($id: ID!) { policyDocument(id: $id) { json fileName } }',
        { id },
      );
      return policyDocument;
    };
    const imported = async (input: object) => {
      const { importPolicy } = await world.service.graphql<{
        importPolicy: { policy: { id: string; enabled: boolean } | null; userErrors: UserError[] };
      }>(
        'mutation ($input: ImportPolicyInput!) { importPolicy(input: $input) { policy { id enabled } userErrors { code path message } } }',
        { input: { accountId: world.accountId, ...input } },
      );
      return importPolicy;
    };

    test('comes back as it went, under another name and switched off', async () => {
      const { policy } = await createPolicy({
        description: 'What matters',
        include: { tags: [{ key: 'tier', value: 'gold' }, { key: 'backup' }], tagsMatch: 'ALL' },
        exclude: { tableNames: ['Scratch'] },
        customTags: [{ key: 'owner', value: 'data' }],
        schedules: {
          timeZone: 'Europe/Berlin',
          daily: { times: ['04:00', '16:00'], copyTimes: [], keep: { value: 7, unit: 'DAYS' } },
          monthly: { on: { kind: 'LAST_WEEKDAY', weekday: 'SUNDAY' }, keep: { value: 1, unit: 'YEARS' } },
        },
      });
      const { json, fileName } = await exported(policy!.id);
      expect(fileName).toBe('Nightly.policy.json');
      expect(json).not.toContain(world.accountId);
      const made = await imported({ json, name: 'Again' });
      expect(made).toMatchObject({ policy: { enabled: false }, userErrors: [] });
      const again = JSON.parse((await exported(made.policy!.id)).json) as object;
      expect({ ...again, name: 'Nightly' }).toEqual(JSON.parse(json));
    });

    test('everything wrong with one is told at once, and nothing is made', async () => {
      expect((await imported({ json: '{' })).userErrors).toMatchObject([{ code: 'BAD_DOCUMENT', path: ['json'] }]);
      const { policy } = await createPolicy();
      const good = JSON.parse((await exported(policy!.id)).json) as Record<string, unknown>;
      const form = await imported({
        json: JSON.stringify({ ...good, formatVersion: 2, retryCount: 'x', surprise: true }),
        name: 'Bad',
      });
      expect(form.userErrors.map(({ path }) => path.join('.')).sort()).toEqual([
        'json',
        'json.formatVersion',
        'json.retryCount',
      ]);
      const content = await imported({
        json: JSON.stringify({ ...good, regions: ['nowhere'], retryCount: 99 }),
        name: 'Nightly',
      });
      expect(content.policy).toBeNull();
      expect(content.userErrors.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['DUPLICATE_NAME', 'UNKNOWN_REGION', 'BAD_RETRY']),
      );
    });
  });

  test('tables are added by name, unless the policy cannot take them or has changed', async () => {
    await scanned(
      'scan-1',
      '2026-01-31T01:00:00.000Z',
      ['Airports', 'Movies', 'Scratch'].map((name) => tableSettings(name)),
    );
    const { policy } = await createPolicy({ exclude: { tableNames: ['Scratch'] } });
    const add = async (version: number, ...names: string[]) => {
      const { addTablesToPolicy } = await world.service.graphql<{
        addTablesToPolicy: {
          policy: { version: number; include: { tableNames: string[] } } | null;
          userErrors: UserError[];
        };
      }>(
        `mutation ($input: AddTablesToPolicyInput!) { addTablesToPolicy(input: $input) {
           policy { version include { tableNames } } userErrors { code path message } } }`,
        { input: { policyId: policy!.id, version, tableArns: names.map((name) => tableSettings(name).tableArn) } },
      );
      return addTablesToPolicy;
    };
    expect(await add(1, 'Airports', 'Movies')).toEqual({
      policy: { version: 2, include: { tableNames: ['Airports', 'Movies'] } },
      userErrors: [],
    });
    expect((await add(1, 'Airports')).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', path: ['version'] }]);
    expect((await add(2, 'Nowhere', 'Scratch')).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['tableArns', '0'] },
      { code: 'EXCLUDED', path: ['tableArns', '1'] },
    ]);
  });

  test('a run that waits for a scan is forgotten with its session', async () => {
    const { policy } = await createPolicy();
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id, slot: null } as const;
    await world.service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-1',
      data: { sessionId: 's-1', round: 1, request, scans: [{ region: HOME, scanId: 'late' }], failedRegions: [] },
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
