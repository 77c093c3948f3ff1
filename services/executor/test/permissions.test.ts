import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateBackupVaultCommand, PutBackupVaultAccessPolicyCommand } from '@aws-sdk/client-backup';
import { DetachRolePolicyCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callInternal } from '@tablekeep/platform/rpc';
import type { CheckedTables, PermissionCheck } from '@tablekeep/schema/internal';
import {
  allOperatorPermissions,
  operatorPermissions,
  optInOperations,
  permissionOperations,
  type PermissionOperation,
  permissionsFor,
  policyDocument,
  servicePermissions,
} from '@tablekeep/schema/permissions';
import { availableEngines } from '@tablekeep/testkit/engines';
import { account, AWAY, AWS_ACCOUNT, HOME, operatorActions, VAULT } from './aws-account.ts';
import { judgePermissions, withUntold } from '../src/domain/judge-permissions.ts';
import { startWorld, type World } from './world.ts';

const PHASE = 60_000;
const [engine] = await availableEngines();

describe('permissions', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
  }, PHASE);
  afterEach(() => world.stop());

  async function check(
    vaults = [{ region: HOME, name: VAULT }],
    operations: PermissionOperation[] = permissionOperations.filter((one) => !optInOperations.includes(one)),
  ): Promise<PermissionCheck> {
    const answer = await callInternal({
      peer: () => world.service.url,
      identity: world.identity,
      service: 'policy',
      call: 'lookupPermissions',
      input: { accountId: account.id, account, operations, vaults },
      timeoutMs: 15_000,
    });
    if (answer.state === 'unknown') throw new Error(answer.because);
    const { answer: known } = answer.value;
    if (known.state === 'unknown') throw new Error(known.because);
    return known.value;
  }
  const findingsOf = ({ findings }: PermissionCheck) =>
    findings.filter((one) => one.outcome !== 'OK').map((one) => `${one.outcome} ${one.code}`);
  const attach = (RoleName: string, PolicyDocument: string) =>
    world.owner.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'granted', PolicyDocument }));
  const deny = (Action: string, more: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action, Resource: '*', ...more },
    });

  test('roles that lack nothing are told so, with everything that was looked at', async () => {
    const result = await check([
      { region: HOME, name: VAULT },
      { region: AWAY, name: VAULT },
    ]);
    expect(result).toMatchObject({ outcome: 'OK', missing: [], unknown: [], grants: [] });
    expect(result.findings.map((one) => `${one.code} ${one.region}`)).toEqual([
      'ROLE_ASSUMED null',
      'EXTERNAL_ID null',
      'SERVICE_TRUST null',
      `VAULT_POLICY ${HOME}`,
      `VAULT_KEY ${HOME}`,
      `VAULT_POLICY ${AWAY}`,
      `VAULT_KEY ${AWAY}`,
    ]);
  });

  test('everything missing comes at once, and what is granted as told is enough', async () => {
    const checking = ['iam:SimulatePrincipalPolicy', 'iam:GetRole', 'sts:AssumeRole'];
    await world.owner.allow(checking);
    for (const what of ['Backup', 'Restores']) {
      const PolicyArn = `arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor${what}`;
      await world.owner.iam.send(new DetachRolePolicyCommand({ RoleName: 'BackupService', PolicyArn }));
    }
    const before = await check([]);
    expect(before.outcome).toBe('MISSING');
    const lacking = (role: string) => [
      ...new Set(before.missing.filter((one) => one.role === role).map((one) => one.action)),
    ];
    expect(lacking('OPERATOR').sort()).toEqual(operatorActions.filter((one) => !checking.includes(one)).sort());
    expect(lacking('SERVICE').sort()).toEqual([...new Set(servicePermissions.map((one) => one.action))].sort());
    expect(before.missing.find((one) => one.action === 'iam:PassRole')).toMatchObject({
      resources: [account.serviceRoleArn],
      operations: ['BACKUP', 'COPY', 'RESTORE', 'VERIFICATION'],
    });
    for (const { role, document } of before.grants) {
      await attach(role === 'OPERATOR' ? 'Operator' : 'BackupService', document);
    }
    expect(await check()).toMatchObject({ outcome: 'OK', missing: [], grants: [] });
  });

  test('nobody may delete a table of anybody’s who has not asked for it, and then by a policy of its own', async () => {
    const result = await check([], ['VERIFICATION', 'REPLACEMENT']);
    expect(result.missing.map(({ action, resources, operations }) => ({ action, resources, operations }))).toEqual([
      {
        action: 'dynamodb:DeleteTable',
        resources: [HOME, AWAY].map((region) => `arn:aws:dynamodb:${region}:${AWS_ACCOUNT}:table/*`),
        operations: ['REPLACEMENT'],
      },
    ]);
    const [grant] = result.grants;
    expect(JSON.parse(grant!.document)).toMatchObject({
      Statement: [{ Action: ['dynamodb:DeleteTable'], Resource: [`arn:aws:dynamodb:*:${AWS_ACCOUNT}:table/*`] }],
    });
    await attach('Operator', grant!.document);
    expect(await check([], ['REPLACEMENT'])).toMatchObject({ outcome: 'OK', missing: [] });
  });

  test('an explicit deny is no gap that a policy could fill, and a condition is not known', async () => {
    const statement = (Action: string, Condition?: object) => ({
      Effect: 'Deny',
      Action,
      Resource: '*',
      ...(Condition && { Condition }),
    });
    await attach(
      'Operator',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          statement('backup:StartCopyJob'),
          statement('dynamodb:UpdateTable', { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
        ],
      }),
    );
    const result = await check();
    expect(result.missing.map((one) => [one.action, one.reason])).toEqual([
      ['backup:StartCopyJob', 'A policy of the role denies it explicitly.'],
    ]);
    expect(result.unknown.map((one) => one.action)).toEqual(['dynamodb:UpdateTable']);
    expect(result.unknown[0]?.reason).toMatch(/aws:SourceIp/iu);
    expect(result).toMatchObject({ outcome: 'MISSING', grants: [] });
  });

  test('a role that may not ask is unknown, not well', async () => {
    await world.owner.allow(operatorActions.filter((action) => !action.startsWith('iam:Simulate')));
    const result = await check();
    expect(result.outcome).toBe('UNKNOWN');
    expect(findingsOf(result)).toEqual(['UNKNOWN SIMULATION', 'UNKNOWN SIMULATION']);
    expect(result.findings[0]?.message).toContain('iam:SimulatePrincipalPolicy');
  });

  test('trust: a role open without the external id, one that does not trust AWS Backup, one that cannot be assumed', async () => {
    const trust = (RoleName: string, Principal: object) =>
      world.owner.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
          }),
        }),
      );
    await trust('Operator', { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` });
    await trust('BackupService', { Service: 'ec2.amazonaws.com' });
    expect(findingsOf(await check())).toEqual(['MISSING EXTERNAL_ID', 'MISSING SERVICE_TRUST']);
    await trust('Operator', { AWS: 'arn:aws:iam::444455556666:root' });
    const result = await check();
    expect(result.outcome).toBe('MISSING');
    expect(findingsOf(result)).toContain('MISSING ROLE_ASSUMED');
    expect(result.findings.find((one) => one.code === 'ROLE_ASSUMED')?.message).toContain('trust policy');
  });

  test('vaults: missing, denying, denying under a condition, with a key that does not know the role', async () => {
    const backup = world.owner.backup();
    const kms = world.owner.kms();
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const keyPolicy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:role/Admin` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    };
    await kms.send(
      new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: 'default', Policy: JSON.stringify(keyPolicy) }),
    );
    for (const name of ['closed', 'perhaps'])
      await backup.send(new CreateBackupVaultCommand({ BackupVaultName: name }));
    await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'sealed', EncryptionKeyArn: KeyMetadata?.Arn }));
    const put = (BackupVaultName: string, Policy: string) =>
      backup.send(new PutBackupVaultAccessPolicyCommand({ BackupVaultName, Policy }));
    await put('closed', deny('backup:StartBackupJob'));
    await put(
      'perhaps',
      deny('backup:DeleteRecoveryPoint', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    );
    await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'no-way-out' }));
    await put('no-way-out', deny('backup:CopyFromBackupVault'));
    const names = ['nowhere', 'closed', 'no-way-out', 'perhaps', 'sealed'];
    const result = await check(names.map((name) => ({ region: HOME, name })));
    expect(findingsOf(result)).toEqual([
      'MISSING VAULT_MISSING',
      'MISSING VAULT_POLICY',
      'MISSING VAULT_POLICY',
      'UNKNOWN VAULT_POLICY',
      'MISSING VAULT_KEY',
    ]);
    expect(result.findings.map((one) => one.message).join()).toMatch(
      /denies backup:StartBackupJob.*denies backup:CopyFromBackupVault.*does not allow the service role kms:CreateGrant/u,
    );
  });
});

