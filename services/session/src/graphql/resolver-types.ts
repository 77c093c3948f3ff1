// Generated from schema/graphql/session.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type {
  SessionParent,
  TaskParent,
  TaskAttemptParent,
  LogRecordParent,
  PolicyParent,
  Context,
} from './parents.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string };
  String: { input: string; output: string };
  Boolean: { input: boolean; output: boolean };
  Int: { input: number; output: number };
  Float: { input: number; output: number };
  /** RFC 3339 date-time, UTC. */
  DateTime: { input: Date; output: Date | string };
  /** Amazon Resource Name. */
  ARN: { input: string; output: string };
  /** Whole number beyond 32 bits, as a JSON number; bytes where the field name ends in Bytes. */
  BigInt: { input: number; output: number };
};

/** A problem of the input that the caller can mend: what is wrong, where, and what would be right. */
export type UserError = {
  __typename?: 'UserError';
  code: Scalars['String']['output'];
  message: Scalars['String']['output'];
  /** Names and list positions from `input` down. */
  path: Array<Scalars['String']['output']>;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
  endCursor: Maybe<Scalars['String']['output']>;
};

export type SessionType =
  | 'POLICY_BACKUP'
  | 'MANUAL_BACKUP'
  | 'RESTORE'
  | 'RETENTION'
  | 'DELETION'
  | 'INVENTORY_SCAN'
  | 'IMPORT'
  | 'VERIFICATION'
  | 'REPLACEMENT';

export type SessionStatus =
  /** Stored; the plan is not complete. Nothing has been asked of AWS. */
  | 'PENDING'
  /** Tasks are open. */
  | 'RUNNING'
  /** Someone asked to stop; running tasks are followed to their end. */
  | 'STOPPING'
  /** Every table has what was asked, and every new point is in the catalog. */
  | 'SUCCEEDED'
  /** Every table has what was asked; something else needs a person. */
  | 'WARNING'
  /** At least one table ended without what was asked, after the last retry; or nothing could be planned. */
  | 'FAILED'
  /** Stopped on request; what finished first is kept. */
  | 'CANCELED';

export type TaskKind =
  | 'SCAN'
  | 'BACKUP'
  | 'COPY'
  | 'RESTORE'
  | 'VERIFY'
  | 'DELETE'
  | 'IMPORT'
  /** Puts off when AWS deletes a point by itself. */
  | 'LIFECYCLE';

export type TaskStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'WARNING' | 'FAILED' | 'CANCELED' | 'SKIPPED';

export type TableClass = 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';

export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';

export type EncryptionType = 'AWS_OWNED' | 'AWS_MANAGED' | 'CUSTOMER_MANAGED';

export type RestoreMode = 'ORIGINAL' | 'NEW';

export type Reapply = 'REAPPLY' | 'HOLD';

export type ReportOutcome =
  /** As it was at backup. */
  | 'SAME'
  /** As the restore asked. */
  | 'CHANGED_AS_ASKED'
  /** Waits for a person, or until AWS's quotas allow it: `waiting` says until when. */
  | 'HELD'
  /** Neither as at backup nor as asked. */
  | 'DIFFERENT'
  /** Could not be read at backup or afterwards. */
  | 'UNKNOWN'
  /** AWS cannot bring it back. */
  | 'NOT_RESTORABLE';

export type Query = {
  __typename?: 'Query';
  /** Newest first unless asked otherwise. */
  sessions: SessionConnection;
  /**
   * Sessions that have ended, counted by when they ended: flat rows for charts, at most 2,000. Buckets begin at full hours,
   * days and Mondays in UTC; a bucket in which nothing ended has no row.
   */
  sessionStats: Array<SessionStat>;
  session: Maybe<Session>;
  /**
   * A file of all sessions that match, or of all their tasks, made while it is read. A running session's duration counts until
   * now.
   */
  sessionExport: Download;
};

