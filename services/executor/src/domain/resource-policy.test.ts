import { describe, expect, test } from '@jest/globals';
import { resourceVerdict, serviceTrust } from './resource-policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/team/Operator';
const VAULT = 'arn:aws:backup:us-east-1:111122223333:backup-vault:nightly';
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const verdict = (...statements: object[]) =>
  resourceVerdict(policy(...statements), {
    roleArn: ROLE,
    awsAccountId: '111122223333',
    action: 'backup:DeleteRecoveryPoint',
    resource: VAULT,
  });
const deny = (more: object = {}) => ({ Effect: 'Deny', Principal: '*', Action: 'backup:*', Resource: '*', ...more });
const allow = (more: object = {}) => ({ ...deny(more), Effect: 'Allow' });
const someone = { AWS: 'arn:aws:iam::111122223333:role/Somebody' };
const when = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'backup' } } };

describe('a resource’s own policy', () => {
  test.each([
    ['a plain deny of everybody', [deny(), allow()], 'DENIED'],
    ['a deny of the role by name', [deny({ Principal: { AWS: [ROLE] } })], 'DENIED'],
    [
      'a deny of the role’s sessions',
      [deny({ Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/Operator/x' } })],
      'DENIED',
    ],
    ['a deny of the account', [deny({ Principal: { AWS: '111122223333' } })], 'DENIED'],
    ['a deny of all actions but some', [deny({ Action: undefined, NotAction: 'backup:List*' })], 'DENIED'],
    ['a deny of somebody else', [deny({ Principal: someone })], 'SILENT'],
    ['a deny of another action', [deny({ Action: ['backup:StartBackupJob'] })], 'SILENT'],
    ['a deny on another vault', [deny({ Resource: `${VAULT}-2` })], 'SILENT'],
    ['a deny under a condition', [deny(when), allow()], 'CONDITIONAL'],
    ['a deny of all but somebody', [deny({ Principal: undefined, NotPrincipal: someone })], 'CONDITIONAL'],
    ['a deny on all but something', [deny({ Resource: undefined, NotResource: 'x' })], 'CONDITIONAL'],
    ['an allow of the role beside a conditional one', [allow(when), allow()], 'ALLOWED'],
    ['only a conditional allow', [allow(when)], 'CONDITIONAL'],
    ['an allow of the account', [allow({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })], 'LEFT_TO_IAM'],
    ['an allow of a service', [allow({ Principal: { Service: 'backup.amazonaws.com' } })], 'SILENT'],
  ])('%s', (_what, statements, expected) => {
    expect(verdict(...statements)).toBe(expected);
  });

  test('what is denied on part of what is asked for is not certain', () => {
    const asked = { roleArn: ROLE, awsAccountId: '111122223333', action: 'backup:DeleteRecoveryPoint' };
    const points = 'arn:aws:backup:us-east-1:111122223333:recovery-point:*';
    const one = policy(deny({ Resource: `${points.slice(0, -1)}4711` }));
    expect(resourceVerdict(one, { ...asked, resource: points })).toBe('CONDITIONAL');
  });

  test('a text that is no policy is said to be none', () => {
    expect(() => resourceVerdict('{}', { roleArn: ROLE, awsAccountId: '1', action: 'a:B', resource: '*' })).toThrow(
      SyntaxError,
    );
  });
});

describe('a trust policy', () => {
  const backup = { Principal: { Service: ['dlm.amazonaws.com', 'backup.amazonaws.com'] }, Action: 'sts:AssumeRole' };
  test.each([
    ['names the service', [allow(backup)], 'ALLOWED'],
    ['names it under a condition', [allow({ ...backup, ...when })], 'CONDITIONAL'],
    ['names it with and without', [allow({ ...backup, ...when }), allow(backup)], 'ALLOWED'],
    ['denies it', [allow(backup), deny(backup)], 'DENIED'],
    ['names another', [allow({ ...backup, Principal: { Service: 'ec2.amazonaws.com' } })], 'SILENT'],
  ])('%s', (_what, statements, expected) => {
    expect(serviceTrust(policy(...statements), 'backup.amazonaws.com')).toBe(expected);
  });
});
