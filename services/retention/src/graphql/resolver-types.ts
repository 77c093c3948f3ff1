// Generated from schema/graphql/retention.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { RestorePointParent, SettingsSnapshotParent, TableParent, OverviewParent, Context } from './parents.ts';
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
};

export type QueryRestorePointsArgs = {
  filter?: InputMaybe<RestorePointFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryRestorePointArgs = {
  id: Scalars['ID']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * The first of the two steps of deleting by hand: what would be deleted and what would be kept, each with the reason. Deletes
   * nothing; `deleteRestorePoints` takes the preview's id within half an hour.
   */
  previewDeletion: PreviewDeletionPayload;
  /**
   * Places a hold on points or releases it: Tablekeep deletes no point on hold. A locked vault's points are refused, since AWS
   * deletes those by itself.
   */
  setLegalHold: SetLegalHoldPayload;
};

export type MutationPreviewDeletionArgs = {
  input: PreviewDeletionInput;
};

export type MutationSetLegalHoldArgs = {
  input: SetLegalHoldInput;
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

/** The table's settings as read when the point was made. */
export type SettingsSnapshot = {
  __typename?: 'SettingsSnapshot';
  keys: Array<KeyElement>;
  indexes: Array<Index>;
  tableClass: TableClass;
  billingMode: BillingMode;
  provisioned: Maybe<CapacityUnits>;
  onDemandMaximum: Maybe<OnDemandMaximum>;
  deletionProtection: Scalars['Boolean']['output'];
  encryption: Encryption;
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
  /** The schedules that it satisfies, each keeping it for its own time. Empty: made by hand, or by a policy run by hand. */
  flags: Array<RestorePointFlag>;
  policyId: Maybe<Scalars['ID']['output']>;
  policyName: Maybe<Scalars['String']['output']>;
  session: Maybe<Session>;
  /** Of a copy: the point it was made from, while the catalog has it. */
  source: Maybe<RestorePoint>;
  copies: Array<RestorePoint>;
  settings: Maybe<SettingsSnapshot>;
  /** False: its tags alone would not be enough to rebuild the catalog. */
  selfSufficient: Scalars['Boolean']['output'];
  /** Null: none. */
  legalHold: Maybe<LegalHold>;
  /** The last test restore of this point; null: nobody has tried. */
  verification: Maybe<PointVerification>;
  /** When it was seen to be gone from its vault; null while it is there. */
  deletedAt: Maybe<Scalars['DateTime']['output']>;
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
  keys?: Resolver<Array<ResolversTypes['KeyElement']>, ParentType, ContextType>;
  indexes?: Resolver<Array<ResolversTypes['Index']>, ParentType, ContextType>;
  tableClass?: Resolver<ResolversTypes['TableClass'], ParentType, ContextType>;
  billingMode?: Resolver<ResolversTypes['BillingMode'], ParentType, ContextType>;
  provisioned?: Resolver<Maybe<ResolversTypes['CapacityUnits']>, ParentType, ContextType>;
  onDemandMaximum?: Resolver<Maybe<ResolversTypes['OnDemandMaximum']>, ParentType, ContextType>;
  deletionProtection?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  encryption?: Resolver<ResolversTypes['Encryption'], ParentType, ContextType>;
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
  selfSufficient?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  legalHold?: Resolver<Maybe<ResolversTypes['LegalHold']>, ParentType, ContextType>;
  verification?: Resolver<Maybe<ResolversTypes['PointVerification']>, ParentType, ContextType>;
  deletedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
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

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
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
};

export type DirectiveResolvers<ContextType = Context> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
