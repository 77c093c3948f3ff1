// Generated from schema/graphql/retention.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type {
  RestorePointParent,
  SettingsSnapshotParent,
  RetentionVerdictParent,
  FrozenChainParent,
  TableParent,
  OverviewParent,
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

export type TableClass = 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS';

export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';

export type EncryptionType = 'AWS_OWNED' | 'AWS_MANAGED' | 'CUSTOMER_MANAGED';

export type RestorePointKind = 'BACKUP' | 'COPY' | 'MANUAL';

export type StorageClass = 'WARM' | 'COLD';

export type Query = {
  __typename?: 'Query';
  /** Newest first. */
  restorePoints: RestorePointConnection;
  restorePoint: Maybe<RestorePoint>;
  /**
   * Points of which catalog and vault say different things, newest first, as far as the last looks at the vaults tell; of all
   * kinds unless one is named.
   */
  catalogDrift: RestorePointConnection;
  /** How many there were of each kind when catalog and vaults were last compared; kinds without any are left out. */
  catalogDriftCounts: Array<CatalogDriftCount>;
  retentionSettings: RetentionSettings;
  /**
   * What retention would do with an account's points now, and every reason for each that stays; newest first. Deletes nothing,
   * and does not look into the vaults: `runRetention` with `dryRun` does.
   */
  retentionPreview: RetentionPreviewConnection;
  /** Tables whose retention is frozen, the latest freeze first. */
  frozenChains: FrozenChainConnection;
};

