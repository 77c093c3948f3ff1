import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWAY, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
import { TEMPORARY_PREFIX } from '@tablekeep/schema/temporary-tables';
import { eventually } from '@tablekeep/testkit/eventually';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { startPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

type Verification = {
  outcome: string;
  restoreSeconds: number | null;
  itemCount: number | null;
  countedExactly: boolean;
  problems: string[];
  sessionId: string;
};
type Point = { id: string; kind: string; tableName: string; verification: Verification | null };

describe('restores that are only tests', () => {
  let platform: PlatformUnderTest;
  let accountId: string;
  let policyId: string;
  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    for (const name of ['Airports', 'Movies']) {
      await createAirportTable(platform.owner, name, { DeletionProtectionEnabled: true });
    }
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { copies: [{ fromRegion: HOME, toRegion: AWAY, vaultName: VAULT, retentionDays: 90 }] }),
    );
    expect(userErrors).toEqual([]);
    policyId = policy!.id;
    expect((await endOfSession(platform.graphql, await runPolicy(platform.graphql, policyId), 60_000)).status).toBe(
      'SUCCEEDED',
    );
  }, 120_000);
  afterAll(() => platform.stop());

  const leftovers = async (region = HOME) =>
    ((await platform.owner.dynamodb(region).send(new ListTablesCommand({}))).TableNames ?? []).filter((name) =>
      name.startsWith(TEMPORARY_PREFIX),
    );
  const points = async (filter: object = {}): Promise<Point[]> => {
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: Point[] } }>(
      `query ($filter: RestorePointFilter) { restorePoints(filter: $filter) { nodes { id kind tableName
         verification { outcome restoreSeconds itemCount countedExactly problems sessionId } } } }`,
      { filter },
    );
    return restorePoints.nodes;
  };
  const verify = async (input: object): Promise<SessionPayload> => {
    const { verifyRestorePoints: payload } = await platform.graphql<{ verifyRestorePoints: SessionPayload }>(
      `mutation ($input: VerifyRestorePointsInput!) { verifyRestorePoints(input: $input) {
         session { id } userErrors { code message path } } }`,
      { input },
    );
    return payload;
  };
  const ended = async ({ session, userErrors }: SessionPayload) => {
    expect(userErrors).toEqual([]);
    return endOfSession(platform.graphql, session!.id, 60_000);
  };

  test('whoever reads SUCCEEDED finds the verdict on the newest point of each table, and no table left', async () => {
    const payload = await verify({ policyId, countItems: true, reason: 'Audit' });
    const session = await ended(payload);
    expect(session.status).toBe('SUCCEEDED');
    expect(session.tasks.nodes.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'VERIFY SUCCEEDED',
      'VERIFY SUCCEEDED',
    ]);
    const verified = await points({ policyId, kind: 'BACKUP', verified: true });
    expect(verified.map(({ kind, tableName }) => `${kind} ${tableName}`).sort()).toEqual([
      'BACKUP Airports',
      'BACKUP Movies',
    ]);
    for (const { verification } of verified) {
      expect(verification).toEqual({
        outcome: 'VERIFIED',
        restoreSeconds: expect.any(Number),
        itemCount: 25,
        countedExactly: true,
        problems: [],
        sessionId: payload.session!.id,
      });
    }
    expect(await leftovers()).toEqual([]);
    const { policyHealth, tables: listed } = await eventually(async () => {
      const seen = await platform.graphql<{
        policyHealth: {
          policyId: string;
          tablesVerified: number;
          measuredRestoreSecondsMax: number;
          lastVerifiedAt: string;
        }[];
        tables: { nodes: { name: string; measuredRestoreSeconds: number }[] };
      }>(
        `query { policyHealth { policyId tablesVerified measuredRestoreSecondsMax lastVerifiedAt }
           tables { nodes { name measuredRestoreSeconds } } }`,
      );
      const policyHealth = seen.policyHealth.filter((one) => one.policyId === policyId);
      expect(policyHealth[0]?.tablesVerified).toBe(2);
      return { policyHealth, tables: seen.tables };
    });
    const own = listed.nodes.filter(({ name }) => name === 'Airports' || name === 'Movies');
    const longest = Math.max(...own.map((table) => table.measuredRestoreSeconds));
    expect(policyHealth[0]).toMatchObject({
      measuredRestoreSecondsMax: longest,
      lastVerifiedAt: expect.any(String),
    });
    expect(longest).toBeGreaterThan(0);
  }, 90_000);

  test('a copy is verified where it lies; what is asked for wrongly is told at once', async () => {
    const [copy] = await points({ kind: 'COPY', tableName: 'Airports' });
    expect((await ended(await verify({ restorePointIds: [copy!.id] }))).status).toBe('SUCCEEDED');
    expect(await points({ kind: 'COPY', verified: true })).toMatchObject([{ id: copy!.id }]);
    expect(await leftovers(AWAY)).toEqual([]);
    expect((await verify({})).userErrors).toMatchObject([{ code: 'EITHER_OR' }]);
    expect((await verify({ restorePointIds: [copy!.id], policyId })).userErrors).toMatchObject([{ code: 'EITHER_OR' }]);
    expect((await verify({ restorePointIds: ['nowhere', copy!.id] })).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['restorePointIds', '0'] },
    ]);
    expect((await verify({ policyId: 'nowhere' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  }, 60_000);

  test('a point that does not come back makes the session FAILED, with AWS’s words on the point', async () => {
    const [point] = await points({ kind: 'BACKUP', tableName: 'Movies' });
    const message = 'Encountered an internal error';
    await platform.aws.fault({ service: 'backup', operation: 'StartRestoreJob', count: 1, kind: 'jobFailed', message });
    const session = await ended(await verify({ restorePointIds: [point!.id] }));
    expect(session).toMatchObject({ status: 'FAILED', tasks: { nodes: [{ reasonCode: 'JOB_FAILED' }] } });
    const found = () => points({ tableName: 'Movies', kind: 'BACKUP', verified: false });
    await eventually(async () =>
      expect(await found()).toMatchObject([
        { id: point!.id, verification: { outcome: 'FAILED', problems: [expect.stringContaining(message)] } },
      ]),
    );
    expect(await leftovers()).toEqual([]);
    expect((await ended(await verify({ restorePointIds: [point!.id] }))).status).toBe('SUCCEEDED');
    expect(await found()).toEqual([]);
  }, 90_000);

  test('a temporary table is nobody’s inventory while it is there; what is left over is reaped by the next scan', async () => {
    const RoleName = 'TablekeepOperator';
    const PolicyName = 'no-deletion';
    const statement = { Effect: 'Deny', Action: 'dynamodb:DeleteTable', Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await platform.owner.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    const [point] = await points({ kind: 'BACKUP', tableName: 'Airports' });
    const session = await ended(await verify({ restorePointIds: [point!.id] }));
    expect(session.status).toBe('WARNING');
    const warning = session.tasks.nodes[0]!.warnings[0]!;
    const name = /tablekeep-verify-[\w-]+/u.exec(warning)![0];
    const { Table } = await platform.owner.dynamodb(HOME).send(new DescribeTableCommand({ TableName: name }));
    expect(Table?.DeletionProtectionEnabled ?? false).toBe(false);
    // A run over all tables takes no notice of it.
    const { policy } = await createPolicy(
      platform.graphql,
      policyInput(accountId, { name: 'All', include: { allTables: true }, backupRetentionDays: 1 }),
    );
    const run = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(run.tasks.nodes.map((task) => task.tableName)).not.toContain(name);
    const { tables: listed } = await platform.graphql<{ tables: { nodes: { name: string }[] } }>(
      'query { tables { nodes { name } } }',
    );
    const names = listed.nodes.map((table) => table.name);
    expect(names).toEqual(expect.arrayContaining(['Airports', 'Movies']));
    expect(names).not.toContain(name);
    // A policy that comes first would have the tables of others.
    await platform.graphql(
      'mutation ($input: PolicyIdInput!) { deletePolicy(input: $input) { userErrors { code } } }',
      { input: { id: policy!.id } },
    );
    await platform.owner.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    const { rescanInventory } = await platform.graphql<{ rescanInventory: SessionPayload }>(
      'mutation ($input: RescanInventoryInput!) { rescanInventory(input: $input) { session { id } userErrors { code message path } } }',
      { input: { accountId } },
    );
    expect((await ended(rescanInventory)).status).toBe('SUCCEEDED');
    await eventually(async () => expect(await leftovers()).toEqual([]));
  }, 120_000);

  test('comes by itself at the time the policy says, once', async () => {
    await createAirportTable(platform.owner, 'Pointless', { Tags: [] });
    const slot = new Date(Math.ceil((Date.now() + 5_000) / 60_000) * 60_000);
    const { policy, userErrors } = await createPolicy(
      platform.graphql,
      policyInput(accountId, {
        name: 'Verified',
        include: { tableNames: ['Pointless'] },
        verification: { schedule: { timeZone: 'UTC', daily: { times: [slot.toISOString().slice(11, 16)] } } },
      }),
    );
    expect(userErrors).toEqual([]);
    expect((await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000)).status).toBe(
      'SUCCEEDED',
    );
    const shown = async () => {
      const { policy: seen } = await platform.graphql<{ policy: { verification: { nextRunAt: string } } }>(
        'query ($id: ID!) { policy(id: $id) { verification { nextRunAt } } }',
        { id: policy!.id },
      );
      return Date.parse(seen.verification.nextRunAt);
    };
    expect(await shown()).toBe(slot.getTime());
    const sessions = async () => {
      const { sessions: found } = await platform.graphql<{ sessions: { nodes: { id: string; trigger: string }[] } }>(
        'query ($filter: SessionFilter) { sessions(filter: $filter) { nodes { id trigger } } }',
        { filter: { policyId: policy!.id, type: 'VERIFICATION' } },
      );
      return found.nodes;
    };
    await eventually(async () => expect(await sessions()).toMatchObject([{ trigger: 'SCHEDULE' }]), {
      timeoutMs: 80_000,
      everyMs: 500,
    });
    const id = (await sessions())[0]!.id;
    const session = await endOfSession(platform.graphql, id, 60_000);
    expect(session).toMatchObject({
      tasks: { nodes: [{ kind: 'VERIFY', tableName: 'Pointless', status: 'SUCCEEDED' }] },
    });
    expect(session.status).toBe('SUCCEEDED');
    expect(await sessions()).toHaveLength(1);
    expect(await shown()).toBe(slot.getTime() + 86_400_000);
  }, 180_000);
});
