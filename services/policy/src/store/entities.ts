import { column } from '@tablekeep/platform/database';
import type { EventData } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { EntitySchema } from 'typeorm';
import type { PolicyDocument } from '../domain/policy-document.ts';

export type AccountUse = 'BACKUP' | 'RESTORE';

export type AccountRow = {
  id: string;
  name: string;
  awsAccountId: string;
  roleArn: string;
  serviceRoleArn: string;
  externalId: string;
  regions: string[];
  /** Null, from before roles were marked: for both. */
  uses: AccountUse[] | null;
  connection: 'UNTRIED' | 'CONNECTED' | 'FAILED';
  connectionMessage: string | null;
  createdAt: Date;
  /** When the age of its inventory is looked at next; null, from before scans were scheduled: now. */
  scanAt: Date | null;
};

/** A table as the last scan of its Region saw it. `scanStartedAt` orders scans: an older one never overwrites a newer. */
export type TableRow = {
  arn: string;
  accountId: string;
  region: string;
  name: string;
  settings: TableSettings;
  scanStartedAt: Date;
  vanishedAt: Date | null;
};

export type PolicyRow = {
  id: string;
  name: string;
  accountId: string;
  enabled: boolean;
  version: number;
  /** Within its account: the lowest is the most important. */
  priority: number;
  document: PolicyDocument;
  createdAt: Date;
  updatedAt: Date;
  /** Slots after this moment are owed. */
  slotsAfter: Date;
  /** When the planner looks at it next; null: never, unless it is changed. */
  lookAt: Date | null;
  scheduleState: 'NONE' | 'PLANNED' | 'WAITING' | 'UNPLANNABLE';
  scheduleMessage: string | null;
  /** Slots of its verification after this moment are owed, and when they are looked at next; null: never. */
  verifiedAfter: Date;
  verifyAt: Date | null;
  verificationState: PolicyRow['scheduleState'];
};

/** How a policy's last runs ended. */
export type PolicyRunRow = {
  policyId: string;
  lastRunAt: Date;
  lastRunStatus: string;
  lastSuccessAt: Date | null;
};

/** A slot that was announced and whose session has not been heard of. */
export type AnnouncedSlotRow = {
  sessionId: string;
  policyId: string;
  slotAt: Date;
  announcedAt: Date;
  /** Somebody was told that nobody takes it up. */
  alerted: boolean;
  purpose: 'BACKUP' | 'VERIFICATION';
};

export type ScanChunkRow = {
  scanId: string;
  chunk: number;
  chunks: number;
  accountId: string;
  region: string;
  startedAt: Date;
  tables: TableSettings[];
};

/** A scan whose chunks have all been applied to the inventory. */
export type AppliedScanRow = { scanId: string; accountId: string; region: string; startedAt: Date };

/** A round of a session that this service has planned: it is planned once. */
export type PlannedRoundRow = { sessionId: string; round: number };

/** A round that ended before the inventory held its scans; the scan that comes last plans the next one. */
export type WaitingRoundRow = {
  sessionId: string;
  accountId: string;
  round: EventData<'dev.tablekeep.session.round.finished.v1'>;
};

/** Projection of the sessions: those of an account that are not over. */
export type OpenSessionRow = {
  sessionId: string;
  accountId: string;
  /** Whose run it is. */
  policyId: string | null;
  /** Whose tables' points it verifies: that holds up no run. */
  verifiesPolicyId: string | null;
  requestedAt: Date;
};

/** Projection of the catalog: how the last test restore of a table went, and what the last one that got so far took. */
export type TableVerificationRow = {
  tableArn: string;
  outcome: 'VERIFIED' | 'FAILED';
  verifiedAt: Date;
  restoreSeconds: number | null;
};

/** Projection of the catalog: how many points a table has, and what its newest restorable state is from. */
export type TablePointsRow = { tableArn: string; revision: number; points: number; newestAt: Date | null };

export const AccountEntity = new EntitySchema<AccountRow>({
  name: 'account',
  columns: {
    id: { ...column.id(), primary: true },
    name: column.text(127),
    awsAccountId: { ...column.text(12), name: 'aws_account_id' },
    roleArn: { ...column.arn(), name: 'role_arn' },
    serviceRoleArn: { ...column.arn(), name: 'service_role_arn' },
    externalId: { ...column.text(128), name: 'external_id' },
    regions: column.json(),
    uses: column.json({ nullable: true }),
    connection: column.text(16),
    connectionMessage: { ...column.json({ nullable: true }), type: 'text', name: 'connection_message' },
    createdAt: { ...column.time(), name: 'created_at' },
    scanAt: { ...column.time({ nullable: true }), name: 'scan_at' },
  },
});

