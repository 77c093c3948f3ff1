// Generated from schema/graphql/policy.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AccountParent, PolicyParent, TableParent, Context } from './parents.ts';
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

export type TableClass = 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';

export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';

export type EncryptionType = 'AWS_OWNED' | 'AWS_MANAGED' | 'CUSTOMER_MANAGED';

export type AccountConnection =
  /** Not yet tried since the account was registered or changed. */
  | 'UNTRIED'
  /** The last call with the account's role succeeded. */
  | 'CONNECTED'
  /** The last call with the account's role failed; `connectionMessage` says why. */
  | 'FAILED';

export type ProtectionStatus =
  /** An enabled policy covers the table and a restore point exists. */
  | 'PROTECTED'
  /**
   * An enabled policy covers the table; its newest restorable state is older than the policy's RPO, or there is none and the
   * policy has covered it for longer than that.
   */
  | 'RPO_BREACHED'
  /** An enabled policy covers the table; its first backup is still to come. */
  | 'AWAITING_FIRST_BACKUP'
  /** An enabled policy covers the table, but its schedules cannot be planned: it does not run until they are mended. */
  | 'POLICY_UNPLANNABLE'
  /** Only disabled policies cover the table. */
  | 'POLICY_DISABLED'
  /** A policy would cover the table, but excludes it. */
  | 'EXCLUDED'
  /** No policy covers the table. */
  | 'UNPROTECTED';

export type Query = {
  __typename?: 'Query';
  /** AWS accounts that Tablekeep protects. */
  accounts: Array<Account>;
  account: Maybe<Account>;
  /** The inventory, as of each Region's last scan; by ARN unless told. */
  tables: TableConnection;
  table: Maybe<Table>;
  /** In the order in which they were made, unless told. */
  policies: PolicyConnection;
  policy: Maybe<Policy>;
  /**
   * What a policy, stored (`id`) or not (`input`), costs a month once it runs steadily: storage of backups and copies, and transfer.
   * An estimate from the inventory's sizes and a price list that is a setting of this installation; no discounts. Tables that a
   * more important enabled policy processes are not in it: an `input` counts as the stored policy of its name would, or as the
   * last of its account. Everything that is wrong with an `input` is told at once, each with its path, in the
   * error's message.
   */
  policyCostEstimate: PolicyCostEstimate;
  /**
   * The same estimate as a file, a row for each table. A policy that is not stored is estimated from `input`, which is then part of
   * the address.
   */
  policyCostExport: Download;
  /** What a dashboard shows first. */
  overview: Overview;
  /** A flat row for each policy, in order of account and priority. */
  policyHealth: Array<PolicyHealth>;
  /** A policy as a document for `importPolicy`, here or in another installation: JSON, without the account. */
  policyDocument: Maybe<PolicyDocument>;
  /**
   * The pre-flight of a policy, stored (`id`) or not yet (`input`): advanced backup per Region, vaults and their locks, retention,
   * what is covered, and how long AWS's rates take to start it all. Looks only.
   */
  policyTest: PolicyTest;
  /**
   * What the account's two roles lack, all at once, with the policy documents that would grant it. IAM simulates what the roles'
   * own policies say of the vaults and tables that policies use; their policies and keys are read beside it. `operations`: null for everything
   * that the roles are marked for.
   */
  checkPermissions: PermissionCheck;
};

export type QueryAccountArgs = {
  id: Scalars['ID']['input'];
};

export type QueryTablesArgs = {
  filter?: InputMaybe<TableFilter>;
  orderBy?: InputMaybe<TableOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryTableArgs = {
  arn: Scalars['ARN']['input'];
};

export type QueryPoliciesArgs = {
  filter?: InputMaybe<PolicyFilter>;
  orderBy?: InputMaybe<PolicyOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryPolicyArgs = {
  id: Scalars['ID']['input'];
};

export type QueryPolicyCostEstimateArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  input?: InputMaybe<PolicyInput>;
  verificationsPerMonth?: InputMaybe<Scalars['Float']['input']>;
};

export type QueryPolicyCostExportArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  input?: InputMaybe<PolicyInput>;
  verificationsPerMonth?: InputMaybe<Scalars['Float']['input']>;
  format?: InputMaybe<ExportFormat>;
};

export type QueryOverviewArgs = {
  window?: InputMaybe<OverviewWindow>;
};

export type QueryPolicyHealthArgs = {
  filter?: InputMaybe<PolicyHealthFilter>;
};

export type QueryPolicyDocumentArgs = {
  id: Scalars['ID']['input'];
};

export type QueryPolicyTestArgs = {
  id?: InputMaybe<Scalars['ID']['input']>;
  input?: InputMaybe<PolicyInput>;
};

export type QueryCheckPermissionsArgs = {
  accountId: Scalars['ID']['input'];
  operations?: InputMaybe<Array<PermissionOperation>>;
};

export type AccountUse = 'BACKUP' | 'RESTORE';

export type PermissionOperation =
  | 'INVENTORY'
  | 'BACKUP'
  | 'COPY'
  | 'RESTORE'
  | 'DELETION'
  | 'ADVANCED_FEATURES'
  | 'PERMISSION_CHECK'
  /** Reading vaults: catalog import, and finding where catalog and vaults differ. */
  | 'IMPORT'
  /** Restores to temporary tables, which it may delete: those alone. */
  | 'VERIFICATION'
  /** Beside BACKUP, RESTORE and VERIFICATION: what `replaceTables` needs to delete a table. Checked only where it is asked for. */
  | 'REPLACEMENT'
  /** Messages to Amazon SNS topics. */
  | 'NOTIFICATION';

export type AwsRole =
  /** The role that Tablekeep assumes. */
  | 'OPERATOR'
  /** The role that is passed to AWS Backup. */
  | 'SERVICE';

export type PermissionOutcome =
  | 'OK'
  | 'MISSING'
  /** AWS could or would not tell: never to be taken for OK. */
  | 'UNKNOWN';

export type PermissionCheck = {
  __typename?: 'PermissionCheck';
  /** OK only where everything was looked at and nothing is missing. */
  outcome: PermissionOutcome;
  /** When AWS said so: now, or within the last minute. */
  asOf: Scalars['DateTime']['output'];
  missing: Array<PermissionGap>;
  /** Actions that depend on what a simulation cannot know. */
  unknown: Array<PermissionGap>;
  /** Trust of the roles, policies and keys of vaults and tables, and what could not be told; good news included. */
  findings: Array<PermissionFinding>;
  /** For each role that lacks something a policy can grant. */
  grants: Array<PermissionGrant>;
};

export type PermissionGap = {
  __typename?: 'PermissionGap';
  role: AwsRole;
  roleArn: Scalars['ARN']['output'];
  /** As IAM names it: `backup:StartBackupJob`. */
  action: Scalars['String']['output'];
  /** What it is asked on: ARN patterns. */
  resources: Array<Scalars['String']['output']>;
  operations: Array<PermissionOperation>;
  reason: Scalars['String']['output'];
};

