import type { TableShape } from '../dynamodb/model.ts';
import type { FaultPlan } from '../faults.ts';

/** Days count from the point's creation; -1 means never. */
export interface Lifecycle {
  readonly moveToColdAfterDays: number | null;
  readonly deleteAfterDays: number | null;
  readonly optInToArchive: boolean | null;
}

export interface VaultLock {
  readonly minDays: number | null;
  readonly maxDays: number | null;
  /** From then on the lock cannot be changed; null: governance mode, removable. */
  readonly lockDate: number | null;
}

export interface Vault {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;
  readonly created: number;
  readonly creatorRequestId: string | null;
  lock: VaultLock | null;
  policy: string | null;
  notifications: { readonly topic: string; readonly events: readonly string[] } | null;
  tags: Record<string, string>;
}

export type PointStatus = 'CREATING' | 'COMPLETED' | 'DELETING' | 'EXPIRED' | 'STOPPED';

export interface RecoveryPoint {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly vault: string;
  /** Made while advanced backup was on: can be copied, tagged and moved to cold storage. */
  readonly advanced: boolean;
  status: PointStatus;
  statusMessage: string | null;
  /** A copy keeps its source's creation date. */
  readonly created: number;
  initiated: number;
  completed: number | null;
  readonly resourceArn: string;
  readonly resourceName: string;
  readonly size: number;
  lifecycle: Lifecycle | null;
  /** Milliseconds after the due time at which the expiry comes, within eight hours. */
  readonly expiryJitter: number;
  cold: boolean;
  tags: Record<string, string>;
  readonly keyArn: string;
  readonly roleArn: string;
  readonly sourceVaultArn: string | null;
  lastRestore: number | null;
  /** Copies of one backup share its content, which never changes. */
  readonly contentId: string;
  readonly shape: TableShape;
}

/** What every job keeps. Times are ms of the emulator's clock. */
interface Job {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly created: number;
  completed: number | null;
  message: string | null;
  readonly roleArn: string;
  readonly resourceArn: string;
  size: number | null;
  /** A fault in store for the job. */
  readonly fate: FaultPlan | null;
}

export type BackupState = 'CREATED' | 'RUNNING' | 'ABORTING' | 'ABORTED' | 'COMPLETED' | 'FAILED' | 'EXPIRED';

export interface BackupJob extends Job {
  state: BackupState;
  readonly vault: string;
  readonly advanced: boolean;
  pointArn: string;
  contentId: string | null;
  shape: TableShape | null;
  readonly lifecycle: Lifecycle | null;
  readonly pointTags: Record<string, string>;
  readonly startBy: number;
  readonly completeBy: number | null;
  begun: number | null;
}

export interface CopyJob extends Job {
  state: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly sourceVault: string;
  readonly sourcePointArn: string;
  readonly destinationVaultArn: string;
  destinationPointArn: string | null;
  readonly lifecycle: Lifecycle | null;
}

export interface RestoreJob extends Job {
  status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED';
  readonly pointArn: string;
  readonly vault: string;
  readonly pointCreated: number;
  readonly tableName: string;
  /** undefined in `encryption`: not said in the metadata. */
  readonly encryption: { readonly type: 'Default' | 'KMS'; readonly keyArn: string | null } | null;
  readonly copySourceTags: boolean;
  readonly duration: number;
  createdArn: string | null;
}

/** An idempotency token and the call it came with. */
export interface Token {
  readonly bodyHash: string;
  readonly jobId: string;
  readonly at: number;
}

export const vaultArn = (region: string, account: string, name: string): string =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;

export const isOpen = (state: string): boolean => ['CREATED', 'PENDING', 'RUNNING', 'ABORTING'].includes(state);
