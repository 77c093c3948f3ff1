import type { RestoreChanges, TableSettings } from '@tablekeep/schema/settings';
import type { ParametersOf, PointOrigin, TableRef } from '@tablekeep/schema/work-items';
import type { PointMade } from '@tablekeep/schema/events';
import { AWAY, HOME, VAULT } from './aws-account.ts';

const origin: PointOrigin = {
  kind: 'BACKUP',
  policyId: 'policy-1',
  policyName: 'Gold',
  retention: { backupDays: 35, copyDays: 90 },
  rules: [],
  coldAfterDays: null,
};

export const backupOf = (table: TableRef, changes: Partial<ParametersOf<'BACKUP'>> = {}): ParametersOf<'BACKUP'> => ({
  kind: 'BACKUP',
  table,
  vaultName: VAULT,
  lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: null },
  startWindowMinutes: 60,
  completeWindowMinutes: 480,
  customTags: [{ key: 'team', value: 'flights' }],
  origin,
  ...changes,
});

export const copyOf = (point: PointMade, changes: Partial<ParametersOf<'COPY'>> = {}): ParametersOf<'COPY'> => ({
  kind: 'COPY',
  table: point.table,
  sourceVaultName: point.vaultName,
  recoveryPointArn: point.recoveryPointArn,
  destinationRegion: AWAY,
  destinationVaultName: VAULT,
  lifecycle: { moveToColdStorageAfterDays: null, deleteAfterDays: 90 },
  origin: { ...origin, kind: 'COPY' },
  ...changes,
});

export const noChanges: RestoreChanges = {
  tableClass: null,
  billingMode: null,
  readCapacityUnits: null,
  writeCapacityUnits: null,
  indexCapacity: [],
  deletionProtection: null,
  pointInTimeRecovery: null,
  encryption: null,
  timeToLive: 'REAPPLY',
  streams: 'REAPPLY',
};

export const restoreOf = (
  point: PointMade,
  targetTableName: string,
  changes: Partial<RestoreChanges> = {},
  settings: TableSettings | null = point.settings,
): ParametersOf<'RESTORE'> => ({
  kind: 'RESTORE',
  table: point.table,
  restorePointId: 'restore-point-1',
  recoveryPointArn: point.recoveryPointArn,
  vaultName: point.vaultName,
  mode: targetTableName === point.table.name && point.region === HOME ? 'ORIGINAL' : 'NEW',
  targetRegion: point.region,
  targetTableName,
  changes: { ...noChanges, ...changes },
  settings,
});

export const verifyOf = (point: PointMade, changes: Partial<ParametersOf<'VERIFY'>> = {}): ParametersOf<'VERIFY'> => ({
  kind: 'VERIFY',
  table: point.table,
  restorePointId: 'restore-point-1',
  recoveryPointArn: point.recoveryPointArn,
  vaultName: point.vaultName,
  countItems: false,
  countedBefore: null,
  settings: point.settings,
  ...changes,
});

export const deleteOf = (point: PointMade, changes: Partial<ParametersOf<'DELETE'>> = {}): ParametersOf<'DELETE'> => ({
  kind: 'DELETE',
  table: point.table,
  restorePointId: 'restore-point-1',
  version: 3,
  recoveryPointArn: point.recoveryPointArn,
  vaultName: point.vaultName,
  ...changes,
});
