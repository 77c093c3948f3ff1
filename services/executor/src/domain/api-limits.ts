/**
 * AWS's own limits, per account and Region, in calls per second: AWS Backup "API rates" and DynamoDB control plane
 * limits as documented; where a call is not listed, the rate of its closest relative is assumed. AWS publishes none for
 * IAM, Application Auto Scaling, Contributor Insights and Kinesis destinations: theirs are guesses, slowed down when AWS throttles.
 */
const BACKUP_START = 5;
const BACKUP_DESCRIBE = 15;
const BACKUP_LIST = 20;

export const apiRates = {
  'backup:StartBackupJob': BACKUP_START,
  'backup:StartCopyJob': BACKUP_START,
  'backup:StartRestoreJob': BACKUP_START,
  'backup:StopBackupJob': BACKUP_START,
  'backup:DeleteRecoveryPoint': 10,
  'backup:CreateBackupVault': BACKUP_START,
  'backup:DeleteBackupVault': BACKUP_START,
  'backup:DescribeRegionSettings': BACKUP_START,
  'backup:UpdateRecoveryPointLifecycle': BACKUP_START,
  'backup:UpdateRegionSettings': BACKUP_START,
  'backup:ListBackupPlans': BACKUP_START,
  'backup:ListBackupSelections': BACKUP_START,
  'backup:GetBackupSelection': BACKUP_START,
  'backup:GetBackupVaultAccessPolicy': BACKUP_START,
  'backup:DescribeBackupJob': BACKUP_DESCRIBE,
  'backup:DescribeCopyJob': BACKUP_DESCRIBE,
  'backup:DescribeRestoreJob': BACKUP_DESCRIBE,
  'backup:DescribeRecoveryPoint': BACKUP_DESCRIBE,
  'backup:ListBackupJobs': BACKUP_LIST,
  'backup:ListCopyJobs': BACKUP_LIST,
  'backup:ListRestoreJobs': BACKUP_LIST,
  'backup:ListBackupVaults': BACKUP_LIST,
  'backup:ListRecoveryPointsByBackupVault': BACKUP_LIST,
  'backup:ListRecoveryPointsByResource': BACKUP_LIST,
  'backup:ListTags': BACKUP_LIST,
  'dynamodb:ListTables': 500,
  'dynamodb:DescribeTable': 500,
  'dynamodb:GetResourcePolicy': 100,
  'dynamodb:DescribeTimeToLive': 10,
  'dynamodb:DescribeContinuousBackups': 10,
  'dynamodb:ListTagsOfResource': 10,
  'dynamodb:DeleteTable': 10,
  // Not a limit of AWS's: what is read is paced by the table's capacity.
  'dynamodb:Scan': 50,
  'dynamodb:DescribeContributorInsights': 50,
  'dynamodb:DescribeKinesisStreamingDestination': 50,
  'dynamodb:TagResource': 5,
  'dynamodb:UpdateTable': 50,
  'dynamodb:UpdateTimeToLive': 10,
  'dynamodb:UpdateContinuousBackups': 10,
  'dynamodb:UpdateContributorInsights': 10,
  'dynamodb:PutResourcePolicy': 25,
  'application-autoscaling:DescribeScalableTargets': 20,
  'application-autoscaling:DescribeScalingPolicies': 20,
  'application-autoscaling:PutScalingPolicy': 10,
  'application-autoscaling:RegisterScalableTarget': 10,
  'kms:ListKeys': 50,
  'kms:ListAliases': 50,
  'kms:DescribeKey': 50,
  'kms:GetKeyPolicy': 50,
  'iam:GetRole': 10,
  'iam:SimulatePrincipalPolicy': 10,
  'account:ListRegions': 2,
  'sns:Publish': 300,
} as const satisfies Record<string, number>;

export type AwsOperation = keyof typeof apiRates;

/** All AWS Backup calls of an account and Region together. */
export const BACKUP_CALLS_TOGETHER = 'backup:*';

/** What is limited: one operation, or all of AWS Backup together. AWS raises some of them on request. */
export const standardRates = { ...apiRates, [BACKUP_CALLS_TOGETHER]: 50 } as const;
export type ApiRates = Readonly<Record<keyof typeof standardRates, number>>;

/** What spans lanes: jobs AWS lets run at once. AWS raises some of them on request. */
export type JobLimits = Readonly<{ backups: number; copies: number; restores: number }>;
export const jobLimits: JobLimits = {
  /** In-flight table backups per account and Region. */
  backups: 300,
  /** Copies per account and destination Region. */
  copies: 100,
  /** Table restores per account and Region. */
  restores: 50,
};
