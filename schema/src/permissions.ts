import { TEMPORARY_PREFIX } from './temporary-tables.ts';

/**
 * Which AWS actions each of Tablekeep's operations needs, for both roles: the one table from which the roles are made
 * (infra/cdk), checked (`checkPermissions`) and tested. A test compares it with the calls in the executor's sources, so that
 * the role neither lacks an action nor keeps one too many.
 *
 * Resource types: AWS, Service Authorization Reference. Implicit actions: AWS Backup Developer Guide, "Access control";
 * DynamoDB Developer Guide, "Using IAM with KMS keys".
 */
export const permissionOperations = [
  'INVENTORY',
  'BACKUP',
  'COPY',
  'RESTORE',
  'DELETION',
  'ADVANCED_FEATURES',
  'PERMISSION_CHECK',
  'IMPORT',
  'VERIFICATION',
  'REPLACEMENT',
  'NOTIFICATION',
] as const;
export type PermissionOperation = (typeof permissionOperations)[number];

/**
 * What only those need who ask for it: a role made for the others cannot delete a table of anybody's. `replaceTables` is
 * refused without it.
 */
export const optInOperations: readonly PermissionOperation[] = ['REPLACEMENT'];

/** What an action is asked on. `temporary-table`: one that a verification made, known by the prefix of its name. */
export type ResourceKind =
  | 'any'
  | 'table'
  | 'temporary-table'
  | 'vault'
  | 'recovery-point'
  | 'backup-plan'
  | 'key'
  | 'service-role'
  | 'role'
  | 'topic';

/** Narrows where an action is allowed. */
export type Limit =
  /** Only the role that AWS Backup works as, and only handed to AWS Backup. */
  | 'service-role-to-aws-backup'
  /** Only when DynamoDB asks, on behalf of a call of this role. */
  | 'through-dynamodb'
  /** Only when AWS Backup asks, on behalf of a call of this role. */
  | 'through-backup';

export type ImplicitAction = Readonly<{ action: string; on: ResourceKind; why: string; limit?: Limit }>;
export type ActionEntry = Readonly<{
  /** The operations of Tablekeep that make the call. */
  for: readonly PermissionOperation[];
  on: ResourceKind;
  /** What AWS asks for besides. */
  implicit?: readonly ImplicitAction[];
  /** Operations that make the call on something else. */
  elsewhere?: readonly Readonly<{ for: readonly PermissionOperation[]; on: ResourceKind }>[];
}>;

const PASS_ROLE: ImplicitAction = {
  action: 'iam:PassRole',
  on: 'service-role',
  why: 'AWS Backup works as the service role, which the caller must be allowed to hand over.',
  limit: 'service-role-to-aws-backup',
};

const wrapping = (action: string): ImplicitAction => ({
  action,
  on: 'key',
  why: 'DynamoDB wraps the table’s own key with the key it is changed to.',
  limit: 'through-dynamodb',
});

/**
 * The minimum that DynamoDB documents for a customer-managed key, asked with the permissions of who selects it. Without
 * any action on items, and only through DynamoDB, the role can read nothing with them.
 */
