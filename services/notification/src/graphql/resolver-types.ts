// Generated from schema/graphql/notification.graphql by "npm run generate".
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NotificationSettingsParent, DeliveryParent, AuditEntryParent } from './parents.ts';
import type { RequestContext } from '@tablekeep/platform/subgraph';
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

export type NotifyOn = 'SUCCESS' | 'WARNING' | 'ERROR';

export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'FAILED';

export type AuditPhase = 'REQUESTED' | 'COMPLETED' | 'REFUSED' | 'FAILED';

export type Query = {
  __typename?: 'Query';
  notificationSettings: NotificationSettings;
  deliveries: DeliveryConnection;
  /** Who asked for which change, and what came of it. Append-only; newest first. */
  auditLog: AuditConnection;
};

export type QueryDeliveriesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type QueryAuditLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  __typename?: 'Mutation';
  updateNotificationSettings: NotificationSettingsPayload;
  /** Sends a message at once and answers what the mail server said. */
  sendTestNotification: TestNotificationPayload;
};

export type MutationUpdateNotificationSettingsArgs = {
  input: NotificationSettingsInput;
};

export type MutationSendTestNotificationArgs = {
  input: SendTestNotificationInput;
};

export type NotificationSettings = {
  __typename?: 'NotificationSettings';
  enabled: Scalars['Boolean']['output'];
  smtpHost: Maybe<Scalars['String']['output']>;
  smtpPort: Maybe<Scalars['Int']['output']>;
  smtpSecure: Scalars['Boolean']['output'];
  smtpUser: Maybe<Scalars['String']['output']>;
  /** The password itself is never shown. */
  smtpPasswordSet: Scalars['Boolean']['output'];
  from: Maybe<Scalars['String']['output']>;
  recipients: Array<Scalars['String']['output']>;
  notifyOn: Array<NotifyOn>;
};

export type NotificationSettingsInput = {
  enabled: Scalars['Boolean']['input'];
  smtpHost?: InputMaybe<Scalars['String']['input']>;
  smtpPort?: InputMaybe<Scalars['Int']['input']>;
  /** TLS from the first byte; otherwise STARTTLS: where the server offers it, and always with smtpUser unless it is on this host. */
  smtpSecure?: InputMaybe<Scalars['Boolean']['input']>;
  smtpUser?: InputMaybe<Scalars['String']['input']>;
  /** Stored encrypted. Absent: unchanged; to be given again when host, port, secure or user change; forgotten without smtpUser. */
  smtpPassword?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['String']['input']>;
  recipients: Array<Scalars['String']['input']>;
  notifyOn: Array<NotifyOn>;
};

export type SendTestNotificationInput = {
  recipient: Scalars['String']['input'];
};

export type NotificationSettingsPayload = {
  __typename?: 'NotificationSettingsPayload';
  notificationSettings: Maybe<NotificationSettings>;
  userErrors: Array<UserError>;
};

