import { text } from '../wire/read.ts';
import {
  describeBackupJob,
  describeCopyJob,
  describeRestoreJob,
  listBackupJobs,
  listCopyJobs,
  listRestoreJobs,
} from './jobs.ts';
import { vaultArn } from './model.ts';
import { createPlan, createSelection, getSelection, listPlans, listSelections, planArn } from './plans.ts';
import {
  deletePoint,
  describePoint,
  listByResource,
  listByVault,
  listProtected,
  listTags,
  restoreMetadata,
  tagResource,
  untagResource,
  updateLifecycle,
} from './points.ts';
import {
  describeGlobalSettings,
  describeRegionSettings,
  supportedTypes,
  updateGlobalSettings,
  updateRegionSettings,
} from './region-settings.ts';
import { startBackup, stopBackup } from './start-backup.ts';
import { startCopy } from './start-copy.ts';
import { startRestore } from './start-restore.ts';
import {
  createVault,
  deleteAccessPolicy,
  deleteLock,
  deleteNotifications,
  deleteVault,
  describeVault,
  getAccessPolicy,
  getNotifications,
  listVaults,
  putAccessPolicy,
  putLock,
  putNotifications,
} from './vaults.ts';
import type { Call, Operation } from '../call.ts';

/** An operation with its place in the REST API: `{name}` stands for one path segment, percent-encoded as a whole. */
export interface Route extends Operation {
  readonly name: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
}

const vault = (call: Call): string[] => [
  vaultArn(
    call.region,
    call.account,
    text(call.input, 'backupVaultName') ?? text(call.input, 'BackupVaultName') ?? '*',
  ),
];
const point = (call: Call): string[] => [
  text(call.input, 'recoveryPointArn') ?? text(call.input, 'RecoveryPointArn') ?? '*',
];
const plan = (call: Call): string[] => [planArn(call, text(call.input, 'backupPlanId') ?? '*')];
const resource = (call: Call): string[] => [text(call.input, 'resourceArn') ?? '*'];

const route = (
  name: string,
  method: Route['method'],
  path: string,
  run: Operation['run'],
  resources?: (call: Call) => string[],
): Route => ({ name, method, path, run, ...(resources !== undefined && { resources }) });

const VAULT = '/backup-vaults/{backupVaultName}';
const PLAN = '/backup/plans/{backupPlanId}';
const POINT = `${VAULT}/recovery-points/{recoveryPointArn}`;

/** AWS Backup 2018-11-15, rest-json. Plans are kept and not run; frameworks, reports, restore testing and legal holds are left out. */
export const backupRoutes: readonly Route[] = [
  route('StartBackupJob', 'PUT', '/backup-jobs', startBackup, vault),
  route('DescribeBackupJob', 'GET', '/backup-jobs/{backupJobId}', describeBackupJob),
  route('StopBackupJob', 'POST', '/backup-jobs/{backupJobId}', stopBackup),
  route('ListBackupJobs', 'GET', '/backup-jobs', listBackupJobs),
  route('StartCopyJob', 'PUT', '/copy-jobs', startCopy, point),
  route('DescribeCopyJob', 'GET', '/copy-jobs/{copyJobId}', describeCopyJob),
  route('ListCopyJobs', 'GET', '/copy-jobs', listCopyJobs),
  route('StartRestoreJob', 'PUT', '/restore-jobs', startRestore, point),
  route('DescribeRestoreJob', 'GET', '/restore-jobs/{restoreJobId}', describeRestoreJob),
  route('ListRestoreJobs', 'GET', '/restore-jobs', listRestoreJobs),
  route('CreateBackupVault', 'PUT', VAULT, createVault, vault),
  route('DescribeBackupVault', 'GET', VAULT, describeVault, vault),
  route('DeleteBackupVault', 'DELETE', VAULT, deleteVault, vault),
  route('ListBackupVaults', 'GET', '/backup-vaults', listVaults),
  route('ListRecoveryPointsByBackupVault', 'GET', `${VAULT}/recovery-points`, listByVault, vault),
  route('ListRecoveryPointsByResource', 'GET', '/resources/{resourceArn}/recovery-points', listByResource),
  route('DescribeRecoveryPoint', 'GET', POINT, describePoint, point),
  route('GetRecoveryPointRestoreMetadata', 'GET', `${POINT}/restore-metadata`, restoreMetadata, point),
  route('DeleteRecoveryPoint', 'DELETE', POINT, deletePoint, point),
  route('UpdateRecoveryPointLifecycle', 'POST', POINT, updateLifecycle, point),
  route('TagResource', 'POST', '/tags/{resourceArn}', tagResource, resource),
  route('ListTags', 'GET', '/tags/{resourceArn}', listTags, resource),
  route('UntagResource', 'POST', '/untag/{resourceArn}', untagResource, resource),
  route('DescribeRegionSettings', 'GET', '/account-settings', describeRegionSettings),
  route('UpdateRegionSettings', 'PUT', '/account-settings', updateRegionSettings),
  route('DescribeGlobalSettings', 'GET', '/global-settings', describeGlobalSettings),
  route('UpdateGlobalSettings', 'PUT', '/global-settings', updateGlobalSettings),
  route('PutBackupVaultLockConfiguration', 'PUT', `${VAULT}/vault-lock`, putLock, vault),
  route('DeleteBackupVaultLockConfiguration', 'DELETE', `${VAULT}/vault-lock`, deleteLock, vault),
  route('PutBackupVaultAccessPolicy', 'PUT', `${VAULT}/access-policy`, putAccessPolicy, vault),
  route('GetBackupVaultAccessPolicy', 'GET', `${VAULT}/access-policy`, getAccessPolicy, vault),
  route('DeleteBackupVaultAccessPolicy', 'DELETE', `${VAULT}/access-policy`, deleteAccessPolicy, vault),
  route('PutBackupVaultNotifications', 'PUT', `${VAULT}/notification-configuration`, putNotifications, vault),
  route('GetBackupVaultNotifications', 'GET', `${VAULT}/notification-configuration`, getNotifications, vault),
  route('DeleteBackupVaultNotifications', 'DELETE', `${VAULT}/notification-configuration`, deleteNotifications, vault),
  route('ListProtectedResources', 'GET', '/resources', listProtected),
  route('CreateBackupPlan', 'PUT', '/backup/plans', createPlan),
  route('ListBackupPlans', 'GET', '/backup/plans', listPlans),
  route('CreateBackupSelection', 'PUT', `${PLAN}/selections`, createSelection, plan),
  route('ListBackupSelections', 'GET', `${PLAN}/selections`, listSelections, plan),
  route('GetBackupSelection', 'GET', `${PLAN}/selections/{selectionId}`, getSelection, plan),
  route('GetSupportedResourceTypes', 'GET', '/supported-resource-types', supportedTypes),
];