const KEY_OF_A_TABLE: readonly ImplicitAction[] = [
  { action: 'kms:DescribeKey', on: 'key', why: 'DynamoDB checks the key a table is changed to.' },
  {
    action: 'kms:CreateGrant',
    on: 'key',
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

/** Target tracking works by alarms, which Application Auto Scaling makes with the permissions of who puts the policy. */
const ALARMS_OF_A_POLICY: readonly ImplicitAction[] = [
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:PutMetricAlarm',
].map((action) => ({ action, on: 'any', why: 'A scaling policy comes with the CloudWatch alarms it works by.' }));

const SCAN_AND_SNAPSHOT = ['INVENTORY', 'BACKUP', 'RESTORE'] as const;
const FOLLOWED = ['BACKUP', 'COPY', 'RESTORE', 'DELETION', 'IMPORT', 'VERIFICATION'] as const;
const RESTORES = ['RESTORE', 'VERIFICATION'] as const;

const on = (kind: ResourceKind, ...operations: PermissionOperation[]): ActionEntry => ({ for: operations, on: kind });

/** What the role that Tablekeep assumes may do: the operations the executor calls; each is its own IAM action. */
export const operatorActions = {
  'account:ListRegions': on('any', 'INVENTORY'),

  'application-autoscaling:DescribeScalableTargets': on('any', 'BACKUP', 'RESTORE'),
  'application-autoscaling:DescribeScalingPolicies': on('any', 'BACKUP', 'RESTORE'),
  'application-autoscaling:PutScalingPolicy': { for: ['RESTORE'], on: 'any', implicit: ALARMS_OF_A_POLICY },
  'application-autoscaling:RegisterScalableTarget': on('any', 'RESTORE'),

  'backup:CreateBackupVault': {
    for: ['RESTORE'],
    on: 'vault',
    implicit: [
      {
        action: 'backup:TagResource',
        on: 'vault',
        why: 'The temporary vault of a restore in another Region is tagged.',
      },
      { action: 'backup-storage:MountCapsule', on: 'any', why: 'AWS Backup gives the new vault its storage.' },
      ...['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:RetireGrant'].map((action) => ({
        action,
        on: 'key' as const,
        why: 'AWS Backup binds the new vault to its own key.',
        limit: 'through-backup' as const,
      })),
    ],
  },
  'backup:DeleteBackupVault': on('vault', 'RESTORE'),
  'backup:DeleteRecoveryPoint': on('recovery-point', 'DELETION', 'RESTORE'),
  'backup:DescribeBackupJob': on('any', 'BACKUP'),
  'backup:DescribeCopyJob': on('any', 'COPY', 'RESTORE'),
  'backup:DescribeRecoveryPoint': on('recovery-point', ...FOLLOWED),
  'backup:DescribeRegionSettings': on('any', 'BACKUP', 'ADVANCED_FEATURES'),
  'backup:DescribeRestoreJob': on('any', ...RESTORES),
  'backup:GetBackupSelection': on('backup-plan', 'ADVANCED_FEATURES'),
  'backup:GetBackupVaultAccessPolicy': on('vault', 'PERMISSION_CHECK'),
  'backup:ListBackupJobs': on('any', 'BACKUP'),
  'backup:ListBackupPlans': on('any', 'ADVANCED_FEATURES'),
  'backup:ListBackupSelections': on('backup-plan', 'ADVANCED_FEATURES'),
  'backup:ListBackupVaults': on('any', 'BACKUP', 'COPY', 'RESTORE', 'DELETION', 'PERMISSION_CHECK', 'IMPORT'),
  'backup:ListCopyJobs': on('any', 'COPY', 'RESTORE'),
  'backup:ListRecoveryPointsByBackupVault': on('vault', 'DELETION', 'IMPORT'),
  'backup:ListRecoveryPointsByResource': on('any', 'BACKUP', 'COPY'),
  'backup:ListRestoreJobs': on('any', ...RESTORES),
  'backup:ListTags': on('recovery-point', 'BACKUP', 'COPY', 'RESTORE', 'IMPORT'),
  'backup:StartBackupJob': {
    for: ['BACKUP'],
    on: 'vault',
    implicit: [
      PASS_ROLE,
      {
        action: 'backup:TagResource',
        on: 'recovery-point',
        why: 'The call names tags for the point, by which a lost job is found again.',
      },
    ],
  },
  'backup:StartCopyJob': {
    for: ['COPY', 'RESTORE'],
    on: 'recovery-point',
    implicit: [
      PASS_ROLE,
      {
        action: 'backup:CopyFromBackupVault',
        on: 'recovery-point',
        why: 'A permission without a call of its own: the source vault.',
      },
      {
        action: 'backup:CopyIntoBackupVault',
        on: 'vault',
        why: 'A permission without a call of its own: the destination vault.',
      },
    ],
  },
  'backup:StartRestoreJob': { for: RESTORES, on: 'recovery-point', implicit: [PASS_ROLE] },
  'backup:StopBackupJob': on('any', 'BACKUP'),
  'backup:UpdateRecoveryPointLifecycle': on('recovery-point', 'DELETION'),
  'backup:UpdateRegionSettings': on('any', 'ADVANCED_FEATURES'),

  'dynamodb:DeleteTable': {
    for: ['VERIFICATION'],
    on: 'temporary-table',
    elsewhere: [{ for: ['REPLACEMENT'], on: 'table' }],
  },
  'dynamodb:DescribeContinuousBackups': on('table', ...SCAN_AND_SNAPSHOT),
  'dynamodb:DescribeContributorInsights': on('table', 'BACKUP', 'RESTORE'),
  'dynamodb:DescribeKinesisStreamingDestination': on('table', 'BACKUP', 'RESTORE'),
  'dynamodb:DescribeTable': on('table', ...SCAN_AND_SNAPSHOT, 'VERIFICATION'),
  'dynamodb:DescribeTimeToLive': on('table', ...SCAN_AND_SNAPSHOT),
  'dynamodb:GetResourcePolicy': on('table', ...SCAN_AND_SNAPSHOT),
  'dynamodb:ListTables': on('any', 'INVENTORY'),
  'dynamodb:ListTagsOfResource': on('table', ...SCAN_AND_SNAPSHOT, 'VERIFICATION'),
  'dynamodb:PutResourcePolicy': on('table', 'RESTORE'),
  // Counts items, and only where a verification is asked to.
  'dynamodb:Scan': on('temporary-table', 'VERIFICATION'),
  'dynamodb:TagResource': { ...on('table', 'RESTORE'), elsewhere: [on('temporary-table', 'VERIFICATION')] },
  'dynamodb:UpdateContinuousBackups': on('table', 'RESTORE'),
  'dynamodb:UpdateContributorInsights': on('table', 'RESTORE'),
  'dynamodb:UpdateTable': { for: ['RESTORE'], on: 'table', implicit: KEY_OF_A_TABLE },
  'dynamodb:UpdateTimeToLive': on('table', 'RESTORE'),

  'iam:GetRole': on('role', 'PERMISSION_CHECK'),
  'iam:SimulatePrincipalPolicy': on('role', 'PERMISSION_CHECK'),

  'kms:DescribeKey': on('key', 'BACKUP', 'RESTORE', 'VERIFICATION'),
  'kms:GetKeyPolicy': on('key', 'PERMISSION_CHECK'),
  'kms:ListAliases': on('any', 'RESTORE'),
  'kms:ListKeys': on('any', 'RESTORE'),

  'sns:Publish': on('topic', 'NOTIFICATION'),
} as const satisfies Readonly<Record<string, ActionEntry>>;

export type OperatorAction = keyof typeof operatorActions;

/** One action of a role, whole: what it is for, what it is asked on, and where alone it is allowed. */
export type Permission = Readonly<{
  action: string;
  on: ResourceKind;
  limit: Limit | null;
  for: readonly PermissionOperation[];
}>;

const through = (action: string, ...operations: PermissionOperation[]): Permission => ({
  action,
  on: 'key',
  limit: 'through-dynamodb',
  for: operations,
});
const plain = (action: string, kind: ResourceKind, ...operations: PermissionOperation[]): Permission => ({
  action,
  on: kind,
  limit: null,
  for: operations,
});

/**
 * What the role that AWS Backup works as may do. Source: AWS Backup Developer Guide, "Advanced DynamoDB backup", and the
 * managed policies AWSBackupServiceRolePolicyForBackup and …ForRestores, less what only other kinds of backup need.
 */
export const servicePermissions: readonly Permission[] = [
  plain('backup:CopyFromBackupVault', 'recovery-point', 'COPY', 'RESTORE'),
  plain('backup:CopyIntoBackupVault', 'vault', 'COPY', 'RESTORE'),
  plain('backup:DescribeBackupVault', 'vault', 'BACKUP', 'COPY', 'RESTORE'),
  plain('backup:TagResource', 'recovery-point', 'BACKUP', 'COPY', 'RESTORE'),
  plain('dynamodb:BatchWriteItem', 'table', ...RESTORES),
  plain('dynamodb:DeleteItem', 'table', ...RESTORES),
  plain('dynamodb:DescribeTable', 'table', 'BACKUP', ...RESTORES),
  plain('dynamodb:GetItem', 'table', ...RESTORES),
  plain('dynamodb:ListTagsOfResource', 'table', 'BACKUP'),
  plain('dynamodb:PutItem', 'table', ...RESTORES),
  plain('dynamodb:Query', 'table', ...RESTORES),
  plain('dynamodb:RestoreTableFromAwsBackup', 'table', ...RESTORES),
  plain('dynamodb:Scan', 'table', ...RESTORES),
  plain('dynamodb:StartAwsBackupJob', 'table', 'BACKUP'),
  plain('dynamodb:UpdateItem', 'table', ...RESTORES),
  plain('kms:DescribeKey', 'key', 'BACKUP', ...RESTORES),
  through('kms:CreateGrant', 'BACKUP', ...RESTORES),
  through('kms:Decrypt', 'BACKUP', ...RESTORES),
  through('kms:GenerateDataKey', 'BACKUP', ...RESTORES),
];

/**
 * What the role that Tablekeep assumes may be allowed; an action asked with and without a limit, or on several things, comes
 * once for each.
 */
export const allOperatorPermissions: readonly Permission[] = merged(
  Object.entries<ActionEntry>(operatorActions).flatMap(([action, entry]) => [
    ...[entry, ...(entry.elsewhere ?? [])].map((one) => ({ action, on: one.on, limit: null, for: one.for })),
    ...(entry.implicit ?? []).map((one) => ({
      action: one.action,
      on: one.on,
      limit: one.limit ?? null,
      for: entry.for,
    })),
  ]),
);

/** What every such role must be allowed: without what only an opt-in operation needs. */
export const operatorPermissions: readonly Permission[] = allOperatorPermissions.filter((one) =>
  one.for.some((operation) => !optInOperations.includes(operation)),
);

function merged(permissions: readonly Permission[]): Permission[] {
  const same = Map.groupBy(permissions, ({ action, on: kind, limit }) => `${action} ${kind} ${limit}`);
  return [...same.values()]
    .flatMap(([first, ...others]) => {
      if (!first) return [];
      return [{ ...first, for: [...new Set([first, ...others].flatMap((one) => one.for))] }];
    })
    .sort((a, b) => a.action.localeCompare(b.action));
}

export function permissionsFor(all: readonly Permission[], operations: readonly PermissionOperation[]): Permission[] {
  return all.filter((one) => one.for.some((operation) => operations.includes(operation)));
}

/** All actions of the operator role with this limit, or with none, on what users have; each once, sorted. */
export function actionsWith(limit: Limit | null): string[] {
  return sortedActions(operatorPermissions.filter((one) => one.limit === limit && one.on !== 'temporary-table'));
}

/** Those that are allowed on temporary tables only. */
export function actionsOnTemporaryTables(): string[] {
  const elsewhere = actionsWith(null);
  const on = operatorPermissions.filter((one) => one.on === 'temporary-table');
  return sortedActions(on).filter((action) => !elsewhere.includes(action));
}

/** What `replaceTables` needs beside everything else. */
export const replacementActions: readonly string[] = sortedActions(
  allOperatorPermissions.filter((one) => !operatorPermissions.includes(one)),
);

function sortedActions(permissions: readonly Permission[]): string[] {
  return [...new Set(permissions.map((one) => one.action))].sort();
}

/** The account's roles as AWS names them, and its partition with them. */
export type Roles = Readonly<{ awsAccountId: string; roleArn: string; serviceRoleArn: string }>;

/** The ARN pattern that an action of this kind is allowed on, in all Regions (`*`) or one. */
export function resourceOf(kind: ResourceKind, roles: Roles, region = '*'): string[] {
  const partition = roles.roleArn.split(':')[1] ?? 'aws';
  const arn = (service: string, name: string) => `arn:${partition}:${service}:${region}:${roles.awsAccountId}:${name}`;
  switch (kind) {
    case 'any':
      return ['*'];
    case 'table':
      return [arn('dynamodb', 'table/*')];
    case 'temporary-table':
      return [arn('dynamodb', `table/${TEMPORARY_PREFIX}*`)];
    case 'vault':
      return [arn('backup', 'backup-vault:*')];
    case 'recovery-point':
      return [arn('backup', 'recovery-point:*')];
    case 'backup-plan':
      return [arn('backup', 'backup-plan:*')];
    case 'key':
      return [arn('kms', 'key/*')];
    case 'topic':
      return [arn('sns', '*')];
    case 'service-role':
      return [roles.serviceRoleArn];
    case 'role':
      return [roles.roleArn, roles.serviceRoleArn];
  }
}

const CONDITIONS: Readonly<Record<Limit, object>> = {
  'service-role-to-aws-backup': { StringEquals: { 'iam:PassedToService': 'backup.amazonaws.com' } },
  'through-backup': { StringLike: { 'kms:ViaService': 'backup.*.amazonaws.com' } },
  'through-dynamodb': { StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } },
};

/** An IAM policy document that allows these and nothing else, as AWS takes it. */
export function policyDocument(permissions: readonly Permission[], roles: Roles): string {
  const statements = Map.groupBy(permissions, ({ on: kind, limit }) => `${kind} ${limit}`);
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [...statements.values()].flatMap((group) => {
        const [first] = group;
        if (!first) return [];
        const Action = [...new Set(group.map((one) => one.action))].sort();
        const Condition = first.limit && CONDITIONS[first.limit];
        return [{ Effect: 'Allow', Action, Resource: resourceOf(first.on, roles), ...(Condition && { Condition }) }];
      }),
    },
    null,
    2,
  );
}
