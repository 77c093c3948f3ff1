/**
 * What the role that Tablekeep assumes may do: the operations the executor calls, and what AWS asks for besides. A test
 * compares the operations with the executor's sources, so that the role neither lacks an action nor keeps one too many.
 */

/** Narrows where an action is allowed. */
export type Limit =
  /** Only the role that AWS Backup works as, and only handed to AWS Backup. */
  | 'service-role-to-aws-backup'
  /** Only when DynamoDB asks, on behalf of a call of this role. */
  | 'through-dynamodb';

export type ImplicitAction = Readonly<{ action: string; why: string; limit?: Limit }>;
type Operation = Readonly<{ actions: readonly string[]; implicit?: readonly ImplicitAction[] }>;

const PASS_ROLE: ImplicitAction = {
  action: 'iam:PassRole',
  why: 'AWS Backup works as the service role, which the caller must be allowed to hand over.',
  limit: 'service-role-to-aws-backup',
};

const wrapping = (action: string): ImplicitAction => ({
  action,
  why: 'DynamoDB wraps the table’s own key with the key it is changed to.',
  limit: 'through-dynamodb',
});

/**
 * The minimum that DynamoDB documents for a customer-managed key, asked with the permissions of who selects it. Without
 * any action on items, and only through DynamoDB, the role can read nothing with them.
 */
const KEY_OF_A_TABLE: readonly ImplicitAction[] = [
  { action: 'kms:DescribeKey', why: 'DynamoDB checks the key a table is changed to.' },
  {
    action: 'kms:CreateGrant',
    why: 'DynamoDB makes itself a grant for the key a table is changed to.',
    limit: 'through-dynamodb',
  },
  wrapping('kms:Encrypt'),
  wrapping('kms:Decrypt'),
  wrapping('kms:ReEncryptFrom'),
  wrapping('kms:ReEncryptTo'),
  wrapping('kms:GenerateDataKey'),
  wrapping('kms:GenerateDataKeyWithoutPlaintext'),
];

/** An operation whose IAM action bears its own name, and that needs no more. */
const itself = (name: string): Operation => ({ actions: [name] });

export const operatorActions = {
  'account:ListRegions': itself('account:ListRegions'),

  'application-autoscaling:DescribeScalableTargets': itself('application-autoscaling:DescribeScalableTargets'),
  'application-autoscaling:DescribeScalingPolicies': itself('application-autoscaling:DescribeScalingPolicies'),

  'backup:DeleteRecoveryPoint': itself('backup:DeleteRecoveryPoint'),
  'backup:DescribeBackupJob': itself('backup:DescribeBackupJob'),
  'backup:DescribeCopyJob': itself('backup:DescribeCopyJob'),
  'backup:DescribeRecoveryPoint': itself('backup:DescribeRecoveryPoint'),
  'backup:DescribeRegionSettings': itself('backup:DescribeRegionSettings'),
  'backup:DescribeRestoreJob': itself('backup:DescribeRestoreJob'),
  'backup:GetBackupSelection': itself('backup:GetBackupSelection'),
  'backup:ListBackupJobs': itself('backup:ListBackupJobs'),
  'backup:ListBackupPlans': itself('backup:ListBackupPlans'),
  'backup:ListBackupSelections': itself('backup:ListBackupSelections'),
  'backup:ListBackupVaults': itself('backup:ListBackupVaults'),
  'backup:ListCopyJobs': itself('backup:ListCopyJobs'),
  'backup:ListRecoveryPointsByResource': itself('backup:ListRecoveryPointsByResource'),
  'backup:ListRestoreJobs': itself('backup:ListRestoreJobs'),
  'backup:ListTags': itself('backup:ListTags'),
  'backup:StartBackupJob': {
    actions: ['backup:StartBackupJob'],
    implicit: [
      PASS_ROLE,
      { action: 'backup:TagResource', why: 'The call names tags for the point, by which a lost job is found again.' },
    ],
  },
  'backup:StartCopyJob': {
    actions: ['backup:StartCopyJob'],
    implicit: [
      PASS_ROLE,
      { action: 'backup:CopyFromBackupVault', why: 'A permission without a call of its own: the source vault.' },
      { action: 'backup:CopyIntoBackupVault', why: 'A permission without a call of its own: the destination vault.' },
    ],
  },
  'backup:StartRestoreJob': { actions: ['backup:StartRestoreJob'], implicit: [PASS_ROLE] },
  'backup:StopBackupJob': itself('backup:StopBackupJob'),
  'backup:UpdateRegionSettings': itself('backup:UpdateRegionSettings'),

  'dynamodb:DescribeContinuousBackups': itself('dynamodb:DescribeContinuousBackups'),
  'dynamodb:DescribeContributorInsights': itself('dynamodb:DescribeContributorInsights'),
  'dynamodb:DescribeKinesisStreamingDestination': itself('dynamodb:DescribeKinesisStreamingDestination'),
  'dynamodb:DescribeTable': itself('dynamodb:DescribeTable'),
  'dynamodb:DescribeTimeToLive': itself('dynamodb:DescribeTimeToLive'),
  'dynamodb:GetResourcePolicy': itself('dynamodb:GetResourcePolicy'),
  'dynamodb:ListTables': itself('dynamodb:ListTables'),
  'dynamodb:ListTagsOfResource': itself('dynamodb:ListTagsOfResource'),
  'dynamodb:PutResourcePolicy': itself('dynamodb:PutResourcePolicy'),
  'dynamodb:TagResource': itself('dynamodb:TagResource'),
  'dynamodb:UpdateContinuousBackups': itself('dynamodb:UpdateContinuousBackups'),
  'dynamodb:UpdateTable': { actions: ['dynamodb:UpdateTable'], implicit: KEY_OF_A_TABLE },
  'dynamodb:UpdateTimeToLive': itself('dynamodb:UpdateTimeToLive'),

  'kms:DescribeKey': itself('kms:DescribeKey'),
  'kms:ListAliases': itself('kms:ListAliases'),
  'kms:ListKeys': itself('kms:ListKeys'),
} as const satisfies Readonly<Record<string, Operation>>;

/** All actions of the table with this limit, or with none; each once, sorted. */
export function actionsWith(limit: Limit | null): string[] {
  const operations: readonly Operation[] = Object.values(operatorActions);
  const implicit = operations.flatMap((one) => one.implicit ?? []).filter((one) => (one.limit ?? null) === limit);
  const called = limit === null ? operations.flatMap((one) => one.actions) : [];
  return [...new Set([...called, ...implicit.map((one) => one.action)])].sort();
}
