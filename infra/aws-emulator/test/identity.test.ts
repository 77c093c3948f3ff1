import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ListRegionsCommand, paginateListRegions } from '@aws-sdk/client-account';
import { ListBackupJobsCommand } from '@aws-sdk/client-backup';
import { DescribeTableCommand, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  DisableKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { startEmulator } from '@tablekeep/aws-emulator';
import { backedUp, startBackup } from './backup-steps.ts';
import { ACCOUNT, airports, arnOf, clients, failure, keysOf, makeTable } from './clients.ts';
import type { Credentials } from './clients.ts';
import type { Emulator } from '@tablekeep/aws-emulator';

const CUSTOMER = '444455556666';
const ROLE = `arn:aws:iam::${CUSTOMER}:role/Tablekeep`;

let emulator: Emulator;
/** The account that assumes roles, and the account the role is in. */
let own: ReturnType<typeof clients>;
let customer: ReturnType<typeof clients>;

const document = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const trusting = (principal: object, more: object = {}) =>
  document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more });

beforeEach(async () => {
  emulator = await startEmulator({ limits: 'off' });
  own = clients(emulator.endpoint);
  customer = clients(emulator.endpoint, 'us-east-1', keysOf(CUSTOMER));
  await customer.iam.send(
    new CreateRoleCommand({
      RoleName: 'Tablekeep',
      AssumeRolePolicyDocument: trusting(
        { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        { Condition: { StringEquals: { 'sts:ExternalId': 'tenant-1' } } },
      ),
    }),
  );
});
afterEach(() => emulator.stop());

async function assume(
  more: { ExternalId?: string } = { ExternalId: 'tenant-1' },
  RoleArn = ROLE,
): Promise<Credentials> {
  const { Credentials: given } = await own.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'nightly', ...more }),
  );
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

const grant = (...statements: object[]) =>
  customer.iam.send(
    new PutRolePolicyCommand({ RoleName: 'Tablekeep', PolicyName: 'work', PolicyDocument: document(...statements) }),
  );

describe('AssumeRole', () => {
  test('takes the external id of the trust policy and nothing else', async () => {
    await expect(assume()).resolves.toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
    for (const refused of [await failure(assume({})), await failure(assume({ ExternalId: 'tenant-2' }))]) {
      expect(refused).toMatchObject({ name: 'AccessDenied', status: 403 });
      expect(refused.message).toMatch(
        /is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role\/Tablekeep/,
      );
    }
  });

  test('refuses an account the policy does not trust, and a role that is not there', async () => {
    const stranger = clients(emulator.endpoint, 'us-east-1', keysOf('777766665555'));
    const asked = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'nightly', ExternalId: 'tenant-1' });
    expect((await failure(stranger.sts.send(asked))).name).toBe('AccessDenied');
    expect((await failure(assume({}, `arn:aws:iam::${CUSTOMER}:role/None`))).name).toBe('AccessDenied');
  });

  test('puts the caller into the role’s account', async () => {
    const session = clients(emulator.endpoint, 'us-east-1', await assume());
    expect(await session.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: CUSTOMER,
      Arn: `arn:aws:sts::${CUSTOMER}:assumed-role/Tablekeep/nightly`,
    });
    expect((await own.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
  });

  test('long-lived keys belong to the account in their digits, or the one they are given', async () => {
    const other = await startEmulator({ accounts: { AKIAOWNNAME: '123123123123' } });
    try {
      const accountOf = async (accessKeyId: string) => {
        const { sts } = clients(other.endpoint, 'us-east-1', { accessKeyId, secretAccessKey: 'x' });
        return (await sts.send(new GetCallerIdentityCommand({}))).Account;
      };
      expect(await accountOf('AKIAOWNNAME')).toBe('123123123123');
      expect(await accountOf('AKIA999988887777ANY')).toBe('999988887777');
      expect(await accountOf('whoever')).toBe(ACCOUNT);
    } finally {
      await other.stop();
    }
  });

  test('checks the duration against the role', async () => {
    const long = new AssumeRoleCommand({
      RoleArn: ROLE,
      RoleSessionName: 'nightly',
      ExternalId: 'tenant-1',
      DurationSeconds: 7200,
    });
    expect((await failure(own.sts.send(long))).message).toMatch(/MaxSessionDuration/);
  });

  test('sessions end', async () => {
    const session = clients(emulator.endpoint, 'us-east-1', await assume());
    await fetch(`${emulator.endpoint}/_emulator/sessions/expire`, { method: 'POST' });
    expect(await failure(session.dynamodb.send(new ListTablesCommand({})))).toMatchObject({
      name: 'ExpiredTokenException',
    });
    expect(await failure(session.backup.send(new ListBackupJobsCommand({})))).toMatchObject({
      name: 'ExpiredTokenException',
      status: 403,
    });
    const invented = clients(emulator.endpoint, 'us-east-1', {
      accessKeyId: 'ASIAINVENTED',
      secretAccessKey: 'x',
      sessionToken: 'y',
    });
    expect((await failure(invented.dynamodb.send(new ListTablesCommand({})))).name).toBe('UnrecognizedClientException');
  });

  test('a changed trust policy counts at once', async () => {
    const PolicyDocument = trusting(
      { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      { Condition: { StringEquals: { 'sts:ExternalId': 'rotated' } } },
    );
    await customer.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Tablekeep', PolicyDocument }));
    expect((await failure(assume())).name).toBe('AccessDenied');
    await expect(assume({ ExternalId: 'rotated' })).resolves.toBeDefined();
  });
});

