import { column } from '@tablekeep/platform/database';
import type { EventData, UnreadableTable } from '@tablekeep/schema/events';
import type { TableSettings } from '@tablekeep/schema/settings';
import { EntitySchema } from 'typeorm';
import type { PolicyDocument } from '../domain/policy-document.ts';
import { alertEntities } from './alert-entities.ts';

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
  /** Of the settings, apart for lists that read nothing else; empty and null where a former release wrote the row. */
  tableId: string;
  tags: TableSettings['tags'] | null;
  /** The first scan that saw this table (the id, not the name) with these tags; null from a former release. */
  since: Date | null;
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
  /** When it was last enabled, or given another selection; null from a former release. */
  selectsSince: Date | null;
  /** Since when its schedules are as they are and switched on; null, from before this was kept: since it was made. */
  scheduledSince: Date | null;
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
  /** Copies that its good backups lack; null from a release that did not tell. */
  copiesBehind: number | null;
  lastSuccessAt: Date | null;
};

/** What a slot of a policy is of. */
export type SlotPurpose = 'BACKUP' | 'VERIFICATION';

/** A slot that was announced and whose session has not been heard of. */
export type AnnouncedSlotRow = {
  sessionId: string;
  policyId: string;
  slotAt: Date;
  announcedAt: Date;
  /** Somebody was told that nobody takes it up. */
  alerted: boolean;
  purpose: SlotPurpose;
};

export type ScanChunkRow = {
  scanId: string;
  chunk: number;
  chunks: number;
  accountId: string;
  region: string;
  startedAt: Date;
  tables: TableSettings[];
  /** Null from a former release. */
  unreadable: UnreadableTable[] | null;
};

/** A table that the last scan of its Region found and could not read; whether the inventory knows it from before or not. */
export type UnreadableTableRow = { arn: string; accountId: string; region: string; name: string; reason: string };

/** A scan whose chunks have all been applied to the inventory. */
export type AppliedScanRow = {
  scanId: string;
  accountId: string;
  region: string;
  startedAt: Date;
  /** Absent and null: from before this was kept. */
  appliedAt?: Date | null;
};

/** The run that scans a Region at present, for itself and for all that come due meanwhile. */
export type RegionScanRow = { accountId: string; region: string; sessionId: string; claimedAt: Date };

/**
 * What a run has done about a Region of its policy: SEEN_TO, it scans it itself, or takes a scan that was fresh; JOINED, the
 * run `scannedBy` scans it for both; FAILED, its scan failed and its tables are not planned.
 */
export type RunRegionRow = {
  sessionId: string;
  region: string;
  accountId: string;
  state: 'SEEN_TO' | 'JOINED' | 'FAILED';
  scannedBy: string | null;
  since: Date;
};

/** A round of a session that this service has planned: it is planned once. */
export type PlannedRoundRow = { sessionId: string; round: number };

/** A round that ended before the inventory held its scans; the scan that comes last plans the next one. */
export type WaitingRoundRow = {
  sessionId: string;
  accountId: string;
  round: EventData<'dev.tablekeep.session.round.finished.v1'>;
  /** Null, from before this was kept: with the next scan. */
  lookAt: Date | null;
  since: Date | null;
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

/** A session that is over: what is said of it later, or once more, begins nothing. */
export type FinishedSessionRow = { sessionId: string; finishedAt: Date };

/**
 * Projection of the catalog: how many points a table has, and what its newest restorable state is from. Of the table with this
 * id: one that was made anew under the name has none of the former one's. `tableId` empty: of a point that does not say.
 */
export type TablePointsRow = {
  tableArn: string;
  tableId: string;
  revision: number;
  points: number;
  newestAt: Date | null;
};

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
    tableId: { ...column.text(64), name: 'table_id' },
    tags: column.json({ nullable: true }),
    since: { ...column.time({ nullable: true }), name: 'since_at' },
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
    selectsSince: { ...column.time({ nullable: true }), name: 'selects_since' },
    scheduledSince: { ...column.time({ nullable: true }), name: 'scheduled_since' },
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
    unreadable: column.json({ nullable: true }),
  },
});

export const UnreadableTableEntity = new EntitySchema<UnreadableTableRow>({
  name: 'unreadable_table',
  columns: {
    arn: { ...column.arn(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    name: column.text(255),
    reason: { ...column.json(), type: 'text' },
  },
});

export const AppliedScanEntity = new EntitySchema<AppliedScanRow>({
  name: 'applied_scan',
  columns: {
    scanId: { ...column.text(64), primary: true, name: 'scan_id' },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    startedAt: { ...column.time(), name: 'started_at' },
    appliedAt: { ...column.time({ nullable: true }), name: 'applied_at' },
  },
});

export const RegionScanEntity = new EntitySchema<RegionScanRow>({
  name: 'region_scan',
  columns: {
    accountId: { ...column.id(), primary: true, name: 'account_id' },
    region: { ...column.text(32), primary: true },
    sessionId: { ...column.id(), name: 'session_id' },
    claimedAt: { ...column.time(), name: 'claimed_at' },
  },
});

export const RunRegionEntity = new EntitySchema<RunRegionRow>({
  name: 'run_region',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    region: { ...column.text(32), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    state: column.text(8),
    scannedBy: { ...column.id({ nullable: true }), name: 'scanned_by' },
    since: column.time(),
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
    lookAt: { ...column.time({ nullable: true }), name: 'look_at' },
    since: column.time({ nullable: true }),
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

export const FinishedSessionEntity = new EntitySchema<FinishedSessionRow>({
  name: 'finished_session',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    finishedAt: { ...column.time(), name: 'finished_at' },
  },
});

export const TablePointsEntity = new EntitySchema<TablePointsRow>({
  name: 'points_of_table',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    tableId: { ...column.text(64), primary: true, name: 'table_id' },
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
    copiesBehind: { ...column.int({ nullable: true }), name: 'copies_behind' },
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
  ...alertEntities,
  TableVerificationEntity,
  AnnouncedSlotEntity,
  PolicyRunEntity,
  AccountEntity,
  TableEntity,
  PolicyEntity,
  ScanChunkEntity,
  UnreadableTableEntity,
  AppliedScanEntity,
  RegionScanEntity,
  RunRegionEntity,
  PlannedRoundEntity,
  WaitingRoundEntity,
  OpenSessionEntity,
  FinishedSessionEntity,
  TablePointsEntity,
];