export type PermissionFinding = {
  __typename?: 'PermissionFinding';
  code: Scalars['String']['output'];
  outcome: PermissionOutcome;
  region: Maybe<Scalars['String']['output']>;
  /** ARN or name of the role, vault, key or account. */
  subject: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type PermissionGrant = {
  __typename?: 'PermissionGrant';
  role: AwsRole;
  roleArn: Scalars['ARN']['output'];
  /** An IAM policy as JSON text, to attach to the role. */
  policyDocument: Scalars['String']['output'];
};

export type PolicyTest = {
  __typename?: 'PolicyTest';
  /** No check is an ERROR, and none is UNKNOWN. */
  ok: Scalars['Boolean']['output'];
  /** Good news included. */
  checks: Array<PolicyCheck>;
  /** Tables of the inventory, as of each Region's last scan. */
  coveredTables: Scalars['Int']['output'];
  /** Until AWS's rates have let every covered table start, in the slowest Region; null: could not be told. */
  secondsToStart: Maybe<Scalars['Float']['output']>;
};

export type PolicyCheck = {
  __typename?: 'PolicyCheck';
  /** Stable, for programs. */
  code: Scalars['String']['output'];
  outcome: CheckOutcome;
  region: Maybe<Scalars['String']['output']>;
  message: Scalars['String']['output'];
  /** Names and list positions into the policy's input; empty where no field is to blame. */
  path: Array<Scalars['String']['output']>;
};

export type CheckOutcome =
  | 'OK'
  /** It will run; a person should know. */
  | 'WARNING'
  /** Runs would fail. */
  | 'ERROR'
  /** Could not be told. Not to be taken for OK. */
  | 'UNKNOWN';

export type Mutation = {
  __typename?: 'Mutation';
  /** Registers an AWS account. The answer holds the external id that the role's trust policy must demand. */
  createAccount: AccountPayload;
  updateAccount: AccountPayload;
  /** Refused while policies use the account. */
  deleteAccount: DeleteAccountPayload;
  createPolicy: PolicyPayload;
  /** Replaces the whole policy; `version` must be the one that was read, so that concurrent edits are not lost. */
  updatePolicy: PolicyPayload;
  enablePolicy: PolicyPayload;
  disablePolicy: PolicyPayload;
  /**
   * Puts the policies of an account into another order, the most important first. A table that several enabled policies cover is
   * processed by the first of them only; the others say so in their sessions.
   */
  reorderPolicies: ReorderPoliciesPayload;
  /** Adds tables to those that the policy names, each in its Region. */
  addTablesToPolicy: PolicyPayload;
  /** Creates a policy from a document of `policyDocument`; everything wrong with it comes back at once. */
  importPolicy: PolicyPayload;
  /** Restore points keep the rules they were made with. */
  deletePolicy: DeletePolicyPayload;
};

export type MutationCreateAccountArgs = {
  input: CreateAccountInput;
};

export type MutationUpdateAccountArgs = {
  input: UpdateAccountInput;
};

export type MutationDeleteAccountArgs = {
  input: DeleteAccountInput;
};

export type MutationCreatePolicyArgs = {
  input: PolicyInput;
};

export type MutationUpdatePolicyArgs = {
  input: UpdatePolicyInput;
};

export type MutationEnablePolicyArgs = {
  input: PolicyIdInput;
};

export type MutationDisablePolicyArgs = {
  input: PolicyIdInput;
};

export type MutationReorderPoliciesArgs = {
  input: ReorderPoliciesInput;
};

export type MutationAddTablesToPolicyArgs = {
  input: AddTablesToPolicyInput;
};

export type MutationImportPolicyArgs = {
  input: ImportPolicyInput;
};

export type MutationDeletePolicyArgs = {
  input: PolicyIdInput;
};

export type Account = {
  __typename?: 'Account';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  awsAccountId: Scalars['String']['output'];
  /** The role that Tablekeep assumes. */
  roleArn: Scalars['ARN']['output'];
  /** The role that is passed to AWS Backup. */
  serviceRoleArn: Scalars['ARN']['output'];
  /** What the trust policy of `roleArn` must demand as sts:ExternalId. */
  externalId: Scalars['String']['output'];
  regions: Array<Scalars['String']['output']>;
  /** What the roles may be used for. */
  uses: Array<AccountUse>;
  connection: AccountConnection;
  connectionMessage: Maybe<Scalars['String']['output']>;
  /** Tables that the last scans found and that the role may not describe, by name, the first 500. */
  unreadableTables: Array<UnreadableTable>;
  createdAt: Scalars['DateTime']['output'];
};

export type UnreadableTable = {
  __typename?: 'UnreadableTable';
  arn: Scalars['ARN']['output'];
  name: Scalars['String']['output'];
  region: Scalars['String']['output'];
  /** Why it could not be read. */
  reason: Scalars['String']['output'];
};

export type CapacityUnits = {
  __typename?: 'CapacityUnits';
  readCapacityUnits: Scalars['Int']['output'];
  writeCapacityUnits: Scalars['Int']['output'];
};

export type OnDemandMaximum = {
  __typename?: 'OnDemandMaximum';
  /** −1: no maximum. */
  readRequestUnits: Scalars['Int']['output'];
  /** −1: no maximum. */
  writeRequestUnits: Scalars['Int']['output'];
};

export type Encryption = {
  __typename?: 'Encryption';
  type: EncryptionType;
  kmsKeyArn: Maybe<Scalars['ARN']['output']>;
};

export type KeyElement = {
  __typename?: 'KeyElement';
  attribute: Scalars['String']['output'];
  role: Scalars['String']['output'];
};

export type Index = {
  __typename?: 'Index';
  name: Scalars['String']['output'];
  kind: Scalars['String']['output'];
  keys: Array<KeyElement>;
  projection: Scalars['String']['output'];
  provisioned: Maybe<CapacityUnits>;
};

export type TableStream = {
  __typename?: 'TableStream';
  /** What a record of the stream holds, as DynamoDB names it: NEW_AND_OLD_IMAGES, KEYS_ONLY … */
  viewType: Scalars['String']['output'];
};

export type Tag = {
  __typename?: 'Tag';
  key: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

/** A DynamoDB table as the last scan of its Region saw it. */
export type Table = {
  __typename?: 'Table';
  arn: Scalars['ARN']['output'];
  name: Scalars['String']['output'];
  region: Scalars['String']['output'];
  account: Account;
  tableId: Scalars['String']['output'];
  /** ACTIVE in the inventory until a scan no longer finds it. */
  vanishedAt: Maybe<Scalars['DateTime']['output']>;
  /** Set where later scans found the table and could not read it: everything else is as of `scannedAt`. */
  unreadableBecause: Maybe<Scalars['String']['output']>;
  scannedAt: Scalars['DateTime']['output'];
  keys: Array<KeyElement>;
  indexes: Array<Index>;
  tableClass: TableClass;
  billingMode: BillingMode;
  provisioned: Maybe<CapacityUnits>;
  onDemandMaximum: Maybe<OnDemandMaximum>;
  deletionProtection: Scalars['Boolean']['output'];
  encryption: Encryption;
  /** Null: it has none. */
  stream: Maybe<TableStream>;
  /** Regions of the other replicas of a global table; empty: it is none. */
  replicas: Array<Scalars['String']['output']>;
  /** Null where it is off; see `unknownSettings` for what could not be read. */
  timeToLiveAttribute: Maybe<Scalars['String']['output']>;
  pointInTimeRecoveryDays: Maybe<Scalars['Int']['output']>;
  tags: Array<Tag>;
  /** Names of settings that could not be read, with the reason. */
  unknownSettings: Array<Scalars['String']['output']>;
  /** As AWS reports it, refreshed about every six hours. */
  sizeBytes: Scalars['BigInt']['output'];
  itemCount: Scalars['BigInt']['output'];
  protection: ProtectionStatus;
  protectionReason: Scalars['String']['output'];
  /** What of the table no backup brings back, a sentence each. */
  unsupportedFeatures: Array<Scalars['String']['output']>;
  policies: Array<Policy>;
  lastBackupAt: Maybe<Scalars['DateTime']['output']>;
};

export type TableEdge = {
  __typename?: 'TableEdge';
  cursor: Scalars['String']['output'];
  node: Table;
};

export type TableConnection = {
  __typename?: 'TableConnection';
  edges: Array<TableEdge>;
  nodes: Array<Table>;
  pageInfo: PageInfo;
};

export type TableFilter = {
  accountId?: InputMaybe<Scalars['ID']['input']>;
  region?: InputMaybe<Scalars['String']['input']>;
  nameContains?: InputMaybe<Scalars['String']['input']>;
  protection?: InputMaybe<ProtectionStatus>;
  includeVanished?: InputMaybe<Scalars['Boolean']['input']>;
};

export type OrderDirection = 'ASC' | 'DESC';

export type TableOrder = {
  field: TableOrderField;
  /** Default ASC. */
  direction?: InputMaybe<OrderDirection>;
};

export type TableOrderField =
  | 'ARN'
  | 'NAME'
  | 'REGION'
  | 'SIZE'
  /** Tables without a backup come before all others. */
  | 'LAST_BACKUP';

export type PolicyFilter = {
  accountId?: InputMaybe<Scalars['ID']['input']>;
  /** Policies that protect tables of this Region. */
  region?: InputMaybe<Scalars['String']['input']>;
  nameContains?: InputMaybe<Scalars['String']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  scheduleState?: InputMaybe<ScheduleState>;
};

export type PolicyOrder = {
  field: PolicyOrderField;
  /** Default ASC. */
  direction?: InputMaybe<OrderDirection>;
};

export type PolicyOrderField =
  | 'CREATED'
  | 'NAME'
  /** Within each account. */
  | 'PRIORITY'
  /** Policies that do not run by themselves come after all others. */
  | 'NEXT_RUN';

export type TagSelector = {
  __typename?: 'TagSelector';
  key: Scalars['String']['output'];
  value: Maybe<Scalars['String']['output']>;
};

export type RegionVault = {
  __typename?: 'RegionVault';
  region: Scalars['String']['output'];
  vaultName: Scalars['String']['output'];
};

export type CopyTarget = {
  __typename?: 'CopyTarget';
  fromRegion: Scalars['String']['output'];
  toRegion: Scalars['String']['output'];
  vaultName: Scalars['String']['output'];
  retentionDays: Maybe<Scalars['Int']['output']>;
};

export type TagsMatch =
  /** A table with one of the tags. */
  | 'ANY'
  /** A table with all of the tags. */
  | 'ALL';

/** A table of one Region. `tableNames` means tables of these names in all the policy's Regions. */
export type TableSelector = {
  __typename?: 'TableSelector';
  name: Scalars['String']['output'];
  region: Scalars['String']['output'];
};

export type Selection = {
  __typename?: 'Selection';
  allTables: Scalars['Boolean']['output'];
  tableNames: Array<Scalars['String']['output']>;
  tables: Array<TableSelector>;
  tags: Array<TagSelector>;
  tagsMatch: TagsMatch;
};

export type Policy = {
  __typename?: 'Policy';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  description: Scalars['String']['output'];
  enabled: Scalars['Boolean']['output'];
  /** 1 is the most important of its account. */
  priority: Scalars['Int']['output'];
  account: Account;
  regions: Array<Scalars['String']['output']>;
  include: Selection;
  exclude: Selection;
  vaults: Array<RegionVault>;
  copies: Array<CopyTarget>;
  /** Of points that no schedule asks for; where there are schedules, each keeps its own. Null: for ever. */
  backupRetentionDays: Maybe<Scalars['Int']['output']>;
  customTags: Array<Tag>;
  retryCount: Scalars['Int']['output'];
  retryDelaySeconds: Scalars['Int']['output'];
  /** Days until AWS moves points to cold storage that are kept for at least 90 days more; null: never. */
  coldStorageAfterDays: Maybe<Scalars['Int']['output']>;
  /** Whether retention keeps the newest point of each table whatever its age. */
  keepNewest: Scalars['Boolean']['output'];
  /** So many days after a point's last flag AWS deletes it by itself, should Tablekeep not have; null: AWS never does. */
  safetyNetDays: Maybe<Scalars['Int']['output']>;
  /** How old a table's newest restorable state may be, in hours. */
  rpoHours: Maybe<Scalars['Int']['output']>;
  /** Who hears of its runs instead of those of the notification settings; null: nobody was named. */
  notifications: Maybe<PolicyNotifications>;
  /** Null: its points are verified when somebody asks. */
  verification: Maybe<PolicyVerification>;
  /** Null: it runs when somebody asks. */
  schedules: Maybe<Schedules>;
  /** The next moment its schedules name; null where it is disabled or has none. */
  nextRunAt: Maybe<Scalars['DateTime']['output']>;
  scheduleState: ScheduleState;
  /** Why it cannot be planned, or what it waits for once the wait is long. */
  scheduleMessage: Maybe<Scalars['String']['output']>;
  version: Scalars['Int']['output'];
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
  /** How its runs and tables stand. */
  health: PolicyHealth;
  /** Tables of the inventory that the next run would process. */
  coveredTables: TableConnection;
};

export type PolicyCoveredTablesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** `recipients` and `notifyOn` null: as the notification settings say. Where mail is switched off there, nobody hears. */
export type PolicyNotifications = {
  __typename?: 'PolicyNotifications';
  /** Nobody hears of its runs. */
  silent: Scalars['Boolean']['output'];
  /** An empty list: nobody. */
  recipients: Maybe<Array<Scalars['String']['output']>>;
  notifyOn: Maybe<Array<NotifyOn>>;
};

export type PolicyNotificationsInput = {
  silent?: InputMaybe<Scalars['Boolean']['input']>;
  recipients?: InputMaybe<Array<Scalars['String']['input']>>;
  notifyOn?: InputMaybe<Array<NotifyOn>>;
};

export type NotifyOn = 'SUCCESS' | 'WARNING' | 'ERROR';

/**
 * At each moment of the schedule the newest point of each table that the policy covers is restored to a temporary table, looked
 * at, and the table deleted again. That costs a restore of each table.
 */
export type PolicyVerification = {
  __typename?: 'PolicyVerification';
  schedule: VerificationSchedule;
  /** Reads every item of the temporary tables to count them, which costs read units. */
  countItems: Scalars['Boolean']['output'];
  /** Null where the policy is disabled. */
  nextRunAt: Maybe<Scalars['DateTime']['output']>;
};

/** Moments as in `Schedules`. */
export type VerificationSchedule = {
  __typename?: 'VerificationSchedule';
  timeZone: Scalars['String']['output'];
  daily: Maybe<VerificationDays>;
  weekly: Maybe<VerificationWeekdays>;
  monthly: Maybe<VerificationMonths>;
  yearly: Maybe<VerificationYear>;
};

export type VerificationDays = {
  __typename?: 'VerificationDays';
  days: Array<Weekday>;
  times: Array<Scalars['String']['output']>;
};

export type VerificationWeekdays = {
  __typename?: 'VerificationWeekdays';
  days: Array<Weekday>;
  time: Maybe<Scalars['String']['output']>;
};

export type VerificationMonths = {
  __typename?: 'VerificationMonths';
  months: Array<Scalars['Int']['output']>;
  on: DayOfMonth;
  time: Maybe<Scalars['String']['output']>;
};

export type VerificationYear = {
  __typename?: 'VerificationYear';
  month: Scalars['Int']['output'];
  on: DayOfMonth;
  time: Maybe<Scalars['String']['output']>;
};

export type PolicyVerificationInput = {
  schedule: VerificationScheduleInput;
  /** Default false. */
  countItems?: InputMaybe<Scalars['Boolean']['input']>;
};

export type VerificationScheduleInput = {
  /** IANA time zone, like Europe/Berlin. */
  timeZone: Scalars['String']['input'];
  daily?: InputMaybe<VerificationDaysInput>;
  weekly?: InputMaybe<VerificationWeekdaysInput>;
  monthly?: InputMaybe<VerificationMonthsInput>;
  yearly?: InputMaybe<VerificationYearInput>;
};

export type VerificationDaysInput = {
  /** Absent: every day. */
  days?: InputMaybe<Array<Weekday>>;
  times: Array<Scalars['String']['input']>;
};

export type VerificationWeekdaysInput = {
  days: Array<Weekday>;
  time?: InputMaybe<Scalars['String']['input']>;
};

export type VerificationMonthsInput = {
  /** Absent: every month. */
  months?: InputMaybe<Array<Scalars['Int']['input']>>;
  on: DayOfMonthInput;
  time?: InputMaybe<Scalars['String']['input']>;
};

export type VerificationYearInput = {
  month: Scalars['Int']['input'];
  on: DayOfMonthInput;
  time?: InputMaybe<Scalars['String']['input']>;
};

export type ScheduleState =
  /** It runs when somebody asks. */
  | 'NONE'
  | 'PLANNED'
  /** A slot has come and waits for the policy's run under way; one late run makes up for it. */
  | 'WAITING'
  /** It does not run until its schedules are mended; `scheduleMessage` says why. */
  | 'UNPLANNABLE';

export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

export type PeriodUnit = 'DAYS' | 'MONTHS' | 'YEARS';

/** Months and years are those of the calendar, in UTC; one that lacks the day ends on its last. */
export type Period = {
  __typename?: 'Period';
  value: Scalars['Int']['output'];
  unit: PeriodUnit;
};

/**
 * Times are the wall clock's in `timeZone`, "HH:MM". A time that a clock put forward leaves out runs when the clock has jumped; one
 * that comes twice runs the first time. Schedules that name the same moment make one point, which each of them keeps for its own
 * time. `keep` and `keepCopies` null: for ever; a copy target's own retention counts instead of `keepCopies`.
 */
export type Schedules = {
  __typename?: 'Schedules';
  /** IANA time zone. */
  timeZone: Scalars['String']['output'];
  daily: Maybe<DailySchedule>;
  weekly: Maybe<WeeklySchedule>;
  monthly: Maybe<MonthlySchedule>;
  yearly: Maybe<YearlySchedule>;
};

export type DailySchedule = {
  __typename?: 'DailySchedule';
  days: Array<Weekday>;
  times: Array<Scalars['String']['output']>;
  /** Those of `times` whose points are copied. */
  copyTimes: Array<Scalars['String']['output']>;
  keep: Maybe<Period>;
  keepCopies: Maybe<Period>;
};

export type WeeklySchedule = {
  __typename?: 'WeeklySchedule';
  days: Array<Weekday>;
  /** Null: the first time of the daily schedule, so that one point serves both. */
  time: Maybe<Scalars['String']['output']>;
  copyDays: Array<Weekday>;
  keep: Maybe<Period>;
  keepCopies: Maybe<Period>;
};

export type MonthlySchedule = {
  __typename?: 'MonthlySchedule';
  /** 1 to 12. */
  months: Array<Scalars['Int']['output']>;
  on: DayOfMonth;
  time: Maybe<Scalars['String']['output']>;
  copyMonths: Array<Scalars['Int']['output']>;
  keep: Maybe<Period>;
  keepCopies: Maybe<Period>;
};

export type YearlySchedule = {
  __typename?: 'YearlySchedule';
  month: Scalars['Int']['output'];
  on: DayOfMonth;
  time: Maybe<Scalars['String']['output']>;
  copies: Scalars['Boolean']['output'];
  keep: Maybe<Period>;
  keepCopies: Maybe<Period>;
};

export type DayOfMonthKind =
  /** The day `date`, or the last day of a month that lacks it. */
  | 'DATE'
  | 'LAST_DAY'
  /** The `nth` (1 to 4) `weekday`. */
  | 'NTH_WEEKDAY'
  /** The last `weekday`. */
  | 'LAST_WEEKDAY';

export type DayOfMonth = {
  __typename?: 'DayOfMonth';
  kind: DayOfMonthKind;
  date: Maybe<Scalars['Int']['output']>;
  nth: Maybe<Scalars['Int']['output']>;
  weekday: Maybe<Weekday>;
};

export type PolicyEdge = {
  __typename?: 'PolicyEdge';
  cursor: Scalars['String']['output'];
  node: Policy;
};

export type PolicyConnection = {
  __typename?: 'PolicyConnection';
  edges: Array<PolicyEdge>;
  nodes: Array<Policy>;
  pageInfo: PageInfo;
};

export type CreateAccountInput = {
  name: Scalars['String']['input'];
  awsAccountId: Scalars['String']['input'];
  roleArn: Scalars['ARN']['input'];
  serviceRoleArn: Scalars['ARN']['input'];
  regions: Array<Scalars['String']['input']>;
  uses?: Array<AccountUse>;
};

export type UpdateAccountInput = {
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  roleArn?: InputMaybe<Scalars['ARN']['input']>;
  serviceRoleArn?: InputMaybe<Scalars['ARN']['input']>;
  regions?: InputMaybe<Array<Scalars['String']['input']>>;
  uses?: InputMaybe<Array<AccountUse>>;
};

export type DeleteAccountInput = {
  id: Scalars['ID']['input'];
};

export type AccountPayload = {
  __typename?: 'AccountPayload';
  account: Maybe<Account>;
  userErrors: Array<UserError>;
};

export type DeleteAccountPayload = {
  __typename?: 'DeleteAccountPayload';
  deletedId: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

export type TagSelectorInput = {
  key: Scalars['String']['input'];
  /** Absent: any value. */
  value?: InputMaybe<Scalars['String']['input']>;
};

export type TableSelectorInput = {
  name: Scalars['String']['input'];
  /** One of the policy's Regions. */
  region: Scalars['String']['input'];
};

export type SelectionInput = {
  /** Of an exclusion never: it would leave no table. */
  allTables?: InputMaybe<Scalars['Boolean']['input']>;
  /** In all the policy's Regions. */
  tableNames?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Each in one Region. */
  tables?: InputMaybe<Array<TableSelectorInput>>;
  tags?: InputMaybe<Array<TagSelectorInput>>;
  /** Default ANY. */
  tagsMatch?: InputMaybe<TagsMatch>;
};

export type RegionVaultInput = {
  region: Scalars['String']['input'];
  vaultName: Scalars['String']['input'];
};

export type CopyTargetInput = {
  fromRegion: Scalars['String']['input'];
  toRegion: Scalars['String']['input'];
  vaultName: Scalars['String']['input'];
  /** Counts instead of the schedules' `keepCopies`. Absent: as these say, or for ever where there are none. */
  retentionDays?: InputMaybe<Scalars['Int']['input']>;
};

export type TagInput = {
  key: Scalars['String']['input'];
  value: Scalars['String']['input'];
};

export type PolicyInput = {
  /** Unique, at most 127 characters. */
  name: Scalars['String']['input'];
  /** At most 255 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  accountId: Scalars['ID']['input'];
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  regions: Array<Scalars['String']['input']>;
  include: SelectionInput;
  /** Exclusion beats inclusion. */
  exclude?: InputMaybe<SelectionInput>;
  /** One backup vault for each Region. */
  vaults: Array<RegionVaultInput>;
  copies?: InputMaybe<Array<CopyTargetInput>>;
  /** Of points that no schedule asks for; where there are schedules, each keeps its own. Absent: for ever. */
  backupRetentionDays?: InputMaybe<Scalars['Int']['input']>;
  customTags?: InputMaybe<Array<TagInput>>;
  /** Attempts after the first; only failed tables are tried again. Default 0. */
  retryCount?: InputMaybe<Scalars['Int']['input']>;
  /** Default 60. */
  retryDelaySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 36,135. Absent: points stay warm. Backups and copies that end sooner than 90 days after it do not move. */
  coldStorageAfterDays?: InputMaybe<Scalars['Int']['input']>;
  /** False: retention may delete even a table's last point. Default true. */
  keepNewest?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * 14 to 3,650. Absent: AWS's lifecycle deletes no point in a vault without a lock. Points take it with them as they are made;
   * while one must stay longer, AWS's deletion is put off in time.
   */
  safetyNetDays?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 8,784 hours. */
  rpoHours?: InputMaybe<Scalars['Int']['input']>;
  notifications?: InputMaybe<PolicyNotificationsInput>;
  /** Absent: its points are verified when somebody asks. */
  verification?: InputMaybe<PolicyVerificationInput>;
  /** Absent: it runs when somebody asks. */
  schedules?: InputMaybe<SchedulesInput>;
};

export type UpdatePolicyInput = {
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
  policy: PolicyInput;
};

export type PolicyIdInput = {
  id: Scalars['ID']['input'];
  /** As it was read; where it is given, a policy that has changed since is left as it is. */
  version?: InputMaybe<Scalars['Int']['input']>;
};

export type PolicyPayload = {
  __typename?: 'PolicyPayload';
  policy: Maybe<Policy>;
  userErrors: Array<UserError>;
};

export type DeletePolicyPayload = {
  __typename?: 'DeletePolicyPayload';
  deletedId: Maybe<Scalars['ID']['output']>;
  userErrors: Array<UserError>;
};

/** At least one schedule. See `Schedules` for what times mean. */
export type SchedulesInput = {
  /** IANA time zone, like Europe/Berlin. */
  timeZone: Scalars['String']['input'];
  daily?: InputMaybe<DailyScheduleInput>;
  weekly?: InputMaybe<WeeklyScheduleInput>;
  monthly?: InputMaybe<MonthlyScheduleInput>;
  yearly?: InputMaybe<YearlyScheduleInput>;
};

export type PeriodInput = {
  value: Scalars['Int']['input'];
  unit: PeriodUnit;
};

export type DailyScheduleInput = {
  /** Absent: every day. */
  days?: InputMaybe<Array<Weekday>>;
  /** At most 288. */
  times: Array<Scalars['String']['input']>;
  /** Absent: all of `times`. */
  copyTimes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Absent: for ever. */
  keep?: InputMaybe<PeriodInput>;
  keepCopies?: InputMaybe<PeriodInput>;
};

export type WeeklyScheduleInput = {
  days: Array<Weekday>;
  /** Absent: the first time of the daily schedule. */
  time?: InputMaybe<Scalars['String']['input']>;
  /** Absent: all of `days`. */
  copyDays?: InputMaybe<Array<Weekday>>;
  keep?: InputMaybe<PeriodInput>;
  keepCopies?: InputMaybe<PeriodInput>;
};

export type DayOfMonthInput = {
  kind: DayOfMonthKind;
  date?: InputMaybe<Scalars['Int']['input']>;
  nth?: InputMaybe<Scalars['Int']['input']>;
  weekday?: InputMaybe<Weekday>;
};

export type MonthlyScheduleInput = {
  /** Absent: every month. */
  months?: InputMaybe<Array<Scalars['Int']['input']>>;
  on: DayOfMonthInput;
  time?: InputMaybe<Scalars['String']['input']>;
  /** Absent: all of `months`. */
  copyMonths?: InputMaybe<Array<Scalars['Int']['input']>>;
  keep?: InputMaybe<PeriodInput>;
  keepCopies?: InputMaybe<PeriodInput>;
};

export type YearlyScheduleInput = {
  month: Scalars['Int']['input'];
  on: DayOfMonthInput;
  time?: InputMaybe<Scalars['String']['input']>;
  /** Absent: true. */
  copies?: InputMaybe<Scalars['Boolean']['input']>;
  keep?: InputMaybe<PeriodInput>;
  keepCopies?: InputMaybe<PeriodInput>;
};

export type PolicyDocument = {
  __typename?: 'PolicyDocument';
  /** Of the document's format. */
  formatVersion: Scalars['Int']['output'];
  /** JSON text. */
  json: Scalars['String']['output'];
  fileName: Scalars['String']['output'];
};

export type ReorderPoliciesInput = {
  accountId: Scalars['ID']['input'];
  /** All policies of the account, each as it was read: what has changed since is a conflict. A policy that is moved changes. */
  policies: Array<PolicyVersionInput>;
};

export type PolicyVersionInput = {
  id: Scalars['ID']['input'];
  version: Scalars['Int']['input'];
};

export type ReorderPoliciesPayload = {
  __typename?: 'ReorderPoliciesPayload';
  policies: Maybe<Array<Policy>>;
  userErrors: Array<UserError>;
};

export type AddTablesToPolicyInput = {
  policyId: Scalars['ID']['input'];
  /** As it was read: concurrent edits are detected. */
  version: Scalars['Int']['input'];
  /** Tables of the policy's account and Regions. */
  tableArns: Array<Scalars['ARN']['input']>;
};

export type ImportPolicyInput = {
  accountId: Scalars['ID']['input'];
  /** JSON text of a policy document. */
  json: Scalars['String']['input'];
  /** Absent: the document's. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Default false: an imported policy is looked at first. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
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
  asOf: Scalars['DateTime']['output'];
  tables: Scalars['Int']['output'];
  tablesProtected: Scalars['Int']['output'];
  tablesRpoBreached: Scalars['Int']['output'];
  tablesAwaitingFirstBackup: Scalars['Int']['output'];
  tablesPolicyUnplannable: Scalars['Int']['output'];
  tablesPolicyDisabled: Scalars['Int']['output'];
  tablesExcluded: Scalars['Int']['output'];
  tablesUnprotected: Scalars['Int']['output'];
  /** At most ten, the soonest first. */
  nextRuns: Array<NextRun>;
};

export type NextRun = {
  __typename?: 'NextRun';
  policyId: Scalars['ID']['output'];
  policyName: Scalars['String']['output'];
  nextRunAt: Scalars['DateTime']['output'];
};

export type PolicyHealthFilter = {
  accountId?: InputMaybe<Scalars['ID']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
};

export type PolicyHealth = {
  __typename?: 'PolicyHealth';
  policyId: Scalars['ID']['output'];
  policyName: Scalars['String']['output'];
  accountId: Scalars['ID']['output'];
  enabled: Scalars['Boolean']['output'];
  scheduleState: ScheduleState;
  /** Of the last run that has ended. */
  lastRunAt: Maybe<Scalars['DateTime']['output']>;
  lastRunStatus: Maybe<Scalars['String']['output']>;
  /** Of the last run that ended SUCCEEDED or WARNING. */
  lastSuccessAt: Maybe<Scalars['DateTime']['output']>;
  nextRunAt: Maybe<Scalars['DateTime']['output']>;
  /** The longest time between two of its slots by the wall clock; null where there are not two in two years. */
  expectedIntervalSeconds: Maybe<Scalars['Float']['output']>;
  /** A slot came more than an hour ago, and there has been no success since it. */
  overdue: Scalars['Boolean']['output'];
  rpoHours: Maybe<Scalars['Int']['output']>;
  /** Tables of the inventory that it covers, those that it leaves to a more important policy too. */
  coveredTables: Scalars['Int']['output'];
  /** Of the tables that it processes: it is the first enabled policy that covers them. */
  tablesRpoBreached: Scalars['Int']['output'];
  /** Copies that good backups of the last run lack; null: no run has told. */
  copiesBehind: Maybe<Scalars['Int']['output']>;
  /** Of its tables: how many have a last test restore that went well. */
  tablesVerified: Scalars['Int']['output'];
  /** How many have one that failed. */
  tablesVerificationFailed: Scalars['Int']['output'];
  /** Of its tables' test restores the last. */
  lastVerifiedAt: Maybe<Scalars['DateTime']['output']>;
  /** The longest that a test restore of one of its tables took: the measured RTO of a table on its own. */
  measuredRestoreSecondsMax: Maybe<Scalars['Float']['output']>;
  nextVerificationAt: Maybe<Scalars['DateTime']['output']>;
};

export type ExportFormat =
  /** RFC 4180, with a header. */
  | 'CSV'
  /** An object a line. */
  | 'JSON_LINES';

export type Download = {
  __typename?: 'Download';
  /** Fetch it from the address of this API. It is signed: whoever has it may read, without a token, until it expires. */
  path: Scalars['String']['output'];
  fileName: Scalars['String']['output'];
  /** By when the download must have begun. */
  expiresAt: Scalars['DateTime']['output'];
};

export type PolicyCostEstimate = {
  __typename?: 'PolicyCostEstimate';
  /** The day the price list was compared with AWS's. */
  pricesAsOf: Scalars['String']['output'];
  pricesSource: Scalars['String']['output'];
  /** US dollars a month, of what has a price; `notes` say what has not. */
  backupsUsd: Scalars['Float']['output'];
  copiesUsd: Scalars['Float']['output'];
  transferUsd: Scalars['Float']['output'];
  verificationUsd: Scalars['Float']['output'];
  totalUsd: Scalars['Float']['output'];
  notes: Array<Scalars['String']['output']>;
  tables: Array<TableCost>;
  /** The tables as CSV (RFC 4180); `policyCostExport` gives the same as a file. */
  csv: Scalars['String']['output'];
};

export type TableCost = {
  __typename?: 'TableCost';
  arn: Scalars['ARN']['output'];
  name: Scalars['String']['output'];
  region: Scalars['String']['output'];
  sizeBytes: Scalars['BigInt']['output'];
  /** Null: the price list has no price for it. */
  backupsUsd: Maybe<Scalars['Float']['output']>;
  copiesUsd: Maybe<Scalars['Float']['output']>;
  transferUsd: Maybe<Scalars['Float']['output']>;
  verificationUsd: Maybe<Scalars['Float']['output']>;
  totalUsd: Maybe<Scalars['Float']['output']>;
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
  Account: Account;
  Table: Table;
  Policy: Policy;
  Overview: Overview;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Account: { __typename: 'Account' } & GraphQLRecursivePick<FederationTypes['Account'], { id: true }>;
  Table: { __typename: 'Table' } & GraphQLRecursivePick<FederationTypes['Table'], { arn: true }>;
  Policy: { __typename: 'Policy' } & GraphQLRecursivePick<FederationTypes['Policy'], { id: true }>;
  Overview: { __typename: 'Overview' } & GraphQLRecursivePick<FederationTypes['Overview'], { window: true }>;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ARN: ResolverTypeWrapper<Scalars['ARN']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  TableClass: TableClass;
  BillingMode: BillingMode;
  EncryptionType: EncryptionType;
  AccountConnection: AccountConnection;
  ProtectionStatus: ProtectionStatus;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AccountUse: AccountUse;
  PermissionOperation: PermissionOperation;
  AwsRole: AwsRole;
  PermissionOutcome: PermissionOutcome;
  PermissionCheck: ResolverTypeWrapper<PermissionCheck>;
  PermissionGap: ResolverTypeWrapper<PermissionGap>;
  PermissionFinding: ResolverTypeWrapper<PermissionFinding>;
  PermissionGrant: ResolverTypeWrapper<PermissionGrant>;
  PolicyTest: ResolverTypeWrapper<PolicyTest>;
  PolicyCheck: ResolverTypeWrapper<PolicyCheck>;
  CheckOutcome: CheckOutcome;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Account: ResolverTypeWrapper<AccountParent>;
  UnreadableTable: ResolverTypeWrapper<UnreadableTable>;
  CapacityUnits: ResolverTypeWrapper<CapacityUnits>;
  OnDemandMaximum: ResolverTypeWrapper<OnDemandMaximum>;
  Encryption: ResolverTypeWrapper<Encryption>;
  KeyElement: ResolverTypeWrapper<KeyElement>;
  Index: ResolverTypeWrapper<Index>;
  TableStream: ResolverTypeWrapper<TableStream>;
  Tag: ResolverTypeWrapper<Tag>;
  Table: ResolverTypeWrapper<TableParent>;
  TableEdge: ResolverTypeWrapper<Omit<TableEdge, 'node'> & { node: ResolversTypes['Table'] }>;
  TableConnection: ResolverTypeWrapper<
    Omit<TableConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['TableEdge']>;
      nodes: Array<ResolversTypes['Table']>;
    }
  >;
  TableFilter: TableFilter;
  OrderDirection: OrderDirection;
  TableOrder: TableOrder;
  TableOrderField: TableOrderField;
  PolicyFilter: PolicyFilter;
  PolicyOrder: PolicyOrder;
  PolicyOrderField: PolicyOrderField;
  TagSelector: ResolverTypeWrapper<TagSelector>;
  RegionVault: ResolverTypeWrapper<RegionVault>;
  CopyTarget: ResolverTypeWrapper<CopyTarget>;
  TagsMatch: TagsMatch;
  TableSelector: ResolverTypeWrapper<TableSelector>;
  Selection: ResolverTypeWrapper<Selection>;
  Policy: ResolverTypeWrapper<PolicyParent>;
  PolicyNotifications: ResolverTypeWrapper<PolicyNotifications>;
  PolicyNotificationsInput: PolicyNotificationsInput;
  NotifyOn: NotifyOn;
  PolicyVerification: ResolverTypeWrapper<PolicyVerification>;
  VerificationSchedule: ResolverTypeWrapper<VerificationSchedule>;
  VerificationDays: ResolverTypeWrapper<VerificationDays>;
  VerificationWeekdays: ResolverTypeWrapper<VerificationWeekdays>;
  VerificationMonths: ResolverTypeWrapper<VerificationMonths>;
  VerificationYear: ResolverTypeWrapper<VerificationYear>;
  PolicyVerificationInput: PolicyVerificationInput;
  VerificationScheduleInput: VerificationScheduleInput;
  VerificationDaysInput: VerificationDaysInput;
  VerificationWeekdaysInput: VerificationWeekdaysInput;
  VerificationMonthsInput: VerificationMonthsInput;
  VerificationYearInput: VerificationYearInput;
  ScheduleState: ScheduleState;
  Weekday: Weekday;
  PeriodUnit: PeriodUnit;
  Period: ResolverTypeWrapper<Period>;
  Schedules: ResolverTypeWrapper<Schedules>;
  DailySchedule: ResolverTypeWrapper<DailySchedule>;
  WeeklySchedule: ResolverTypeWrapper<WeeklySchedule>;
  MonthlySchedule: ResolverTypeWrapper<MonthlySchedule>;
  YearlySchedule: ResolverTypeWrapper<YearlySchedule>;
  DayOfMonthKind: DayOfMonthKind;
  DayOfMonth: ResolverTypeWrapper<DayOfMonth>;
  PolicyEdge: ResolverTypeWrapper<Omit<PolicyEdge, 'node'> & { node: ResolversTypes['Policy'] }>;
  PolicyConnection: ResolverTypeWrapper<
    Omit<PolicyConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['PolicyEdge']>;
      nodes: Array<ResolversTypes['Policy']>;
    }
  >;
  CreateAccountInput: CreateAccountInput;
  UpdateAccountInput: UpdateAccountInput;
  DeleteAccountInput: DeleteAccountInput;
  AccountPayload: ResolverTypeWrapper<Omit<AccountPayload, 'account'> & { account?: Maybe<ResolversTypes['Account']> }>;
  DeleteAccountPayload: ResolverTypeWrapper<DeleteAccountPayload>;
  TagSelectorInput: TagSelectorInput;
  TableSelectorInput: TableSelectorInput;
  SelectionInput: SelectionInput;
  RegionVaultInput: RegionVaultInput;
  CopyTargetInput: CopyTargetInput;
  TagInput: TagInput;
  PolicyInput: PolicyInput;
  UpdatePolicyInput: UpdatePolicyInput;
  PolicyIdInput: PolicyIdInput;
  PolicyPayload: ResolverTypeWrapper<Omit<PolicyPayload, 'policy'> & { policy?: Maybe<ResolversTypes['Policy']> }>;
  DeletePolicyPayload: ResolverTypeWrapper<DeletePolicyPayload>;
  SchedulesInput: SchedulesInput;
  PeriodInput: PeriodInput;
  DailyScheduleInput: DailyScheduleInput;
  WeeklyScheduleInput: WeeklyScheduleInput;
  DayOfMonthInput: DayOfMonthInput;
  MonthlyScheduleInput: MonthlyScheduleInput;
  YearlyScheduleInput: YearlyScheduleInput;
  PolicyDocument: ResolverTypeWrapper<PolicyDocument>;
  ReorderPoliciesInput: ReorderPoliciesInput;
  PolicyVersionInput: PolicyVersionInput;
  ReorderPoliciesPayload: ResolverTypeWrapper<
    Omit<ReorderPoliciesPayload, 'policies'> & { policies?: Maybe<Array<ResolversTypes['Policy']>> }
  >;
  AddTablesToPolicyInput: AddTablesToPolicyInput;
  ImportPolicyInput: ImportPolicyInput;
  OverviewWindow: OverviewWindow;
  Overview: ResolverTypeWrapper<Overview>;
  NextRun: ResolverTypeWrapper<NextRun>;
  PolicyHealthFilter: PolicyHealthFilter;
  PolicyHealth: ResolverTypeWrapper<PolicyHealth>;
  ExportFormat: ExportFormat;
  Download: ResolverTypeWrapper<Download>;
  PolicyCostEstimate: ResolverTypeWrapper<PolicyCostEstimate>;
  TableCost: ResolverTypeWrapper<TableCost>;
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
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Float: Scalars['Float']['output'];
  PermissionCheck: PermissionCheck;
  PermissionGap: PermissionGap;
  PermissionFinding: PermissionFinding;
  PermissionGrant: PermissionGrant;
  PolicyTest: PolicyTest;
  PolicyCheck: PolicyCheck;
  Mutation: Record<PropertyKey, never>;
  Account: AccountParent;
  UnreadableTable: UnreadableTable;
  CapacityUnits: CapacityUnits;
  OnDemandMaximum: OnDemandMaximum;
  Encryption: Encryption;
  KeyElement: KeyElement;
  Index: Index;
  TableStream: TableStream;
  Tag: Tag;
  Table: TableParent;
  TableEdge: Omit<TableEdge, 'node'> & { node: ResolversParentTypes['Table'] };
  TableConnection: Omit<TableConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['TableEdge']>;
    nodes: Array<ResolversParentTypes['Table']>;
  };
  TableFilter: TableFilter;
  TableOrder: TableOrder;
  PolicyFilter: PolicyFilter;
  PolicyOrder: PolicyOrder;
  TagSelector: TagSelector;
  RegionVault: RegionVault;
  CopyTarget: CopyTarget;
  TableSelector: TableSelector;
  Selection: Selection;
  Policy: PolicyParent;
  PolicyNotifications: PolicyNotifications;
  PolicyNotificationsInput: PolicyNotificationsInput;
  PolicyVerification: PolicyVerification;
  VerificationSchedule: VerificationSchedule;
  VerificationDays: VerificationDays;
  VerificationWeekdays: VerificationWeekdays;
  VerificationMonths: VerificationMonths;
  VerificationYear: VerificationYear;
  PolicyVerificationInput: PolicyVerificationInput;
  VerificationScheduleInput: VerificationScheduleInput;
  VerificationDaysInput: VerificationDaysInput;
  VerificationWeekdaysInput: VerificationWeekdaysInput;
  VerificationMonthsInput: VerificationMonthsInput;
  VerificationYearInput: VerificationYearInput;
  Period: Period;
  Schedules: Schedules;
  DailySchedule: DailySchedule;
  WeeklySchedule: WeeklySchedule;
  MonthlySchedule: MonthlySchedule;
  YearlySchedule: YearlySchedule;
  DayOfMonth: DayOfMonth;
  PolicyEdge: Omit<PolicyEdge, 'node'> & { node: ResolversParentTypes['Policy'] };
  PolicyConnection: Omit<PolicyConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['PolicyEdge']>;
    nodes: Array<ResolversParentTypes['Policy']>;
  };
  CreateAccountInput: CreateAccountInput;
  UpdateAccountInput: UpdateAccountInput;
  DeleteAccountInput: DeleteAccountInput;
  AccountPayload: Omit<AccountPayload, 'account'> & { account?: Maybe<ResolversParentTypes['Account']> };
  DeleteAccountPayload: DeleteAccountPayload;
  TagSelectorInput: TagSelectorInput;
  TableSelectorInput: TableSelectorInput;
  SelectionInput: SelectionInput;
  RegionVaultInput: RegionVaultInput;
  CopyTargetInput: CopyTargetInput;
  TagInput: TagInput;
  PolicyInput: PolicyInput;
  UpdatePolicyInput: UpdatePolicyInput;
  PolicyIdInput: PolicyIdInput;
  PolicyPayload: Omit<PolicyPayload, 'policy'> & { policy?: Maybe<ResolversParentTypes['Policy']> };
  DeletePolicyPayload: DeletePolicyPayload;
  SchedulesInput: SchedulesInput;
  PeriodInput: PeriodInput;
  DailyScheduleInput: DailyScheduleInput;
  WeeklyScheduleInput: WeeklyScheduleInput;
  DayOfMonthInput: DayOfMonthInput;
  MonthlyScheduleInput: MonthlyScheduleInput;
  YearlyScheduleInput: YearlyScheduleInput;
  PolicyDocument: PolicyDocument;
  ReorderPoliciesInput: ReorderPoliciesInput;
  PolicyVersionInput: PolicyVersionInput;
  ReorderPoliciesPayload: Omit<ReorderPoliciesPayload, 'policies'> & {
    policies?: Maybe<Array<ResolversParentTypes['Policy']>>;
  };
  AddTablesToPolicyInput: AddTablesToPolicyInput;
  ImportPolicyInput: ImportPolicyInput;
  Overview: Overview | FederationReferenceTypes['Overview'];
  NextRun: NextRun;
  PolicyHealthFilter: PolicyHealthFilter;
  PolicyHealth: PolicyHealth;
  Download: Download;
  PolicyCostEstimate: PolicyCostEstimate;
  TableCost: TableCost;
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
  accounts?: Resolver<Array<ResolversTypes['Account']>, ParentType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<QueryAccountArgs, 'id'>>;
  tables?: Resolver<ResolversTypes['TableConnection'], ParentType, ContextType, Partial<QueryTablesArgs>>;
  table?: Resolver<Maybe<ResolversTypes['Table']>, ParentType, ContextType, RequireFields<QueryTableArgs, 'arn'>>;
  policies?: Resolver<ResolversTypes['PolicyConnection'], ParentType, ContextType, Partial<QueryPoliciesArgs>>;
  policy?: Resolver<Maybe<ResolversTypes['Policy']>, ParentType, ContextType, RequireFields<QueryPolicyArgs, 'id'>>;
  policyCostEstimate?: Resolver<
    ResolversTypes['PolicyCostEstimate'],
    ParentType,
    ContextType,
    Partial<QueryPolicyCostEstimateArgs>
  >;
  policyCostExport?: Resolver<
    ResolversTypes['Download'],
    ParentType,
    ContextType,
    RequireFields<QueryPolicyCostExportArgs, 'format'>
  >;
  overview?: Resolver<ResolversTypes['Overview'], ParentType, ContextType, RequireFields<QueryOverviewArgs, 'window'>>;
  policyHealth?: Resolver<
    Array<ResolversTypes['PolicyHealth']>,
    ParentType,
    ContextType,
    Partial<QueryPolicyHealthArgs>
  >;
  policyDocument?: Resolver<
    Maybe<ResolversTypes['PolicyDocument']>,
    ParentType,
    ContextType,
    RequireFields<QueryPolicyDocumentArgs, 'id'>
  >;
  policyTest?: Resolver<ResolversTypes['PolicyTest'], ParentType, ContextType, Partial<QueryPolicyTestArgs>>;
  checkPermissions?: Resolver<
    ResolversTypes['PermissionCheck'],
    ParentType,
    ContextType,
    RequireFields<QueryCheckPermissionsArgs, 'accountId'>
  >;
};