export const TableEntity = new EntitySchema<TableRow>({
  name: 'protected_table',
  columns: {
    arn: { ...column.arn(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    name: column.text(255),
    settings: column.json(),
    scanStartedAt: { ...column.time(), name: 'scan_started_at' },
    vanishedAt: { ...column.time({ nullable: true }), name: 'vanished_at' },
  },
});

export const PolicyEntity = new EntitySchema<PolicyRow>({
  name: 'policy',
  columns: {
    id: { ...column.id(), primary: true },
    name: column.text(127),
    accountId: { ...column.id(), name: 'account_id' },
    enabled: column.bool(),
    version: column.int(),
    priority: column.int(),
    document: column.json(),
    createdAt: { ...column.time(), name: 'created_at' },
    updatedAt: { ...column.time(), name: 'updated_at' },
    slotsAfter: { ...column.time(), name: 'slots_after' },
    lookAt: { ...column.time({ nullable: true }), name: 'look_at' },
    scheduleState: { ...column.text(16), name: 'schedule_state' },
    scheduleMessage: { ...column.text(255, { nullable: true }), name: 'schedule_message' },
    verifiedAfter: { ...column.time(), name: 'verified_after' },
    verifyAt: { ...column.time({ nullable: true }), name: 'verify_at' },
    verificationState: { ...column.text(16), name: 'verification_state' },
  },
});

export const ScanChunkEntity = new EntitySchema<ScanChunkRow>({
  name: 'scan_chunk',
  columns: {
    scanId: { ...column.text(64), primary: true, name: 'scan_id' },
    chunk: { ...column.int(), primary: true },
    chunks: column.int(),
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    startedAt: { ...column.time(), name: 'started_at' },
    tables: column.json(),
  },
});

export const AppliedScanEntity = new EntitySchema<AppliedScanRow>({
  name: 'applied_scan',
  columns: {
    scanId: { ...column.text(64), primary: true, name: 'scan_id' },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    startedAt: { ...column.time(), name: 'started_at' },
  },
});

export const PlannedRoundEntity = new EntitySchema<PlannedRoundRow>({
  name: 'planned_round',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    round: { ...column.int(), primary: true },
  },
});

export const WaitingRoundEntity = new EntitySchema<WaitingRoundRow>({
  name: 'waiting_round',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    accountId: { ...column.id(), name: 'account_id' },
    round: column.json(),
  },
});

export const OpenSessionEntity = new EntitySchema<OpenSessionRow>({
  name: 'open_session',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    accountId: { ...column.id(), name: 'account_id' },
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    verifiesPolicyId: { ...column.id({ nullable: true }), name: 'verifies_policy_id' },
    requestedAt: { ...column.time(), name: 'requested_at' },
  },
});

export const TablePointsEntity = new EntitySchema<TablePointsRow>({
  name: 'table_points',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    revision: column.int(),
    points: column.int(),
    newestAt: { ...column.time({ nullable: true }), name: 'newest_at' },
  },
});

export const PolicyRunEntity = new EntitySchema<PolicyRunRow>({
  name: 'policy_run',
  columns: {
    policyId: { ...column.id(), primary: true, name: 'policy_id' },
    lastRunAt: { ...column.time(), name: 'last_run_at' },
    lastRunStatus: { ...column.text(16), name: 'last_run_status' },
    lastSuccessAt: { ...column.time({ nullable: true }), name: 'last_success_at' },
  },
});

export const AnnouncedSlotEntity = new EntitySchema<AnnouncedSlotRow>({
  name: 'announced_slot',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    policyId: { ...column.id(), name: 'policy_id' },
    slotAt: { ...column.time(), name: 'slot_at' },
    announcedAt: { ...column.time(), name: 'announced_at' },
    alerted: column.bool(),
    purpose: column.text(16),
  },
});

export const TableVerificationEntity = new EntitySchema<TableVerificationRow>({
  name: 'table_verification',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    outcome: column.text(16),
    verifiedAt: { ...column.time(), name: 'verified_at' },
    restoreSeconds: { ...column.int({ nullable: true }), name: 'restore_seconds' },
  },
});

export const entities = [
  TableVerificationEntity,
  AnnouncedSlotEntity,
  PolicyRunEntity,
  AccountEntity,
  TableEntity,
  PolicyEntity,
  ScanChunkEntity,
  AppliedScanEntity,
  PlannedRoundEntity,
  WaitingRoundEntity,
  OpenSessionEntity,
  TablePointsEntity,
];
