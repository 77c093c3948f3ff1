import { DeleteBackupVaultAccessPolicyCommand, PutBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { DeleteResourcePolicyCommand, DescribeTableCommand, PutResourcePolicyCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AWS_ACCOUNT, HOME, VAULT } from '@tablekeep/embedded/demo/aws-account';
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
import { checkPermissions, notGreen, policyOf, testPolicy } from '../src/preflight-under-test.ts';

const BASIC = ['BACKUP', 'COPY', 'RESTORE'];
const deny = (Action: string | string[], more: object = {}) => ({ Effect: 'Deny', Action, Resource: '*', ...more });

describe('what the roles may do', () => {
  let platform: PlatformUnderTest;
  let accountId: string;

  beforeAll(async () => {
    platform = await startPlatform();
    accountId = await registerAccount(platform.owner, platform.graphql);
    await createAirportTable(platform.owner, 'Gates');
    const { policy } = await createPolicy(platform.graphql, policyInput(accountId));
    const session = await endOfSession(platform.graphql, await runPolicy(platform.graphql, policy!.id), 60_000);
    expect(session.status).toBe('SUCCEEDED');
    // The run has looked at its own Region alone.
    expect(notGreen(await check())).toEqual(['UNKNOWN NOT_SCANNED']);
    await rescan();
  }, 90_000);
  afterAll(() => platform.stop());

  async function rescan(): Promise<void> {
    expect((await rescanInventory(platform.graphql, accountId)).status).toBe('SUCCEEDED');
  }

  /** For all operations unless told. */
  const check = (...operations: string[]) =>
    checkPermissions(platform.graphql, accountId, operations.length > 0 ? operations : undefined);

  test('roles that lack something are named with it, and with the policy that would grant it', async () => {
    const { iam } = platform.owner;
    const denied = { RoleName: 'TablekeepOperator', PolicyName: 'denied' };
    expect(await check()).toMatchObject({ outcome: 'OK', missing: [], grants: [] });
    await iam.send(
      new PutRolePolicyCommand({
        ...denied,
        PolicyDocument: policyOf(deny(['backup:StartBackupJob', 'backup:StartRestoreJob'])),
      }),
    );
    try {
      const all = await check();
      expect(all.outcome).toBe('MISSING');
      expect(all.missing.map(({ role, action, operations }) => [role, action, operations])).toEqual([
        ['OPERATOR', 'backup:StartBackupJob', ['BACKUP']],
        ['OPERATOR', 'backup:StartRestoreJob', ['RESTORE', 'VERIFICATION']],
      ]);
      expect((await check('RESTORE')).missing.map(({ action }) => action)).toEqual(['backup:StartRestoreJob']);
      const tested = await testPolicy(platform.graphql, { input: policyInput(accountId) });
      expect(tested.ok).toBe(false);
      expect(tested.checks.find(({ code }) => code === 'PERMISSIONS')).toMatchObject({
        outcome: 'ERROR',
        message: expect.stringMatching(/TablekeepOperator may not backup:StartBackupJob;/u),
      });
    } finally {
      await iam.send(new DeleteRolePolicyCommand(denied));
    }
    await expect(checkPermissions(platform.graphql, accountId, [])).rejects.toThrow(/at least one operation/u);
  });

  test('what the service role lacks is granted as told; trust and vaults are judged apart; in doubt nothing is green', async () => {
    const { iam } = platform.owner;
    const RoleName = 'TablekeepBackupService';
    const managed = {
      RoleName,
      PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
    };
    const trust = (Service: string) =>
      iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: policyOf({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }),
        }),
      );
    const denied = { RoleName: 'TablekeepOperator', PolicyName: 'no-passing' };
    await iam.send(new DetachRolePolicyCommand(managed));
    await trust('ec2.amazonaws.com');
    await iam.send(new PutRolePolicyCommand({ ...denied, PolicyDocument: policyOf(deny('iam:PassRole')) }));
    const vault = { BackupVaultName: VAULT };
    const closed = policyOf(deny('backup:StartBackupJob', { Principal: '*' }));
    await platform.owner.backup(HOME).send(new PutBackupVaultAccessPolicyCommand({ ...vault, Policy: closed }));
    try {
      const all = await check(...BASIC);
      expect(all.outcome).toBe('MISSING');
      expect(all.missing).toContainEqual(expect.objectContaining({ role: 'OPERATOR', action: 'iam:PassRole' }));
      expect(notGreen(all)).toEqual(expect.arrayContaining(['MISSING SERVICE_TRUST', 'MISSING VAULT_POLICY']));
      const lacking = all.missing.filter(({ role }) => role === 'SERVICE').map(({ action }) => action);
      expect(lacking).toContain('dynamodb:RestoreTableFromAwsBackup');
      // A denial cannot be granted away: there is a document for the other role only.
      expect(all.grants.map(({ role }) => role)).toEqual(['SERVICE']);
      const granted = JSON.parse(all.grants[0]!.policyDocument) as { Statement: { Action: string[] }[] };
      expect(new Set(granted.Statement.flatMap(({ Action }) => Action))).toEqual(new Set(lacking));
      await iam.send(
        new PutRolePolicyCommand({ RoleName, PolicyName: 'granted', PolicyDocument: all.grants[0]!.policyDocument }),
      );
      await trust('backup.amazonaws.com');
      await iam.send(new DeleteRolePolicyCommand(denied));
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand(vault));
      const mended = await check(...BASIC);
      expect(notGreen(mended)).toEqual([]);
      expect(mended).toMatchObject({ outcome: 'OK', missing: [], grants: [] });
      // Under an organization's policies IAM's simulation does not tell everything.
      await platform.aws.behave({ inOrganization: true });
      const doubtful = await check(...BASIC);
      expect(doubtful).toMatchObject({ outcome: 'UNKNOWN', missing: [] });
      expect(notGreen(doubtful)).toEqual(['UNKNOWN ORGANIZATION']);
    } finally {
      await platform.aws.behave({ inOrganization: false });
      await trust('backup.amazonaws.com');
      await iam.send(new AttachRolePolicyCommand(managed));
      await platform.owner.backup(HOME).send(new DeleteBackupVaultAccessPolicyCommand(vault));
    }
  }, 60_000);

  test('a role that anybody of an account may assume, and one that Tablekeep may not, are told apart', async () => {
    const { iam } = platform.owner;
    const RoleName = 'TablekeepOperator';
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const trust = (PolicyDocument: string) => iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    const trusting = (AWS: string) =>
      trust(policyOf({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }));
    try {
      await trusting(`arn:aws:iam::${AWS_ACCOUNT}:root`);
      expect(notGreen(await check())).toEqual(['MISSING EXTERNAL_ID']);
      await trusting('arn:aws:iam::444455556666:root');
      const shut = await check();
      expect(shut.outcome).toBe('MISSING');
      expect(notGreen(shut)).toContain('MISSING ROLE_ASSUMED');
    } finally {
      await trust(decodeURIComponent(Role!.AssumeRolePolicyDocument!));
    }
    expect(await check()).toMatchObject({ outcome: 'OK', missing: [] });
  }, 60_000);

  test('a table whose own policy denies its backup is told of once it was scanned, and no longer once it is open', async () => {
    const dynamodb = platform.owner.dynamodb(HOME);
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'Gates' }));
    const ResourceArn = Table!.TableArn!;
    const closed = { Effect: 'Deny', Principal: '*', Action: 'dynamodb:StartAwsBackupJob', Resource: ResourceArn };
    await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy: policyOf(closed) }));
    try {
      await rescan();
      const shut = await check();
      expect(notGreen(shut)).toEqual(['MISSING TABLE_POLICY']);
      expect(shut.outcome).toBe('MISSING');
    } finally {
      await dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn }));
      await rescan();
    }
    expect(await check()).toMatchObject({ outcome: 'OK', missing: [] });
  }, 60_000);

  test('roles that are marked for backups only restore nothing, and the other way round', async () => {
    const mark = async (uses: string[]) => {
      const { updateAccount } = await platform.graphql<{
        updateAccount: { userErrors: { code: string; path: string[] }[] };
      }>('mutation ($input: UpdateAccountInput!) { updateAccount(input: $input) { userErrors { code path } } }', {
        input: { id: accountId, uses },
      });
      return updateAccount.userErrors;
    };
    expect(await mark([])).toContainEqual({ code: 'NO_USE', path: ['uses'] });
    expect(await mark(['RESTORE'])).toEqual([{ code: 'IN_USE', path: ['uses'] }]);
    expect(await mark(['BACKUP'])).toEqual([]);
    const { restorePoints } = await platform.graphql<{ restorePoints: { nodes: { id: string }[] } }>(
      '{ restorePoints(first: 1) { nodes { id } } }',
    );
    const { restoreTables } = await platform.graphql<{
      restoreTables: { userErrors: { code: string; path: string[] }[] };
    }>(`mutation ($input: RestoreTablesInput!) { restoreTables(input: $input) { userErrors { code path } } }`, {
      input: {
        reason: 'drill',
        items: [{ restorePointId: restorePoints.nodes[0]!.id, mode: 'NEW', tableName: 'Restored' }],
      },
    });
    expect(restoreTables.userErrors).toEqual([{ code: 'NOT_FOR_RESTORE', path: ['items'] }]);
    expect(await mark(['BACKUP', 'RESTORE'])).toEqual([]);
  });
});