export type PermissionCheckResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PermissionCheck'] = ResolversParentTypes['PermissionCheck'],
> = {
  outcome?: Resolver<ResolversTypes['PermissionOutcome'], ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  missing?: Resolver<Array<ResolversTypes['PermissionGap']>, ParentType, ContextType>;
  unknown?: Resolver<Array<ResolversTypes['PermissionGap']>, ParentType, ContextType>;
  findings?: Resolver<Array<ResolversTypes['PermissionFinding']>, ParentType, ContextType>;
  grants?: Resolver<Array<ResolversTypes['PermissionGrant']>, ParentType, ContextType>;
};

export type PermissionGapResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PermissionGap'] = ResolversParentTypes['PermissionGap'],
> = {
  role?: Resolver<ResolversTypes['AwsRole'], ParentType, ContextType>;
  roleArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resources?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  operations?: Resolver<Array<ResolversTypes['PermissionOperation']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PermissionFindingResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PermissionFinding'] = ResolversParentTypes['PermissionFinding'],
> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['PermissionOutcome'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PermissionGrantResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PermissionGrant'] = ResolversParentTypes['PermissionGrant'],
> = {
  role?: Resolver<ResolversTypes['AwsRole'], ParentType, ContextType>;
  roleArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  policyDocument?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PolicyTestResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyTest'] = ResolversParentTypes['PolicyTest'],
> = {
  ok?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  checks?: Resolver<Array<ResolversTypes['PolicyCheck']>, ParentType, ContextType>;
  coveredTables?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  secondsToStart?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type PolicyCheckResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyCheck'] = ResolversParentTypes['PolicyCheck'],
> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['CheckOutcome'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MutationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  createAccount?: Resolver<
    ResolversTypes['AccountPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationCreateAccountArgs, 'input'>
  >;
  updateAccount?: Resolver<
    ResolversTypes['AccountPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdateAccountArgs, 'input'>
  >;
  deleteAccount?: Resolver<
    ResolversTypes['DeleteAccountPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDeleteAccountArgs, 'input'>
  >;
  createPolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationCreatePolicyArgs, 'input'>
  >;
  updatePolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdatePolicyArgs, 'input'>
  >;
  enablePolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationEnablePolicyArgs, 'input'>
  >;
  disablePolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDisablePolicyArgs, 'input'>
  >;
  reorderPolicies?: Resolver<
    ResolversTypes['ReorderPoliciesPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationReorderPoliciesArgs, 'input'>
  >;
  addTablesToPolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationAddTablesToPolicyArgs, 'input'>
  >;
  importPolicy?: Resolver<
    ResolversTypes['PolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationImportPolicyArgs, 'input'>
  >;
  deletePolicy?: Resolver<
    ResolversTypes['DeletePolicyPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDeletePolicyArgs, 'input'>
  >;
};

export type AccountResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account'],
  FederationReferenceType extends FederationReferenceTypes['Account'] = FederationReferenceTypes['Account'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Account']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  awsAccountId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roleArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  serviceRoleArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  externalId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  regions?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  uses?: Resolver<Array<ResolversTypes['AccountUse']>, ParentType, ContextType>;
  connection?: Resolver<ResolversTypes['AccountConnection'], ParentType, ContextType>;
  connectionMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unreadableTables?: Resolver<Array<ResolversTypes['UnreadableTable']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UnreadableTableResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['UnreadableTable'] = ResolversParentTypes['UnreadableTable'],
> = {
  arn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CapacityUnitsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['CapacityUnits'] = ResolversParentTypes['CapacityUnits'],
> = {
  readCapacityUnits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  writeCapacityUnits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OnDemandMaximumResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['OnDemandMaximum'] = ResolversParentTypes['OnDemandMaximum'],
> = {
  readRequestUnits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  writeRequestUnits?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type EncryptionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Encryption'] = ResolversParentTypes['Encryption'],
> = {
  type?: Resolver<ResolversTypes['EncryptionType'], ParentType, ContextType>;
  kmsKeyArn?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
};

export type KeyElementResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['KeyElement'] = ResolversParentTypes['KeyElement'],
> = {
  attribute?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type IndexResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Index'] = ResolversParentTypes['Index'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  keys?: Resolver<Array<ResolversTypes['KeyElement']>, ParentType, ContextType>;
  projection?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provisioned?: Resolver<Maybe<ResolversTypes['CapacityUnits']>, ParentType, ContextType>;
};

export type TableStreamResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TableStream'] = ResolversParentTypes['TableStream'],
> = {
  viewType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TagResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag'],
> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TableResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Table'] = ResolversParentTypes['Table'],
  FederationReferenceType extends FederationReferenceTypes['Table'] = FederationReferenceTypes['Table'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['Table']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  arn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  tableId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  vanishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  unreadableBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  scannedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  keys?: Resolver<Array<ResolversTypes['KeyElement']>, ParentType, ContextType>;
  indexes?: Resolver<Array<ResolversTypes['Index']>, ParentType, ContextType>;
  tableClass?: Resolver<ResolversTypes['TableClass'], ParentType, ContextType>;
  billingMode?: Resolver<ResolversTypes['BillingMode'], ParentType, ContextType>;
  provisioned?: Resolver<Maybe<ResolversTypes['CapacityUnits']>, ParentType, ContextType>;
  onDemandMaximum?: Resolver<Maybe<ResolversTypes['OnDemandMaximum']>, ParentType, ContextType>;
  deletionProtection?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  encryption?: Resolver<ResolversTypes['Encryption'], ParentType, ContextType>;
  stream?: Resolver<Maybe<ResolversTypes['TableStream']>, ParentType, ContextType>;
  replicas?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  timeToLiveAttribute?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pointInTimeRecoveryDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['Tag']>, ParentType, ContextType>;
  unknownSettings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  itemCount?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  protection?: Resolver<ResolversTypes['ProtectionStatus'], ParentType, ContextType>;
  protectionReason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unsupportedFeatures?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  policies?: Resolver<Array<ResolversTypes['Policy']>, ParentType, ContextType>;
  lastBackupAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type TableEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TableEdge'] = ResolversParentTypes['TableEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Table'], ParentType, ContextType>;
};

export type TableConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TableConnection'] = ResolversParentTypes['TableConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['TableEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Table']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TagSelectorResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TagSelector'] = ResolversParentTypes['TagSelector'],
> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RegionVaultResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RegionVault'] = ResolversParentTypes['RegionVault'],
> = {
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  vaultName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CopyTargetResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['CopyTarget'] = ResolversParentTypes['CopyTarget'],
> = {
  fromRegion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  toRegion?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  vaultName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TableSelectorResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TableSelector'] = ResolversParentTypes['TableSelector'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SelectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Selection'] = ResolversParentTypes['Selection'],
> = {
  allTables?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  tableNames?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  tables?: Resolver<Array<ResolversTypes['TableSelector']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['TagSelector']>, ParentType, ContextType>;
  tagsMatch?: Resolver<ResolversTypes['TagsMatch'], ParentType, ContextType>;
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
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
  regions?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  include?: Resolver<ResolversTypes['Selection'], ParentType, ContextType>;
  exclude?: Resolver<ResolversTypes['Selection'], ParentType, ContextType>;
  vaults?: Resolver<Array<ResolversTypes['RegionVault']>, ParentType, ContextType>;
  copies?: Resolver<Array<ResolversTypes['CopyTarget']>, ParentType, ContextType>;
  backupRetentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  customTags?: Resolver<Array<ResolversTypes['Tag']>, ParentType, ContextType>;
  retryCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retryDelaySeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  coldStorageAfterDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  keepNewest?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  safetyNetDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  rpoHours?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  notifications?: Resolver<Maybe<ResolversTypes['PolicyNotifications']>, ParentType, ContextType>;
  verification?: Resolver<Maybe<ResolversTypes['PolicyVerification']>, ParentType, ContextType>;
  schedules?: Resolver<Maybe<ResolversTypes['Schedules']>, ParentType, ContextType>;
  nextRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scheduleState?: Resolver<ResolversTypes['ScheduleState'], ParentType, ContextType>;
  scheduleMessage?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  health?: Resolver<ResolversTypes['PolicyHealth'], ParentType, ContextType>;
  coveredTables?: Resolver<
    ResolversTypes['TableConnection'],
    ParentType,
    ContextType,
    Partial<PolicyCoveredTablesArgs>
  >;
};

export type PolicyNotificationsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyNotifications'] = ResolversParentTypes['PolicyNotifications'],
> = {
  silent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  recipients?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  notifyOn?: Resolver<Maybe<Array<ResolversTypes['NotifyOn']>>, ParentType, ContextType>;
};

export type PolicyVerificationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyVerification'] = ResolversParentTypes['PolicyVerification'],
> = {
  schedule?: Resolver<ResolversTypes['VerificationSchedule'], ParentType, ContextType>;
  countItems?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  nextRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type VerificationScheduleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['VerificationSchedule'] = ResolversParentTypes['VerificationSchedule'],
> = {
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  daily?: Resolver<Maybe<ResolversTypes['VerificationDays']>, ParentType, ContextType>;
  weekly?: Resolver<Maybe<ResolversTypes['VerificationWeekdays']>, ParentType, ContextType>;
  monthly?: Resolver<Maybe<ResolversTypes['VerificationMonths']>, ParentType, ContextType>;
  yearly?: Resolver<Maybe<ResolversTypes['VerificationYear']>, ParentType, ContextType>;
};

export type VerificationDaysResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['VerificationDays'] = ResolversParentTypes['VerificationDays'],
> = {
  days?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
  times?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VerificationWeekdaysResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['VerificationWeekdays'] = ResolversParentTypes['VerificationWeekdays'],
> = {
  days?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VerificationMonthsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['VerificationMonths'] = ResolversParentTypes['VerificationMonths'],
> = {
  months?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  on?: Resolver<ResolversTypes['DayOfMonth'], ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VerificationYearResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['VerificationYear'] = ResolversParentTypes['VerificationYear'],
> = {
  month?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  on?: Resolver<ResolversTypes['DayOfMonth'], ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PeriodResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Period'] = ResolversParentTypes['Period'],
> = {
  value?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['PeriodUnit'], ParentType, ContextType>;
};

export type SchedulesResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Schedules'] = ResolversParentTypes['Schedules'],
> = {
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  daily?: Resolver<Maybe<ResolversTypes['DailySchedule']>, ParentType, ContextType>;
  weekly?: Resolver<Maybe<ResolversTypes['WeeklySchedule']>, ParentType, ContextType>;
  monthly?: Resolver<Maybe<ResolversTypes['MonthlySchedule']>, ParentType, ContextType>;
  yearly?: Resolver<Maybe<ResolversTypes['YearlySchedule']>, ParentType, ContextType>;
};

export type DailyScheduleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DailySchedule'] = ResolversParentTypes['DailySchedule'],
> = {
  days?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
  times?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  copyTimes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  keep?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
  keepCopies?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
};

export type WeeklyScheduleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['WeeklySchedule'] = ResolversParentTypes['WeeklySchedule'],
> = {
  days?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  copyDays?: Resolver<Array<ResolversTypes['Weekday']>, ParentType, ContextType>;
  keep?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
  keepCopies?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
};

export type MonthlyScheduleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['MonthlySchedule'] = ResolversParentTypes['MonthlySchedule'],
> = {
  months?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  on?: Resolver<ResolversTypes['DayOfMonth'], ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  copyMonths?: Resolver<Array<ResolversTypes['Int']>, ParentType, ContextType>;
  keep?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
  keepCopies?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
};

export type YearlyScheduleResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['YearlySchedule'] = ResolversParentTypes['YearlySchedule'],
> = {
  month?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  on?: Resolver<ResolversTypes['DayOfMonth'], ParentType, ContextType>;
  time?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  copies?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  keep?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
  keepCopies?: Resolver<Maybe<ResolversTypes['Period']>, ParentType, ContextType>;
};

export type DayOfMonthResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DayOfMonth'] = ResolversParentTypes['DayOfMonth'],
> = {
  kind?: Resolver<ResolversTypes['DayOfMonthKind'], ParentType, ContextType>;
  date?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  nth?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  weekday?: Resolver<Maybe<ResolversTypes['Weekday']>, ParentType, ContextType>;
};

export type PolicyEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyEdge'] = ResolversParentTypes['PolicyEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Policy'], ParentType, ContextType>;
};

export type PolicyConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyConnection'] = ResolversParentTypes['PolicyConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['PolicyEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Policy']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AccountPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AccountPayload'] = ResolversParentTypes['AccountPayload'],
> = {
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeleteAccountPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeleteAccountPayload'] = ResolversParentTypes['DeleteAccountPayload'],
> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PolicyPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyPayload'] = ResolversParentTypes['PolicyPayload'],
> = {
  policy?: Resolver<Maybe<ResolversTypes['Policy']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeletePolicyPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeletePolicyPayload'] = ResolversParentTypes['DeletePolicyPayload'],
> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PolicyDocumentResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyDocument'] = ResolversParentTypes['PolicyDocument'],
> = {
  formatVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  json?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ReorderPoliciesPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['ReorderPoliciesPayload'] = ResolversParentTypes['ReorderPoliciesPayload'],
> = {
  policies?: Resolver<Maybe<Array<ResolversTypes['Policy']>>, ParentType, ContextType>;
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
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tables?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesProtected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesRpoBreached?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesAwaitingFirstBackup?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesPolicyUnplannable?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesPolicyDisabled?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesExcluded?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesUnprotected?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextRuns?: Resolver<Array<ResolversTypes['NextRun']>, ParentType, ContextType>;
};

export type NextRunResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['NextRun'] = ResolversParentTypes['NextRun'],
> = {
  policyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  policyName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nextRunAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PolicyHealthResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyHealth'] = ResolversParentTypes['PolicyHealth'],
> = {
  policyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  policyName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  accountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  scheduleState?: Resolver<ResolversTypes['ScheduleState'], ParentType, ContextType>;
  lastRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastRunStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastSuccessAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  nextRunAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expectedIntervalSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  overdue?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  rpoHours?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  coveredTables?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesRpoBreached?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  copiesBehind?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tablesVerified?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  tablesVerificationFailed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastVerifiedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  measuredRestoreSecondsMax?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  nextVerificationAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DownloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Download'] = ResolversParentTypes['Download'],
> = {
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PolicyCostEstimateResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyCostEstimate'] = ResolversParentTypes['PolicyCostEstimate'],
> = {
  pricesAsOf?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pricesSource?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  backupsUsd?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  copiesUsd?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  transferUsd?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  verificationUsd?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  totalUsd?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  notes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  tables?: Resolver<Array<ResolversTypes['TableCost']>, ParentType, ContextType>;
  csv?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TableCostResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['TableCost'] = ResolversParentTypes['TableCost'],
> = {
  arn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  backupsUsd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  copiesUsd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  transferUsd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  verificationUsd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  totalUsd?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  PermissionCheck?: PermissionCheckResolvers<ContextType>;
  PermissionGap?: PermissionGapResolvers<ContextType>;
  PermissionFinding?: PermissionFindingResolvers<ContextType>;
  PermissionGrant?: PermissionGrantResolvers<ContextType>;
  PolicyTest?: PolicyTestResolvers<ContextType>;
  PolicyCheck?: PolicyCheckResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  UnreadableTable?: UnreadableTableResolvers<ContextType>;
  CapacityUnits?: CapacityUnitsResolvers<ContextType>;
  OnDemandMaximum?: OnDemandMaximumResolvers<ContextType>;
  Encryption?: EncryptionResolvers<ContextType>;
  KeyElement?: KeyElementResolvers<ContextType>;
  Index?: IndexResolvers<ContextType>;
  TableStream?: TableStreamResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  Table?: TableResolvers<ContextType>;
  TableEdge?: TableEdgeResolvers<ContextType>;
  TableConnection?: TableConnectionResolvers<ContextType>;
  TagSelector?: TagSelectorResolvers<ContextType>;
  RegionVault?: RegionVaultResolvers<ContextType>;
  CopyTarget?: CopyTargetResolvers<ContextType>;
  TableSelector?: TableSelectorResolvers<ContextType>;
  Selection?: SelectionResolvers<ContextType>;
  Policy?: PolicyResolvers<ContextType>;
  PolicyNotifications?: PolicyNotificationsResolvers<ContextType>;
  PolicyVerification?: PolicyVerificationResolvers<ContextType>;
  VerificationSchedule?: VerificationScheduleResolvers<ContextType>;
  VerificationDays?: VerificationDaysResolvers<ContextType>;
  VerificationWeekdays?: VerificationWeekdaysResolvers<ContextType>;
  VerificationMonths?: VerificationMonthsResolvers<ContextType>;
  VerificationYear?: VerificationYearResolvers<ContextType>;
  Period?: PeriodResolvers<ContextType>;
  Schedules?: SchedulesResolvers<ContextType>;
  DailySchedule?: DailyScheduleResolvers<ContextType>;
  WeeklySchedule?: WeeklyScheduleResolvers<ContextType>;
  MonthlySchedule?: MonthlyScheduleResolvers<ContextType>;
  YearlySchedule?: YearlyScheduleResolvers<ContextType>;
  DayOfMonth?: DayOfMonthResolvers<ContextType>;
  PolicyEdge?: PolicyEdgeResolvers<ContextType>;
  PolicyConnection?: PolicyConnectionResolvers<ContextType>;
  AccountPayload?: AccountPayloadResolvers<ContextType>;
  DeleteAccountPayload?: DeleteAccountPayloadResolvers<ContextType>;
  PolicyPayload?: PolicyPayloadResolvers<ContextType>;
  DeletePolicyPayload?: DeletePolicyPayloadResolvers<ContextType>;
  PolicyDocument?: PolicyDocumentResolvers<ContextType>;
  ReorderPoliciesPayload?: ReorderPoliciesPayloadResolvers<ContextType>;
  Overview?: OverviewResolvers<ContextType>;
  NextRun?: NextRunResolvers<ContextType>;
  PolicyHealth?: PolicyHealthResolvers<ContextType>;
  Download?: DownloadResolvers<ContextType>;
  PolicyCostEstimate?: PolicyCostEstimateResolvers<ContextType>;
  TableCost?: TableCostResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