export type QuerySessionsArgs = {
  filter?: InputMaybe<SessionFilter>;
  orderBy?: InputMaybe<SessionOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QuerySessionStatsArgs = {
  window: StatsWindow;
  bucket?: InputMaybe<StatsBucket>;
};

export type QuerySessionArgs = {
  id: Scalars['ID']['input'];
};

export type QuerySessionExportArgs = {
  content: ExportContent;
  format: ExportFormat;
  filter?: InputMaybe<SessionFilter>;
  orderBy?: InputMaybe<SessionOrder>;
};

export type Mutation = {
  __typename?: 'Mutation';
  runPolicy: SessionPayload;
  /**
   * Backs up chosen tables now, outside every policy. The points stay until somebody deletes them, or for `expireAfterDays`.
   * For points in another Region than the table's, a point is made at home, copied, and removed again; where the copy fails
   * it is kept.
   */
  backupTables: SessionPayload;
  rescanInventory: SessionPayload;
  /** Whole tables, several in one session. ORIGINAL is refused with TABLE_EXISTS while the table exists. */
  restoreTables: SessionPayload;
  /**
   * Sets what restores of a session have held back: TTL, streams, and what AWS's quotas did not allow. What is there already is
   * left alone.
   */
  applyHeldSettings: SessionPayload;
  /**
   * Restores points to temporary tables, looks at these, and deletes them again: a test that costs what the restores cost. The
   * result is on each point; a point that does not come back as it was makes the session FAILED.
   */
  verifyRestorePoints: SessionPayload;
  /**
   * Puts what a point holds in the place of the table that is there now, under the same name. The point is restored to a
   * temporary table first and verified; the present table is backed up; only then is it deleted, and restored from the point.
   * Where anything fails before, nothing is deleted; where the restore fails afterwards, the session names the backup that leads
   * back. Refused unless the operator role may delete tables: `checkPermissions` for REPLACEMENT has the policy. A global table is
   * refused with TABLE_HAS_REPLICAS: its replicas would keep the old data.
   */
  replaceTables: SessionPayload;
  /**
   * Deletes the points of a preview. A point that has changed since then, is on legal hold, or lies in a locked vault is kept,
   * and the session says so.
   */
  deleteRestorePoints: SessionPayload;
  /**
   * Looks at vaults and takes every point into the catalog that it does not have: Tablekeep's own with all that their sealed
   * tags say, anybody else's read-only. What the catalog has already is left as it is. Repeat it as often as you like.
   */
  importRestorePoints: SessionPayload;
  /**
   * Retention of an account's points now, beside the daily one: lists the vaults concerned, then deletes the points that nothing
   * keeps. With `dryRun` it deletes nothing, and its log says what would go and why.
   */
  runRetention: SessionPayload;
  /** Queued tasks are cancelled; running backups are asked to stop; copies and restores cannot be stopped in AWS and are followed to their end. */
  stopSession: SessionPayload;
};

export type MutationRunPolicyArgs = {
  input: RunPolicyInput;
};

export type MutationBackupTablesArgs = {
  input: BackupTablesInput;
};

export type MutationRescanInventoryArgs = {
  input: RescanInventoryInput;
};

export type MutationRestoreTablesArgs = {
  input: RestoreTablesInput;
};

export type MutationApplyHeldSettingsArgs = {
  input: ApplyHeldSettingsInput;
};

export type MutationVerifyRestorePointsArgs = {
  input: VerifyRestorePointsInput;
};

export type MutationReplaceTablesArgs = {
  input: ReplaceTablesInput;
};

export type MutationDeleteRestorePointsArgs = {
  input: DeleteRestorePointsInput;
};

export type MutationImportRestorePointsArgs = {
  input: ImportRestorePointsInput;
};

export type MutationRunRetentionArgs = {
  input: RunRetentionInput;
};

export type MutationStopSessionArgs = {
  input: StopSessionInput;
};

export type Session = {
  __typename?: 'Session';
  id: Scalars['ID']['output'];
  type: SessionType;
  status: SessionStatus;
  /** PERSON, SCHEDULE or RETRY. */
  trigger: Scalars['String']['output'];
  requestedBy: Scalars['String']['output'];
  reason: Maybe<Scalars['String']['output']>;
  accountId: Maybe<Scalars['ID']['output']>;
  policy: Maybe<Policy>;
  /** Kept when the policy is gone. */
  policyName: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  startedAt: Maybe<Scalars['DateTime']['output']>;
  finishedAt: Maybe<Scalars['DateTime']['output']>;
  durationSeconds: Maybe<Scalars['Float']['output']>;
  /** 0–100, by tasks that have ended. */
  progressPercent: Scalars['Float']['output'];
  counts: TaskCounts;
  notes: Array<Scalars['String']['output']>;
  tasks: TaskConnection;
  log: LogConnection;
};

export type SessionTasksArgs = {
  status?: InputMaybe<TaskStatus>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type SessionLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Policy = {
  __typename?: 'Policy';
  id: Scalars['ID']['output'];
  lastSession: Maybe<Session>;
  sessions: SessionConnection;
};

export type PolicySessionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type TaskCounts = {
  __typename?: 'TaskCounts';
  total: Scalars['Int']['output'];
  open: Scalars['Int']['output'];
  succeeded: Scalars['Int']['output'];
  warning: Scalars['Int']['output'];
  failed: Scalars['Int']['output'];
  canceled: Scalars['Int']['output'];
  skipped: Scalars['Int']['output'];
};

export type SessionEdge = {
  __typename?: 'SessionEdge';
  cursor: Scalars['String']['output'];
  node: Session;
};

export type SessionConnection = {
  __typename?: 'SessionConnection';
  edges: Array<SessionEdge>;
  nodes: Array<Session>;
  pageInfo: PageInfo;
};

export type SessionFilter = {
  type?: InputMaybe<SessionType>;
  status?: InputMaybe<SessionStatus>;
  policyId?: InputMaybe<Scalars['ID']['input']>;
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Sessions with a task of this table. */
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
  /** Sessions with a task in this Region. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** Created at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Created before. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
  /** Part of the policy's name, of who asked, of the reason, or the whole id; whatever the case. */
  text?: InputMaybe<Scalars['String']['input']>;
};

export type ExportContent = 'SESSIONS' | 'TASKS';

export type ExportFormat =
  /** RFC 4180, with a header; a list is one cell, and what a spreadsheet would take for a formula begins with an apostrophe. */
  | 'CSV'
  /** One JSON object a line. */
  | 'JSON_LINES';

export type Download = {
  __typename?: 'Download';
  /** Fetch it from the address of this API. It is signed: whoever has it may read, without a token, until it expires. */
  path: Scalars['String']['output'];
  fileName: Scalars['String']['output'];
  /** By when the download must have begun. */
  expiresAt: Scalars['DateTime']['output'];
};

export type SessionOrder = 'NEWEST_FIRST' | 'OLDEST_FIRST';

export type StatsBucket = 'HOUR' | 'DAY' | 'WEEK';

export type StatsWindow = {
  from: Scalars['DateTime']['input'];
  to: Scalars['DateTime']['input'];
};

export type SessionStat = {
  __typename?: 'SessionStat';
  bucketStart: Scalars['DateTime']['output'];
  type: SessionType;
  status: SessionStatus;
  sessions: Scalars['Int']['output'];
  durationSecondsAverage: Scalars['Float']['output'];
  tasksSucceeded: Scalars['Int']['output'];
  tasksWarning: Scalars['Int']['output'];
  tasksFailed: Scalars['Int']['output'];
};

export type Task = {
  __typename?: 'Task';
  id: Scalars['ID']['output'];
  kind: TaskKind;
  status: TaskStatus;
  attempt: Scalars['Int']['output'];
  region: Scalars['String']['output'];
  tableArn: Maybe<Scalars['ARN']['output']>;
  tableName: Maybe<Scalars['String']['output']>;
  /** A sentence for people, in AWS's words where AWS refused. */
  reason: Maybe<Scalars['String']['output']>;
  /** A stable word for programs, like TABLE_EXISTS. Others may come: treat an unknown one by `status`. */
  reasonCode: Maybe<Scalars['String']['output']>;
  warnings: Array<Scalars['String']['output']>;
  awsJobId: Maybe<Scalars['String']['output']>;
  /** 0–100 as AWS reports it, null where it does not. */
  percent: Maybe<Scalars['Float']['output']>;
  queuedAt: Scalars['DateTime']['output'];
  startedAt: Maybe<Scalars['DateTime']['output']>;
  finishedAt: Maybe<Scalars['DateTime']['output']>;
  attempts: Array<TaskAttempt>;
  /** The lines of the session's log that are about this task. */
  log: LogConnection;
  /** Of a finished restore: each property with its value at backup, asked, and found afterwards. */
  restoreReport: Maybe<RestoreReport>;
  /** Of a finished restore: how to take the table as it is now into infrastructure as code. */
  importSnippets: Maybe<ImportSnippets>;
};

export type TaskLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type TaskAttempt = {
  __typename?: 'TaskAttempt';
  attempt: Scalars['Int']['output'];
  status: TaskStatus;
  /** A sentence for people, in AWS's words where AWS refused. */
  reason: Maybe<Scalars['String']['output']>;
  /** A stable word for programs, like TABLE_EXISTS. Others may come: treat an unknown one by `status`. */
  reasonCode: Maybe<Scalars['String']['output']>;
  awsJobId: Maybe<Scalars['String']['output']>;
  /** What AWS Support asks for: of the call that failed. */
  awsRequestId: Maybe<Scalars['String']['output']>;
  startedAt: Maybe<Scalars['DateTime']['output']>;
  finishedAt: Maybe<Scalars['DateTime']['output']>;
};

export type RestoreReport = {
  __typename?: 'RestoreReport';
  tableArn: Scalars['ARN']['output'];
  lines: Array<RestoreReportLine>;
  /** What had one ARN and has another now: the table, and its stream. */
  arns: Array<ChangedArn>;
  /** Settings that AWS's quotas did not allow yet; each is set by a session of its own once its time has come. */
  waiting: Array<WaitingSetting>;
};

export type ChangedArn = {
  __typename?: 'ChangedArn';
  of: ChangedArnKind;
  from: Scalars['ARN']['output'];
  /** Null: it is not there any more. */
  to: Maybe<Scalars['ARN']['output']>;
};

export type ChangedArnKind = 'TABLE' | 'STREAM';

export type WaitingSetting = {
  __typename?: 'WaitingSetting';
  property: Scalars['String']['output'];
  until: Scalars['DateTime']['output'];
  because: Scalars['String']['output'];
};

/** What imports the table into CloudFormation or Terraform without changing it. */
export type ImportSnippets = {
  __typename?: 'ImportSnippets';
  /** A template with the table as its one resource. */
  cloudFormationTemplate: Scalars['String']['output'];
  /** For `aws cloudformation create-change-set --change-set-type IMPORT --resources-to-import`. */
  cloudFormationResources: Scalars['String']['output'];
  /** An import block and the resource it fills; Terraform 1.5 and later. */
  terraform: Scalars['String']['output'];
  /** What is not in them. */
  notes: Array<Scalars['String']['output']>;
};

export type RestoreReportLine = {
  __typename?: 'RestoreReportLine';
  property: Scalars['String']['output'];
  atBackup: Maybe<Scalars['String']['output']>;
  asked: Maybe<Scalars['String']['output']>;
  found: Maybe<Scalars['String']['output']>;
  outcome: ReportOutcome;
};

export type TaskEdge = {
  __typename?: 'TaskEdge';
  cursor: Scalars['String']['output'];
  node: Task;
};

export type TaskConnection = {
  __typename?: 'TaskConnection';
  edges: Array<TaskEdge>;
  nodes: Array<Task>;
  pageInfo: PageInfo;
};

export type LogRecord = {
  __typename?: 'LogRecord';
  at: Scalars['DateTime']['output'];
  level: Scalars['String']['output'];
  taskId: Maybe<Scalars['ID']['output']>;
  message: Scalars['String']['output'];
};

export type LogEdge = {
  __typename?: 'LogEdge';
  cursor: Scalars['String']['output'];
  node: LogRecord;
};

export type LogConnection = {
  __typename?: 'LogConnection';
  edges: Array<LogEdge>;
  nodes: Array<LogRecord>;
  pageInfo: PageInfo;
};

export type SessionPayload = {
  __typename?: 'SessionPayload';
  session: Maybe<Session>;
  userErrors: Array<UserError>;
};

export type RunPolicyInput = {
  policyId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type RunRetentionInput = {
  accountId: Scalars['ID']['input'];
  /** Default true: nothing is deleted. */
  dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type BackupTablesInput = {
  /** Tables of the inventory, all of one account; at most 500. */
  tableArns: Array<Scalars['ARN']['input']>;
  /** The vault in `region`, or in each table's own Region. */
  vaultName: Scalars['String']['input'];
  /** Where the points shall lie. Absent: in each table's own Region. */
  region?: InputMaybe<Scalars['String']['input']>;
  /** With `region`: the vault in the table's Region through which the point goes. Absent: `vaultName` there as well. */
  throughVaultName?: InputMaybe<Scalars['String']['input']>;
  /** Beside the table's own tags, which AWS puts on the point. */
  customTags?: InputMaybe<Array<TagInput>>;
  /** 1 to 36,135. Absent: kept until somebody deletes it. */
  expireAfterDays?: InputMaybe<Scalars['Int']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type TagInput = {
  key: Scalars['String']['input'];
  value: Scalars['String']['input'];
};

export type RescanInventoryInput = {
  accountId: Scalars['ID']['input'];
  /** Absent: all Regions of the account. */
  regions?: InputMaybe<Array<Scalars['String']['input']>>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type DeleteRestorePointsInput = {
  /** Of `previewDeletion`: what was seen there is deleted, and nothing else. */
  previewId: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Either Regions or vaults; absent: all vaults of all the account's Regions. */
export type ImportRestorePointsInput = {
  accountId: Scalars['ID']['input'];
  /** All vaults of these Regions. */
  regions?: InputMaybe<Array<Scalars['String']['input']>>;
  /** At most 500. */
  vaults?: InputMaybe<Array<ImportVaultInput>>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type ImportVaultInput = {
  region: Scalars['String']['input'];
  vaultName: Scalars['String']['input'];
};

export type ApplyHeldSettingsInput = {
  /** The session of the restores. */
  sessionId: Scalars['ID']['input'];
  /** Absent: all its restores that hold something back. */
  taskIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** As in `restoreTables`. Absent: the account's role, also for restores that were begun with one-time keys. */
  credentials?: InputMaybe<OneTimeKeysInput>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type StopSessionInput = {
  id: Scalars['ID']['input'];
  reason?: InputMaybe<Scalars['String']['input']>;
};

/**
 * Keys of the source account for one session: of an IAM user, or temporary ones with their token. They are sealed before they
 * are handed on, live with the executor until the session has ended and 12 hours at most, and are found nowhere else.
 */
export type OneTimeKeysInput = {
  accessKeyId: Scalars['String']['input'];
  secretAccessKey: Scalars['String']['input'];
  /** Of temporary keys (ASIA…); long-lived ones (AKIA…) have none. */
  sessionToken?: InputMaybe<Scalars['String']['input']>;
};

export type RestoreTablesInput = {
  items: Array<RestoreItemInput>;
  /** Absent: the account's role. They must belong to the account of the points. */
  credentials?: InputMaybe<OneTimeKeysInput>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type RestoreItemInput = {
  /** The point, or absent with `tableArn`. */
  restorePointId?: InputMaybe<Scalars['ID']['input']>;
  /** Instead of a point: the table's newest one that can be used, in the target Region if there is one. */
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
  mode: RestoreMode;
  region?: InputMaybe<Scalars['String']['input']>;
  tableName?: InputMaybe<Scalars['String']['input']>;
  tableClass?: InputMaybe<TableClass>;
  billingMode?: InputMaybe<BillingMode>;
  readCapacityUnits?: InputMaybe<Scalars['Int']['input']>;
  writeCapacityUnits?: InputMaybe<Scalars['Int']['input']>;
  indexCapacity?: InputMaybe<Array<IndexCapacityInput>>;
  deletionProtection?: InputMaybe<Scalars['Boolean']['input']>;
  pointInTimeRecovery?: InputMaybe<Scalars['Boolean']['input']>;
  /** Required in another Region than the table's. */
  encryption?: InputMaybe<EncryptionInput>;
  /** Default HOLD for points older than a day, otherwise REAPPLY: a re-applied TTL deletes long-expired items at once. */
  timeToLive?: InputMaybe<Reapply>;
  streams?: InputMaybe<Reapply>;
  /**
   * REAPPLY: where the table or an index could serve more at once at backup than AWS gives the restored one, it is warmed up to
   * that again, for which AWS charges once. Default HOLD: the report names what it was.
   */
  warmThroughput?: InputMaybe<Reapply>;
  /**
   * Where the point lies in another Region it is first copied, and the copy removed after the restore: to this vault of the
   * target Region. Absent: to one that is made for it and removed with it.
   */
  throughVaultName?: InputMaybe<Scalars['String']['input']>;
  /** What auto scaling had moved when the point was made may have been a peak. Default AT_BACKUP. */
  scaledCapacity?: InputMaybe<ScaledCapacity>;
};

export type ScaledCapacity =
  /** As it stood at backup. */
  | 'AT_BACKUP'
  /** Auto scaling's minimum, from where it scales out as needed. */
  | 'MINIMUM';

/** Either points, or the newest point of each table of a policy. */
export type VerifyRestorePointsInput = {
  /** At most 500, of one account. */
  restorePointIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Of each table that the policy covers, as the last scan saw it, the newest point. */
  policyId?: InputMaybe<Scalars['ID']['input']>;
  /** Reads every item of the temporary tables to count them, which costs read units. Default false: as AWS reports it. */
  countItems?: InputMaybe<Scalars['Boolean']['input']>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type ReplaceTablesInput = {
  /** At most 100, of one account. */
  items: Array<ReplaceItemInput>;
  reason?: InputMaybe<Scalars['String']['input']>;
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

export type ReplaceItemInput = {
  /** In the table's own Region. */
  restorePointId: Scalars['ID']['input'];
  /** The name of the table that will be deleted, typed exactly. */
  confirmTableName: Scalars['String']['input'];
  /** Nobody writes to the table any more. This or `acknowledgeWritesMayBeLost` is required. */
  confirmWritesStopped?: InputMaybe<Scalars['Boolean']['input']>;
  /** What is written after the protective backup has begun is lost, and that is accepted. */
  acknowledgeWritesMayBeLost?: InputMaybe<Scalars['Boolean']['input']>;
  /** Required where the table is under deletion protection: it will be switched off. */
  confirmDeletionProtectionOff?: InputMaybe<Scalars['Boolean']['input']>;
  /** The vault, in the table's Region, of the protective backup. Absent: the vault that the point is in. */
  protectiveVaultName?: InputMaybe<Scalars['String']['input']>;
  tableClass?: InputMaybe<TableClass>;
  billingMode?: InputMaybe<BillingMode>;
  readCapacityUnits?: InputMaybe<Scalars['Int']['input']>;
  writeCapacityUnits?: InputMaybe<Scalars['Int']['input']>;
  indexCapacity?: InputMaybe<Array<IndexCapacityInput>>;
  deletionProtection?: InputMaybe<Scalars['Boolean']['input']>;
  pointInTimeRecovery?: InputMaybe<Scalars['Boolean']['input']>;
  encryption?: InputMaybe<EncryptionInput>;
  /** As in `RestoreItemInput`. */
  timeToLive?: InputMaybe<Reapply>;
  streams?: InputMaybe<Reapply>;
  warmThroughput?: InputMaybe<Reapply>;
};

export type IndexCapacityInput = {
  indexName: Scalars['String']['input'];
  readCapacityUnits: Scalars['Int']['input'];
  writeCapacityUnits: Scalars['Int']['input'];
};

export type EncryptionInput = {
  type: EncryptionType;
  kmsKeyArn?: InputMaybe<Scalars['ARN']['input']>;
};

export type OverviewWindow =
  /** 24 hours. */
  | 'DAY'
  /** 7 days. */
  | 'WEEK'
  /** 30 days. */
  | 'MONTH';

export type Overview = {
  __typename?: 'Overview';
  window: OverviewWindow;
  /** Not over yet. */
  sessionsOpen: Scalars['Int']['output'];
  /** Ended within the window, as are the others; by full hours. */
  sessionsSucceeded: Scalars['Int']['output'];
  sessionsWarning: Scalars['Int']['output'];
  sessionsFailed: Scalars['Int']['output'];
  sessionsCanceled: Scalars['Int']['output'];
  /** The ten policies whose runs of the window took the longest on average, the longest first. */
  longestPolicies: Array<PolicyDuration>;
};

export type PolicyDuration = {
  __typename?: 'PolicyDuration';
  policyId: Scalars['ID']['output'];
  policyName: Maybe<Scalars['String']['output']>;
  /** Runs that began within the window and are over. */
  runs: Scalars['Int']['output'];
  durationSecondsAverage: Scalars['Float']['output'];
  durationSecondsMax: Scalars['Float']['output'];
};

export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
  reference: TReference,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult;

type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<
  TResult,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<
  TResult,
  TKey extends string,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo,
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  obj: T,
  context: TContext,
  info: GraphQLResolveInfo,
) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<
  TResult = Record<PropertyKey, never>,
  TParent = Record<PropertyKey, never>,
  TContext = Record<PropertyKey, never>,
  TArgs = Record<PropertyKey, never>,
> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo,
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Session: Session;
  Policy: Policy;
  Task: Task;
  Overview: Overview;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Session: { __typename: 'Session' } & GraphQLRecursivePick<FederationTypes['Session'], { id: true }>;
  Policy: { __typename: 'Policy' } & GraphQLRecursivePick<FederationTypes['Policy'], { id: true }>;
  Task: { __typename: 'Task' } & GraphQLRecursivePick<FederationTypes['Task'], { id: true }>;
  Overview: { __typename: 'Overview' } & GraphQLRecursivePick<FederationTypes['Overview'], { window: true }>;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ARN: ResolverTypeWrapper<Scalars['ARN']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  SessionType: SessionType;
  SessionStatus: SessionStatus;
  TaskKind: TaskKind;
  TaskStatus: TaskStatus;
  TableClass: TableClass;
  BillingMode: BillingMode;
  EncryptionType: EncryptionType;
  RestoreMode: RestoreMode;
  Reapply: Reapply;
  ReportOutcome: ReportOutcome;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Session: ResolverTypeWrapper<SessionParent>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Policy: ResolverTypeWrapper<PolicyParent>;
  TaskCounts: ResolverTypeWrapper<TaskCounts>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionConnection: ResolverTypeWrapper<
    Omit<SessionConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['SessionEdge']>;
      nodes: Array<ResolversTypes['Session']>;
    }
  >;
  SessionFilter: SessionFilter;
  ExportContent: ExportContent;
  ExportFormat: ExportFormat;
  Download: ResolverTypeWrapper<Download>;
  SessionOrder: SessionOrder;
  StatsBucket: StatsBucket;
  StatsWindow: StatsWindow;
  SessionStat: ResolverTypeWrapper<SessionStat>;
  Task: ResolverTypeWrapper<TaskParent>;
  TaskAttempt: ResolverTypeWrapper<TaskAttemptParent>;
  RestoreReport: ResolverTypeWrapper<RestoreReport>;
  ChangedArn: ResolverTypeWrapper<ChangedArn>;
  ChangedArnKind: ChangedArnKind;
  WaitingSetting: ResolverTypeWrapper<WaitingSetting>;
  ImportSnippets: ResolverTypeWrapper<ImportSnippets>;
  RestoreReportLine: ResolverTypeWrapper<RestoreReportLine>;
  TaskEdge: ResolverTypeWrapper<Omit<TaskEdge, 'node'> & { node: ResolversTypes['Task'] }>;
  TaskConnection: ResolverTypeWrapper<
    Omit<TaskConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['TaskEdge']>;
      nodes: Array<ResolversTypes['Task']>;
    }
  >;
  LogRecord: ResolverTypeWrapper<LogRecordParent>;
  LogEdge: ResolverTypeWrapper<Omit<LogEdge, 'node'> & { node: ResolversTypes['LogRecord'] }>;
  LogConnection: ResolverTypeWrapper<
    Omit<LogConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['LogEdge']>;
      nodes: Array<ResolversTypes['LogRecord']>;
    }
  >;
  SessionPayload: ResolverTypeWrapper<Omit<SessionPayload, 'session'> & { session?: Maybe<ResolversTypes['Session']> }>;
  RunPolicyInput: RunPolicyInput;
  RunRetentionInput: RunRetentionInput;
  BackupTablesInput: BackupTablesInput;
  TagInput: TagInput;
  RescanInventoryInput: RescanInventoryInput;
  DeleteRestorePointsInput: DeleteRestorePointsInput;
  ImportRestorePointsInput: ImportRestorePointsInput;
  ImportVaultInput: ImportVaultInput;
  ApplyHeldSettingsInput: ApplyHeldSettingsInput;
  StopSessionInput: StopSessionInput;
  OneTimeKeysInput: OneTimeKeysInput;
  RestoreTablesInput: RestoreTablesInput;
  RestoreItemInput: RestoreItemInput;
  ScaledCapacity: ScaledCapacity;
  VerifyRestorePointsInput: VerifyRestorePointsInput;
  ReplaceTablesInput: ReplaceTablesInput;
  ReplaceItemInput: ReplaceItemInput;
  IndexCapacityInput: IndexCapacityInput;
  EncryptionInput: EncryptionInput;
  OverviewWindow: OverviewWindow;
  Overview: ResolverTypeWrapper<Overview>;
  PolicyDuration: ResolverTypeWrapper<PolicyDuration>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  ARN: Scalars['ARN']['output'];
  BigInt: Scalars['BigInt']['output'];
  UserError: UserError;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  ID: Scalars['ID']['output'];
  Mutation: Record<PropertyKey, never>;
  Session: SessionParent;
  Float: Scalars['Float']['output'];
  Policy: PolicyParent;
  TaskCounts: TaskCounts;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionConnection: Omit<SessionConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['SessionEdge']>;
    nodes: Array<ResolversParentTypes['Session']>;
  };
  SessionFilter: SessionFilter;
  Download: Download;
  StatsWindow: StatsWindow;
  SessionStat: SessionStat;
  Task: TaskParent;
  TaskAttempt: TaskAttemptParent;
  RestoreReport: RestoreReport;
  ChangedArn: ChangedArn;
  WaitingSetting: WaitingSetting;
  ImportSnippets: ImportSnippets;
  RestoreReportLine: RestoreReportLine;
  TaskEdge: Omit<TaskEdge, 'node'> & { node: ResolversParentTypes['Task'] };
  TaskConnection: Omit<TaskConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['TaskEdge']>;
    nodes: Array<ResolversParentTypes['Task']>;
  };
  LogRecord: LogRecordParent;
  LogEdge: Omit<LogEdge, 'node'> & { node: ResolversParentTypes['LogRecord'] };
  LogConnection: Omit<LogConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['LogEdge']>;
    nodes: Array<ResolversParentTypes['LogRecord']>;
  };
  SessionPayload: Omit<SessionPayload, 'session'> & { session?: Maybe<ResolversParentTypes['Session']> };
  RunPolicyInput: RunPolicyInput;
  RunRetentionInput: RunRetentionInput;
  BackupTablesInput: BackupTablesInput;
  TagInput: TagInput;
  RescanInventoryInput: RescanInventoryInput;
  DeleteRestorePointsInput: DeleteRestorePointsInput;
  ImportRestorePointsInput: ImportRestorePointsInput;
  ImportVaultInput: ImportVaultInput;
  ApplyHeldSettingsInput: ApplyHeldSettingsInput;
  StopSessionInput: StopSessionInput;
  OneTimeKeysInput: OneTimeKeysInput;
  RestoreTablesInput: RestoreTablesInput;
  RestoreItemInput: RestoreItemInput;
  VerifyRestorePointsInput: VerifyRestorePointsInput;
  ReplaceTablesInput: ReplaceTablesInput;
  ReplaceItemInput: ReplaceItemInput;
  IndexCapacityInput: IndexCapacityInput;
  EncryptionInput: EncryptionInput;
  Overview: Overview | FederationReferenceTypes['Overview'];
  PolicyDuration: PolicyDuration;
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type LinkDirectiveArgs = {
  url: Scalars['String']['input'];
  import?: Maybe<Array<Scalars['String']['input']>>;
};

export type LinkDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = LinkDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = {};

export type ShareableDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = ShareableDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = {};

export type InaccessibleDirectiveResolver<
  Result,
  Parent,
  ContextType = Context,
  Args = InaccessibleDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface ArnScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ARN'], any> {
  name: 'ARN';
}

export interface BigIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['BigInt'], any> {
  name: 'BigInt';
}

export type UserErrorResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError'],
> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PageInfoResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo'],
> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query'],
> = {
  sessions?: Resolver<
    ResolversTypes['SessionConnection'],
    ParentType,
    ContextType,
    RequireFields<QuerySessionsArgs, 'orderBy'>
  >;
  sessionStats?: Resolver<
    Array<ResolversTypes['SessionStat']>,
    ParentType,
    ContextType,
    RequireFields<QuerySessionStatsArgs, 'window' | 'bucket'>
  >;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<QuerySessionArgs, 'id'>>;
  sessionExport?: Resolver<
    ResolversTypes['Download'],
    ParentType,
    ContextType,
    RequireFields<QuerySessionExportArgs, 'content' | 'format' | 'orderBy'>
  >;
};

export type MutationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  runPolicy?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRunPolicyArgs, 'input'>
  >;
  backupTables?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationBackupTablesArgs, 'input'>
  >;
  rescanInventory?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRescanInventoryArgs, 'input'>
  >;
  restoreTables?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRestoreTablesArgs, 'input'>
  >;
  applyHeldSettings?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationApplyHeldSettingsArgs, 'input'>
  >;
  verifyRestorePoints?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationVerifyRestorePointsArgs, 'input'>
  >;
  replaceTables?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationReplaceTablesArgs, 'input'>
  >;
  deleteRestorePoints?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDeleteRestorePointsArgs, 'input'>
  >;
  importRestorePoints?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationImportRestorePointsArgs, 'input'>
  >;
  runRetention?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRunRetentionArgs, 'input'>
  >;
  stopSession?: Resolver<
    ResolversTypes['SessionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationStopSessionArgs, 'input'>
  >;
};

export type SessionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session'],
  FederationReferenceType extends FederationReferenceTypes['Session'] = FederationReferenceTypes['Session'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Session']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['SessionType'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SessionStatus'], ParentType, ContextType>;
  trigger?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  requestedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  accountId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  policy?: Resolver<Maybe<ResolversTypes['Policy']>, ParentType, ContextType>;
  policyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  durationSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  progressPercent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['TaskCounts'], ParentType, ContextType>;
  notes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  tasks?: Resolver<ResolversTypes['TaskConnection'], ParentType, ContextType, Partial<SessionTasksArgs>>;
  log?: Resolver<ResolversTypes['LogConnection'], ParentType, ContextType, Partial<SessionLogArgs>>;
};

export type PolicyResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Policy'] = ResolversParentTypes['Policy'],
  FederationReferenceType extends FederationReferenceTypes['Policy'] = FederationReferenceTypes['Policy'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Policy']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastSession?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  sessions?: Resolver<ResolversTypes['SessionConnection'], ParentType, ContextType, Partial<PolicySessionsArgs>>;
};

export type TaskCountsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TaskCounts'] = ResolversParentTypes['TaskCounts'],
> = {
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  open?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  succeeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  warning?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  canceled?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  skipped?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DownloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Download'] = ResolversParentTypes['Download'],
> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SessionStatResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SessionStat'] = ResolversParentTypes['SessionStat'],
> = {
  bucketStart?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['SessionType'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SessionStatus'], ParentType, ContextType>;
  sessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  durationSecondsAverage?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  tasksSucceeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tasksWarning?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tasksFailed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TaskResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Task'] = ResolversParentTypes['Task'],
  FederationReferenceType extends FederationReferenceTypes['Task'] = FederationReferenceTypes['Task'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Task']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TaskKind'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TaskStatus'], ParentType, ContextType>;
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tableArn?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
  tableName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reasonCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  awsJobId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  percent?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  queuedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempts?: Resolver<Array<ResolversTypes['TaskAttempt']>, ParentType, ContextType>;
  log?: Resolver<ResolversTypes['LogConnection'], ParentType, ContextType, Partial<TaskLogArgs>>;
  restoreReport?: Resolver<Maybe<ResolversTypes['RestoreReport']>, ParentType, ContextType>;
  importSnippets?: Resolver<Maybe<ResolversTypes['ImportSnippets']>, ParentType, ContextType>;
};

export type TaskAttemptResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TaskAttempt'] = ResolversParentTypes['TaskAttempt'],
> = {
  attempt?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TaskStatus'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reasonCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  awsJobId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  awsRequestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type RestoreReportResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestoreReport'] = ResolversParentTypes['RestoreReport'],
> = {
  tableArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['RestoreReportLine']>, ParentType, ContextType>;
  arns?: Resolver<Array<ResolversTypes['ChangedArn']>, ParentType, ContextType>;
  waiting?: Resolver<Array<ResolversTypes['WaitingSetting']>, ParentType, ContextType>;
};

export type ChangedArnResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['ChangedArn'] = ResolversParentTypes['ChangedArn'],
> = {
  of?: Resolver<ResolversTypes['ChangedArnKind'], ParentType, ContextType>;
  from?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  to?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
};

export type WaitingSettingResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['WaitingSetting'] = ResolversParentTypes['WaitingSetting'],
> = {
  property?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  until?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  because?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ImportSnippetsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['ImportSnippets'] = ResolversParentTypes['ImportSnippets'],
> = {
  cloudFormationTemplate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  cloudFormationResources?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  terraform?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  notes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RestoreReportLineResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestoreReportLine'] = ResolversParentTypes['RestoreReportLine'],
> = {
  property?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  atBackup?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  asked?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  found?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ReportOutcome'], ParentType, ContextType>;
};

export type TaskEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TaskEdge'] = ResolversParentTypes['TaskEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Task'], ParentType, ContextType>;
};

export type TaskConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TaskConnection'] = ResolversParentTypes['TaskConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['TaskEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Task']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type LogRecordResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['LogRecord'] = ResolversParentTypes['LogRecord'],
> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  level?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  taskId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LogEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['LogEdge'] = ResolversParentTypes['LogEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['LogRecord'], ParentType, ContextType>;
};

export type LogConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['LogConnection'] = ResolversParentTypes['LogConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['LogEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['LogRecord']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SessionPayload'] = ResolversParentTypes['SessionPayload'],
> = {
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type OverviewResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Overview'] = ResolversParentTypes['Overview'],
  FederationReferenceType extends FederationReferenceTypes['Overview'] = FederationReferenceTypes['Overview'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Overview']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  window?: Resolver<ResolversTypes['OverviewWindow'], ParentType, ContextType>;
  sessionsOpen?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sessionsSucceeded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sessionsWarning?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sessionsFailed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sessionsCanceled?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  longestPolicies?: Resolver<Array<ResolversTypes['PolicyDuration']>, ParentType, ContextType>;
};

export type PolicyDurationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyDuration'] = ResolversParentTypes['PolicyDuration'],
> = {
  policyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  policyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  runs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  durationSecondsAverage?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  durationSecondsMax?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Policy?: PolicyResolvers<ContextType>;
  TaskCounts?: TaskCountsResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  Download?: DownloadResolvers<ContextType>;
  SessionStat?: SessionStatResolvers<ContextType>;
  Task?: TaskResolvers<ContextType>;
  TaskAttempt?: TaskAttemptResolvers<ContextType>;
  RestoreReport?: RestoreReportResolvers<ContextType>;
  ChangedArn?: ChangedArnResolvers<ContextType>;
  WaitingSetting?: WaitingSettingResolvers<ContextType>;
  ImportSnippets?: ImportSnippetsResolvers<ContextType>;
  RestoreReportLine?: RestoreReportLineResolvers<ContextType>;
  TaskEdge?: TaskEdgeResolvers<ContextType>;
  TaskConnection?: TaskConnectionResolvers<ContextType>;
  LogRecord?: LogRecordResolvers<ContextType>;
  LogEdge?: LogEdgeResolvers<ContextType>;
  LogConnection?: LogConnectionResolvers<ContextType>;
  SessionPayload?: SessionPayloadResolvers<ContextType>;
  Overview?: OverviewResolvers<ContextType>;
  PolicyDuration?: PolicyDurationResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
