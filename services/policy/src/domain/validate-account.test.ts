import { expect, test } from '@jest/globals';
import { accountProblems, canBeAsked, regionsNotListed, type AccountInput } from './validate-account.ts';

const sound: AccountInput = {
  name: 'Production',
  awsAccountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/path/Tablekeep',
  serviceRoleArn: 'arn:aws-us-gov:iam::111122223333:role/Backup',
  regions: ['us-east-1', 'us-gov-west-1'],
};
const told = (changes: Partial<AccountInput>) =>
  accountProblems({ ...sound, ...changes }).map(({ code, path }) => `${code} ${path.join('.')}`);

test.each<[string[], Partial<AccountInput>]>([
  [[], {}],
  [['BAD_NAME name'], { name: ' ' }],
  [['BAD_NAME name'], { name: 'x'.repeat(128) }],
  [['BAD_ROLE roleArn'], { roleArn: 'arn:aws:iam::111122223333:user/Operator' }],
  [['OTHER_ACCOUNT serviceRoleArn'], { serviceRoleArn: 'arn:aws:iam::444455556666:role/Backup' }],
  [['NO_REGION regions'], { regions: [] }],
  [['UNKNOWN_REGION regions.0'], { regions: ['us-east'] }],
  [['DUPLICATE_REGION regions.1'], { regions: ['us-east-1', 'us-east-1'] }],
  [['BAD_ACCOUNT_ID awsAccountId', 'OTHER_ACCOUNT roleArn', 'OTHER_ACCOUNT serviceRoleArn'], { awsAccountId: '1' }],
])('%j', (problems, changes) => {
  expect(told(changes)).toEqual(problems);
});

test('AWS is asked of an account whose id and roles are sound, whatever its name and Regions', () => {
  expect(canBeAsked(accountProblems({ ...sound, name: '', regions: ['x'] }))).toBe(true);
  expect(canBeAsked(accountProblems({ ...sound, roleArn: 'x' }))).toBe(false);
});

test('a Region that AWS does not list, or lists as switched off, is told of; one that reads wrong has been already', () => {
  const listed = [
    { name: 'us-east-1', enabled: true },
    { name: 'me-south-1', enabled: false },
  ];
  expect(regionsNotListed(['us-east-1', 'me-south-1', 'us-eest-1', 'nowhere'], listed)).toMatchObject([
    { code: 'REGION_DISABLED', path: ['regions', '1'] },
    { code: 'UNKNOWN_REGION', path: ['regions', '2'] },
  ]);
});