export type TestNotificationPayload = {
  __typename?: 'TestNotificationPayload';
  serverAnswer: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type Delivery = {
  __typename?: 'Delivery';
  id: Scalars['ID']['output'];
  eventId: Scalars['ID']['output'];
  recipient: Scalars['String']['output'];
  subject: Scalars['String']['output'];
  status: DeliveryStatus;
  attempts: Scalars['Int']['output'];
  lastError: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
};

export type DeliveryEdge = {
  __typename?: 'DeliveryEdge';
  cursor: Scalars['String']['output'];
  node: Delivery;
};

export type DeliveryConnection = {
  __typename?: 'DeliveryConnection';
  edges: Array<DeliveryEdge>;
  nodes: Array<Delivery>;
  pageInfo: PageInfo;
};

export type AuditEntry = {
  __typename?: 'AuditEntry';
  id: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  phase: AuditPhase;
  actorName: Scalars['String']['output'];
  actorRole: Scalars['String']['output'];
  service: Scalars['String']['output'];
  action: Scalars['String']['output'];
  /** JSON, secrets removed. */
  input: Scalars['String']['output'];
  outcome: Maybe<Scalars['String']['output']>;
  requestId: Scalars['String']['output'];
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  cursor: Scalars['String']['output'];
  node: AuditEntry;
};

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  nodes: Array<AuditEntry>;
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
  NotifyOn: NotifyOn;
  DeliveryStatus: DeliveryStatus;
  AuditPhase: AuditPhase;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NotificationSettings: ResolverTypeWrapper<NotificationSettingsParent>;
  NotificationSettingsInput: NotificationSettingsInput;
  SendTestNotificationInput: SendTestNotificationInput;
  NotificationSettingsPayload: ResolverTypeWrapper<
    Omit<NotificationSettingsPayload, 'notificationSettings'> & {
      notificationSettings?: Maybe<ResolversTypes['NotificationSettings']>;
    }
  >;
  TestNotificationPayload: ResolverTypeWrapper<TestNotificationPayload>;
  Delivery: ResolverTypeWrapper<DeliveryParent>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DeliveryEdge: ResolverTypeWrapper<Omit<DeliveryEdge, 'node'> & { node: ResolversTypes['Delivery'] }>;
  DeliveryConnection: ResolverTypeWrapper<
    Omit<DeliveryConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['DeliveryEdge']>;
      nodes: Array<ResolversTypes['Delivery']>;
    }
  >;
  AuditEntry: ResolverTypeWrapper<AuditEntryParent>;
  AuditEdge: ResolverTypeWrapper<Omit<AuditEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  AuditConnection: ResolverTypeWrapper<
    Omit<AuditConnection, 'edges' | 'nodes'> & {
      edges: Array<ResolversTypes['AuditEdge']>;
      nodes: Array<ResolversTypes['AuditEntry']>;
    }
  >;
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
  Mutation: Record<PropertyKey, never>;
  NotificationSettings: NotificationSettingsParent;
  NotificationSettingsInput: NotificationSettingsInput;
  SendTestNotificationInput: SendTestNotificationInput;
  NotificationSettingsPayload: Omit<NotificationSettingsPayload, 'notificationSettings'> & {
    notificationSettings?: Maybe<ResolversParentTypes['NotificationSettings']>;
  };
  TestNotificationPayload: TestNotificationPayload;
  Delivery: DeliveryParent;
  ID: Scalars['ID']['output'];
  DeliveryEdge: Omit<DeliveryEdge, 'node'> & { node: ResolversParentTypes['Delivery'] };
  DeliveryConnection: Omit<DeliveryConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['DeliveryEdge']>;
    nodes: Array<ResolversParentTypes['Delivery']>;
  };
  AuditEntry: AuditEntryParent;
  AuditEdge: Omit<AuditEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  AuditConnection: Omit<AuditConnection, 'edges' | 'nodes'> & {
    edges: Array<ResolversParentTypes['AuditEdge']>;
    nodes: Array<ResolversParentTypes['AuditEntry']>;
  };
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
  notificationSettings?: Resolver<ResolversTypes['NotificationSettings'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['DeliveryConnection'], ParentType, ContextType, Partial<QueryDeliveriesArgs>>;
  auditLog?: Resolver<ResolversTypes['AuditConnection'], ParentType, ContextType, Partial<QueryAuditLogArgs>>;
};

export type MutationResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation'],
> = {
  updateNotificationSettings?: Resolver<
    ResolversTypes['NotificationSettingsPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationUpdateNotificationSettingsArgs, 'input'>
  >;
  sendTestNotification?: Resolver<
    ResolversTypes['TestNotificationPayload'],
    ParentType,
    ContextType,
    RequireFields<MutationSendTestNotificationArgs, 'input'>
  >;
};

export type NotificationSettingsResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['NotificationSettings'] = ResolversParentTypes['NotificationSettings'],
> = {
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  smtpHost?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  smtpPort?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  smtpSecure?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  smtpUser?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  smtpPasswordSet?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recipients?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  notifyOn?: Resolver<Array<ResolversTypes['NotifyOn']>, ParentType, ContextType>;
};

export type NotificationSettingsPayloadResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['NotificationSettingsPayload'] =
    ResolversParentTypes['NotificationSettingsPayload'],
> = {
  notificationSettings?: Resolver<Maybe<ResolversTypes['NotificationSettings']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TestNotificationPayloadResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['TestNotificationPayload'] = ResolversParentTypes['TestNotificationPayload'],
> = {
  serverAnswer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeliveryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  recipient?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastError?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type DeliveryEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeliveryEdge'] = ResolversParentTypes['DeliveryEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
};

export type DeliveryConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['DeliveryConnection'] = ResolversParentTypes['DeliveryConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['DeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Delivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEntryResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry'],
> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['AuditPhase'], ParentType, ContextType>;
  actorName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  actorRole?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  input?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge'],
> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditConnectionResolvers<
  ContextType = RequestContext,
  ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection'],
> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['AuditEntry']>, ParentType, ContextType>;
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
  NotificationSettings?: NotificationSettingsResolvers<ContextType>;
  NotificationSettingsPayload?: NotificationSettingsPayloadResolvers<ContextType>;
  TestNotificationPayload?: TestNotificationPayloadResolvers<ContextType>;
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryEdge?: DeliveryEdgeResolvers<ContextType>;
  DeliveryConnection?: DeliveryConnectionResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  link?: LinkDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
};
