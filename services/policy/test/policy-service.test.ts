import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { InternalHandlers } from '@tablekeep/platform/rpc';
import type { EventData } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { availableEngines, type Engine } from '@tablekeep/testkit/engines';
import { eventually } from '@tablekeep/testkit/eventually';
import { startServiceUnderTest, type ServiceUnderTest } from '@tablekeep/testkit/service-under-test';
import { tableSettings } from '@tablekeep/testkit/table-settings';
import { createPolicyService } from '../src/service.ts';
import { entities } from '../src/store/entities.ts';
import { migrations } from '../src/store/migrations.ts';

type UserError = { code: string; path: string[]; message: string };
const HOME = 'us-east-1';
const asOf = '2026-01-31T00:00:00.000Z';
const executor: InternalHandlers = {
  lookupRegions: async () => ({
    answer: {
      state: 'known',
      value: [HOME, 'eu-west-1', 'ap-south-1', 'me-south-1'].map((name) => ({ name, enabled: name !== 'me-south-1' })),
    },
    asOf,
  }),
  lookupVaults: async ({ region }) =>
    region === 'ap-south-1'
      ? { answer: { state: 'unknown', because: 'AWS did not answer in time' }, asOf }
      : {
          answer: {
            state: 'known',
            value: [
              {
                name: 'gold',
                arn: 'arn:aws:backup:x',
                encryptionKeyArn: null,
                locked: false,
                minRetentionDays: null,
                maxRetentionDays: null,
                recoveryPoints: 0,
              },
            ],
          },
          asOf,
        },
};

