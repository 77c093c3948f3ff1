// Generated from schema/graphql/executor.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { RequestContext } from '@tablekeep/platform/subgraph';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
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

export type Query = {
  __typename?: 'Query';
  /** Backup vaults of a Region, live from AWS or from a short-lived cache. */
  vaults: VaultLookup;
  kmsKeys: KmsKeyLookup;
  regions: RegionLookup;
  /**
   * Whether advanced DynamoDB backup is on in an account and Region, live from AWS, and which of the account's own backup plans
   * there may back up DynamoDB tables.
   */
  advancedFeatures: AdvancedFeatures;
  /** Messages of the work queue that could not be read, were not ours, or were never stored however often they came; newest first. */
  deadLetters: DeadLetterConnection;
  /** EMULATED or AWS. */
  environment: Environment;
};

export type QueryVaultsArgs = {
  accountId: Scalars['ID']['input'];
  region: Scalars['String']['input'];
};

export type QueryKmsKeysArgs = {
  accountId: Scalars['ID']['input'];
  region: Scalars['String']['input'];
};

export type QueryRegionsArgs = {
  accountId: Scalars['ID']['input'];
};

export type QueryAdvancedFeaturesArgs = {
  accountId: Scalars['ID']['input'];
  region: Scalars['String']['input'];
};

export type QueryDeadLettersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Turns DynamoDB's service opt-in and advanced features of AWS Backup on, for the account's Regions that are named. It concerns
   * the account's own backup plans too: each that may back up tables must be acknowledged, or nothing is changed.
   */
  enableAdvancedFeatures: EnableAdvancedFeaturesPayload;
  /** Takes set-aside work items as if they had just come. All or none: one that cannot be taken leaves all where they are. */
  redriveDeadLetters: DeadLettersPayload;
  /** Deletes them for good. */
  discardDeadLetters: DeadLettersPayload;
};

export type MutationEnableAdvancedFeaturesArgs = {
  input: EnableAdvancedFeaturesInput;
};

export type MutationRedriveDeadLettersArgs = {
  input: DeadLettersInput;
};

export type MutationDiscardDeadLettersArgs = {
  input: DeadLettersInput;
};

export type EnableAdvancedFeaturesInput = {
  accountId: Scalars['ID']['input'];
  /** At least one of the account's Regions. */
  regions: Array<Scalars['String']['input']>;
  /** Backup plans of the account itself that may be affected. */
  acknowledgedPlanIds?: InputMaybe<Array<Scalars['ID']['input']>>;
};

export type EnableAdvancedFeaturesPayload = {
  __typename?: 'EnableAdvancedFeaturesPayload';
  /** As AWS shows them afterwards, in the order of the input; one that could not be changed says why. */
  features: Maybe<Array<AdvancedFeatures>>;
  userErrors: Array<UserError>;
};

export type AdvancedFeatures = {
  __typename?: 'AdvancedFeatures';
  accountId: Scalars['ID']['output'];
  region: Scalars['String']['output'];
  /** DynamoDB's service opt-in; null: AWS could not be asked. */
  optedIn: Maybe<Scalars['Boolean']['output']>;
  /** DynamoDB's advanced features; null: AWS could not be asked. */
  advanced: Maybe<Scalars['Boolean']['output']>;
  /** The account's own backup plans that may include DynamoDB tables. */
  affectedPlans: Array<AffectedPlan>;
  /** Set when AWS could not be asked: the lists are then empty and mean nothing. */
  couldNotTell: Maybe<Scalars['String']['output']>;
};

export type AffectedPlan = {
  __typename?: 'AffectedPlan';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  /** Which of its selections, and how. */
  why: Scalars['String']['output'];
};

export type DeadLettersInput = {
  /** 1 to 500. */
  ids: Array<Scalars['ID']['input']>;
};

export type DeadLettersPayload = {
  __typename?: 'DeadLettersPayload';
  /** Those that were taken or discarded. */
  ids: Maybe<Array<Scalars['ID']['output']>>;
  userErrors: Array<UserError>;
};

export type Environment = 'EMULATED' | 'AWS';

export type VaultLookup = {
  __typename?: 'VaultLookup';
  vaults: Array<Vault>;
  /** When AWS was asked. */
  asOf: Scalars['DateTime']['output'];
  /** Set when AWS could not be asked: `vaults` is then empty and means nothing. */
  couldNotTell: Maybe<Scalars['String']['output']>;
};

export type Vault = {
  __typename?: 'Vault';
  name: Scalars['String']['output'];
  arn: Scalars['ARN']['output'];
  encryptionKeyArn: Maybe<Scalars['ARN']['output']>;
  locked: Scalars['Boolean']['output'];
  minRetentionDays: Maybe<Scalars['Int']['output']>;
  maxRetentionDays: Maybe<Scalars['Int']['output']>;
  recoveryPoints: Scalars['Int']['output'];
};

