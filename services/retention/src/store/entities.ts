import { column } from '@tablekeep/platform/database';
import type { Flag } from '@tablekeep/schema/retention-rules';
import type { CatalogSettings } from '@tablekeep/schema/vault-points';
import type { Verification } from '@tablekeep/schema/verification';
import { EntitySchema } from 'typeorm';
import { retentionEntities } from './retention-entities.ts';
import { vaultEntities } from './vault-entities.ts';

/** The last verification of a point, and the session that made it. */
export type PointVerification = Omit<Verification, 'restorePointId' | 'recoveryPointArn' | 'tableArn'> &
  Readonly<{ sessionId: string }>;

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
  /** When the last of its flags ends. */
  expiresAt: Date | null;
  /** Of the schedules it satisfies; `expiresAt` null: for ever. Null before flags were kept. */
  flags: readonly Readonly<{ flag: Flag; expiresAt: string | null }>[] | null;
  policyId: string | null;
  policyName: string | null;
  sessionId: string | null;
  settings: CatalogSettings | null;
  selfSufficient: boolean;
  /** When AWS moves it to cold storage; null: never. */
  coldAt: Date | null;
  /** Counts every change of what may become of the point: a wish to delete it is about one version. */
  version: number;
  /** When it was seen to be gone. The row stays, so that a late word of its making does not bring it back. */
  deletedAt: Date | null;
  holdReason: string | null;
  holdBy: string | null;
  heldAt: Date | null;
  /** The task that was given the last permit to delete it, and until when; null again when that task is over. */
  permitTaskId: string | null;
  /** Of that task: the end of an earlier one says nothing of the permit. */
  permitAttempt: number | null;
  permitUntil: Date | null;
  /** Who decided what that permit is for. */
  permitDecidedBy: 'PERSON' | 'RULES' | null;
  /** When retention looks at it next; null: never, unless what may become of it is changed. */
  nextLookAt: Date | null;
  /** Whoever set the end of this point alone. */
  expirySetBy: string | null;
  /** Whether it stays for being the newest point of its chain. */
  keepNewest: boolean;
  /** So many days after its last flag AWS may delete it by itself; null: its lifecycle is no safety net. */
  safetyNetDays: number | null;
  /** Until then it stays although its retention was shortened. */
  graceUntil: Date | null;
  verification: PointVerification | null;
  /** As `verification` says, where a list filters by it. */
  verifiedOutcome: Verification['outcome'] | null;
} & SeenInVault;

/** What the point's vault shows and its tags tell, beside what the catalog was told when the point was made. */
export type SeenInVault = {
  /** When the last look at its vault began that saw it. */
  lastSeenAt: Date | null;
  /** AWS's word for its state at that look: COMPLETED, EXPIRED, DELETING … */
  awsStatus: string | null;
  awsStorageClass: string | null;
  /** When AWS's own lifecycle deletes it. */
  awsDeleteAt: Date | null;
  /** When AWS showed that; null where nobody noted it. */
  awsDeleteAtAsOf: Date | null;
  /** When the first complete listing began in which it was missing, while none has shown it since. */
  missingSince: Date | null;
  /** `<task>/<attempt>` of the backup whose data it holds; a copy has its source's. */
  runTag: string | null;
  /** Of a copy found in its vault: where it was copied from. */
  sourceVaultArn: string | null;
  /** Why it is not taken for ours; null: it is. Such a point may be restored, and nothing else. */
  foreignBecause: string | null;
  /** The key that would open its tags, where the keyring lacks it. */
  sealedWith: string | null;
  /** Since when AWS shows it in that state, as far as looks tell. */
  awsStatusSince: Date | null;
  /** What AWS says of its size, where that is not what the catalog has. */
  awsSizeBytes: number | null;
  /** When the catalog took it in; null of a release that did not note it. */
  cataloguedAt: Date | null;
  /** When it was found in its vault, the catalog not having it. */
  adoptedAt: Date | null;
  /** Since when it waits for a person to acknowledge that the catalog had lost it; null: it does not. */
  awaitsReviewSince: Date | null;
  /** Why it is gone, where Tablekeep did not delete it. */
  deletedBecause: string | null;
};

