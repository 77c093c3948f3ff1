/**
 * What the credentials of a run need, beside `sts:AssumeRole` of the operator role and `iam:PassRole` of the service role:
 * the whole program is tested with a role that may do this and nothing else. docs/operate.md names them all.
 */
export const PROBE_ACTIONS = [
  'backup:CreateBackupVault',
  'backup:DeleteBackupVault',
  'backup:DeleteRecoveryPoint',
  'backup:CopyFromBackupVault',
  'backup:CopyIntoBackupVault',
  'backup:DescribeBackupJob',
  'backup:DescribeBackupVault',
  'backup:DescribeCopyJob',
  'backup:DescribeRecoveryPoint',
  'backup:DescribeRegionSettings',
  'backup:DescribeRestoreJob',
  'backup:GetRecoveryPointRestoreMetadata',
  'backup:ListBackupJobs',
  'backup:ListBackupVaults',
  'backup:ListCopyJobs',
  'backup:ListRecoveryPointsByBackupVault',
  'backup:ListRestoreJobs',
  'backup:ListTags',
  'backup:StartBackupJob',
  'backup:StartCopyJob',
  'backup:StartRestoreJob',
  'backup:StopBackupJob',
  'backup:TagResource',
  'dynamodb:BatchWriteItem',
  'dynamodb:CreateTable',
  'dynamodb:DeleteTable',
  'dynamodb:DescribeTable',
  'dynamodb:ListTables',
  'dynamodb:ListTagsOfResource',
  'dynamodb:Scan',
  'dynamodb:TagResource',
  'dynamodb:UpdateTable',
] as const;

/** AWS asks for these when a vault is made; the emulator does not know them. */
export const VAULT_ACTIONS = [
  'backup-storage:MountCapsule',
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKey',
  'kms:RetireGrant',
] as const;