export type KmsKeyLookup = {
  __typename?: 'KmsKeyLookup';
  keys: Array<KmsKey>;
  asOf: Scalars['DateTime']['output'];
  couldNotTell: Maybe<Scalars['String']['output']>;
};

export type KmsKey = {
  __typename?: 'KmsKey';
  arn: Scalars['ARN']['output'];
  keyId: Scalars['String']['output'];
  aliases: Array<Scalars['String']['output']>;
  manager: Scalars['String']['output'];
  enabled: Scalars['Boolean']['output'];
};

export type RegionLookup = {
  __typename?: 'RegionLookup';
  regions: Array<Region>;
  asOf: Scalars['DateTime']['output'];
  couldNotTell: Maybe<Scalars['String']['output']>;
};

export type Region = {
  __typename?: 'Region';
  name: Scalars['String']['output'];
  enabled: Scalars['Boolean']['output'];
};

export type DeadLetter = {
  __typename?: 'DeadLetter';
  id: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  reason: Scalars['String']['output'];
  body: Scalars['String']['output'];
  /** Signed by this installation: only then it can be redriven. */
  genuine: Scalars['Boolean']['output'];
};

export type DeadLetterEdge = {
  __typename?: 'DeadLetterEdge';
  cursor: Scalars['String']['output'];
  node: DeadLetter;
};

export type DeadLetterConnection = {
  __typename?: 'DeadLetterConnection';
  edges: Array<DeadLetterEdge>;
  nodes: Array<DeadLetter>;
  pageInfo: PageInfo;
};

export type ResolverTypeWrapper<T> = Promise<T> | T;

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

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  ARN: ResolverTypeWrapper<Scalars['ARN']['output']>;
  BigInt: ResolverTypeWrapper<Scalars['BigInt']['output']>;
  UserError: ResolverTypeWrapper<UserError>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  EnableAdvancedFeaturesInput: EnableAdvancedFeaturesInput;
  EnableAdvancedFeaturesPayload: ResolverTypeWrapper<EnableAdvancedFeaturesPayload>;
  AdvancedFeatures: ResolverTypeWrapper<AdvancedFeatures>;
  AffectedPlan: ResolverTypeWrapper<AffectedPlan>;
  DeadLettersInput: DeadLettersInput;
  DeadLettersPayload: ResolverTypeWrapper<DeadLettersPayload>;
  Environment: Environment;
  VaultLookup: ResolverTypeWrapper<VaultLookup>;
  Vault: ResolverTypeWrapper<Vault>;
  KmsKeyLookup: ResolverTypeWrapper<KmsKeyLookup>;
  KmsKey: ResolverTypeWrapper<KmsKey>;
  RegionLookup: ResolverTypeWrapper<RegionLookup>;
  Region: ResolverTypeWrapper<Region>;
  DeadLetter: ResolverTypeWrapper<DeadLetter>;
  DeadLetterEdge: ResolverTypeWrapper<DeadLetterEdge>;
  DeadLetterConnection: ResolverTypeWrapper<DeadLetterConnection>;
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
  Mutation: Record<PropertyKey, never>;
  EnableAdvancedFeaturesInput: EnableAdvancedFeaturesInput;
  EnableAdvancedFeaturesPayload: EnableAdvancedFeaturesPayload;
  AdvancedFeatures: AdvancedFeatures;
  AffectedPlan: AffectedPlan;
  DeadLettersInput: DeadLettersInput;
  DeadLettersPayload: DeadLettersPayload;
  VaultLookup: VaultLookup;
  Vault: Vault;
  KmsKeyLookup: KmsKeyLookup;
  KmsKey: KmsKey;
  RegionLookup: RegionLookup;
  Region: Region;
  DeadLetter: DeadLetter;
  DeadLetterEdge: DeadLetterEdge;
  DeadLetterConnection: DeadLetterConnection;
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
  ContextType = RequestContext,
  Args = LinkDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = {};

export type ShareableDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
  Args = ShareableDirectiveArgs,
> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type InaccessibleDirectiveArgs = {};

