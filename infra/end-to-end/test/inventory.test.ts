import {
  CreateTableCommand,
  DescribeTableCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { openStream } from '@tablekeep/testkit/event-stream-client';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  rescanInventory,
  runPolicy,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';
import { testPolicy } from '../src/preflight-under-test.ts';

describe('the inventory, through the gateway', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Covered');
    await createAirportTable(platform.owner, 'Bare', {
      Tags: [],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
  }, 60_000);
  afterAll(() => platform.stop());

  const arnOf = (name: string) => `arn:aws:dynamodb:${HOME}:111122223333:table/${name}`;
  const rescan = async () => {
    return rescanInventory(platform.graphql, accountId);
  };
  const scans = async () => {
    const { sessions } = await platform.graphql<{
      sessions: { nodes: { id: string; trigger: string; requestedBy: string }[] };
    }>('{ sessions(filter: { type: INVENTORY_SCAN }) { nodes { id trigger requestedBy } } }');
    return sessions.nodes;
  };
  test('a Region that the account gets is scanned by the schedule at once', async () => {
    const before = (await scans()).length;
    const update = async (regions: string[]) => {
      const { updateAccount } = await platform.graphql<{ updateAccount: { userErrors: object[] } }>(
        'mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code message } } }',
        { input: { id: accountId, regions } },
      );
      expect(updateAccount.userErrors).toEqual([]);
    };
    await update([HOME, 'eu-west-1', 'ap-south-1']);
    const [scan] = await eventually(
      async () => {
        const all = await scans();
        expect(all.length).toBeGreaterThan(before);
        return all;
      },
      { timeoutMs: 45_000, everyMs: 250, what: 'the scheduled scan' },
    );
    expect(scan).toMatchObject({ trigger: 'SCHEDULE' });
    const ended = await endOfSession(platform.graphql, scan!.id, 60_000);
    expect(ended.status).toBe('SUCCEEDED');
    expect(new Set(ended.tasks.nodes.map(({ kind }) => kind))).toEqual(new Set(['SCAN']));
    const { session } = await platform.graphql<{ session: { tasks: { nodes: { region: string }[] } } }>(
      'query ($id: ID!) { session(id: $id) { tasks { nodes { region } } } }',
      { id: scan!.id },
    );
    expect(session.tasks.nodes.map(({ region }) => region)).toContain('ap-south-1');
  }, 120_000);

  test('streams are shown, and a table that loses its tag is seen to have lost its cover', async () => {
    await createPolicy(platform.graphql, policyInput(accountId));
    const seen = async () => {
      await rescan();
      const { tables } = await platform.graphql<{
        tables: { nodes: { name: string; protection: string; protectionReason: string }[] };
      }>(
        '{ tables(filter: { nameContains: "e" }) { nodes { name stream { viewType } replicas protection protectionReason } } }',
      );
      return tables.nodes;
    };
    expect(await seen()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Bare', stream: { viewType: 'KEYS_ONLY' }, replicas: [] }),
        expect.objectContaining({
          name: 'Covered',
          stream: null,
          replicas: [],
          protection: 'AWAITING_FIRST_BACKUP',
          protectionReason: expect.stringContaining('no schedule and runs only when somebody asks'),
        }),
      ]),
    );
    const tagged = { ResourceArn: arnOf('Covered') };
    const client = platform.owner.dynamodb(HOME);
    const stream = await openStream(`${platform.url}/events`, { authorization: `Bearer ${platform.token}` });
    await createAirportTable(platform.owner, 'Newcomer', { Tags: [] });
    await client.send(new UntagResourceCommand({ ...tagged, TagKeys: ['backup'] }));
    expect((await seen()).find(({ name }) => name === 'Covered')?.protection).toBe('UNPROTECTED');
    await eventually(() => {
      const told = stream.events().filter(({ type }) => type === 'dev.tablekeep.tables.unprotected.v1');
      const named = told.flatMap(({ data }) => (data as { tables: { name: string; why: string }[] }).tables);
      expect(named.filter(({ name }) => name !== 'Bare').map(({ name, why }) => `${name} ${why}`)).toEqual(
        expect.arrayContaining(['Newcomer NEW', 'Covered LOST_COVER']),
      );
    });
    stream.close();
    const { policies } = await platform.graphql<{
      policies: { nodes: { name: string; health: { coveredTables: number; copiesBehind: number | null } }[] };
    }>('{ policies { nodes { name health { coveredTables copiesBehind } } } }');
    expect(policies.nodes.find(({ name }) => name === 'Nightly')?.health).toEqual({
      coveredTables: 0,
      copiesBehind: null,
    });
    await client.send(new TagResourceCommand({ ...tagged, Tags: [{ Key: 'backup', Value: 'nightly' }] }));
  }, 60_000);

  test('what no backup brings back of a table is said at the table, with the reason', async () => {
    const client = platform.owner.dynamodb(HOME);
    await platform.aws.behave({ itemCountRefresh: 'live' });
    await createAirportTable(platform.owner, 'Worldwide', {
      Tags: [{ Key: 'sea', Value: 'all' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    await client.send(
      new UpdateTableCommand({ TableName: 'Worldwide', ReplicaUpdates: [{ Create: { RegionName: AWAY } }] }),
    );
    await eventually(async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Worldwide' }));
      expect(Table?.Replicas).toMatchObject([{ ReplicaStatus: 'ACTIVE' }]);
    });
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'World', include: { tableNames: ['Worldwide'] } }),
    );
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
    const { table } = await platform.graphql<{ table: object }>(
      `query ($arn: ARN!) { table(arn: $arn) {
         keys { attribute role } billingMode tableClass encryption { type } tags { key value } stream { viewType }
         itemCount sizeBytes replicas protection protectionReason unsupportedFeatures } }`,
      { arn: arnOf('Worldwide') },
    );
    const feature = `Its replicas in ${AWAY} are backed up in their own Regions; a restore makes no global table.`;
    expect(table).toEqual({
      keys: [{ attribute: 'iata', role: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
      tableClass: 'STANDARD',
      encryption: { type: 'AWS_OWNED' },
      tags: [{ key: 'sea', value: 'all' }],
      stream: { viewType: 'NEW_AND_OLD_IMAGES' },
      itemCount: 25,
      sizeBytes: expect.any(Number),
      replicas: [AWAY],
      protection: 'PROTECTED',
      protectionReason: expect.stringContaining(feature),
      unsupportedFeatures: [feature],
    });
  }, 60_000);

  test('a table that the role may not describe fails alone, by name; the others have their backups', async () => {
    const client = platform.owner.dynamodb(HOME);
    const key = { AttributeName: 'id', KeyType: 'HASH' as const };
    await client.send(
      new CreateTableCommand({
        TableName: 'Closed',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [key],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 0.25 }, { TableName: 'Closed' });
    await platform.owner.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'TablekeepOperator',
        PolicyName: 'closed',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Action: 'dynamodb:DescribeTable', Resource: '*:table/Closed' },
        }),
      }),
    );
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Named', include: { tableNames: ['Closed', 'Bare'] } }),
    );
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('FAILED');
    const backups = session.tasks.nodes.filter(({ kind }) => kind === 'BACKUP');
    expect(backups.map(({ tableName, status, reasonCode }) => [tableName, status, reasonCode]).sort()).toEqual([
      ['Bare', 'SUCCEEDED', null],
      ['Closed', 'FAILED', 'ACCESS_DENIED'],
    ]);
    // The next run's fate is told before it.
    const tested = await testPolicy(platform.graphql, { id: policy!.id });
    expect(tested).toMatchObject({ ok: false, coveredTables: 2 });
    expect(tested.checks).toContainEqual(
      expect.objectContaining({
        code: 'UNREADABLE_TABLES',
        outcome: 'UNKNOWN',
        message: expect.stringContaining(`could not read 1 table: Closed (${HOME}).`),
      }),
    );
    const scan = await rescan();
    expect(scan.status).toBe('WARNING');
    expect(scan.tasks.nodes.flatMap(({ warnings }) => warnings)).toEqual([
      expect.stringContaining('Table Closed could not be read'),
    ]);
  }, 90_000);

  test('where the scan of one Region fails, the others go on, and its tables stay as they were known', async () => {
    for (const region of [HOME, AWAY]) await createAirportTable(platform.owner, 'Twin', { Tags: [] }, region);
    await rescan();
    const failAway = () =>
      platform.aws.fault({ service: 'dynamodb', operation: 'ListTables', region: AWAY, kind: 'notFound', count: 1 });
    const seen = async () => {
      const { tables } = await platform.graphql<{
        tables: { nodes: { name: string; region: string; vanishedAt: string | null }[] };
      }>('{ tables(filter: { nameContains: "Twin", includeVanished: true }) { nodes { name region vanishedAt } } }');
      return tables.nodes.map(({ name, region, vanishedAt }) => `${name} ${region} ${vanishedAt}`).sort();
    };
    const both = [`Twin ${AWAY} null`, `Twin ${HOME} null`].sort();
    expect(await seen()).toEqual(both);
    await createAirportTable(platform.owner, 'Twins', { Tags: [] });
    await failAway();
    const scan = await rescan();
    expect(scan.status).toBe('FAILED');
    expect(await seen()).toEqual([...both, `Twins ${HOME} null`].sort());
    const vaults = [HOME, AWAY].map((region) => ({ region, vaultName: VAULT }));
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'Twins', regions: [HOME, AWAY], vaults, include: { tableNames: ['Twin'] } }),
    );
    await failAway();
    const run = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(run.status).toBe('FAILED');
    expect(run.tasks.nodes.flatMap(({ kind, status }) => (kind === 'BACKUP' ? [status] : []))).toEqual(['SUCCEEDED']);
    expect((await seen()).filter((table) => !table.endsWith(' null'))).toEqual([]);
  }, 120_000);

  test('what a policy costs is fetched as a file, from an address that is signed', async () => {
    const { policyCostExport: file } = await platform.graphql<{ policyCostExport: { path: string; fileName: string } }>(
      'query ($input: PolicyInput) { policyCostExport(input: $input) { path fileName } }',
      {
        input: policyInput(accountId, {
          name: 'Draft of 1',
          include: { allTables: true },
          schedules: { timeZone: 'UTC', daily: { times: ['04:00'], keep: { value: 7, unit: 'DAYS' } } },
        }),
      },
    );
    expect(file.fileName).toMatch(/^tablekeep-cost-Draft-of-1-.*\.csv$/u);
    const response = await fetch(`${platform.url}${file.path}`);
    expect(response.status).toBe(200);
    const [head] = (await response.text()).split('\r\n');
    expect(head).toBe('tableArn,tableName,region,sizeBytes,backupsUsd,copiesUsd,transferUsd,verificationUsd,totalUsd');
    expect((await fetch(`${platform.url}${file.path.slice(0, -3)}abc`)).status).not.toBe(200);
  });
});