describe('permissions on what is there', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld(engine!);
  }, PHASE);
  afterEach(() => world.stop());
  const arn = (name: string) => `arn:aws:dynamodb:${HOME}:${AWS_ACCOUNT}:table/${name}`;
  const none: CheckedTables = { arns: [], more: 0, policies: [], morePolicies: 0, keys: [], moreKeys: 0 };
  async function check(
    tables: CheckedTables,
    operations: PermissionOperation[] = ['BACKUP'],
  ): Promise<PermissionCheck> {
    const answer = await callInternal({
      peer: () => world.service.url,
      identity: world.identity,
      service: 'policy',
      call: 'lookupPermissions',
      input: { accountId: account.id, account, operations, vaults: [{ region: HOME, name: VAULT }], tables },
      timeoutMs: 15_000,
    });
    if (answer.state === 'unknown' || answer.value.answer.state === 'unknown') throw new Error(JSON.stringify(answer));
    return answer.value.answer.value;
  }
  const policy = (Effect: string, Action: string, more: object = {}) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource: '*', ...more } });
  const attach = (PolicyDocument: string) =>
    world.owner.iam.send(new PutRolePolicyCommand({ RoleName: 'Operator', PolicyName: 'more', PolicyDocument }));
  const findings = ({ findings: all }: PermissionCheck, code: string) =>
    all.filter((one) => one.code === code).map(({ outcome, message }) => `${outcome} ${message}`);

  test('statements that single out a table or a vault are seen where these are in use', async () => {
    await attach(policy('Deny', 'dynamodb:ListTagsOfResource', { Resource: '*:table/secret-*' }));
    const gaps = async (name: string, operations?: PermissionOperation[]) =>
      (await check({ ...none, arns: [arn(name)] }, operations)).missing.map((one) => [one.action, one.resources]);
    expect(await gaps('open')).toEqual([]);
    expect(await gaps('secret-1')).toEqual([['dynamodb:ListTagsOfResource', [arn('secret-1')]]]);
    await attach(policy('Deny', 'backup:StartBackupJob', { Resource: `*:backup-vault:${VAULT}` }));
    expect(await gaps('open')).toEqual([
      ['backup:StartBackupJob', [`arn:aws:backup:${HOME}:${AWS_ACCOUNT}:backup-vault:${VAULT}`]],
    ]);
    const sampled = await check({ ...none, arns: [arn('open')], more: 7 });
    expect(findings(sampled, 'TABLES_NOT_ASKED')).toEqual([expect.stringMatching(/^UNKNOWN 1 of .* 7 could not/u)]);
  });

  test('tables’ own policies and keys are judged, and what nobody read is unknown', async () => {
    const { KeyMetadata } = await world.owner.kms().send(new CreateKeyCommand({}));
    const known = (value: string) => ({ state: 'known' as const, value });
    const everyone = { Principal: '*' };
    const result = await check({
      ...none,
      arns: ['free', 'shut', 'perhaps', 'unread'].map(arn),
      policies: [
        { arn: arn('free'), policy: known(policy('Deny', 'dynamodb:DeleteTable', everyone)) },
        { arn: arn('shut'), policy: known(policy('Deny', 'dynamodb:StartAwsBackupJob', everyone)) },
        {
          arn: arn('perhaps'),
          policy: known(
            policy('Deny', 'dynamodb:DescribeTable', {
              ...everyone,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ),
        },
        { arn: arn('unread'), policy: { state: 'unknown', because: 'may not' } },
      ],
      morePolicies: 3,
      keys: [
        { region: HOME, arn: KeyMetadata!.Arn! },
        { region: HOME, arn: KeyMetadata!.Arn!.replace(/.{4}$/u, '0000') },
      ],
    });
    expect(findings(result, 'TABLE_POLICY')).toEqual([
      'MISSING The policy of table shut denies dynamodb:StartAwsBackupJob.',
      expect.stringMatching(/^UNKNOWN The policy of table perhaps denies or allows dynamodb:DescribeTable/u),
      'UNKNOWN The policy of table unread could not be read: may not',
      'OK The policies of 1 table deny nothing that is needed.',
      'UNKNOWN 3 more tables have policies of their own, which were not looked at.',
    ]);
    expect(findings(result, 'TABLE_KEY')).toEqual([
      expect.stringMatching(/^OK The policy of the key of tables in us-east-1/u),
      expect.stringMatching(/^UNKNOWN The key of tables in us-east-1 could not be read/u),
    ]);
  });

  test('that STS did not answer says nothing of the role', async () => {
    expect(findings(await check(none), 'ROLE_ASSUMED')).toEqual([expect.stringMatching(/^OK/u)]);
    world.emulator.fault({ service: 'sts', operation: 'AssumeRole', count: 100, kind: 'throttle' });
    const result = await check({ ...none, more: 0, arns: [arn('another-question')] });
    expect(findings(result, 'ROLE_ASSUMED')).toEqual([expect.stringMatching(/^UNKNOWN .*throttles sts:AssumeRole/u)]);
    expect(result.outcome).toBe('UNKNOWN');
  });
});

