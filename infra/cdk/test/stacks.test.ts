import { describe, expect, test } from '@jest/globals';
import { actionsOnTemporaryTables, actionsWith, operatorPermissions } from '@tablekeep/schema/permissions';
import type { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablekeepApp } from '../src/tablekeep-app.ts';

const folder = join(import.meta.dirname, '..');
const given = {
  trustedPrincipalArn: 'arn:aws:iam::444455556666:role/tablekeep-executor',
  externalId: 'agreed-between-us',
  queueRegion: 'eu-central-1',
  homeRegion: 'us-east-1',
  copyRegions: ['eu-west-1', 'ap-northeast-2'],
};
type Statement = Readonly<{
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}>;

const app = (more: object = {}): App => tablekeepApp({ context: { tablekeep: { ...given, ...more } } });
const template = (of: App, name: string) => Template.fromStack(of.node.findChild(name) as Stack);
const listed = (one: string | string[]) => (typeof one === 'string' ? [one] : one);

const whole = app();
const account = template(whole, 'TablekeepAccount');
const queue = template(whole, 'TablekeepQueue');

function policy(of: Template, name: string): Statement[] {
  const found = Object.entries(of.findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.startsWith(name));
  const [, resource] = found ?? [];
  return (resource as { Properties: { PolicyDocument: { Statement: Statement[] } } }).Properties.PolicyDocument
    .Statement;
}

