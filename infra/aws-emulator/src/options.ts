/** What a caller may choose when starting the emulator. Every `behaviour` and `durations` entry is described in docs/emulator.md. */

/** Answers AWS does not document, or documents two ways. The first value of each union is the default. */
export interface Behaviour {
  /** Idempotency tokens: remembered for ever, forgotten after `durations.tokenMemory`, or never looked at. */
  tokenMemory: 'kept' | 'expired' | 'none';
  /** StartRestoreJob into a table that exists: refused at once, or accepted and FAILED as a job. */
  existingTarget: 'sync' | 'job';
  /** A restore to another Region without encryption metadata: FAILED as a job, or refused at once. */
  missingEncryption: 'job' | 'sync';
  /** A second backup or copy of a busy table: FAILED, or left CREATED until the table is free. */
  busyTable: 'fail' | 'queue';
  /** Table tags plus run-time tags above 50: the job FAILS, or run-time tags win and 50 are kept. */
  tagOverflow: 'fail' | 'keep';
  /** StopBackupJob on a table's backup: refused, or carried out. */
  stopBackup: 'refuse' | 'abort';
  /** DescribeBackupVault of a missing vault: 403 with an empty message, or ResourceNotFoundException. */
  missingVault: 'denied' | 'notFound';
  /** A list called without maxResults carries a NextToken although nothing follows. */
  tokenOnLastPage: boolean;
  /** ItemCount and TableSizeBytes: refreshed every six hours of the emulator's clock, or at every DescribeTable. */
  itemCountRefresh: 'sixHourly' | 'live';
  /** The calls of assumed roles are checked against the role's policies. */
  enforceIam: boolean;
  /** Accounts are members of an AWS Organization: policy simulations say so. */
  inOrganization: boolean;
  /** Advanced DynamoDB backup is on in an account and Region nobody has configured. */
  advancedByDefault: boolean;
  /** Table backups in flight per account and Region; AWS's own failure message names 300. */
  backupsAtOnce: number;
  /** Tables per account and Region: AWS's quota, which it raises on request. */
  tableQuota: number;
  /** Emulator milliseconds before a new job appears in lists (Describe sees it at once). */
  listLagMs: number;
}

/** How long things take, in milliseconds of the emulator's clock. */
export interface Durations {
  createTable: number;
  updateTable: number;
  deleteTable: number;
  createIndex: number;
  updateTimeToLive: number;
  updateContinuousBackups: number;
  backup: number;
  copy: number;
  restore: number;
  coldRestore: number;
  deleteRecoveryPoint: number;
  tokenMemory: number;
}

export interface EmulatorOptions {
  port?: number;
  host?: string;
  /** Folder of the durable state; without it everything lives in memory. */
  dataDir?: string;
  /** Emulator seconds per real second. */
  speed?: number;
  /** Where its clock begins, ms since the epoch; without it now. A clock that was kept in `dataDir` goes on as it stood. */
  startAt?: number;
  /** Makes ids and jitter repeatable. */
  seed?: number;
  /** Access key id → account id, beside the AKIA + 12 digits rule. */
  accounts?: Readonly<Record<string, string>>;
  behaviour?: Partial<Behaviour>;
  durations?: Partial<Durations>;
  /** `off` lifts API rates and concurrency caps (not the rules of a single resource). */
  limits?: 'enforced' | 'off';
}

export const DEFAULT_ACCOUNT = '111122223333';

export const defaultBehaviour: Behaviour = {
  tokenMemory: 'kept',
  existingTarget: 'sync',
  missingEncryption: 'job',
  busyTable: 'fail',
  tagOverflow: 'fail',
  stopBackup: 'refuse',
  missingVault: 'denied',
  tokenOnLastPage: true,
  itemCountRefresh: 'sixHourly',
  enforceIam: true,
  inOrganization: false,
  advancedByDefault: true,
  backupsAtOnce: 300,
  tableQuota: 2_500,
  listLagMs: 0,
};

const second = 1_000;
const minute = 60 * second;

/** Backup: as recorded for a table of a few bytes. Restore: the floor AWS names for small tables. The rest is judgement. */
export const defaultDurations: Durations = {
  createTable: 10 * second,
  updateTable: 20 * second,
  deleteTable: 5 * second,
  createIndex: 60 * second,
  updateTimeToLive: 2 * minute,
  updateContinuousBackups: 10 * second,
  backup: 330 * second,
  copy: 300 * second,
  restore: 20 * minute,
  coldRestore: 240 * minute,
  deleteRecoveryPoint: 30 * second,
  tokenMemory: 24 * 60 * minute,
};
