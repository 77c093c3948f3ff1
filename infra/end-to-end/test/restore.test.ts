import { ListBackupVaultsCommand, paginateListRecoveryPointsByBackupVault } from '@aws-sdk/client-backup';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ScanCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { startEmbeddedPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

const TABLE = 'Flights';
const TABLE_ARN = `arn:aws:dynamodb:${HOME}:111122223333:table/${TABLE}`;
const encryption = { type: 'AWS_OWNED' } as const;

describe('restoring through the API', () => {
  let platform: PlatformUnderTest;
  let policyId: string;

  beforeAll(async () => {
    platform = await startEmbeddedPlatform({
      speed: 600,
      durations: { restore: 120_000, backup: 120_000, copy: 120_000 },
    });
    const accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, TABLE, {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId, { name: 'Restored' }));
    policyId = policy!.id;
    await backUp();
  }, 120_000);
  afterAll(() => platform.stop());

  async function backUp(): Promise<void> {
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000);
    expect(session.status).toBe('SUCCEEDED');
  }

  type Point = {
    id: string;
    region: string;
    kind: string;
    createdAt: string;
    vaultName: string;
    restoreNotes: string[];
  };
  const points = async (includeDeleted = false): Promise<Point[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) {
         nodes { id region kind createdAt vaultName restoreNotes } } }`,
      { filter: { tableName: TABLE, includeDeleted } },
    );
    return restorePoints.nodes;
  };

  const started = async (item: object): Promise<string> => {
    const { session, userErrors } = await restoreTables(platform.graphql, [item]);
    expect(userErrors).toEqual([]);
    return session!.id;
  };
  const problems = async (item: object) => (await restoreTables(platform.graphql, [item])).userErrors;
  const logOf = async (id: string): Promise<string> => {
    const { session } = await platform.graphql<{ session: { log: { nodes: { message: string }[] } } }>(
      'query ($id: ID!) { session(id: $id) { log(first: 100) { nodes { message } } } }',
      { id },
    );
    return session.log.nodes.map(({ message }) => message).join('\n');
  };
  const itemsOf = async (region: string, TableName: string) =>
    (await platform.owner.dynamodb(region).send(new ScanCommand({ TableName }))).Count;
  const vaultsIn = async (region: string) =>
    (await platform.owner.backup(region).send(new ListBackupVaultsCommand({}))).BackupVaultList!.map(
      (vault) => vault.BackupVaultName,
    );

  test('a table is named instead of a point: its newest one, and the log says which', async () => {
    await backUp();
    const [newest] = await points();
    const id = await started({ tableArn: TABLE_ARN, mode: 'NEW', tableName: 'Newest' });
    expect(await endOfSession(platform.graphql, id, 60_000)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await logOf(id)).toContain(
      `Newest in ${HOME} is restored from the point of ${newest!.createdAt} in ${VAULT}, ${HOME}`,
    );
    expect(await itemsOf(HOME, 'Newest')).toBe(25);
  });

  test('neither or both of point and table, and a table without points, are told apart', async () => {
    const [point] = await points();
    const codes = async (item: object) =>
      (await problems({ mode: 'NEW', tableName: 'T', ...item })).map((one) => one.code);
    expect(await codes({})).toContain('POINT_OR_TABLE');
    expect(await codes({ restorePointId: point!.id, tableArn: TABLE_ARN })).toContain('POINT_OR_TABLE');
    expect(await problems({ tableArn: `${TABLE_ARN}-x`, mode: 'NEW', tableName: 'New' })).toMatchObject([
      { code: 'NO_POINT', path: ['items', '0', 'tableArn'] },
    ]);
  });

  test('in another Region: copied to a vault made for it, restored, and both taken away again', async () => {
    const wanted = { tableArn: TABLE_ARN, mode: 'NEW', region: AWAY };
    expect(await problems(wanted)).toMatchObject([{ code: 'ENCRYPTION_REQUIRED', path: ['items', '0', 'encryption'] }]);
    const vaults = await vaultsIn(AWAY);
    const id = await started({ ...wanted, encryption });
    const session = await endOfSession(platform.graphql, id, 90_000);
    expect(session.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'COPY SUCCEEDED',
      'RESTORE SUCCEEDED',
      'DELETE SUCCEEDED',
    ]);
    expect(session.status).toBe('SUCCEEDED');
    expect(await itemsOf(AWAY, TABLE)).toBe(25);
    expect(await vaultsIn(AWAY)).toEqual(vaults);
    expect((await points()).map((point) => point.region)).not.toContain(AWAY);
    expect((await points(true)).find((point) => point.region === AWAY)).toMatchObject({ kind: 'COPY' });
  });

  test('in another Region through a vault of one’s own, which stays', async () => {
    const id = await started({
      tableArn: TABLE_ARN,
      mode: 'NEW',
      region: AWAY,
      tableName: 'Through',
      throughVaultName: VAULT,
      encryption,
    });
    expect(await endOfSession(platform.graphql, id, 90_000)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await vaultsIn(AWAY)).toContain(VAULT);
    const left: string[] = [];
    const client = platform.owner.backup(AWAY);
    for await (const page of paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: VAULT })) {
      left.push(...(page.RecoveryPoints ?? []).map((point) => point.RecoveryPointArn ?? ''));
    }
    expect(left).toEqual([]);
  });

  test('a restore that fails in another Region leaves nothing there', async () => {
    const vaults = await vaultsIn(AWAY);
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartRestoreJob',
      count: 1,
      kind: 'jobFailed',
      message: 'Given key ID is not accessible',
    });
    const id = await started({ tableArn: TABLE_ARN, mode: 'NEW', region: AWAY, tableName: 'Failing', encryption });
    const session = await endOfSession(platform.graphql, id, 90_000);
    expect(session.status).toBe('FAILED');
    expect(session.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'COPY SUCCEEDED',
      'RESTORE FAILED',
      'DELETE SUCCEEDED',
    ]);
    expect(await vaultsIn(AWAY)).toEqual(vaults);
  });

  test('a copy that fails takes its vault away, and says why nothing was restored', async () => {
    const vaults = await vaultsIn(AWAY);
    await platform.aws.fault({ service: 'backup', operation: 'StartCopyJob', count: 1, kind: 'jobFailed' });
    const id = await started({ tableArn: TABLE_ARN, mode: 'NEW', region: AWAY, tableName: 'Uncopied', encryption });
    const session = await endOfSession(platform.graphql, id, 90_000);
    expect(session.status).toBe('FAILED');
    expect(session.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'COPY FAILED',
      'RESTORE SKIPPED',
      'DELETE SUCCEEDED',
    ]);
    expect(await vaultsIn(AWAY)).toEqual(vaults);
  });

  test('stopped while it is copied: nothing is restored, and the copy is taken away all the same', async () => {
    const vaults = await vaultsIn(AWAY);
    const id = await started({ tableArn: TABLE_ARN, mode: 'NEW', region: AWAY, tableName: 'Stopped', encryption });
    await platform.graphql('mutation ($input: StopSessionInput!) { stopSession(input: $input) { session { id } } }', {
      input: { id },
    });
    const session = await endOfSession(platform.graphql, id, 90_000);
    expect(session.status).toBe('CANCELED');
    expect(session.tasks.nodes.find(({ kind }) => kind === 'RESTORE')?.status).toMatch(/CANCELED|SKIPPED/u);
    expect(session.tasks.nodes.find(({ kind }) => kind === 'DELETE')?.status).toBe('SUCCEEDED');
    expect(await vaultsIn(AWAY)).toEqual(vaults);
    await expect(
      platform.owner.dynamodb(AWAY).send(new DescribeTableCommand({ TableName: 'Stopped' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  const apply = async (sessionId: string) => {
    const { applyHeldSettings: payload } = await platform.graphql<{ applyHeldSettings: SessionPayload }>(
      `mutation ($input: ApplyHeldSettingsInput!) {
         applyHeldSettings(input: $input) { session { id } userErrors { code message path } } }`,
      { input: { sessionId } },
    );
    return payload;
  };
  const streamOf = async (TableName: string) =>
    (await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName }))).Table?.StreamSpecification;

  test('what was held back is set when a person says so, and once', async () => {
    const id = await started({ tableArn: TABLE_ARN, mode: 'NEW', tableName: 'Held', streams: 'HOLD' });
    expect(await endOfSession(platform.graphql, id, 60_000)).toMatchObject({ status: 'WARNING' });
    expect(await streamOf('Held')).toBeUndefined();
    // What people change in the meantime is theirs.
    const dynamodb = platform.owner.dynamodb(HOME);
    const changed = { TableName: 'Held', DeletionProtectionEnabled: true };
    await eventually(() => dynamodb.send(new UpdateTableCommand(changed)), { timeoutMs: 20_000 });
    const { session, userErrors } = await apply(id);
    expect(userErrors).toEqual([]);
    const applied = await endOfSession(platform.graphql, session!.id, 60_000);
    expect(applied).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ kind: 'RESTORE', tableName: TABLE }] } });
    expect(await streamOf('Held')).toMatchObject({ StreamViewType: 'KEYS_ONLY' });
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Held' }));
    expect(Table?.DeletionProtectionEnabled).toBe(true);
    const again = await apply(id);
    expect(await endOfSession(platform.graphql, again.session!.id, 60_000)).toMatchObject({ status: 'SUCCEEDED' });
    expect((await apply(session!.id)).userErrors).toMatchObject([{ code: 'NOTHING_HELD' }]);
  });

  test('what AWS’s quotas do not allow yet waits, says until when, and is set by itself', async () => {
    const name = 'Expiring';
    const dynamodb = platform.owner.dynamodb(HOME);
    await createAirportTable(platform.owner, name);
    const switchTo = (TableName: string, Enabled: boolean) =>
      dynamodb.send(
        new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled, AttributeName: 'expires' } }),
      );
    await switchTo(name, true);
    await backUp();
    const tableArn = `arn:aws:dynamodb:${HOME}:111122223333:table/${name}`;
    const id = await started({ tableArn, mode: 'NEW', tableName: 'Expiring-2', timeToLive: 'HOLD' });
    await endOfSession(platform.graphql, id, 60_000);
    // Somebody tries it out and takes it back: AWS allows one change an hour.
    await switchTo('Expiring-2', true);
    await eventually(() => switchTo('Expiring-2', false), { timeoutMs: 20_000 });
    const { session } = await apply(id);
    const waiting = await endOfSession(platform.graphql, session!.id, 60_000);
    expect(waiting.status).toBe('WARNING');
    expect(waiting.tasks.nodes[0]!.warnings).toEqual([expect.stringMatching(/^timeToLive waits until /u)]);
    await eventually(
      async () => {
        const { TimeToLiveDescription: now } = await dynamodb.send(
          new DescribeTimeToLiveCommand({ TableName: 'Expiring-2' }),
        );
        expect(now).toMatchObject({ AttributeName: 'expires', TimeToLiveStatus: expect.stringMatching(/^ENABL/u) });
      },
      { timeoutMs: 40_000, everyMs: 250 },
    );
  }, 120_000);

  test('the report has the ARNs that changed, and snippets that import the table as it is', async () => {
    const [point] = await points();
    expect(point!.restoreNotes).toEqual([expect.stringContaining('new one under a new ARN')]);
    const id = await started({ restorePointId: point!.id, mode: 'NEW', tableName: 'Imported' });
    await endOfSession(platform.graphql, id, 60_000);
    type Task = {
      restoreReport: { arns: { of: string; from: string; to: string }[]; waiting: unknown[] };
      importSnippets: { cloudFormationTemplate: string; cloudFormationResources: string; terraform: string };
    };
    const { session } = await platform.graphql<{ session: { tasks: { nodes: Task[] } } }>(
      `query ($id: ID!) { session(id: $id) { tasks { nodes {
         restoreReport { arns { of from to } waiting { property } }
         importSnippets { cloudFormationTemplate cloudFormationResources terraform notes } } } } }`,
      { id },
    );
    const [task] = session.tasks.nodes;
    const { Table } = await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName: 'Imported' }));
    expect(task!.restoreReport.arns).toMatchObject([
      { of: 'TABLE', from: TABLE_ARN, to: Table!.TableArn },
      { of: 'STREAM', to: Table!.LatestStreamArn },
    ]);
    expect(JSON.parse(task!.importSnippets.cloudFormationTemplate)).toMatchObject({
      Resources: { Imported: { Properties: { TableName: 'Imported', BillingMode: 'PAY_PER_REQUEST' } } },
    });
    expect(task!.importSnippets.terraform).toContain('id = "Imported"');
  });
});