/** Of a point that nobody has spoken about yet. */
export const freshFate = {
  coldAt: null,
  version: 1,
  deletedAt: null,
  holdReason: null,
  holdBy: null,
  heldAt: null,
  permitTaskId: null,
  permitAttempt: null,
  permitUntil: null,
  permitDecidedBy: null,
  nextLookAt: null,
  expirySetBy: null,
  keepNewest: true,
  safetyNetDays: null,
  graceUntil: null,
  cataloguedAt: null,
  lastSeenAt: null,
  awsStatus: null,
  awsStorageClass: null,
  awsDeleteAt: null,
  awsDeleteAtAsOf: null,
  missingSince: null,
  runTag: null,
  sourceVaultArn: null,
  foreignBecause: null,
  sealedWith: null,
  awsStatusSince: null,
  awsSizeBytes: null,
  adoptedAt: null,
  awaitsReviewSince: null,
  deletedBecause: null,
  verification: null,
  verifiedOutcome: null,
} satisfies Partial<RestorePointRow>;

/** Counts what was told of a table's points. */
export type TableRevisionRow = { tableArn: string; revision: number };

/** What a person was shown before deleting: points at their versions. Used by one session at most. */
export type DeletionPreviewRow = {
  id: string;
  accountId: string;
  expiresAt: Date;
  points: readonly Readonly<{ id: string; version: number }>[];
  /** By chain what it was said to have left; null of a release that did not note it. */
  remaining: Readonly<Record<string, Readonly<{ points: number; newest: string }>>> | null;
  sessionId: string | null;
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
    flags: column.json({ nullable: true }),
    policyId: { ...column.id({ nullable: true }), name: 'policy_id' },
    policyName: { ...column.text(127, { nullable: true }), name: 'policy_name' },
    sessionId: { ...column.id({ nullable: true }), name: 'session_id' },
    settings: column.json({ nullable: true }),
    selfSufficient: { ...column.bool(), name: 'self_sufficient' },
    coldAt: { ...column.time({ nullable: true }), name: 'cold_at' },
    version: column.int(),
    deletedAt: { ...column.time({ nullable: true }), name: 'deleted_at' },
    holdReason: { ...column.text(1_000, { nullable: true }), name: 'hold_reason' },
    holdBy: { ...column.text(255, { nullable: true }), name: 'hold_by' },
    heldAt: { ...column.time({ nullable: true }), name: 'held_at' },
    permitTaskId: { ...column.id({ nullable: true }), name: 'permit_task_id' },
    permitAttempt: { ...column.int({ nullable: true }), name: 'permit_attempt' },
    permitUntil: { ...column.time({ nullable: true }), name: 'permit_until' },
    permitDecidedBy: { ...column.text(8, { nullable: true }), name: 'permit_decided_by' },
    nextLookAt: { ...column.time({ nullable: true }), name: 'next_look_at' },
    expirySetBy: { ...column.text(255, { nullable: true }), name: 'expiry_set_by' },
    keepNewest: { ...column.bool(), name: 'keep_newest' },
    safetyNetDays: { ...column.int({ nullable: true }), name: 'safety_net_days' },
    graceUntil: { ...column.time({ nullable: true }), name: 'grace_until' },
    lastSeenAt: { ...column.time({ nullable: true }), name: 'last_seen_at' },
    awsStatus: { ...column.text(32, { nullable: true }), name: 'aws_status' },
    awsStorageClass: { ...column.text(32, { nullable: true }), name: 'aws_storage_class' },
    awsDeleteAt: { ...column.time({ nullable: true }), name: 'aws_delete_at' },
    awsDeleteAtAsOf: { ...column.time({ nullable: true }), name: 'aws_delete_at_as_of' },
    missingSince: { ...column.time({ nullable: true }), name: 'missing_since' },
    runTag: { ...column.text(64, { nullable: true }), name: 'run_tag' },
    sourceVaultArn: { ...column.arn({ nullable: true }), name: 'source_vault_arn' },
    foreignBecause: { ...column.text(1_000, { nullable: true }), name: 'foreign_because' },
    sealedWith: { ...column.text(64, { nullable: true }), name: 'sealed_with' },
    awsStatusSince: { ...column.time({ nullable: true }), name: 'aws_status_since' },
    awsSizeBytes: { ...column.bigint({ nullable: true }), name: 'aws_size_bytes' },
    cataloguedAt: { ...column.time({ nullable: true }), name: 'catalogued_at' },
    adoptedAt: { ...column.time({ nullable: true }), name: 'adopted_at' },
    awaitsReviewSince: { ...column.time({ nullable: true }), name: 'awaits_review_since' },
    deletedBecause: { ...column.text(1_000, { nullable: true }), name: 'deleted_because' },
    verification: column.json({ nullable: true }),
    verifiedOutcome: { ...column.text(16, { nullable: true }), name: 'verified_outcome' },
  },
});

