import { column } from '@tablekeep/platform/database';
import type { StoredSnapshot } from '@tablekeep/schema/settings';
import { EntitySchema } from 'typeorm';

/** A restore point of the catalog. `expiresAt` null: for ever. */
export type RestorePointRow = {
  id: string;
  kind: 'BACKUP' | 'COPY' | 'MANUAL';
  recoveryPointArn: string;
  sourceRecoveryPointArn: string | null;
  accountId: string;
  awsAccountId: string;
  tableArn: string;
  tableName: string;
  tableRegion: string;
  tableId: string | null;
  region: string;
  vaultName: string;
  sizeBytes: number;
  createdAt: Date;
  completedAt: Date;
  expiresAt: Date | null;
  policyId: string | null;
  policyName: string | null;
  sessionId: string | null;
  settings: StoredSnapshot | null;
  selfSufficient: boolean;
};

/** A round of a session that this service has planned: it is planned once. */
export type PlannedRoundRow = { sessionId: string; round: number };

export const RestorePointEntity = new EntitySchema<RestorePointRow>({
  name: 'restore_point',
  columns: {
    id: { ...column.id(), primary: true },
    kind: column.text(16),
    recoveryPointArn: { ...column.arn(), name: 'recovery_point_arn' },
    sourceRecoveryPointArn: { ...column.arn({ nullable: true }), name: 'source_recovery_point_arn' },
    accountId: { ...column.id(), name: 'account_id' },
    awsAccountId: { ...column.text(12), name: 'aws_account_id' },
    tableArn: { ...column.arn(), name: 'table_arn' },
    tableName: { ...column.text(255), name: 'table_name' },
    tableRegion: { ...column.text(32), name: 'table_region' },
    tableId: { ...column.text(64, { nullable: true }), name: 'table_id' },
    region: column.text(32),
    vaultName: { ...column.text(64), name: 'vault_name' },
    sizeBytes: { ...column.bigint(), name: 'size_bytes' },
    createdAt: { ...column.time(), name: 'created_at' },
    completedAt: { ...column.time(), name: 'completed_at' },
    expiresAt: { ...column.time({ nullable: true }), name: 'expires_at' },
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    policyName: { ...column.text(127, { nullable: true }), name: 'policy_name' },
    sessionId: { ...column.id({ nullable: true }), name: 'session_id' },
    settings: column.json({ nullable: true }),
    selfSufficient: { ...column.bool(), name: 'self_sufficient' },
  },
});

export const PlannedRoundEntity = new EntitySchema<PlannedRoundRow>({
  name: 'planned_round',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    round: { ...column.int(), primary: true },
  },
});

export const entities = [RestorePointEntity, PlannedRoundEntity];