export type InaccessibleDirectiveResolver<
  Result,
  Parent,
  ContextType = RequestContext,
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
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError'],
> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PageInfoResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo'],
> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query'],
> = {
  vaults?: Resolver<
    ResolversTypes['VaultLookup'],
    ParentType,
    ContextType,
    RequireFields<QueryVaultsArgs, 'accountId' | 'region'>
  >;
  kmsKeys?: Resolver<
    ResolversTypes['KmsKeyLookup'],
    ParentType,
    ContextType,
    RequireFields<QueryKmsKeysArgs, 'accountId' | 'region'>
  >;
  regions?: Resolver<
    ResolversTypes['RegionLookup'],
    ParentType,
    ContextType,
    RequireFields<QueryRegionsArgs, 'accountId'>
  >;
  advancedFeatures?: Resolver<
    ResolversTypes['AdvancedFeatures'],
    ParentType,
    ContextType,
    RequireFields<QueryAdvancedFeaturesArgs, 'accountId' | 'region'>
  >;
  deadLetters?: Resolver<
    ResolversTypes['DeadLetterConnection'],
    ParentType,
    ContextType,
    Partial<QueryDeadLettersArgs>
  >;
  environment?: Resolver<ResolversTypes['Environment'], ParentType, ContextType>;
};

export type MutationResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  enableAdvancedFeatures?: Resolver<
    ResolversTypes['EnableAdvancedFeaturesPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationEnableAdvancedFeaturesArgs, 'input'>
  >;
  redriveDeadLetters?: Resolver<
    ResolversTypes['DeadLettersPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationRedriveDeadLettersArgs, 'input'>
  >;
  discardDeadLetters?: Resolver<
    ResolversTypes['DeadLettersPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationDiscardDeadLettersArgs, 'input'>
  >;
};

export type EnableAdvancedFeaturesPayloadResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['EnableAdvancedFeaturesPayload'] =
    ResolversParentTypes['EnableAdvancedFeaturesPayload'],
> = {
  features?: Resolver<Maybe<Array<ResolversTypes['AdvancedFeatures']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AdvancedFeaturesResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AdvancedFeatures'] = ResolversParentTypes['AdvancedFeatures'],
> = {
  accountId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  region?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  optedIn?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  advanced?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  affectedPlans?: Resolver<Array<ResolversTypes['AffectedPlan']>, ParentType, ContextType>;
  couldNotTell?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AffectedPlanResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AffectedPlan'] = ResolversParentTypes['AffectedPlan'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  why?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeadLettersPayloadResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLettersPayload'] = ResolversParentTypes['DeadLettersPayload'],
> = {
  ids?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type VaultLookupResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['VaultLookup'] = ResolversParentTypes['VaultLookup'],
> = {
  vaults?: Resolver<Array<ResolversTypes['Vault']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  couldNotTell?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VaultResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Vault'] = ResolversParentTypes['Vault'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  arn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  encryptionKeyArn?: Resolver<Maybe<ResolversTypes['ARN']>, ParentType, ContextType>;
  locked?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  minRetentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  maxRetentionDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  recoveryPoints?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type KmsKeyLookupResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['KmsKeyLookup'] = ResolversParentTypes['KmsKeyLookup'],
> = {
  keys?: Resolver<Array<ResolversTypes['KmsKey']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  couldNotTell?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KmsKeyResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['KmsKey'] = ResolversParentTypes['KmsKey'],
> = {
  arn?: Resolver<ResolversTypes['ARN'], ParentType, ContextType>;
  keyId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  aliases?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  manager?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type RegionLookupResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['RegionLookup'] = ResolversParentTypes['RegionLookup'],
> = {
  regions?: Resolver<Array<ResolversTypes['Region']>, ParentType, ContextType>;
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  couldNotTell?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RegionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Region'] = ResolversParentTypes['Region'],
> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DeadLetterResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetter'] = ResolversParentTypes['DeadLetter'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  body?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  genuine?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DeadLetterEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterEdge'] = ResolversParentTypes['DeadLetterEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['DeadLetter'], ParentType, ContextType>;
};

export type DeadLetterConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeadLetterConnection'] = ResolversParentTypes['DeadLetterConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['DeadLetterEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['DeadLetter']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  ARN?: GraphQLScalarType;
  BigInt?: GraphQLScalarType;
  UserError?: UserErrorResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  EnableAdvancedFeaturesPayload?: EnableAdvancedFeaturesPayloadResolvers<ContextType>;
  AdvancedFeatures?: AdvancedFeaturesResolvers<ContextType>;
  AffectedPlan?: AffectedPlanResolvers<ContextType>;
  DeadLettersPayload?: DeadLettersPayloadResolvers<ContextType>;
  VaultLookup?: VaultLookupResolvers<ContextType>;
  Vault?: VaultResolvers<ContextType>;
  KmsKeyLookup?: KmsKeyLookupResolvers<ContextType>;
  KmsKey?: KmsKeyResolvers<ContextType>;
  RegionLookup?: RegionLookupResolvers<ContextType>;
  Region?: RegionResolvers<ContextType>;
  DeadLetter?: DeadLetterResolvers<ContextType>;
  DeadLetterEdge?: DeadLetterEdgeResolvers<ContextType>;
  DeadLetterConnection?: DeadLetterConnectionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