export const PlannedRoundEntity = new EntitySchema<PlannedRoundRow>({
  name: 'planned_round',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    round: { ...column.int(), primary: true },
  },
});

export const TableRevisionEntity = new EntitySchema<TableRevisionRow>({
  name: 'table_revision',
  columns: { tableArn: { ...column.arn(), primary: true, name: 'table_arn' }, revision: column.int() },
});

export const DeletionPreviewEntity = new EntitySchema<DeletionPreviewRow>({
  name: 'deletion_preview',
  columns: {
    id: { ...column.id(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    expiresAt: { ...column.time(), name: 'expires_at' },
    points: column.json(),
    remaining: column.json({ nullable: true }),
    sessionId: { ...column.id({ nullable: true }), name: 'session_id' },
  },
});

/** The tables that a verification is about, as they are told: by number of the chunk. */
export type VerificationPlanRow = { sessionId: string; parts: Readonly<Record<string, readonly string[]>> };

export const VerificationPlanEntity = new EntitySchema<VerificationPlanRow>({
  name: 'verification_plan',
  columns: { sessionId: { ...column.id(), primary: true, name: 'session_id' }, parts: column.json() },
});

/** How long the last restore of a table that was only a test took. */
export type RestoreTimeRow = { tableArn: string; restoreSeconds: number; measuredAt: Date };

export const RestoreTimeEntity = new EntitySchema<RestoreTimeRow>({
  name: 'restore_time',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    restoreSeconds: { ...column.int(), name: 'restore_seconds' },
    measuredAt: { ...column.time(), name: 'measured_at' },
  },
});

/** A table that a session is replacing: one at a time. */
export type OpenReplacementRow = {
  tableArn: string;
  sessionId: string;
  /** The point that takes its place; null of a release that did not note it. */
  restorePointId: string | null;
};

export const OpenReplacementEntity = new EntitySchema<OpenReplacementRow>({
  name: 'open_replacement',
  columns: {
    tableArn: { ...column.arn(), primary: true, name: 'table_arn' },
    sessionId: { ...column.id(), name: 'session_id' },
    restorePointId: { ...column.id({ nullable: true }), name: 'restore_point_id' },
  },
});

/** Sessions whose end was heard of, kept a while so that nothing is planned for them that comes late. */
export type FinishedSessionRow = { sessionId: string; finishedAt: Date };

export const FinishedSessionEntity = new EntitySchema<FinishedSessionRow>({
  name: 'finished_session',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    finishedAt: { ...column.time(), name: 'finished_at' },
  },
});

export const entities = [
  RestorePointEntity,
  PlannedRoundEntity,
  TableRevisionEntity,
  DeletionPreviewEntity,
  VerificationPlanEntity,
  RestoreTimeEntity,
  OpenReplacementEntity,
  FinishedSessionEntity,
  ...vaultEntities,
  ...retentionEntities,
];
