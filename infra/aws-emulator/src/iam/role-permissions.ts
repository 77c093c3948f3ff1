import { decide, parsePolicy } from './policy.ts';
import type { Context, Decision, Statement } from './policy.ts';
import type { Role } from './model.ts';

const allow = (...actions: string[]): Statement[] => [
  {
    effect: 'Allow',
    principals: null,
    actions,
    notActions: [],
    resources: ['*'],
    notResources: [],
    conditions: {},
  },
];

/** What the AWS managed policies grant of the actions the emulator knows (AWS Managed Policy Reference, shortened). */
const managedPolicies: ReadonlyMap<string, readonly Statement[]> = new Map([
  ['AdministratorAccess', allow('*')],
  ['PowerUserAccess', allow('dynamodb:*', 'backup:*', 'kms:*', 'sts:*', 'account:ListRegions', 'ec2:*')],
  ['AmazonDynamoDBFullAccess', allow('dynamodb:*', 'kms:DescribeKey', 'kms:ListAliases')],
  [
    'AmazonDynamoDBReadOnlyAccess',
    allow(
      'dynamodb:Describe*',
      'dynamodb:List*',
      'dynamodb:Get*',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:BatchGetItem',
    ),
  ],
  [
    'AWSBackupFullAccess',
    allow(
      'backup:*',
      'backup-storage:*',
      'iam:PassRole',
      'dynamodb:ListTables',
      'kms:DescribeKey',
      'kms:ListAliases',
      'kms:ListKeys',
    ),
  ],
  [
    'AWSBackupServiceRolePolicyForBackup',
    allow(
      'dynamodb:DescribeTable',
      'dynamodb:CreateBackup',
      'dynamodb:DescribeBackup',
      'dynamodb:DeleteBackup',
      'dynamodb:StartAwsBackupJob',
      'dynamodb:ListTagsOfResource',
      'backup:DescribeBackupVault',
      'backup:CopyIntoBackupVault',
      'backup:CopyFromBackupVault',
      'backup:TagResource',
      'kms:DescribeKey',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:CreateGrant',
      'tag:GetResources',
    ),
  ],
  [
    'AWSBackupServiceRolePolicyForRestores',
    allow(
      'dynamodb:Scan',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'dynamodb:PutItem',
      'dynamodb:GetItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:DescribeTable',
      'dynamodb:RestoreTableFromBackup',
      'dynamodb:RestoreTableFromAwsBackup',
      'kms:DescribeKey',
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:ReEncryptTo',
      'kms:ReEncryptFrom',
      'kms:CreateGrant',
    ),
  ],
]);

const managedName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

export const isManagedPolicy = (arn: string): boolean =>
  /^arn:aws:iam::aws:policy\//.test(arn) && managedPolicies.has(managedName(arn));

/** Everything a role's policies say: inline documents and attached managed policies. */
export function statementsOf(role: Role): Statement[] {
  return [
    ...Object.values(role.inlinePolicies).flatMap((text) => parsePolicy(text)),
    ...role.attachedPolicies.flatMap((arn) => managedPolicies.get(managedName(arn)) ?? []),
  ];
}

export const decideForRole = (role: Role, action: string, resource: string, context?: Context): Decision =>
  decide(statementsOf(role), action, resource, context);