describe('the queues', () => {
  const source = readFileSync(join(folder, '..', '..', 'packages', 'platform', 'src', 'queue', 'index.ts'), 'utf8');
  const constant = (pattern: RegExp) => Number(pattern.exec(source)?.[1]);

  test('are as the platform would make them, and encrypted', () => {
    const dead = { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadWork'), 'Arn'] };
    queue.resourceCountIs('AWS::SQS::Queue', 2);
    queue.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'tablekeep-work',
      SqsManagedSseEnabled: true,
      VisibilityTimeout: constant(/VISIBILITY_SECONDS = (\d+)/u),
      MessageRetentionPeriod: constant(/MessageRetentionPeriod: '(\d+)',\n\s+Redrive/u),
      RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: constant(/MAX_RECEIVES = (\d+)/u) },
    });
    queue.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'tablekeep-work-dead',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: constant(/-dead`, Attributes: \{ MessageRetentionPeriod: '(\d+)'/u),
    });
    queue.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: dead, maxReceiveCount: 10 },
    });
  });

  test('stay when their stack goes, and refuse to talk without TLS', () => {
    queue.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Retain' });
    queue.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });

  test('session may send and executor may take, on this queue and its dead letters alone', () => {
    const look = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl'];
    const [send] = policy(queue, 'SessionPolicy');
    const [take, takeDead, operate] = policy(queue, 'ExecutorPolicy');
    expect(listed(send!.Action).sort()).toEqual([...look, 'sqs:SendMessage'].sort());
    expect(listed(take!.Action).sort()).toEqual(
      [...look, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'].sort(),
    );
    const work = { 'Fn::GetAtt': [expect.stringMatching(/^Work/u), 'Arn'] };
    expect([send!.Resource, take!.Resource]).toEqual([work, work]);
    expect(listed(takeDead!.Action).sort()).toEqual(
      ['sqs:DeleteMessage', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'].sort(),
    );
    expect(takeDead!.Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^DeadWork/u), 'Arn'] });
    expect(operate).toMatchObject({ Action: 'sts:AssumeRole' });
    expect(JSON.stringify(operate!.Resource)).toContain(':iam::*:role/TablekeepOperator');
    expect(policy(queue, 'SessionPolicy')).toHaveLength(1);
    expect(policy(queue, 'ExecutorPolicy')).toHaveLength(3);
  });
});

describe('the operator role', () => {
  test('is assumed by the given principal with the external id, and by nobody else', () => {
    account.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'TablekeepOperator',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: given.trustedPrincipalArn },
            Condition: { StringEquals: { 'sts:ExternalId': given.externalId } },
          },
        ],
      },
    });
  });

  test('may do exactly what the table says', () => {
    const allowed = policy(account, 'OperatorPolicy').flatMap((one) => listed(one.Action));
    const wanted = operatorPermissions.map((one) => one.action);
    // An action may be allowed under several limits.
    expect([...new Set(allowed)].sort()).toEqual([...new Set(wanted)].sort());
  });

  test('each action is under the limit the table gives it', () => {
    const statements = policy(account, 'OperatorPolicy');
    const of = (sid: string) => statements.find((one) => one.Sid === sid)!;
    const actions = (sid: string) => listed(of(sid).Action).sort();
    expect(statements).toHaveLength(5);
    expect(actions('Call')).toEqual(actionsWith(null));
    expect(of('Call').Condition).toBeUndefined();
    expect(actions('TemporaryTables')).toEqual(actionsOnTemporaryTables());
    expect(actions('TemporaryTables')).toEqual(['dynamodb:DeleteTable', 'dynamodb:Scan']);
    expect(JSON.stringify(of('TemporaryTables').Resource)).toMatch(/:dynamodb:\*:.*:table\/tablekeep-verify-\*/u);
    expect(actions('HandOver')).toEqual(['iam:PassRole']);
    expect(of('HandOver')).toMatchObject({
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ServiceRole/u), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
    });
    expect(actions('TableKeys')).toEqual(actionsWith('through-dynamodb'));
    expect(actions('TableKeys')).toContain('kms:CreateGrant');
    expect(of('TableKeys').Condition).toEqual({ StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } });
    expect(actions('VaultKeys')).toEqual(actionsWith('through-backup'));
    expect(of('VaultKeys').Condition).toEqual({ StringLike: { 'kms:ViaService': 'backup.*.amazonaws.com' } });
    expect(JSON.stringify(of('TableKeys').Resource)).toMatch(/:kms:\*:.*:key\/\*/u);
  });

  test('may delete a table of anybody’s only where tables shall be replaced', () => {
    const replacing = policy(template(app({ replaceTables: true }), 'TablekeepAccount'), 'OperatorPolicy');
    const statement = replacing.find((one) => one.Sid === 'ReplaceTables');
    expect(listed(statement!.Action)).toEqual(['dynamodb:DeleteTable']);
    expect(JSON.stringify(statement!.Resource)).toMatch(/:table\/\*/u);
    expect(policy(account, 'OperatorPolicy').some((one) => one.Sid === 'ReplaceTables')).toBe(false);
  });

  test('the service role is AWS Backup’s, with its two managed policies and nothing else', () => {
    account.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'TablekeepBackupService',
      AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: 'backup.amazonaws.com' }, Effect: 'Allow' }] },
      Policies: Match.absent(),
    });
    const roles = Object.values(
      account.findResources('AWS::IAM::Role', { Properties: { RoleName: 'TablekeepBackupService' } }),
    );
    const arns = (roles[0] as { Properties: { ManagedPolicyArns: unknown[] } }).Properties.ManagedPolicyArns;
    expect(arns.map((arn) => /AWSBackup\w+/u.exec(JSON.stringify(arn))?.[0])).toEqual([
      'AWSBackupServiceRolePolicyForBackup',
      'AWSBackupServiceRolePolicyForRestores',
    ]);
    account.resourceCountIs('AWS::IAM::Role', 2);
    account.resourceCountIs('AWS::IAM::Policy', 0);
  });
});

test('nothing is allowed by a wildcard action', () => {
  const allowed = [account, queue].flatMap((one) =>
    Object.values(one.findResources('AWS::IAM::ManagedPolicy')).flatMap(
      (resource) =>
        (resource as { Properties: { PolicyDocument: { Statement: Statement[] } } }).Properties.PolicyDocument
          .Statement,
    ),
  );
  expect(allowed.map((one) => one.Effect)).toEqual(allowed.map(() => 'Allow'));
  expect(allowed.flatMap((one) => listed(one.Action)).filter((action) => action.includes('*'))).toEqual([]);
});

describe('the vaults', () => {
  const lock = { minRetentionDays: 7, maxRetentionDays: 365 };

  test('are in the home and the copy Regions, and stay when their stacks go', () => {
    const stacks = whole.node.children.filter((one) => one.node.id.startsWith('TablekeepVault')) as Stack[];
    expect(stacks.map((one) => one.region)).toEqual(['us-east-1', 'eu-west-1', 'ap-northeast-2']);
    for (const stack of stacks) {
      const one = Template.fromStack(stack);
      one.hasResource('AWS::Backup::BackupVault', {
        DeletionPolicy: 'Retain',
        Properties: { BackupVaultName: 'tablekeep', LockConfiguration: Match.absent() },
      });
      one.hasOutput('RegionSettings', { Value: Match.stringLikeRegexp(`--region ${stack.region} .*DynamoDB=true`) });
    }
  });

  test('one is locked in governance mode where that is asked', () => {
    const locked = app({ lock });
    const of = (region: string) => template(locked, `TablekeepVault-${region}`);
    of('eu-west-1').hasResourceProperties('AWS::Backup::BackupVault', {
      LockConfiguration: { MinRetentionDays: 7, MaxRetentionDays: 365, ChangeableForDays: Match.absent() },
    });
    for (const region of ['us-east-1', 'ap-northeast-2']) {
      of(region).hasResourceProperties('AWS::Backup::BackupVault', { LockConfiguration: Match.absent() });
    }
  });
});

describe('the context', () => {
  test.each([
    [{ externalId: 'change-me' }, 'externalId'],
    [{ externalId: 'x' }, 'externalId'],
    [{ trustedPrincipalArn: '*' }, 'trustedPrincipalArn'],
    [{ copyRegions: ['us-east-1'] }, 'copyRegions'],
    [{ copyRegions: [], lock: { minRetentionDays: 1, maxRetentionDays: 2 } }, 'lock'],
    [{ lock: { minRetentionDays: 9, maxRetentionDays: 2 } }, 'lock.minRetentionDays'],
    [{ homeRegion: 'Virginia' }, 'homeRegion'],
    [{ vaultNaem: 'x' }, 'vaultNaem'],
  ])('%j is refused, and the key named', (wrong, key) => {
    expect(() => app(wrong)).toThrow(key);
  });

  test('all that is wrong is told at once', () => {
    expect(() => app({ externalId: 'x', homeRegion: 'x' })).toThrow(/externalId[\s\S]*homeRegion/u);
  });
});

test('the app of cdk.json synthesises offline, as soon as the external id is one’s own', () => {
  const { context } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8')) as { context: { tablekeep: object } };
  const out = mkdtempSync(join(tmpdir(), 'tablekeep-cdk-'));
  const synth = (tablekeep?: object) =>
    spawnSync(process.execPath, [join('src', 'main.ts')], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        HOME: out,
        CDK_OUTDIR: join(out, 'cdk.out'),
        ...(tablekeep && { CDK_CONTEXT_JSON: JSON.stringify({ tablekeep }) }),
        HTTPS_PROXY: 'http://127.0.0.1:9',
      },
    });
  try {
    expect(synth()).toMatchObject({ status: 1, stderr: expect.stringContaining('externalId') });
    expect(synth({ ...context.tablekeep, externalId: 'agreed-between-us' })).toMatchObject({ status: 0, stderr: '' });
    const manifest = JSON.parse(readFileSync(join(out, 'cdk.out', 'manifest.json'), 'utf8')) as { artifacts: object };
    expect(Object.keys(manifest.artifacts)).toEqual(
      expect.arrayContaining([
        'TablekeepAccount',
        'TablekeepQueue',
        'TablekeepVault-us-east-1',
        'TablekeepVault-eu-west-1',
      ]),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
