import { BatchWriteItemCommand, DescribeTableCommand, ScanCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { PutRolePolicyCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AWAY, AWS_ACCOUNT, HOME, OPERATOR_ROLE, SERVICE_ROLE } from '@tablekeep/embedded/demo/aws-account';
import { allOperatorPermissions, permissionsFor, policyDocument } from '@tablekeep/schema/permissions';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  restoreTables,
  runPolicy,
  viewSession,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Point = { id: string; kind: string; expiresAt: string | null; verification: { outcome: string } | null };

describe('replacing a table by one of its points', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let tables = 0;
  let table: string;
  let pointId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
  }, 60_000);
  afterAll(() => platform.stop());

  const roles = { awsAccountId: AWS_ACCOUNT, roleArn: OPERATOR_ROLE, serviceRoleArn: SERVICE_ROLE };
  const policy = { RoleName: 'TablekeepOperator', PolicyName: 'replace' };
  const mayReplace = () =>
    platform.owner.iam.send(
      new PutRolePolicyCommand({
        ...policy,
        PolicyDocument: policyDocument(permissionsFor(allOperatorPermissions, ['REPLACEMENT']), roles),
      }),
    );

  /** A table whose first 25 airports were saved before a bad write came. */
  beforeEach(async () => {
    await mayReplace();
    table = `Table-${++tables}`;
    await createAirportTable(platform.owner, table, { DeletionProtectionEnabled: tables % 2 === 0 });
    const { policy: made } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: table, include: { tableNames: [table] } }),
    );
    expect((await ended(await runPolicy(platform.graphql, made!.id))).status).toBe('SUCCEEDED');
    pointId = (await points())[0]!.id;
    await platform.owner.dynamodb(HOME).send(
      new BatchWriteItemCommand({
        RequestItems: { [table]: [{ PutRequest: { Item: { iata: { S: 'BAD' }, name: { S: 'A bad write' } } } }] },
      }),
    );
  }, 60_000);

  const ended = (id: string) => endOfSession(platform.graphql, id, 90_000);
  const points = async (): Promise<Point[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes {
         id kind expiresAt verification { outcome } } } }`,
      { filter: { tableName: table } },
    );
    return restorePoints.nodes;
  };
  const count = async () =>
    (await platform.owner.dynamodb(HOME).send(new ScanCommand({ TableName: table, Select: 'COUNT' }))).Count;
  const described = async () =>
    (await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName: table }))).Table;
  const replace = async (change: object = {}, idempotencyKey?: string): Promise<SessionPayload> => {
    const item = {
      restorePointId: pointId,
      confirmTableName: table,
      confirmWritesStopped: true,
      confirmDeletionProtectionOff: true,
      ...change,
    };
    const { replaceTables: payload } = await platform.graphql<{ replaceTables: SessionPayload }>(
      'mutation ($input: ReplaceTablesInput!) { replaceTables(input: $input) { session { id } userErrors { code message path } } }',
      { input: { items: [item], reason: 'Bad deployment', idempotencyKey } },
    );
    return payload;
  };
  const logOf = async (id: string): Promise<string> => {
    const { session } = await platform.graphql<{ session: { log: { nodes: { message: string }[] } } }>(
      'query ($id: ID!) { session(id: $id) { log(first: 200) { nodes { message } } } }',
      { id },
    );
    return session.log.nodes.map(({ message }) => message).join('\n');
  };

  test('the point is tried, the table saved, and only then replaced; the protective backup stays', async () => {
    const before = await described();
    const { session, userErrors } = await replace({}, `key-${table}`);
    expect(userErrors).toEqual([]);
    // Asked twice, it is the same session; asked anew meanwhile, it is refused.
    expect((await replace({}, `key-${table}`)).session).toEqual(session);
    expect((await replace()).userErrors).toMatchObject([{ code: 'REPLACEMENT_OPEN', path: ['items', '0'] }]);
    const end = await ended(session!.id);
    expect(end.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'VERIFY SUCCEEDED',
      'BACKUP SUCCEEDED',
      'RESTORE SUCCEEDED',
    ]);
    expect(end.status).toBe('SUCCEEDED');
    expect(await count()).toBe(25);
    const after = await described();
    expect(after?.TableId).not.toBe(before?.TableId);
    expect(after?.DeletionProtectionEnabled ?? false).toBe(before?.DeletionProtectionEnabled ?? false);
    const [protective] = (await points()).filter(({ kind }) => kind === 'MANUAL');
    expect(protective).toMatchObject({ expiresAt: null });
    expect(await logOf(session!.id)).toContain(`restore point ${protective!.id}`);
    expect((await points()).find(({ id }) => id === pointId)?.verification?.outcome).toBe('VERIFIED');
    // The table is free for another replacement, which would undo this one.
    const undone = await replace({ restorePointId: protective!.id });
    expect((await ended(undone.session!.id)).status).toBe('SUCCEEDED');
    expect(await count()).toBe(26);
  }, 180_000);

  test('is refused before anything happens, with all reasons at once', async () => {
    await platform.owner
      .dynamodb(HOME)
      .send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: true }));
    await eventually(async () =>
      expect(await described()).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true }),
    );
    const refused = await replace({
      confirmTableName: table.toLowerCase(),
      confirmWritesStopped: false,
      confirmDeletionProtectionOff: false,
      readCapacityUnits: 5,
    });
    expect(refused.session).toBeNull();
    expect(refused.userErrors.map(({ code, path }) => `${code} ${path.join('.')}`).sort()).toEqual([
      'CAPACITY_NOT_ALLOWED items.0.readCapacityUnits',
      'NOT_CONFIRMED items.0.confirmTableName',
      'NOT_CONFIRMED items.0.confirmWritesStopped',
    ]);
    const [unprotected] = (await replace({ confirmDeletionProtectionOff: false })).userErrors;
    expect(unprotected).toMatchObject({ code: 'DELETION_PROTECTED' });
    await platform.owner.iam.send(new DeleteRolePolicyCommand(policy));
    const { userErrors } = await replace();
    expect(userErrors).toMatchObject([{ code: 'PERMISSION_MISSING' }]);
    expect(userErrors[0]!.message).toMatch(/"dynamodb:DeleteTable"[\s\S]*:table\/\*/u);
    expect(await count()).toBe(26);
    expect(await points()).toHaveLength(1);
  }, 60_000);

  test('a global table is refused, naming the Regions that would keep the old data', async () => {
    const client = platform.owner.dynamodb(HOME);
    const changes = [
      { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
      { ReplicaUpdates: [{ Create: { RegionName: AWAY } }] },
    ] as const;
    for (const change of changes) {
      await client.send(new UpdateTableCommand({ TableName: table, ...(structuredClone(change) as object) }));
      await eventually(async () => expect(await described()).toMatchObject({ TableStatus: 'ACTIVE' }));
    }
    const { session, userErrors } = await replace();
    expect(session).toBeNull();
    expect(userErrors).toMatchObject([
      { code: 'TABLE_HAS_REPLICAS', path: ['items', '0', 'restorePointId'], message: expect.stringContaining(AWAY) },
    ]);
  }, 60_000);

  test('a point that does not come back, or a protective backup that fails, leaves the table as it is', async () => {
    const before = await described();
    const fault = { service: 'backup', count: 1, kind: 'jobFailed', message: 'An internal error' } as const;
    await platform.aws.fault({ ...fault, operation: 'StartRestoreJob' });
    const untried = await ended((await replace()).session!.id);
    expect(untried.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'VERIFY FAILED',
      'BACKUP SKIPPED',
    ]);
    await platform.aws.fault({ ...fault, operation: 'StartBackupJob' });
    const unsaved = await ended((await replace()).session!.id);
    expect(unsaved.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'VERIFY SUCCEEDED',
      'BACKUP FAILED',
    ]);
    for (const { status, notes } of [untried, unsaved]) {
      expect(status).toBe('FAILED');
      expect(notes).toEqual([expect.stringContaining(`${table} stays as it is`)]);
    }
    expect((await described())?.TableId).toBe(before?.TableId);
    expect(await count()).toBe(26);
  }, 180_000);

  test('if the last step fails the session says the way back, and the way leads back', async () => {
    const { session } = await replace();
    await eventually(
      async () => {
        const { tasks } = await viewSession(platform.graphql, session!.id);
        expect(tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toContain('VERIFY SUCCEEDED');
      },
      { timeoutMs: 60_000, everyMs: 20 },
    );
    await platform.aws.fault({
      service: 'backup',
      operation: 'StartRestoreJob',
      count: 1,
      kind: 'jobFailed',
      message: 'An internal error',
    });
    const end = await ended(session!.id);
    expect(end.status).toBe('FAILED');
    const { reason } = end.tasks.nodes.find(({ kind }) => kind === 'RESTORE')!;
    await expect(described()).rejects.toThrow(/not found/u);
    const [, restorePointId, mode] = /restorePointId: "([\w-]+)", mode: (\w+)/u.exec(reason ?? '')!;
    const back = await restoreTables(platform.graphql, [{ restorePointId, mode }]);
    expect(back.userErrors).toEqual([]);
    expect((await ended(back.session!.id)).status).toMatch(/SUCCEEDED|WARNING/u);
    expect(await count()).toBe(26);
  }, 180_000);
});