export type QueryRestorePointsArgs = {
  filter?: InputMaybe<RestorePointFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryRestorePointArgs = {
  id: Scalars['ID']['input'];
};

export type QueryCatalogDriftArgs = {
  accountId: Scalars['ID']['input'];
  kind?: InputMaybe<DriftKind>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryCatalogDriftCountsArgs = {
  accountId: Scalars['ID']['input'];
};

export type QueryRetentionPreviewArgs = {
  accountId: Scalars['ID']['input'];
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
  onlyExpired?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryFrozenChainsArgs = {
  accountId?: InputMaybe<Scalars['ID']['input']>;
  includeAcknowledged?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/**
 * How catalog and vault may differ. The catalog is compared with its vaults every day, and whenever restore points are
 * imported.
 */
export type DriftKind =
  /** The last complete listing of its vault does not show it. One more, an hour later, and it is taken for gone. */
  | 'MISSING'
  /** Found in its vault within the last seven days: the catalog did not have it. */
  | 'FOUND'
  /** AWS could not delete it when its time was over and keeps it, at your cost. */
  | 'EXPIRED'
  /** AWS has been deleting it for more than a day. */
  | 'STUCK_DELETING'
  /** AWS shows it in a state that it cannot be restored from. */
  | 'UNUSABLE'
  /** AWS names another size than the catalog. */
  | 'SIZE_DIFFERS'
  /** A copy whose source is gone, or was never found. It can be restored like any other. */
  | 'ORPHANED';

export type CatalogDriftCount = {
  __typename?: 'CatalogDriftCount';
  kind: DriftKind;
  points: Scalars['Int']['output'];
  /** Since when it is as it is. */
  changedAt: Scalars['DateTime']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * The first of the two steps of deleting by hand: what would be deleted and what would be kept, each with the reason. Deletes
   * nothing; `deleteRestorePoints` takes the preview's id within half an hour.
   */
  previewDeletion: PreviewDeletionPayload;
  /**
   * Places a hold on points or releases it: Tablekeep deletes no point on hold. A locked vault's points are refused, and others'
   * points with a lifecycle, since AWS deletes those by itself.
   */
  setLegalHold: SetLegalHoldPayload;
  /**
   * Says when points expire, instead of what their schedules or their making said; from then on no edit of a policy moves it.
   * A locked vault's points are refused, since their end was fixed when they were made.
   */
  setRestorePointExpiry: SetRestorePointExpiryPayload;
  /**
   * The first of two steps by which a policy's points follow its present retention: what would expire earlier, later, or not
   * change. Changes nothing; `applyPolicyRetention` takes the preview's id within half an hour. Without it an edited policy
   * rules new points only.
   */
  previewPolicyRetention: PreviewPolicyRetentionPayload;
  /**
   * Applies what a preview showed, all of it or nothing. What is shortened into the past stays for another day, so that a
   * mistake can be taken back.
   */
  applyPolicyRetention: ApplyPolicyRetentionPayload;
  /** Lets retention go on with a frozen table: a person has seen that the old points may expire. */
  acknowledgeChain: AcknowledgeChainPayload;
  /**
   * Lets the points expire that an import found for a catalog that had lost them: a person has placed the holds and ends again
   * that were lost with it. They stay until then. All of those that wait or, where there are others than that person saw, none.
   */
  acknowledgeImport: AcknowledgeImportPayload;
  /** Absent fields stay as they are. */
  updateRetentionSettings: UpdateRetentionSettingsPayload;
};

export type MutationPreviewDeletionArgs = {
  input: PreviewDeletionInput;
};

export type MutationSetLegalHoldArgs = {
  input: SetLegalHoldInput;
};

export type MutationSetRestorePointExpiryArgs = {
  input: SetRestorePointExpiryInput;
};

export type MutationPreviewPolicyRetentionArgs = {
  input: PreviewPolicyRetentionInput;
};

export type MutationApplyPolicyRetentionArgs = {
  input: ApplyPolicyRetentionInput;
};

export type MutationAcknowledgeChainArgs = {
  input: AcknowledgeChainInput;
};

export type MutationAcknowledgeImportArgs = {
  input: AcknowledgeImportInput;
};

export type MutationUpdateRetentionSettingsArgs = {
  input: UpdateRetentionSettingsInput;
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

export type Tag = {
  __typename?: 'Tag';
  key: Scalars['String']['output'];
  value: Scalars['String']['output'];
};

/**
 * The table's settings as read when the point was made. Of a point that was imported from its vault, only what AWS does not
 * restore by itself is known: the rest is null until the point is restored.
 */
export type SettingsSnapshot = {
  __typename?: 'SettingsSnapshot';
  keys: Maybe<Array<KeyElement>>;
  indexes: Maybe<Array<Index>>;
  tableClass: TableClass;
  billingMode: Maybe<BillingMode>;
  provisioned: Maybe<CapacityUnits>;
  onDemandMaximum: Maybe<OnDemandMaximum>;
  deletionProtection: Scalars['Boolean']['output'];
  encryption: Maybe<Encryption>;
  timeToLiveAttribute: Maybe<Scalars['String']['output']>;
  pointInTimeRecoveryDays: Maybe<Scalars['Int']['output']>;
  tags: Array<Tag>;
  /** Names of settings that could not be read, with the reason. */
  unknownSettings: Array<Scalars['String']['output']>;
};

export type RestorePoint = {
  __typename?: 'RestorePoint';
  id: Scalars['ID']['output'];
  kind: RestorePointKind;
  recoveryPointArn: Scalars['ARN']['output'];
  tableArn: Scalars['ARN']['output'];
  tableName: Scalars['String']['output'];
  tableId: Maybe<Scalars['String']['output']>;
  accountId: Scalars['ID']['output'];
  /** Where the point lies. */
  region: Scalars['String']['output'];
  vaultName: Scalars['String']['output'];
  /** By the lifecycle it was made with. */
  storageClass: StorageClass;
  /** When AWS moves it to cold storage; null: never. */
  movesToColdAt: Maybe<Scalars['DateTime']['output']>;
  sizeBytes: Scalars['BigInt']['output'];
  /** The moment the data is from; a copy has its source's. */
  createdAt: Scalars['DateTime']['output'];
  /** Null: for ever. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** The schedules that it satisfies, each keeping it for its own time. Empty: made by hand, or by a policy without schedules. */
  flags: Array<RestorePointFlag>;
  policyId: Maybe<Scalars['ID']['output']>;
  policyName: Maybe<Scalars['String']['output']>;
  session: Maybe<Session>;
  /** Of a copy: the point it was made from, while the catalog has it. */
  source: Maybe<RestorePoint>;
  copies: Array<RestorePoint>;
  settings: Maybe<SettingsSnapshot>;
  /** What a person should know before restoring it: waiting time, capacity that may have been a peak, what does not come back. */
  restoreNotes: Array<Scalars['String']['output']>;
  /** False: its tags alone would not be enough to rebuild the catalog. */
  selfSufficient: Scalars['Boolean']['output'];
  /** Null: none. */
  legalHold: Maybe<LegalHold>;
  /** The last test restore of this point; null: nobody has tried. */
  verification: Maybe<PointVerification>;
  /** When it was seen to be gone from its vault; null while it is there. */
  deletedAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it is gone, where Tablekeep did not delete it. */
  deletedBecause: Maybe<Scalars['String']['output']>;
  /**
   * True: something else made it, or its tags cannot be read here. It can be restored; Tablekeep never deletes it, and no table
   * counts as protected by it.
   */
  foreign: Scalars['Boolean']['output'];
  /** Why it is not taken for Tablekeep's own. */
  foreignBecause: Maybe<Scalars['String']['output']>;
  /** When it was found in its vault, the catalog not having it; null for a point that was catalogued when it was made. */
  importedAt: Maybe<Scalars['DateTime']['output']>;
  /** Since when it waits for `acknowledgeImport`: the catalog had lost it, and retention leaves it alone. Null: it does not wait. */
  awaitsReviewSince: Maybe<Scalars['DateTime']['output']>;
  /** When the last look at its vault began that showed it; null: none has yet. */
  lastSeenAt: Maybe<Scalars['DateTime']['output']>;
  /** AWS's word for its state at that look, such as COMPLETED or EXPIRED. */
  awsStatus: Maybe<Scalars['String']['output']>;
  /** When AWS's own lifecycle deletes it, as seen at that look; null: never, or it was not looked at yet. */
  awsDeleteAt: Maybe<Scalars['DateTime']['output']>;
  /** In which ways it differs from what its vault shows. */
  drift: Array<DriftKind>;
  /** Who said when this point alone expires; null: its schedules or its making did. */
  expirySetBy: Maybe<Scalars['String']['output']>;
  /** Whether it stays for being the newest point of its table. */
  keepNewest: Scalars['Boolean']['output'];
  /** So many days after its last flag AWS may delete it by itself, which is put off while it must stay; null: AWS does not. */
  safetyNetDays: Maybe<Scalars['Int']['output']>;
  /** Until then it stays although its retention was shortened, or its time was over when it was found in its vault; null: neither. */
  graceUntil: Maybe<Scalars['DateTime']['output']>;
};

export type PointVerification = {
  __typename?: 'PointVerification';
  verifiedAt: Scalars['DateTime']['output'];
  outcome: VerificationOutcome;
  /** From the start of the restore until the table could be used, by AWS's clock; null: it never could. */
  restoreSeconds: Maybe<Scalars['Float']['output']>;
  /** As AWS reports it of the restored table, lagging up to six hours, unless every item was counted. */
  itemCount: Maybe<Scalars['BigInt']['output']>;
  countedExactly: Scalars['Boolean']['output'];
  sizeBytes: Maybe<Scalars['BigInt']['output']>;
  /** Why it failed. */
  problems: Array<Scalars['String']['output']>;
  /** What one may want to know beside the outcome. */
  remarks: Array<Scalars['String']['output']>;
  sessionId: Scalars['ID']['output'];
  session: Maybe<Session>;
};

export type VerificationOutcome =
  /** It came back as it was. */
  | 'VERIFIED'
  /** It did not come back, or not as it was. */
  | 'FAILED';

export type RestorePointFlag = {
  __typename?: 'RestorePointFlag';
  flag: ScheduleFlag;
  /** Null: for ever. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
};

export type ScheduleFlag =
  /** Daily. */
  | 'D'
  /** Weekly. */
  | 'W'
  /** Monthly. */
  | 'M'
  /** Yearly. */
  | 'Y';

export type LegalHold = {
  __typename?: 'LegalHold';
  reason: Scalars['String']['output'];
  /** Who placed it. */
  placedBy: Scalars['String']['output'];
  placedAt: Scalars['DateTime']['output'];
};

export type Session = {
  __typename?: 'Session';
  id: Scalars['ID']['output'];
};

export type Table = {
  __typename?: 'Table';
  arn: Scalars['ARN']['output'];
  /** What the last restore of this table took that was only a test: its measured RTO. */
  measuredRestoreSeconds: Maybe<Scalars['Float']['output']>;
  restoreMeasuredAt: Maybe<Scalars['DateTime']['output']>;
  restorePoints: RestorePointConnection;
};

export type TableRestorePointsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type RestorePointEdge = {
  __typename?: 'RestorePointEdge';
  cursor: Scalars['String']['output'];
  node: RestorePoint;
};

export type RestorePointConnection = {
  __typename?: 'RestorePointConnection';
  edges: Array<RestorePointEdge>;
  nodes: Array<RestorePoint>;
  pageInfo: PageInfo;
};

export type RestorePointFilter = {
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
  tableName?: InputMaybe<Scalars['String']['input']>;
  accountId?: InputMaybe<Scalars['ID']['input']>;
  region?: InputMaybe<Scalars['String']['input']>;
  kind?: InputMaybe<RestorePointKind>;
  policyId?: InputMaybe<Scalars['ID']['input']>;
  sessionId?: InputMaybe<Scalars['ID']['input']>;
  onLegalHold?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: only those of others; false: only Tablekeep's own. */
  foreign?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: only those that wait for `acknowledgeImport`; false: only the others. */
  awaitsReview?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: the last test restore went well. False: it failed, or nobody has tried. */
  verified?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: points that are gone too. Default false. */
  includeDeleted?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Either points by id, or a table's points. */
export type PreviewDeletionInput = {
  /** At most 500. */
  restorePointIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** All points of this table, whatever became of the table. */
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
  /** With `tableArn`: which of its points. Absent: all. */
  kinds?: InputMaybe<Array<RestorePointKind>>;
  /** With `tableArn`: only points whose data is older. */
  createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

export type PreviewDeletionPayload = {
  __typename?: 'PreviewDeletionPayload';
  preview: Maybe<DeletionPreview>;
  userErrors: Array<UserError>;
};

export type DeletionPreview = {
  __typename?: 'DeletionPreview';
  id: Scalars['ID']['output'];
  expiresAt: Scalars['DateTime']['output'];
  deleteCount: Scalars['Int']['output'];
  deleteBytes: Scalars['BigInt']['output'];
  keepCount: Scalars['Int']['output'];
  /** What a person should know before confirming. */
  warnings: Array<Scalars['String']['output']>;
  /** Newest first. */
  points: Array<DeletionPreviewPoint>;
};

export type DeletionPreviewPoint = {
  __typename?: 'DeletionPreviewPoint';
  restorePoint: RestorePoint;
  verdict: DeletionVerdict;
  /** Why it is kept. */
  because: Maybe<Scalars['String']['output']>;
};

export type DeletionVerdict = 'DELETE' | 'KEEP';

export type SetLegalHoldInput = {
  /** At most 500. */
  restorePointIds: Array<Scalars['ID']['input']>;
  /** False: releases it. */
  hold: Scalars['Boolean']['input'];
  /** Required to place a hold; at most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type SetLegalHoldPayload = {
  __typename?: 'SetLegalHoldPayload';
  restorePoints: Maybe<Array<RestorePoint>>;
  userErrors: Array<UserError>;
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
  /** What lies where, by Region and storage class. */
  storage: Array<OverviewStorage>;
};

export type OverviewStorage = {
  __typename?: 'OverviewStorage';
  region: Scalars['String']['output'];
  storageClass: StorageClass;
  points: Scalars['Int']['output'];
  sizeBytes: Scalars['BigInt']['output'];
};

/** How retention runs. */
export type RetentionSettings = {
  __typename?: 'RetentionSettings';
  /**
   * HH:MM; default 04:00. A time that a clock put forward leaves out is the moment when the clock has jumped; one that it shows
   * twice is the first of the two.
   */
  timeOfDay: Scalars['String']['output'];
  /** IANA; default UTC. */
  timeZone: Scalars['String']['output'];
  /** Each account's retention begins at its own moment within so many minutes after the time of day. */
  jitterMinutes: Scalars['Int']['output'];
  /** Where more than this share of a table's points would go at once, none does. Default 50. */
  sharePercent: Scalars['Int']['output'];
  /** Null: as SESSION_KEEP_DAYS of the session service says. */
  sessionRecords: Maybe<SessionRecordRetention>;
  /** When each account's retention begins next; at most 500. */
  nextRuns: Array<RetentionRun>;
};

/** How long the records of ended sessions are kept. */
export type SessionRecordRetention = {
  __typename?: 'SessionRecordRetention';
  keepAll: Scalars['Boolean']['output'];
  keepDays: Maybe<Scalars['Int']['output']>;
};

export type RetentionRun = {
  __typename?: 'RetentionRun';
  accountId: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
};

export type UpdateRetentionSettingsInput = {
  /** HH:MM. */
  timeOfDay?: InputMaybe<Scalars['String']['input']>;
  /** IANA, as Europe/Berlin. */
  timeZone?: InputMaybe<Scalars['String']['input']>;
  /** 0 to 240. */
  jitterMinutes?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 100; 100 switches the check off. */
  sharePercent?: InputMaybe<Scalars['Int']['input']>;
  sessionRecords?: InputMaybe<SessionRecordRetentionInput>;
};

/** One of the two. */
export type SessionRecordRetentionInput = {
  keepAll?: InputMaybe<Scalars['Boolean']['input']>;
  /** 1 to 36,135. */
  keepDays?: InputMaybe<Scalars['Int']['input']>;
};

export type UpdateRetentionSettingsPayload = {
  __typename?: 'UpdateRetentionSettingsPayload';
  settings: Maybe<RetentionSettings>;
  userErrors: Array<UserError>;
};

export type RetentionPreviewConnection = {
  __typename?: 'RetentionPreviewConnection';
  edges: Array<RetentionPreviewEdge>;
  nodes: Array<RetentionVerdict>;
  pageInfo: PageInfo;
};

export type RetentionPreviewEdge = {
  __typename?: 'RetentionPreviewEdge';
  cursor: Scalars['String']['output'];
  node: RetentionVerdict;
};

export type RetentionVerdict = {
  __typename?: 'RetentionVerdict';
  restorePoint: RestorePoint;
  /** DELETE: nothing keeps it. */
  verdict: DeletionVerdict;
  /** Every reason to stay; empty: none. */
  reasons: Array<RetentionReason>;
};

export type RetentionReason = {
  __typename?: 'RetentionReason';
  code: RetentionReasonCode;
  /** Null: no time ends it. */
  until: Maybe<Scalars['DateTime']['output']>;
  message: Scalars['String']['output'];
};

export type RetentionReasonCode =
  /** A schedule keeps it. */
  | 'FLAG'
  /** It has an end that has not come. */
  | 'EXPIRY'
  | 'FOR_EVER'
  /** Made by hand, without an expiry. */
  | 'MANUAL'
  | 'LEGAL_HOLD'
  /** The newest point of its table. */
  | 'NEWEST'
  /** Made by somebody else. */
  | 'FOREIGN'
  /** AWS deletes it by the vault's lock. */
  | 'LOCKED_VAULT'
  /** Its table was replaced or has collapsed, and nobody has acknowledged. */
  | 'CHAIN_FROZEN'
  | 'BEING_DELETED'
  | 'INCOMPLETE'
  /** Its retention was shortened less than a day ago. */
  | 'GRACE'
  /** Found by a catalog that had lost it, and nobody has acknowledged. */
  | 'AWAITS_REVIEW'
  | 'GONE';

/** The points of one table by its TableId, whose retention waits for a person. */
export type FrozenChain = {
  __typename?: 'FrozenChain';
  id: Scalars['ID']['output'];
  accountId: Scalars['ID']['output'];
  tableArn: Scalars['ARN']['output'];
  tableName: Scalars['String']['output'];
  tableId: Maybe<Scalars['String']['output']>;
  because: FreezeCause;
  detail: Scalars['String']['output'];
  frozenAt: Scalars['DateTime']['output'];
  /** Null: retention is frozen. */
  acknowledgedAt: Maybe<Scalars['DateTime']['output']>;
  acknowledgedBy: Maybe<Scalars['String']['output']>;
  reason: Maybe<Scalars['String']['output']>;
};

export type FreezeCause =
  /** The table's name came back with another TableId. */
  | 'REPLACED'
  /** Its newest point has less than a tenth of the usual size. */
  | 'COLLAPSED';

export type FrozenChainConnection = {
  __typename?: 'FrozenChainConnection';
  edges: Array<FrozenChainEdge>;
  nodes: Array<FrozenChain>;
  pageInfo: PageInfo;
};

export type FrozenChainEdge = {
  __typename?: 'FrozenChainEdge';
  cursor: Scalars['String']['output'];
  node: FrozenChain;
};

export type AcknowledgeChainInput = {
  id: Scalars['ID']['input'];
  /** At most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type AcknowledgeChainPayload = {
  __typename?: 'AcknowledgeChainPayload';
  chain: Maybe<FrozenChain>;
  userErrors: Array<UserError>;
};

export type AcknowledgeImportInput = {
  accountId: Scalars['ID']['input'];
  /** How many points of the account you saw waiting, as the import's session and `dev.tablekeep.catalog.unreviewed.v1` say it. */
  expectedCount: Scalars['Int']['input'];
  /** At most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

export type AcknowledgeImportPayload = {
  __typename?: 'AcknowledgeImportPayload';
  /** How many points waited. */
  releasedCount: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
};

export type SetRestorePointExpiryInput = {
  /** At most 500. */
  restorePointIds: Array<Scalars['ID']['input']>;
  /** In the future. Null or absent: they are kept for ever. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type SetRestorePointExpiryPayload = {
  __typename?: 'SetRestorePointExpiryPayload';
  restorePoints: Maybe<Array<RestorePoint>>;
  userErrors: Array<UserError>;
};

export type PreviewPolicyRetentionInput = {
  policyId: Scalars['ID']['input'];
  /** Only points of this table. */
  tableArn?: InputMaybe<Scalars['ARN']['input']>;
};

export type PreviewPolicyRetentionPayload = {
  __typename?: 'PreviewPolicyRetentionPayload';
  preview: Maybe<PolicyRetentionPreview>;
  userErrors: Array<UserError>;
};

export type PolicyRetentionPreview = {
  __typename?: 'PolicyRetentionPreview';
  id: Scalars['ID']['output'];
  expiresAt: Scalars['DateTime']['output'];
  earlierCount: Scalars['Int']['output'];
  laterCount: Scalars['Int']['output'];
  /** Points that stay as they are. */
  unchangedCount: Scalars['Int']['output'];
  /** Points whose new end is in the past: nothing keeps them for long. */
  overCount: Scalars['Int']['output'];
  /** What a person should know before confirming, locked vaults above all: their points keep the end they were made with. */
  warnings: Array<Scalars['String']['output']>;
  /** The first 500 that would change, newest first. */
  points: Array<PolicyRetentionPoint>;
};

export type PolicyRetentionPoint = {
  __typename?: 'PolicyRetentionPoint';
  restorePoint: RestorePoint;
  move: ExpiryMove;
  /** Null: for ever. */
  newExpiresAt: Maybe<Scalars['DateTime']['output']>;
};

export type ExpiryMove =
  | 'EARLIER'
  | 'LATER'
  /** Flags change, and the end does not. */
  | 'SAME';

export type ApplyPolicyRetentionInput = {
  previewId: Scalars['ID']['input'];
};

export type ApplyPolicyRetentionPayload = {
  __typename?: 'ApplyPolicyRetentionPayload';
  changedCount: Maybe<Scalars['Int']['output']>;
  userErrors: Array<UserError>;
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
  RestorePoint: RestorePoint;
  Table: Table;
  Overview: Overview;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  RestorePoint: { __typename: 'RestorePoint' } & GraphQLRecursivePick<FederationTypes['RestorePoint'], { id: true }>;
  Table: { __typename: 'Table' } & GraphQLRecursivePick<FederationTypes['Table'], { arn: true }>;
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
  RestorePointKind: RestorePointKind;
  StorageClass: StorageClass;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DriftKind: DriftKind;
  CatalogDriftCount: ResolverTypeWrapper<CatalogDriftCount>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CapacityUnits: ResolverTypeWrapper<CapacityUnits>;
  OnDemandMaximum: ResolverTypeWrapper<OnDemandMaximum>;
  Encryption: ResolverTypeWrapper<Encryption>;
  KeyElement: ResolverTypeWrapper<KeyElement>;
  Index: ResolverTypeWrapper<Index>;
  Tag: ResolverTypeWrapper<Tag>;
  SettingsSnapshot: ResolverTypeWrapper<SettingsSnapshotParent>;
  RestorePoint: ResolverTypeWrapper<RestorePointParent>;
  PointVerification: ResolverTypeWrapper<PointVerification>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  VerificationOutcome: VerificationOutcome;
  RestorePointFlag: ResolverTypeWrapper<RestorePointFlag>;
  ScheduleFlag: ScheduleFlag;
  LegalHold: ResolverTypeWrapper<LegalHold>;
  Session: ResolverTypeWrapper<Session>;
  Table: ResolverTypeWrapper<TableParent>;
  RestorePointEdge: ResolverTypeWrapper<Omit<RestorePointEdge, 'node'> & { node: ResolversTypes['RestorePoint'] }>;
  RestorePointConnection: ResolverTypeWrapper<
    Omit<RestorePointConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['RestorePointEdge']>;
      nodes: Array<ResolversTypes['RestorePoint']>;
    }
  >;
  RestorePointFilter: RestorePointFilter;
  PreviewDeletionInput: PreviewDeletionInput;
  PreviewDeletionPayload: ResolverTypeWrapper<
    Omit<PreviewDeletionPayload, 'preview'> & { preview?: Maybe<ResolversTypes['DeletionPreview']> }
  >;
  DeletionPreview: ResolverTypeWrapper<
    Omit<DeletionPreview, 'points'> & { points: Array<ResolversTypes['DeletionPreviewPoint']> }
  >;
  DeletionPreviewPoint: ResolverTypeWrapper<
    Omit<DeletionPreviewPoint, 'restorePoint'> & { restorePoint: ResolversTypes['RestorePoint'] }
  >;
  DeletionVerdict: DeletionVerdict;
  SetLegalHoldInput: SetLegalHoldInput;
  SetLegalHoldPayload: ResolverTypeWrapper<
    Omit<SetLegalHoldPayload, 'restorePoints'> & { restorePoints?: Maybe<Array<ResolversTypes['RestorePoint']>> }
  >;
  OverviewWindow: OverviewWindow;
  Overview: ResolverTypeWrapper<OverviewParent>;
  OverviewStorage: ResolverTypeWrapper<OverviewStorage>;
  RetentionSettings: ResolverTypeWrapper<RetentionSettings>;
  SessionRecordRetention: ResolverTypeWrapper<SessionRecordRetention>;
  RetentionRun: ResolverTypeWrapper<RetentionRun>;
  UpdateRetentionSettingsInput: UpdateRetentionSettingsInput;
  SessionRecordRetentionInput: SessionRecordRetentionInput;
  UpdateRetentionSettingsPayload: ResolverTypeWrapper<UpdateRetentionSettingsPayload>;
  RetentionPreviewConnection: ResolverTypeWrapper<
    Omit<RetentionPreviewConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['RetentionPreviewEdge']>;
      nodes: Array<ResolversTypes['RetentionVerdict']>;
    }
  >;
  RetentionPreviewEdge: ResolverTypeWrapper<
    Omit<RetentionPreviewEdge, 'node'> & { node: ResolversTypes['RetentionVerdict'] }
  >;
  RetentionVerdict: ResolverTypeWrapper<RetentionVerdictParent>;
  RetentionReason: ResolverTypeWrapper<RetentionReason>;
  RetentionReasonCode: RetentionReasonCode;
  FrozenChain: ResolverTypeWrapper<FrozenChainParent>;
  FreezeCause: FreezeCause;
  FrozenChainConnection: ResolverTypeWrapper<
    Omit<FrozenChainConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['FrozenChainEdge']>;
      nodes: Array<ResolversTypes['FrozenChain']>;
    }
  >;
  FrozenChainEdge: ResolverTypeWrapper<Omit<FrozenChainEdge, 'node'> & { node: ResolversTypes['FrozenChain'] }>;
  AcknowledgeChainInput: AcknowledgeChainInput;
  AcknowledgeChainPayload: ResolverTypeWrapper<
    Omit<AcknowledgeChainPayload, 'chain'> & { chain?: Maybe<ResolversTypes['FrozenChain']> }
  >;
  AcknowledgeImportInput: AcknowledgeImportInput;
  AcknowledgeImportPayload: ResolverTypeWrapper<AcknowledgeImportPayload>;
  SetRestorePointExpiryInput: SetRestorePointExpiryInput;
  SetRestorePointExpiryPayload: ResolverTypeWrapper<
    Omit<SetRestorePointExpiryPayload, 'restorePoints'> & {
      restorePoints?: Maybe<Array<ResolversTypes['RestorePoint']>>;
    }
  >;
  PreviewPolicyRetentionInput: PreviewPolicyRetentionInput;
  PreviewPolicyRetentionPayload: ResolverTypeWrapper<
    Omit<PreviewPolicyRetentionPayload, 'preview'> & { preview?: Maybe<ResolversTypes['PolicyRetentionPreview']> }
  >;
  PolicyRetentionPreview: ResolverTypeWrapper<
    Omit<PolicyRetentionPreview, 'points'> & { points: Array<ResolversTypes['PolicyRetentionPoint']> }
  >;
  PolicyRetentionPoint: ResolverTypeWrapper<
    Omit<PolicyRetentionPoint, 'restorePoint'> & { restorePoint: ResolversTypes['RestorePoint'] }
  >;
  ExpiryMove: ExpiryMove;
  ApplyPolicyRetentionInput: ApplyPolicyRetentionInput;
  ApplyPolicyRetentionPayload: ResolverTypeWrapper<ApplyPolicyRetentionPayload>;
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
  CatalogDriftCount: CatalogDriftCount;
  Mutation: Record<PropertyKey, never>;
  CapacityUnits: CapacityUnits;
  OnDemandMaximum: OnDemandMaximum;
  Encryption: Encryption;
  KeyElement: KeyElement;
  Index: Index;
  Tag: Tag;
  SettingsSnapshot: SettingsSnapshotParent;
  RestorePoint: RestorePointParent;
  PointVerification: PointVerification;
  Float: Scalars['Float']['output'];
  RestorePointFlag: RestorePointFlag;
  LegalHold: LegalHold;
  Session: Session;
  Table: TableParent;
  RestorePointEdge: Omit<RestorePointEdge, 'node'> & { node: ResolversParentTypes['RestorePoint'] };
  RestorePointConnection: Omit<RestorePointConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['RestorePointEdge']>;
    nodes: Array<ResolversParentTypes['RestorePoint']>;
  };
  RestorePointFilter: RestorePointFilter;
  PreviewDeletionInput: PreviewDeletionInput;
  PreviewDeletionPayload: Omit<PreviewDeletionPayload, 'preview'> & {
    preview?: Maybe<ResolversParentTypes['DeletionPreview']>;
  };
  DeletionPreview: Omit<DeletionPreview, 'points'> & { points: Array<ResolversParentTypes['DeletionPreviewPoint']> };
  DeletionPreviewPoint: Omit<DeletionPreviewPoint, 'restorePoint'> & {
    restorePoint: ResolversParentTypes['RestorePoint'];
  };
  SetLegalHoldInput: SetLegalHoldInput;
  SetLegalHoldPayload: Omit<SetLegalHoldPayload, 'restorePoints'> & {
    restorePoints?: Maybe<Array<ResolversParentTypes['RestorePoint']>>;
  };
  Overview: OverviewParent;
  OverviewStorage: OverviewStorage;
  RetentionSettings: RetentionSettings;
  SessionRecordRetention: SessionRecordRetention;
  RetentionRun: RetentionRun;
  UpdateRetentionSettingsInput: UpdateRetentionSettingsInput;
  SessionRecordRetentionInput: SessionRecordRetentionInput;
  UpdateRetentionSettingsPayload: UpdateRetentionSettingsPayload;
  RetentionPreviewConnection: Omit<RetentionPreviewConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['RetentionPreviewEdge']>;
    nodes: Array<ResolversParentTypes['RetentionVerdict']>;
  };
  RetentionPreviewEdge: Omit<RetentionPreviewEdge, 'node'> & { node: ResolversParentTypes['RetentionVerdict'] };
  RetentionVerdict: RetentionVerdictParent;
  RetentionReason: RetentionReason;
  FrozenChain: FrozenChainParent;
  FrozenChainConnection: Omit<FrozenChainConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['FrozenChainEdge']>;
    nodes: Array<ResolversParentTypes['FrozenChain']>;
  };
  FrozenChainEdge: Omit<FrozenChainEdge, 'node'> & { node: ResolversParentTypes['FrozenChain'] };
  AcknowledgeChainInput: AcknowledgeChainInput;
  AcknowledgeChainPayload: Omit<AcknowledgeChainPayload, 'chain'> & {
    chain?: Maybe<ResolversParentTypes['FrozenChain']>;
  };
  AcknowledgeImportInput: AcknowledgeImportInput;
  AcknowledgeImportPayload: AcknowledgeImportPayload;
  SetRestorePointExpiryInput: SetRestorePointExpiryInput;
  SetRestorePointExpiryPayload: Omit<SetRestorePointExpiryPayload, 'restorePoints'> & {
    restorePoints?: Maybe<Array<ResolversParentTypes['RestorePoint']>>;
  };
  PreviewPolicyRetentionInput: PreviewPolicyRetentionInput;
  PreviewPolicyRetentionPayload: Omit<PreviewPolicyRetentionPayload, 'preview'> & {
    preview?: Maybe<ResolversParentTypes['PolicyRetentionPreview']>;
  };
  PolicyRetentionPreview: Omit<PolicyRetentionPreview, 'points'> & {
    points: Array<ResolversParentTypes['PolicyRetentionPoint']>;
  };
  PolicyRetentionPoint: Omit<PolicyRetentionPoint, 'restorePoint'> & {
    restorePoint: ResolversParentTypes['RestorePoint'];
  };
  ApplyPolicyRetentionInput: ApplyPolicyRetentionInput;
  ApplyPolicyRetentionPayload: ApplyPolicyRetentionPayload;
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
  restorePoints?: Resolver<
    ResolversTypes['RestorePointConnection'],
    ParentType,
    ContextType,
    Partial<QueryRestorePointsArgs>
  >;
  restorePoint?: Resolver<
    Maybe<ResolversTypes['RestorePoint']>,
    ParentType,
    ContextType,
    RequireFields<QueryRestorePointArgs, 'id'>
  >;
  catalogDrift?: Resolver<
    ResolversTypes['RestorePointConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryCatalogDriftArgs, 'accountId'>
  >;
  catalogDriftCounts?: Resolver<
    Array<ResolversTypes['CatalogDriftCount']>,
    ParentType,
    ContextType,
    RequireFields<QueryCatalogDriftCountsArgs, 'accountId'>
  >;
  retentionSettings?: Resolver<ResolversTypes['RetentionSettings'], ParentType, ContextType>;
  retentionPreview?: Resolver<
    ResolversTypes['RetentionPreviewConnection'],
    ParentType,
    ContextType,
    RequireFields<QueryRetentionPreviewArgs, 'accountId'>
  >;
  frozenChains?: Resolver<
    ResolversTypes['FrozenChainConnection'],
    ParentType,
    ContextType,
    Partial<QueryFrozenChainsArgs>
  >;
};

export type CatalogDriftCountResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['CatalogDriftCount'] = ResolversParentTypes['CatalogDriftCount'],
> = {
  kind?: Resolver<ResolversTypes['DriftKind'], ParentType, ContextType>;
  points?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  changedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type MutationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  previewDeletion?: Resolver<
    ResolversTypes['PreviewDeletionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationPreviewDeletionArgs, 'input'>
  >;
  setLegalHold?: Resolver<
    ResolversTypes['SetLegalHoldPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationSetLegalHoldArgs, 'input'>
  >;
  setRestorePointExpiry?: Resolver<
    ResolversTypes['SetRestorePointExpiryPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationSetRestorePointExpiryArgs, 'input'>
  >;
  previewPolicyRetention?: Resolver<
    ResolversTypes['PreviewPolicyRetentionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationPreviewPolicyRetentionArgs, 'input'>
  >;
  applyPolicyRetention?: Resolver<
    ResolversTypes['ApplyPolicyRetentionPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationApplyPolicyRetentionArgs, 'input'>
  >;
  acknowledgeChain?: Resolver<
    ResolversTypes['AcknowledgeChainPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationAcknowledgeChainArgs, 'input'>
  >;
  acknowledgeImport?: Resolver<
    ResolversTypes['AcknowledgeImportPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationAcknowledgeImportArgs, 'input'>
  >;
  updateRetentionSettings?: Resolver<
    ResolversTypes['UpdateRetentionSettingsPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdateRetentionSettingsArgs, 'input'>
  >;
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

export type TagResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag'],
> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SettingsSnapshotResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SettingsSnapshot'] = ResolversParentTypes['SettingsSnapshot'],
> = {
  keys?: Resolver<Maybe<Array<ResolversTypes['KeyElement']>>, ParentType, ContextType>;
  indexes?: Resolver<Maybe<Array<ResolversTypes['Index']>>, ParentType, ContextType>;
  tableClass?: Resolver<ResolversTypes['TableClass'], ParentType, ContextType>;
  billingMode?: Resolver<Maybe<ResolversTypes['BillingMode']>, ParentType, ContextType>;
  provisioned?: Resolver<Maybe<ResolversTypes['CapacityUnits']>, ParentType, ContextType>;
  onDemandMaximum?: Resolver<Maybe<ResolversTypes['OnDemandMaximum']>, ParentType, ContextType>;
  deletionProtection?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  encryption?: Resolver<Maybe<ResolversTypes['Encryption']>, ParentType, ContextType>;
  timeToLiveAttribute?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pointInTimeRecoveryDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['Tag']>, ParentType, ContextType>;
  unknownSettings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RestorePointResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestorePoint'] = ResolversParentTypes['RestorePoint'],
  FederationReferenceType extends FederationReferenceTypes['RestorePoint'] = FederationReferenceTypes['RestorePoint'],
> = {
  __resolveReference?: ReferenceResolver<
    Maybe<ResolversTypes['RestorePoint']> | FederationReferenceType,
    FederationReferenceType,
    ContextType
  >;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['RestorePointKind'], ParentType, ContextType>;
  recoveryPointArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  tableArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  tableName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tableId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  accountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  vaultName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  storageClass?: Resolver<ResolversTypes['StorageClass'], ParentType, ContextType>;
  movesToColdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  flags?: Resolver<Array<ResolversTypes['RestorePointFlag']>, ParentType, ContextType>;
  policyId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  policyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['RestorePoint']>, ParentType, ContextType>;
  copies?: Resolver<Array<ResolversTypes['RestorePoint']>, ParentType, ContextType>;
  settings?: Resolver<Maybe<ResolversTypes['SettingsSnapshot']>, ParentType, ContextType>;
  restoreNotes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  selfSufficient?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  legalHold?: Resolver<Maybe<ResolversTypes['LegalHold']>, ParentType, ContextType>;
  verification?: Resolver<Maybe<ResolversTypes['PointVerification']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deletedBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  foreign?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  foreignBecause?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  importedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  awaitsReviewSince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  awsStatus?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  awsDeleteAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  drift?: Resolver<Array<ResolversTypes['DriftKind']>, ParentType, ContextType>;
  expirySetBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  keepNewest?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  safetyNetDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  graceUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type PointVerificationResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PointVerification'] = ResolversParentTypes['PointVerification'],
> = {
  verifiedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['VerificationOutcome'], ParentType, ContextType>;
  restoreSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  itemCount?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  countedExactly?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  sizeBytes?: Resolver<Maybe<ResolversTypes['BigInt']>, ParentType, ContextType>;
  problems?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  remarks?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType>;
};

export type RestorePointFlagResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestorePointFlag'] = ResolversParentTypes['RestorePointFlag'],
> = {
  flag?: Resolver<ResolversTypes['ScheduleFlag'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type LegalHoldResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['LegalHold'] = ResolversParentTypes['LegalHold'],
> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  placedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  placedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SessionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  measuredRestoreSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  restoreMeasuredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  restorePoints?: Resolver<
    ResolversTypes['RestorePointConnection'],
    ParentType,
    ContextType,
    Partial<TableRestorePointsArgs>
  >;
};

export type RestorePointEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestorePointEdge'] = ResolversParentTypes['RestorePointEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RestorePoint'], ParentType, ContextType>;
};

export type RestorePointConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RestorePointConnection'] = ResolversParentTypes['RestorePointConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['RestorePointEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['RestorePoint']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PreviewDeletionPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PreviewDeletionPayload'] = ResolversParentTypes['PreviewDeletionPayload'],
> = {
  preview?: Resolver<Maybe<ResolversTypes['DeletionPreview']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeletionPreviewResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeletionPreview'] = ResolversParentTypes['DeletionPreview'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deleteCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deleteBytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
  keepCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  points?: Resolver<Array<ResolversTypes['DeletionPreviewPoint']>, ParentType, ContextType>;
};

export type DeletionPreviewPointResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['DeletionPreviewPoint'] = ResolversParentTypes['DeletionPreviewPoint'],
> = {
  restorePoint?: Resolver<ResolversTypes['RestorePoint'], ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['DeletionVerdict'], ParentType, ContextType>;
  because?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SetLegalHoldPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SetLegalHoldPayload'] = ResolversParentTypes['SetLegalHoldPayload'],
> = {
  restorePoints?: Resolver<Maybe<Array<ResolversTypes['RestorePoint']>>, ParentType, ContextType>;
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
  storage?: Resolver<Array<ResolversTypes['OverviewStorage']>, ParentType, ContextType>;
};

export type OverviewStorageResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['OverviewStorage'] = ResolversParentTypes['OverviewStorage'],
> = {
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  storageClass?: Resolver<ResolversTypes['StorageClass'], ParentType, ContextType>;
  points?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['BigInt'], ParentType, ContextType>;
};

export type RetentionSettingsResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionSettings'] = ResolversParentTypes['RetentionSettings'],
> = {
  timeOfDay?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  jitterMinutes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sharePercent?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sessionRecords?: Resolver<Maybe<ResolversTypes['SessionRecordRetention']>, ParentType, ContextType>;
  nextRuns?: Resolver<Array<ResolversTypes['RetentionRun']>, ParentType, ContextType>;
};

export type SessionRecordRetentionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SessionRecordRetention'] = ResolversParentTypes['SessionRecordRetention'],
> = {
  keepAll?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  keepDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type RetentionRunResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionRun'] = ResolversParentTypes['RetentionRun'],
> = {
  accountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UpdateRetentionSettingsPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['UpdateRetentionSettingsPayload'] =
    ResolversParentTypes['UpdateRetentionSettingsPayload'],
> = {
  settings?: Resolver<Maybe<ResolversTypes['RetentionSettings']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type RetentionPreviewConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionPreviewConnection'] =
    ResolversParentTypes['RetentionPreviewConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['RetentionPreviewEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['RetentionVerdict']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type RetentionPreviewEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionPreviewEdge'] = ResolversParentTypes['RetentionPreviewEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['RetentionVerdict'], ParentType, ContextType>;
};

export type RetentionVerdictResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionVerdict'] = ResolversParentTypes['RetentionVerdict'],
> = {
  restorePoint?: Resolver<ResolversTypes['RestorePoint'], ParentType, ContextType>;
  verdict?: Resolver<ResolversTypes['DeletionVerdict'], ParentType, ContextType>;
  reasons?: Resolver<Array<ResolversTypes['RetentionReason']>, ParentType, ContextType>;
};

export type RetentionReasonResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['RetentionReason'] = ResolversParentTypes['RetentionReason'],
> = {
  code?: Resolver<ResolversTypes['RetentionReasonCode'], ParentType, ContextType>;
  until?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FrozenChainResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['FrozenChain'] = ResolversParentTypes['FrozenChain'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  accountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  tableArn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  tableName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tableId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  because?: Resolver<ResolversTypes['FreezeCause'], ParentType, ContextType>;
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  frozenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  acknowledgedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  acknowledgedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FrozenChainConnectionResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['FrozenChainConnection'] = ResolversParentTypes['FrozenChainConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['FrozenChainEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['FrozenChain']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FrozenChainEdgeResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['FrozenChainEdge'] = ResolversParentTypes['FrozenChainEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['FrozenChain'], ParentType, ContextType>;
};

export type AcknowledgeChainPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AcknowledgeChainPayload'] = ResolversParentTypes['AcknowledgeChainPayload'],
> = {
  chain?: Resolver<Maybe<ResolversTypes['FrozenChain']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AcknowledgeImportPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['AcknowledgeImportPayload'] =
    ResolversParentTypes['AcknowledgeImportPayload'],
> = {
  releasedCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SetRestorePointExpiryPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['SetRestorePointExpiryPayload'] =
    ResolversParentTypes['SetRestorePointExpiryPayload'],
> = {
  restorePoints?: Resolver<Maybe<Array<ResolversTypes['RestorePoint']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PreviewPolicyRetentionPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PreviewPolicyRetentionPayload'] =
    ResolversParentTypes['PreviewPolicyRetentionPayload'],
> = {
  preview?: Resolver<Maybe<ResolversTypes['PolicyRetentionPreview']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type PolicyRetentionPreviewResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyRetentionPreview'] = ResolversParentTypes['PolicyRetentionPreview'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  earlierCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  laterCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unchangedCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  overCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  points?: Resolver<Array<ResolversTypes['PolicyRetentionPoint']>, ParentType, ContextType>;
};

export type PolicyRetentionPointResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['PolicyRetentionPoint'] = ResolversParentTypes['PolicyRetentionPoint'],
> = {
  restorePoint?: Resolver<ResolversTypes['RestorePoint'], ParentType, ContextType>;
  move?: Resolver<ResolversTypes['ExpiryMove'], ParentType, ContextType>;
  newExpiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ApplyPolicyRetentionPayloadResolvers<
  ContextType = Context,
  ParentType extends ResolversParentTypes['ApplyPolicyRetentionPayload'] =
    ResolversParentTypes['ApplyPolicyRetentionPayload'],
> = {
  changedCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  CatalogDriftCount?: CatalogDriftCountResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  CapacityUnits?: CapacityUnitsResolvers<ContextType>;
  OnDemandMaximum?: OnDemandMaximumResolvers<ContextType>;
  Encryption?: EncryptionResolvers<ContextType>;
  KeyElement?: KeyElementResolvers<ContextType>;
  Index?: IndexResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  SettingsSnapshot?: SettingsSnapshotResolvers<ContextType>;
  RestorePoint?: RestorePointResolvers<ContextType>;
  PointVerification?: PointVerificationResolvers<ContextType>;
  RestorePointFlag?: RestorePointFlagResolvers<ContextType>;
  LegalHold?: LegalHoldResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  Table?: TableResolvers<ContextType>;
  RestorePointEdge?: RestorePointEdgeResolvers<ContextType>;
  RestorePointConnection?: RestorePointConnectionResolvers<ContextType>;
  PreviewDeletionPayload?: PreviewDeletionPayloadResolvers<ContextType>;
  DeletionPreview?: DeletionPreviewResolvers<ContextType>;
  DeletionPreviewPoint?: DeletionPreviewPointResolvers<ContextType>;
  SetLegalHoldPayload?: SetLegalHoldPayloadResolvers<ContextType>;
  Overview?: OverviewResolvers<ContextType>;
  OverviewStorage?: OverviewStorageResolvers<ContextType>;
  RetentionSettings?: RetentionSettingsResolvers<ContextType>;
  SessionRecordRetention?: SessionRecordRetentionResolvers<ContextType>;
  RetentionRun?: RetentionRunResolvers<ContextType>;
  UpdateRetentionSettingsPayload?: UpdateRetentionSettingsPayloadResolvers<ContextType>;
  RetentionPreviewConnection?: RetentionPreviewConnectionResolvers<ContextType>;
  RetentionPreviewEdge?: RetentionPreviewEdgeResolvers<ContextType>;
  RetentionVerdict?: RetentionVerdictResolvers<ContextType>;
  RetentionReason?: RetentionReasonResolvers<ContextType>;
  FrozenChain?: FrozenChainResolvers<ContextType>;
  FrozenChainConnection?: FrozenChainConnectionResolvers<ContextType>;
  FrozenChainEdge?: FrozenChainEdgeResolvers<ContextType>;
  AcknowledgeChainPayload?: AcknowledgeChainPayloadResolvers<ContextType>;
  AcknowledgeImportPayload?: AcknowledgeImportPayloadResolvers<ContextType>;
  SetRestorePointExpiryPayload?: SetRestorePointExpiryPayloadResolvers<ContextType>;
  PreviewPolicyRetentionPayload?: PreviewPolicyRetentionPayloadResolvers<ContextType>;
  PolicyRetentionPreview?: PolicyRetentionPreviewResolvers<ContextType>;
  PolicyRetentionPoint?: PolicyRetentionPointResolvers<ContextType>;
  ApplyPolicyRetentionPayload?: ApplyPolicyRetentionPayloadResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
