import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWS_ACCOUNT, HOME } from '@tablekeep/embedded/demo/aws-account';
import { eventually } from '@tablekeep/testkit/eventually';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createAirportTable,
  createPolicy,
  endOfSession,
  policyInput,
  registerAccount,
  runPolicy,
  type SessionPayload,
} from '../src/account-under-test.ts';
import { startEmbeddedPlatform, type PlatformUnderTest } from '../src/platform-under-test.ts';

const TABLE = 'Flights';
const tableArn = `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${TABLE}`;

type Keys = Readonly<{ accessKeyId: string; secretAccessKey: string }>;

const document = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('restoring with somebody’s own keys', () => {
  let platform: PlatformUnderTest & Readonly<{ dataDir: string }>;

  beforeAll(async () => {
    platform = await startEmbeddedPlatform({ speed: 600, durations: { restore: 600_000, backup: 120_000 } });
    const accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, TABLE);
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
    const { iam } = platform.owner;
    const PolicyName = 'no-restores';
    const deny = { Effect: 'Deny', Action: ['backup:StartRestoreJob', 'dynamodb:TagResource'], Resource: '*' };
    await iam.send(
      new PutRolePolicyCommand({ RoleName: 'TablekeepOperator', PolicyName, PolicyDocument: document(deny) }),
    );
    const allow = {
      Effect: 'Allow',
      Action: ['backup:*', 'dynamodb:*', 'application-autoscaling:*', 'iam:PassRole', 'kms:DescribeKey'],
      Resource: '*',
    };
    await iam.send(new CreateUserCommand({ UserName: 'restorer' }));
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'restorer', PolicyName: 'restores', PolicyDocument: document(allow) }),
    );
  }, 120_000);
  afterAll(() => platform.stop());

  async function newKeys(): Promise<Keys> {
    const { AccessKey } = await platform.owner.iam.send(new CreateAccessKeyCommand({ UserName: 'restorer' }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  async function restore(tableName: string, credentials: Keys | null): Promise<string> {
    const { restoreTables } = await platform.graphql<{ restoreTables: SessionPayload }>(
      `mutation ($input: RestoreTablesInput!) {
         restoreTables(input: $input) { session { id } userErrors { code message path } } }`,
      { input: { items: [{ tableArn, mode: 'NEW', tableName }], credentials } },
    );
    expect(restoreTables.userErrors).toEqual([]);
    return restoreTables.session!.id;
  }

  /** All that lies in the data folder. */
  async function found(secrets: readonly string[]): Promise<string[]> {
    const names = await readdir(platform.dataDir, { recursive: true, withFileTypes: true });
    const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    expect(files.length).toBeGreaterThan(5);
    const contents = await Promise.all(files.map((file) => readFile(file)));
    return files.filter((_, i) => secrets.some((secret) => contents[i]!.includes(secret)));
  }

  test('does what the role may not, and leaves nothing of the keys in the data folder', async () => {
    const byRole = await endOfSession(platform.graphql, await restore('By-role', null), 60_000);
    expect(byRole).toMatchObject({ status: 'FAILED', tasks: { nodes: [{ reasonCode: 'ACCESS_DENIED' }] } });

    const keys = await newKeys();
    const id = await restore('By-keys', keys);
    const session = await endOfSession(platform.graphql, id, 60_000);
    expect(session).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ kind: 'RESTORE' }] } });
    const scan = new ScanCommand({ TableName: 'By-keys' });
    expect((await platform.owner.dynamodb(HOME).send(scan)).Count).toBe(25);
    const { secretAccessKey, accessKeyId } = keys;
    const encoded = [secretAccessKey, accessKeyId].map((one) =>
      Buffer.from(one).toString('base64').replace(/=+$/u, ''),
    );
    expect(await found([secretAccessKey, accessKeyId, ...encoded])).toEqual([]);
    // The audit log says that there were some.
    await eventually(async () => {
      const { auditLog } = await platform.graphql<{ auditLog: { nodes: { action: string; input: unknown }[] } }>(
        '{ auditLog(first: 100) { nodes { action input } } }',
      );
      const entries = auditLog.nodes.filter(({ action }) => action === 'restoreTables');
      expect(JSON.stringify(entries)).toContain('[redacted]');
    });
  }, 120_000);

  test('keys that end in the middle leave what is left to applyHeldSettings with others', async () => {
    const starts = async () => {
      const calls = await platform.aws.calls();
      return calls
        .filter(({ operation }) => operation === 'StartRestoreJob')
        .reduce((sum, { count }) => sum + count, 0);
    };
    const keys = await newKeys();
    const before = await starts();
    const id = await restore('Parked', keys);
    await eventually(async () => expect(await starts()).toBe(before + 1), { timeoutMs: 20_000, everyMs: 5 });
    await platform.owner.iam.send(new DeleteAccessKeyCommand({ UserName: 'restorer', AccessKeyId: keys.accessKeyId }));
    const parked = await endOfSession(platform.graphql, id, 60_000);
    expect(parked.status).toBe('WARNING');
    expect(parked.tasks.nodes[0]!.warnings).toContainEqual(expect.stringMatching(/tags needs credentials/u));
    const { applyHeldSettings } = await platform.graphql<{ applyHeldSettings: SessionPayload }>(
      `mutation ($input: ApplyHeldSettingsInput!) {
         applyHeldSettings(input: $input) { session { id } userErrors { code message path } } }`,
      { input: { sessionId: id, credentials: await newKeys() } },
    );
    expect(applyHeldSettings.userErrors).toEqual([]);
    const applied = await endOfSession(platform.graphql, applyHeldSettings.session!.id, 60_000);
    expect(applied).toMatchObject({ status: 'SUCCEEDED', tasks: { nodes: [{ warnings: [] }] } });
  }, 120_000);
});
