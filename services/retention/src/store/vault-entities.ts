import { column } from '@tablekeep/platform/database';
import type { DriftKind } from '@tablekeep/schema/catalog-events';
import type { EventData } from '@tablekeep/schema/events';
import type { VaultPoint } from '@tablekeep/schema/vault-points';
import { EntitySchema } from 'typeorm';

/** A look at a vault. `wholeAt` null: some of its chunks are still on their way. */
export type VaultScanRow = {
  scanId: string;
  sessionId: string;
  accountId: string;
  region: string;
  vaultName: string;
  startedAt: Date;
  /** Whether the whole vault was listed. */
  complete: boolean;
  chunks: number;
  points: number;
  /** By how much AWS's clock was ahead of the executor's; null: it did not say. Milliseconds. */
  awsAheadMs: number | null;
  wholeAt: Date | null;
};

export type VaultScanChunkRow = { scanId: string; chunk: number };

/** A point that the look saw. `pointId`: the id the catalog has, or would have, for it. */
export type VaultScanPointRow = {
  scanId: string;
  pointId: string;
  recoveryPointArn: string;
  status: string;
  point: VaultPoint;
};

/** Locked by whoever stores or awaits what vaults of the account show, so that neither misses the other. */
export type VaultGateRow = { accountId: string };

/** What a chunk of points that were read brought into the catalog; `sealed`: keys that are missing, each with its points. */
export type AdoptionRow = {
  sessionId: string;
  scanId: string;
  chunk: number;
  ours: number;
  foreignPoints: number;
  sealed: Readonly<Record<string, number>>;
};

/** How many points of an account differ from their vaults in this way, as last counted. */
export type CatalogDriftRow = { accountId: string; kind: DriftKind; points: number; changedAt: Date };

/** The last time slot in which an account's reconciliation was announced. */
export type ReconcileSlotRow = { accountId: string; slot: Date };

/** The end of a round whose looks at vaults the catalog does not hold yet. */
export type WaitingRoundRow = {
  sessionId: string;
  round: number;
  accountId: string;
  finished: EventData<'dev.tablekeep.session.round.finished.v1'>;
};

export const VaultScanEntity = new EntitySchema<VaultScanRow>({
  name: 'vault_scan',
  columns: {
    scanId: { ...column.text(128), primary: true, name: 'scan_id' },
    sessionId: { ...column.id(), name: 'session_id' },
    accountId: { ...column.id(), name: 'account_id' },
    region: column.text(32),
    vaultName: { ...column.text(64), name: 'vault_name' },
    startedAt: { ...column.time(), name: 'started_at' },
    complete: column.bool(),
    chunks: column.int(),
    points: column.int(),
    awsAheadMs: { ...column.int({ nullable: true }), name: 'aws_ahead_ms' },
    wholeAt: { ...column.time({ nullable: true }), name: 'whole_at' },
  },
});

export const VaultScanChunkEntity = new EntitySchema<VaultScanChunkRow>({
  name: 'vault_scan_chunk',
  columns: {
    scanId: { ...column.text(128), primary: true, name: 'scan_id' },
    chunk: { ...column.int(), primary: true },
  },
});

export const VaultScanPointEntity = new EntitySchema<VaultScanPointRow>({
  name: 'vault_scan_point',
  columns: {
    scanId: { ...column.text(128), primary: true, name: 'scan_id' },
    pointId: { ...column.id(), primary: true, name: 'point_id' },
    recoveryPointArn: { ...column.arn(), name: 'recovery_point_arn' },
    status: column.text(32),
    point: column.json(),
  },
});

export const VaultGateEntity = new EntitySchema<VaultGateRow>({
  name: 'vault_gate',
  columns: { accountId: { ...column.id(), primary: true, name: 'account_id' } },
});

export const WaitingRoundEntity = new EntitySchema<WaitingRoundRow>({
  name: 'waiting_round',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    round: { ...column.int(), primary: true },
    accountId: { ...column.id(), name: 'account_id' },
    finished: column.json(),
  },
});

export const AdoptionEntity = new EntitySchema<AdoptionRow>({
  name: 'adoption',
  columns: {
    sessionId: { ...column.id(), primary: true, name: 'session_id' },
    scanId: { ...column.text(128), primary: true, name: 'scan_id' },
    chunk: { ...column.int(), primary: true },
    ours: column.int(),
    foreignPoints: { ...column.int(), name: 'foreign_points' },
    sealed: column.json(),
  },
});

export const CatalogDriftEntity = new EntitySchema<CatalogDriftRow>({
  name: 'catalog_drift',
  columns: {
    accountId: { ...column.id(), primary: true, name: 'account_id' },
    kind: { ...column.text(32), primary: true },
    points: column.int(),
    changedAt: { ...column.time(), name: 'changed_at' },
  },
});

export const ReconcileSlotEntity = new EntitySchema<ReconcileSlotRow>({
  name: 'reconcile_slot',
  columns: { accountId: { ...column.id(), primary: true, name: 'account_id' }, slot: column.time() },
});

export const vaultEntities = [
  VaultScanEntity,
  VaultScanChunkEntity,
  VaultScanPointEntity,
  VaultGateEntity,
  WaitingRoundEntity,
  AdoptionEntity,
  CatalogDriftEntity,
  ReconcileSlotEntity,
];