describe('the policies of an assumed role', () => {
  test('decide what it may do', async () => {
    await makeTable(emulator, customer.dynamodb);
    const session = clients(emulator.endpoint, 'us-east-1', await assume());
    const list = () => session.dynamodb.send(new ListTablesCommand({}));
    expect(await failure(list())).toEqual({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::${CUSTOMER}:assumed-role/Tablekeep/nightly is not authorized to perform: dynamodb:ListTables on resource: arn:aws:dynamodb:us-east-1:${CUSTOMER}:table/* because no identity-based policy allows the dynamodb:ListTables action`,
      status: 400,
    });
    const table = `arn:aws:dynamodb:us-east-1:${CUSTOMER}:table/airports`;
    await grant(allow('dynamodb:List*'), allow(['dynamodb:DescribeTable', 'dynamodb:GetItem'], table), {
      Effect: 'Deny',
      Action: 'dynamodb:GetItem',
      Resource: '*',
    });
    expect((await list()).TableNames).toEqual(['airports']);
    expect((await session.dynamodb.send(new DescribeTableCommand({ TableName: 'airports' }))).Table?.TableArn).toBe(
      table,
    );
    expect((await failure(session.dynamodb.send(new DescribeTableCommand({ TableName: 'others' })))).name).toBe(
      'AccessDeniedException',
    );
    const denied = await failure(
      session.dynamodb.send(new GetItemCommand({ TableName: 'airports', Key: { iata: { S: 'A' } } })),
    );
    expect(denied.message).toMatch(/with an explicit deny in an identity-based policy$/);
    const put = new PutItemCommand({ TableName: 'airports', Item: { iata: { S: 'A' } } });
    expect((await failure(session.dynamodb.send(put))).name).toBe('AccessDeniedException');
    expect(await failure(session.backup.send(new ListBackupJobsCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
    });
    emulator.setBehaviour({ enforceIam: false });
    await session.dynamodb.send(put);
  });

  test('of the administrator allow everything', async () => {
    await customer.iam.send(
      new AttachRolePolicyCommand({ RoleName: 'Tablekeep', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    const session = clients(emulator.endpoint, 'us-east-1', await assume());
    await makeTable(emulator, session.dynamodb);
    expect((await session.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(['airports']);
  });

  test('must allow passing the service role', async () => {
    await makeTable(emulator, customer.dynamodb);
    const service = `arn:aws:iam::${CUSTOMER}:role/Backup`;
    await customer.iam.send(
      new CreateRoleCommand({
        RoleName: 'Backup',
        AssumeRolePolicyDocument: trusting({ Service: 'backup.amazonaws.com' }),
      }),
    );
    await customer.iam.send(
      new AttachRolePolicyCommand({
        RoleName: 'Backup',
        PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
      }),
    );
    await grant(allow('backup:*'));
    const session = clients(emulator.endpoint, 'us-east-1', await assume());
    const job = { ResourceArn: `arn:aws:dynamodb:us-east-1:${CUSTOMER}:table/airports`, IamRoleArn: service };
    const refused = await failure(startBackup(session.backup, job));
    expect(refused).toMatchObject({ name: 'AccessDeniedException', status: 403 });
    expect(refused.message).toMatch(
      /not authorized to perform: iam:PassRole on resource: arn:aws:iam::444455556666:role\/Backup/,
    );
    await grant(
      allow('backup:*'),
      allow('iam:PassRole', service, {
        Condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
      }),
    );
    expect((await backedUp(emulator, session.backup, job)).State).toBe('COMPLETED');
  });
});

describe('the service role', () => {
  const job = (RoleName: string) => ({
    ResourceArn: `arn:aws:dynamodb:us-east-1:${CUSTOMER}:table/airports`,
    IamRoleArn: `arn:aws:iam::${CUSTOMER}:role/${RoleName}`,
  });

  test('must exist when the job starts, be trusted and be able when it runs', async () => {
    await makeTable(emulator, customer.dynamodb);
    expect(await failure(startBackup(customer.backup, job('None')))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
    });
    expect(await backedUp(emulator, customer.backup, job('Tablekeep'))).toMatchObject({
      State: 'FAILED',
      StatusMessage: `IAM Role ${ROLE} cannot be assumed by AWS Backup`,
    });
    await customer.iam.send(
      new CreateRoleCommand({
        RoleName: 'Weak',
        AssumeRolePolicyDocument: trusting({ Service: 'backup.amazonaws.com' }),
      }),
    );
    expect(await backedUp(emulator, customer.backup, job('Weak'))).toMatchObject({
      State: 'FAILED',
      StatusMessage: 'Access Denied trying to call AWS Backup service',
    });
  });

  test('is taken for good in an account without any role', async () => {
    await makeTable(emulator, own.dynamodb, { ...airports });
    expect((await backedUp(emulator, own.backup, { ResourceArn: arnOf('airports') })).State).toBe('COMPLETED');
  });
});

describe('IAM', () => {
  test('keeps roles and their policies', async () => {
    const RoleName = 'Tablekeep';
    const role = (await customer.iam.send(new GetRoleCommand({ RoleName }))).Role;
    expect(role).toMatchObject({ Arn: ROLE, Path: '/', MaxSessionDuration: 3600 });
    expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toContain('sts:ExternalId');
    expect(
      (
        await failure(
          customer.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS: ACCOUNT }) })),
        )
      ).name,
    ).toBe('EntityAlreadyExistsException');
    const broken = customer.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: '{"Statement":' }),
    );
    expect((await failure(broken)).name).toBe('MalformedPolicyDocumentException');

    const work = document(allow('dynamodb:ListTables'));
    await customer.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'work', PolicyDocument: work }));
    const policy = await customer.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'work' }));
    expect(decodeURIComponent(policy.PolicyDocument ?? '')).toBe(work);
    expect((await customer.iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['work']);
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await customer.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    expect((await customer.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies).toEqual([
      { PolicyName: 'AdministratorAccess', PolicyArn },
    ]);
    expect((await failure(customer.iam.send(new DeleteRoleCommand({ RoleName })))).name).toBe(
      'DeleteConflictException',
    );
    await customer.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await customer.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'work' }));
    await customer.iam.send(new DeleteRoleCommand({ RoleName }));
    expect((await failure(customer.iam.send(new GetRoleCommand({ RoleName })))).name).toBe('NoSuchEntityException');
    expect((await customer.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  });

  test('simulates a role’s policies', async () => {
    await grant(allow('dynamodb:Describe*', 'arn:aws:dynamodb:*:*:table/air*'), {
      Effect: 'Deny',
      Action: 'backup:Delete*',
      Resource: '*',
    });
    const { EvaluationResults } = await customer.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: ROLE,
        ActionNames: ['dynamodb:DescribeTable', 'backup:DeleteRecoveryPoint'],
        ResourceArns: [arnOf('airports'), arnOf('others')],
      }),
    );
    const each = EvaluationResults?.map(({ EvalDecision, ResourceSpecificResults }) => [
      EvalDecision,
      ...(ResourceSpecificResults ?? []).map((one) => one.EvalResourceDecision),
    ]);
    expect(each).toEqual([
      ['implicitDeny', 'allowed', 'implicitDeny'],
      ['explicitDeny', 'explicitDeny', 'explicitDeny'],
    ]);
  });
});

describe('KMS and the Region list', () => {
  test('keys have aliases and states', async () => {
    const KeyId = (await own.kms.send(new CreateKeyCommand({ Description: 'tables' }))).KeyMetadata?.KeyId;
    await own.kms.send(new CreateAliasCommand({ AliasName: 'alias/tables', TargetKeyId: KeyId }));
    const state = async () =>
      (await own.kms.send(new DescribeKeyCommand({ KeyId: 'alias/tables' }))).KeyMetadata?.KeyState;
    expect(await state()).toBe('Enabled');
    await own.kms.send(new DisableKeyCommand({ KeyId }));
    expect(await state()).toBe('Disabled');
    await own.kms.send(new EnableKeyCommand({ KeyId }));
    const { DeletionDate } = await own.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(DeletionDate?.getTime()).toBeGreaterThan(emulator.clock.now());
    expect(await state()).toBe('PendingDeletion');
    const aliases = (await own.kms.send(new ListAliasesCommand({}))).Aliases?.map((alias) => alias.AliasName);
    expect(aliases).toEqual(['alias/aws/backup', 'alias/aws/dynamodb', 'alias/tables']);
    expect((await own.kms.send(new ListKeysCommand({}))).Keys).toHaveLength(3);
    expect((await failure(own.kms.send(new DescribeKeyCommand({ KeyId: 'alias/none' })))).name).toBe(
      'NotFoundException',
    );
  });

  test('lists the seventeen Regions every account has', async () => {
    const names: string[] = [];
    const pages = paginateListRegions(
      { client: own.account, pageSize: 10 },
      { RegionOptStatusContains: ['ENABLED_BY_DEFAULT'] },
    );
    for await (const page of pages) names.push(...(page.Regions ?? []).map((region) => region.RegionName ?? ''));
    expect(names).toHaveLength(17);
    expect(names).toEqual(expect.arrayContaining(['us-east-1', 'eu-north-1', 'sa-east-1']));
    const all = await own.account.send(new ListRegionsCommand({ MaxResults: 50 }));
    expect(all.Regions?.find((region) => region.RegionName === 'af-south-1')?.RegionOptStatus).toBe('DISABLED');
  });
});

test('keys of an IAM user may do what its policy says, and nothing once they are deleted', async () => {
  await customer.iam.send(new CreateUserCommand({ UserName: 'restorer' }));
  const { AccessKey } = await customer.iam.send(new CreateAccessKeyCommand({ UserName: 'restorer' }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey!;
  const user = clients(emulator.endpoint, 'us-east-1', { accessKeyId, secretAccessKey });
  expect(await user.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: CUSTOMER,
    Arn: `arn:aws:iam::${CUSTOMER}:user/restorer`,
  });
  expect(await failure(user.dynamodb.send(new ListTablesCommand({})))).toMatchObject({ name: 'AccessDeniedException' });
  const PolicyDocument = document(allow('dynamodb:ListTables'));
  const policy = { UserName: 'restorer', PolicyName: 'lists', PolicyDocument };
  await customer.iam.send(new PutUserPolicyCommand(policy));
  expect((await user.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  await customer.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: accessKeyId }));
  expect(await failure(user.dynamodb.send(new ListTablesCommand({})))).toMatchObject({
    name: 'UnrecognizedClientException',
  });
});