test('an action that IAM’s simulation leaves out is unknown, and no gap that a policy could fill', () => {
  const [permission] = permissionsFor(operatorPermissions, ['BACKUP']);
  const said = { permission: permission!, missingContext: [], allowedByBoundary: null, allowedByOrganization: null };
  const simulated = withUntold(permission!, ['a', 'b'], [{ ...said, resource: 'a', decision: 'allowed' }]);
  const known = <T>(value: T) => ({ state: 'known' as const, value });
  const result = judgePermissions({
    roles: account,
    operations: ['BACKUP'],
    simulated: { OPERATOR: known(simulated), SERVICE: known([]) },
    assumed: known(null),
    assumedWithoutExternalId: known(false),
    serviceTrust: known(
      JSON.stringify({
        Statement: { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole' },
      }),
    ),
    vaults: [],
    tables: null,
    tableKeys: [],
  });
  expect(result).toMatchObject({
    outcome: 'UNKNOWN',
    missing: [],
    unknown: [{ action: permission!.action, resources: ['b'], reason: expect.stringContaining('no answer') }],
    grants: [],
  });
});

test(
  'in an organization nothing is quite certain',
  async () => {
    const world = await startWorld(engine!, { emulator: { behaviour: { inOrganization: true } } });
    try {
      const answer = await callInternal({
        peer: () => world.service.url,
        identity: world.identity,
        service: 'policy',
        call: 'lookupPermissions',
        input: { accountId: account.id, account, operations: ['INVENTORY'], vaults: [] },
      });
      expect(answer).toMatchObject({
        value: {
          answer: {
            value: {
              outcome: 'UNKNOWN',
              missing: [],
              findings: expect.arrayContaining([expect.objectContaining({ code: 'ORGANIZATION' })]),
            },
          },
        },
      });
    } finally {
      await world.stop();
    }
  },
  PHASE,
);

test('the documents that grant everything name no wildcard action and fit into a managed policy', () => {
  for (const permissions of [servicePermissions, operatorPermissions, allOperatorPermissions]) {
    const text = policyDocument(permissions, account);
    const document = JSON.parse(text) as { Statement: { Action: string[] }[] };
    expect(document.Statement.flatMap((one) => one.Action).filter((action) => action.includes('*'))).toEqual([]);
    // IAM counts 6,144 characters, white space aside.
    expect(text.replaceAll(/\s/gu, '').length).toBeLessThan(6_144);
  }
});