describe.each(await availableEngines())('policy service on %s', (engine: Engine) => {
  let service: ServiceUnderTest;
  let accountId: string;
  beforeEach(async () => {
    service = await startServiceUnderTest(engine, { name: 'policy', entities, migrations }, createPolicyService, {
      neighbours: executor,
    });
    accountId = (await createAccount()).account!.id;
  }, 60_000);
  afterEach(() => service.stop());

  async function createAccount(changes: object = {}) {
    const { createAccount: payload } = await service.graphql<{
      createAccount: { account: { id: string; externalId: string } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id externalId } userErrors { code path message } } }',
      {
        input: {
          name: 'Production',
          awsAccountId: '111122223333',
          roleArn: 'arn:aws:iam::111122223333:role/Tablekeep',
          serviceRoleArn: 'arn:aws:iam::111122223333:role/Backup',
          regions: [HOME, 'eu-west-1', 'ap-south-1'],
          ...changes,
        },
      },
    );
    return payload;
  }

  async function createPolicy(changes: object = {}) {
    const { createPolicy: payload } = await service.graphql<{
      createPolicy: { policy: { id: string; version: number } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: PolicyInput!) { createPolicy(input: $input) { policy { id version } userErrors { code path message } } }',
      {
        input: {
          name: 'Nightly',
          accountId,
          regions: [HOME],
          include: { tags: [{ key: 'backup', value: 'nightly' }] },
          vaults: [{ region: HOME, vaultName: 'gold' }],
          copies: [{ fromRegion: HOME, toRegion: 'eu-west-1', vaultName: 'gold', retentionDays: 90 }],
          ...changes,
        },
      },
    );
    return payload;
  }

  const scanned = (
    scanId: string,
    startedAt: string,
    tables: TableSettings[],
    chunk = 1,
    chunks = 1,
    id = `${scanId}-${chunk}`,
  ) =>
    service.tell({
      type: 'dev.tablekeep.inventory.scanned.v1',
      source: 'executor',
      subject: scanId,
      id,
      data: { scanId, accountId, awsAccountId: '111122223333', region: HOME, startedAt, chunk, chunks, tables },
    });
  const inventory = async (includeVanished = false) => {
    const { tables } = await service.graphql<{
      tables: { nodes: { name: string; protection: string; vanishedAt: string | null }[] };
    }>('query ($filter: TableFilter) { tables(filter: $filter) { nodes { name protection vanishedAt } } }', {
      filter: { includeVanished },
    });
    return tables.nodes;
  };
  const names = async () => (await inventory()).map((table) => table.name);
  const plans = () => service.heardOf('dev.tablekeep.session.tasks.planned.v1').map((event) => event.data);
  const requested = (
    data: Partial<EventData<'dev.tablekeep.session.requested.v1'>> & { sessionId: string },
    id?: string,
  ) =>
    service.tell({
      type: 'dev.tablekeep.session.requested.v1',
      source: 'session',
      subject: data.sessionId,
      ...(id !== undefined && { id }),
      data: {
        accountId,
        requestedBy: 'Ada',
        requestedAt: asOf,
        request: { type: 'INVENTORY_SCAN', accountId, regions: [HOME] },
        ...data,
      },
    });

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
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id } as const;
    await requested({ sessionId: 's-1', request }, 'r-1');
    await requested({ sessionId: 's-1', request }, 'r-2');
    await eventually(() =>
      expect(plans()).toMatchObject([
        { round: 1, final: false, tasks: [{ region: HOME, parameters: { kind: 'SCAN' } }] },
      ]),
    );

    const finished = (id: string) =>
      service.tell({
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
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id } as const;
    await service.tell({
      type: 'dev.tablekeep.session.round.finished.v1',
      source: 'session',
      subject: 's-2',
      data: { sessionId: 's-2', round: 1, request, scans: [], failedRegions: [] },
    });
    await eventually(() =>
      expect(plans()).toMatchObject([{ taskCount: 0, notes: ["No table matches the policy's selection."] }]),
    );
    await requested({ sessionId: 's-3', request: { type: 'POLICY_BACKUP', policyId: 'gone' } });
    await eventually(() =>
      expect(service.heardOf('dev.tablekeep.session.rejected.v1')[0]?.data.reasons[0]).toContain('deleted'),
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
      accountId,
      regions: [HOME],
      include: { allTables: true },
      vaults: [{ region: HOME, vaultName: 'gold' }],
    };
    const update = async (version: number) => {
      const { updatePolicy } = await service.graphql<{
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

  test('everything that is wrong with an account is told at once', async () => {
    const { account, userErrors } = await createAccount({
      awsAccountId: '1',
      roleArn: 'arn:nonsense',
      regions: ['nowhere'],
    });
    expect(account).toBeNull();
    expect(userErrors.map((error) => error.path.join('.'))).toEqual(
      expect.arrayContaining(['name', 'awsAccountId', 'roleArn', 'regions.0']),
    );
  });

  async function updateAccount(changes: object) {
    const { updateAccount: payload } = await service.graphql<{
      updateAccount: { account: { regions: string[]; connection: string } | null; userErrors: UserError[] };
    }>(
      'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { account { regions connection } userErrors { code path message } } }',
      { input: { id: accountId, ...changes } },
    );
    return payload;
  }
  const connectionOf = async () => {
    const { account } = await service.graphql<{ account: { connection: string; connectionMessage: string | null } }>(
      'query ($id: ID!) { account(id: $id) { connection connectionMessage } }',
      { id: accountId },
    );
    return account;
  };
  const finished = (data: Partial<EventData<'dev.tablekeep.session.finished.v1'>> & { sessionId: string }) =>
    service.tell({
      type: 'dev.tablekeep.session.finished.v1',
      source: 'session',
      subject: data.sessionId,
      data: {
        type: 'INVENTORY_SCAN',
        status: 'FAILED',
        accountId,
        policyId: null,
        policyName: null,
        requestedBy: 'Ada',
        reason: null,
        startedAt: '2026-01-31T05:00:00.000Z',
        finishedAt: '2026-01-31T05:01:00.000Z',
        counts: { total: 1, succeeded: 0, warning: 0, failed: 1, canceled: 0, skipped: 0 },
        notes: ['scan of us-east-1 ended FAILED: the role may not be assumed'],
        problems: [],
        ...data,
      },
    });

  test('an account takes Regions that AWS lists and has switched on, and keeps those that policies use', async () => {
    expect(await updateAccount({ regions: [HOME, 'us-eest-1', 'me-south-1'] })).toMatchObject({
      account: null,
      userErrors: [
        { code: 'UNKNOWN_REGION', path: ['regions', '1'] },
        { code: 'REGION_DISABLED', path: ['regions', '2'] },
      ],
    });
    await createPolicy();
    expect(await updateAccount({ regions: ['ap-south-1'] })).toMatchObject({
      account: null,
      userErrors: [
        { code: 'IN_USE', message: 'Policy "Nightly" uses us-east-1.' },
        { code: 'IN_USE', message: 'Policy "Nightly" uses eu-west-1.' },
      ],
    });
    expect(await updateAccount({ regions: [HOME, 'eu-west-1'] })).toMatchObject({
      account: { regions: [HOME, 'eu-west-1'], connection: 'CONNECTED' },
    });
  });

  test('an account cannot take the name of another', async () => {
    await createAccount({
      name: 'Staging',
      awsAccountId: '444455556666',
      roleArn: 'arn:aws:iam::444455556666:role/Tablekeep',
      serviceRoleArn: 'arn:aws:iam::444455556666:role/Backup',
    });
    expect(await updateAccount({ name: 'Staging' })).toMatchObject({
      account: null,
      userErrors: [{ code: 'DUPLICATE_NAME', path: ['name'], message: 'The name "Staging" is taken.' }],
    });
  });

  test('the account says why none of its Regions could be read, until one is', async () => {
    await finished({ sessionId: 's-1' });
    expect(await connectionOf()).toEqual({
      connection: 'FAILED',
      connectionMessage: 'scan of us-east-1 ended FAILED: the role may not be assumed',
    });
    await scanned('scan-1', '2026-01-31T06:00:00.000Z', []);
    expect(await connectionOf()).toEqual({ connection: 'CONNECTED', connectionMessage: null });
    // A failure that is older than what was read since says nothing of the role as it is now.
    await finished({ sessionId: 's-2' });
    expect(await connectionOf()).toMatchObject({ connection: 'CONNECTED' });
  });

  test('a run that waits for a scan is forgotten with its session', async () => {
    const { policy } = await createPolicy();
    const request = { type: 'POLICY_BACKUP', policyId: policy!.id } as const;
    await service.tell({
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

  test('a deleted account is forgotten with its inventory, also by scans that come late', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const answer = await service.graphql<{ deleteAccount: { deletedId: string | null } }>(
      'mutation ($id: ID!) { deleteAccount(input: { id: $id }) { deletedId } }',
      { id: accountId },
    );
    expect(answer.deleteAccount.deletedId).toBe(accountId);
    await scanned('scan-2', '2026-01-31T02:00:00.000Z', [tableSettings('Movies')]);
    expect(await inventory(true)).toEqual([]);
  });

  test('a policy made while its account is deleted: one of the two is refused', async () => {
    const remove = service.graphql<{ deleteAccount: { deletedId: string | null; userErrors: UserError[] } }>(
      'mutation ($id: ID!) { deleteAccount(input: { id: $id }) { deletedId userErrors { code path message } } }',
      { id: accountId },
    );
    const [made, removed] = await Promise.all([createPolicy(), remove]);
    expect([made.policy !== null, removed.deleteAccount.deletedId !== null].filter(Boolean)).toHaveLength(1);
  });

  test('tables are found by part of their name, whatever the case, wildcards of SQL taken as they are', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Order_Items'), tableSettings('OrderXItems')]);
    const { tables } = await service.graphql<{ tables: { nodes: { name: string }[] } }>(
      'query { tables(filter: { nameContains: "order_" }) { nodes { name } } }',
    );
    expect(tables.nodes).toEqual([{ name: 'Order_Items' }]);
  });

  test('protection follows policies and backups', async () => {
    await scanned('scan-1', '2026-01-31T01:00:00.000Z', [tableSettings('Airports')]);
    const protection = async () => (await inventory())[0]?.protection;
    expect(await protection()).toBe('UNPROTECTED');
    const { policy } = await createPolicy();
    expect(await protection()).toBe('AWAITING_FIRST_BACKUP');
    await service.tell({
      type: 'dev.tablekeep.restore-point.catalogued.v1',
      source: 'retention',
      subject: 'p',
      data: {
        restorePointId: 'p',
        sessionId: 's',
        taskId: 't',
        kind: 'BACKUP',
        accountId,
        tableArn: tableSettings('Airports').tableArn,
        tableId: null,
        policyId: policy!.id,
        region: HOME,
        vaultName: 'gold',
        recoveryPointArn: 'arn:aws:backup:x',
        createdAt: asOf,
        sizeBytes: 1,
      },
    });
    expect(await protection()).toBe('PROTECTED');
    await service.graphql(
      'mutation ($id: ID!) { disablePolicy(input: { id: $id }) { policy { id } userErrors { code } } }',
      { id: policy!.id },
    );
    expect(await protection()).toBe('POLICY_DISABLED');
  });
});
